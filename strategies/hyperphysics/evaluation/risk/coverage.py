"""Tests of forecasts of a tail, pair by pair and together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from hyperphysics import _engine
from hyperphysics.evaluation.risk.forecasts import ENGINE, LEVELS, Forecasts
from hyperphysics.evaluation.risk.history import Floats


@dataclass(frozen=True)
class Coverage:
    """How one model's forecasts at one level held for one pair.

    Attributes:
        forecasts: Number of forecasts.
        hits: How many returns were worse than minus VaR.
        kupiec: p-value of the share of hits (Kupiec 1995).
        independence: p-value of their independence (Christoffersen 1998); NaN without hits.
        conditional: p-value of both.
        z1: Acerbi and Szekely's (2014) statistic of the size of hits; negative: understated.
        z2: The same of size and number.
        loss: Mean joint loss of VaR and ES, FZ0 (Patton, Ziegel and Chen 2019).
    """

    forecasts: int
    hits: int
    kupiec: float
    independence: float
    conditional: float
    z1: float
    z2: float
    loss: float


@dataclass(frozen=True)
class Result:
    """A row of the table: one model at one level and horizon.

    Attributes:
        horizon: Bars ahead.
        model: What forecast.
        level: Ending of the columns of the level.
        pairs: Coverage by pair.
        statistic: Diebold and Mariano's, of the joint loss less the engine's, averaged over the
            pairs at each time: positive where the engine is better; NaN for the engine itself.
        p_value: Its two-sided p-value.
    """

    horizon: int
    model: str
    level: str
    pairs: Mapping[str, Coverage]
    statistic: float
    p_value: float


def evaluate(found: Mapping[str, Sequence[Forecasts]], start: int) -> list[Result]:
    """Tests every model at every level and horizon.

    Args:
        found: Forecasts of each pair, horizon by horizon.
        start: First open time that counts, ms.

    Raises:
        ValueError: A pair has too few bars for one forecast.
    """
    results = []
    for same in zip(*found.values(), strict=True):
        bars = [forecasts.scored(start) for forecasts in same]
        if empty := next((p for p, b in zip(found, bars, strict=True) if len(b) < 2), None):
            raise ValueError(f"{empty}: fewer than two bars with every forecast")
        cut = list(zip(found, same, bars, strict=True))
        losses = {
            (model, level): {pair: _losses(one, rows, model, level) for pair, one, rows in cut}
            for level in LEVELS
            for model in dict.fromkeys(model for model, _ in same[0].tails)
        }
        averaged = {
            key: pd.concat(
                [pd.Series(own[pair], one.date[rows]) for pair, one, rows in cut], axis=1
            ).mean(axis=1)
            for key, own in losses.items()
        }
        for (model, level), own in losses.items():
            pairs = {pair: _coverage(one, rows, model, level, own[pair]) for pair, one, rows in cut}
            statistic = p_value = float("nan")
            if model != ENGINE:
                first, second = averaged[model, level], averaged[ENGINE, level]
                # Returns that are scored do not overlap; the lags are for what volatility leaves.
                lags = max(1, int(len(first) ** (1 / 3)))
                _, statistic, p_value = _engine.diebold_mariano(
                    first.tolist(), second.tolist(), lags
                )
            horizon = same[0].horizon
            results.append(Result(horizon, model, level, pairs, statistic, p_value))
    return results


def _losses(forecasts: Forecasts, rows: Sequence[int], model: str, level: str) -> Floats:
    tail = forecasts.tails[model, level]
    columns = (forecasts.returns[rows], tail.var[rows], tail.es[rows])
    return _engine.fz0(*columns, LEVELS[level])


def _coverage(
    forecasts: Forecasts, rows: Sequence[int], model: str, level: str, losses: Floats
) -> Coverage:
    tail, probability = forecasts.tails[model, level], LEVELS[level]
    returns, var, es = forecasts.returns[rows], tail.var[rows], tail.es[rows]
    hits = returns < -var
    count = int(hits.sum())
    z1, z2 = _engine.acerbi_szekely(returns, var, es, probability)
    return Coverage(
        forecasts=len(returns),
        hits=count,
        kupiec=_engine.kupiec(len(returns), count, probability)[1],
        independence=_engine.christoffersen(hits.tolist())[1],
        conditional=_engine.conditional_coverage(hits.tolist(), probability)[1],
        z1=z1,
        z2=z2,
        loss=float(losses.mean()),
    )
