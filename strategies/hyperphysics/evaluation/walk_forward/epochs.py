# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hyperopt run tried: its trials, and how the objective varies around the best one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hyperphysics.evaluation.walk_forward.ablations import Parameters
from hyperphysics.evaluation.walk_forward.statistics import Floats
from hyperphysics.evaluation.walk_forward.windows import Span
from hyperphysics.market_data.candles import DAY

NEAR = 0.1
"""Share of a parameter's range that counts as near its best value."""
NEIGHBOURS = 5


@dataclass(frozen=True)
class Trial:
    """One epoch.

    Attributes:
        loss: Smaller is better.
        trades: Their number.
        parameters: By space and name.
        returns: Of the wallet by calendar day, a trade counting when it is closed.
    """

    loss: float
    trades: int
    parameters: Parameters
    returns: Floats

    def values(self) -> dict[str, float]:
        """Numeric parameters by name."""
        found = {k: v for space in self.parameters.values() for k, v in space.items()}
        return {k: float(v) for k, v in found.items() if isinstance(v, int | float)}


@dataclass(frozen=True)
class Plateau:
    """How the objective varies along one parameter, over all windows.

    A rank is a trial's place by loss among those of its window, from 0 (best) to 1 (worst).

    Attributes:
        name: The parameter.
        best: Its best value, window by window.
        dispersion: Standard deviation of the best values over the range that was tried.
        near: Mean rank of trials near the best value, without the best; NaN where there is none.
        far: Mean rank of the others.
        values: Value and rank of every trial.
    """

    name: str
    best: Sequence[float]
    dispersion: float
    near: float
    far: float
    values: Sequence[tuple[float, float]]


def read(path: Path, span: Span) -> list[Trial]:
    """The epochs of an .fthypt file that traded, each set of parameters once, best first.

    Raises:
        ValueError: It is no such file.
    """
    trials: dict[str, Trial] = {}
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                epoch = json.loads(line)
                results = epoch["results_metrics"]
                if not results["total_trades"]:
                    continue
                returns = _returns(results, span)
                key = json.dumps(epoch["params_dict"], sort_keys=True)
                trials[key] = Trial(
                    float(epoch["loss"]), results["total_trades"], epoch["params_details"], returns
                )
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path}: line {number} is no epoch ({error!r})") from error
    return sorted(trials.values(), key=lambda trial: trial.loss)


def _returns(results: dict[str, list[tuple[str, float]]], span: Span) -> Floats:
    profit = np.zeros(span.days)
    for day, value in results["daily_profit"]:
        at = (int(np.datetime64(day[:10], "ms").astype(np.int64)) - span.start) // DAY
        if not 0 <= at < span.days:
            raise ValueError(f"{day} is not in {span}")
        profit[at] += value
    balance = float(np.asarray(results["starting_balance"]))
    wallet = balance + np.concatenate([[0.0], np.cumsum(profit)])
    return np.asarray(np.diff(wallet) / np.maximum(wallet[:-1], 0.01 * balance), dtype=np.float64)


def nearest_trials(trials: Sequence[Trial]) -> float:
    """Median loss of the trials nearest to the best, by parameters in units of their range.

    Returns:
        NaN for fewer than two trials.
    """
    if len(trials) < 2:
        return float("nan")
    names = _of_all(trials)
    points = np.array([[trial.values()[name] for name in names] for trial in trials])
    width = np.ptp(points, axis=0)
    apart = np.linalg.norm((points - points[0]) / np.where(width > 0, width, 1.0), axis=1)
    nearest = np.argsort(apart[1:], kind="stable")[:NEIGHBOURS] + 1
    return float(np.median([trials[row].loss for row in nearest]))


def plateaus(windows: Sequence[Sequence[Trial]]) -> list[Plateau]:
    """Every parameter that all windows tried, windows with fewer than two trials left out."""
    full = [trials for trials in windows if len(trials) > 1]
    if not full:
        return []
    found = []
    for name in _of_all([trial for trials in full for trial in trials]):
        columns = [np.array([trial.values()[name] for trial in trials]) for trials in full]
        width = float(np.ptp(np.concatenate(columns))) or 1.0
        best = [float(column[0]) for column in columns]
        ranks = [np.linspace(0.0, 1.0, len(column)) for column in columns]
        others = np.concatenate([rank[1:] for rank in ranks])
        near = np.concatenate([np.abs(c[1:] - c[0]) <= NEAR * width for c in columns])
        pairs = [zip(c, r, strict=True) for c, r in zip(columns, ranks, strict=True)]
        found.append(
            Plateau(
                name=name,
                best=best,
                dispersion=float(np.std(best)) / width,
                near=_mean(others[near]),
                far=_mean(others[~near]),
                values=[(float(value), float(rank)) for pair in pairs for value, rank in pair],
            )
        )
    return found


def _of_all(trials: Sequence[Trial]) -> list[str]:
    """Names of the parameters that every trial has: tables of profit targets differ in theirs."""
    names = [trial.values() for trial in trials]
    return [name for name in names[0] if all(name in others for others in names)]


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
