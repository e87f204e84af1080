# SPDX-License-Identifier: GPL-3.0-or-later
"""What freqtrade reads, out of a hyperopt study: a `.fthypt` file and a parameter file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from optuna import Study

from hyperphysics.distributed_hyperopt import trial_ledger
from hyperphysics.distributed_hyperopt.errors import StudyError
from hyperphysics.distributed_hyperopt.reports import Reports

# Epochs that freqtrade marks as its first, random ones; and the loss that its best must be under.
INITIAL = 30
WORST = 100.0


def merged(study: Study, reports: Reports) -> tuple[list[dict[str, Any]], list[int]]:
    """The epochs of all processes as if one had run them, and the trials whose report is missing.

    Epochs stand in the order in which they were finished, numbered anew; "best" is what was best
    until then. A report is missing when its process was killed before it wrote one, and no process
    has been started in its user directory since.
    """
    there = reports.read()
    epochs: list[dict[str, Any]] = []
    missing = []
    smallest = WORST
    for one in trial_ledger.finished(study):
        if one.number not in there:
            missing.append(one.number)
            continue
        epoch = dict(there[one.number])
        is_best = epoch["loss"] < smallest
        smallest = min(smallest, epoch["loss"])
        number = len(epochs) + 1
        epoch |= {
            "current_epoch": number,
            "is_best": is_best,
            "is_initial_point": number <= INITIAL,
        }
        epochs.append(epoch)
    return epochs, missing


def lines(epochs: list[dict[str, Any]]) -> str:
    """The content of a `.fthypt` file."""
    return "".join(f"{json.dumps(epoch)}\n" for epoch in epochs)


def parameters(epochs: list[dict[str, Any]], strategy: str) -> str:
    """The content of a strategy's parameter file, of the best epoch.

    Raises:
        StudyError: There is no epoch.
    """
    if not epochs:
        raise StudyError("the study has no finished trial with a report: nothing to export")
    epoch = min(epochs, key=lambda epoch: float(epoch["loss"]))
    content = {
        "strategy_name": strategy,
        "params": _over(epoch["params_not_optimized"], epoch["params_details"]),
        "ft_stratparam_v": 1,
        "export_time": str(datetime.now(UTC)),
    }
    return json.dumps(content, indent=2) + "\n"


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`below` with `above` laid over it, nested mappings too."""
    result = dict(below)
    for name, value in above.items():
        under = result.get(name)
        both = isinstance(value, Mapping) and isinstance(under, Mapping)
        result[name] = _over(under, value) if both and under is not None else value
    return result
