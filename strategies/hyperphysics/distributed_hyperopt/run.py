# SPDX-License-Identifier: GPL-3.0-or-later
"""The hyperopt run that this process offers to share.

freqtrade asks for a sampler long after the strategy has started, of an object that it sends to its
workers: what the strategy knows when it starts is left here until then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optuna.distributions import BaseDistribution

from hyperphysics.distributed_hyperopt import fingerprint
from hyperphysics.distributed_hyperopt.sampler import SharedSampler
from hyperphysics.distributed_hyperopt.session import Session
from hyperphysics.distributed_hyperopt.storage import Address


@dataclass(frozen=True)
class Run:
    """What is to be shared.

    Attributes:
        address: Where the study is kept.
        name: The study's name.
        strategy: The strategy's name.
        userdir: freqtrade's user directory.
        facts: Finds what must be the same, besides the spaces; takes a while.
    """

    address: Address
    name: str
    strategy: str
    userdir: Path
    facts: Callable[[], fingerprint.Facts]


_offered: list[Run] = []


def offer(run: Run | None) -> None:
    """Leave a run for the sampler that freqtrade will ask for, or take back what was left."""
    _offered[:] = [] if run is None else [run]


def sampler(
    dimensions: Mapping[str, BaseDistribution],
    seed: int,
    present: Mapping[str, Any],
    fixed: Mapping[str, Any],
) -> SharedSampler | None:
    """A sampler that shares the run on offer; None where there is none.

    Args:
        dimensions: freqtrade's dimensions by name.
        seed: Of the proposals; each trial of the study draws from its own stream of it.
        present: Values by parameter that are evaluated before any proposal.
        fixed: Parameters that have one value in all proposals.

    Raises:
        StudyError: The study cannot be joined.
    """
    if not _offered:
        return None
    run = _offered[0]
    space = {name: fingerprint.stored(one) for name, one in dimensions.items()}
    kept = {f"fixed {name}": str(value) for name, value in fixed.items()}
    facts = {**run.facts(), **fingerprint.spaces(space), **kept}
    session = Session.join(
        *(run.address, run.name, run.strategy, run.userdir, facts, space),
        seed=seed,
        present=present,
        fixed=fixed,
    )
    return SharedSampler(session, dimensions)
