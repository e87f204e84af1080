"""Forecasts of the tail of the next return, of the engine and of what one would use without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperphysics import _engine
from hyperphysics.evaluation.risk import garch
from hyperphysics.evaluation.risk.history import Floats, Tail, historical

LEVELS: Mapping[str, float] = {"95": 0.05, "97": 0.025, "99": 0.01}
"""Probability of a worse return, by the ending of a column's name."""

ENGINE = "engine"
WINDOWS = (250, 500, 1000)


@dataclass(frozen=True)
class Forecasts:
    """What was forecast and what came, bar by bar, of one pair and horizon.

    Attributes:
        horizon: Bars that a return looks ahead.
        date: Open times, ms.
        returns: Log return over the horizon that began at the bar's close; NaN where not known yet.
        tails: Forecasts by model and level.
    """

    horizon: int
    date: NDArray[np.int64]
    returns: Floats
    tails: Mapping[tuple[str, str], Tail]

    def scored(self, start: int) -> NDArray[np.intp]:
        """Bars from `start` (ms) on with every forecast and a return, none overlapping another."""
        valid = np.isfinite(self.returns) & (self.date >= start)
        for tail in self.tails.values():
            # A shortfall that is no loss cannot be scored by the joint loss.
            valid &= np.isfinite(tail.var) & (tail.es > 0)
        kept: list[int] = []
        for bar in np.flatnonzero(valid).tolist():
            if not kept or bar >= kept[-1] + self.horizon:
                kept.append(bar)
        return np.array(kept, np.intp)


def forecasts(frame: pl.DataFrame, horizon: int, suffix: str, start: int = 0) -> Forecasts:
    """Every model's forecasts of the return over `horizon` bars.

    GARCH is among them where `arch` is installed; over several bars it is simulated, and only for
    the bars that are scored.

    Args:
        frame: Bars with `date`, `close` and the columns of the family risk; gaps left out.
        horizon: Bars ahead.
        suffix: Ending of the engine's columns of that horizon.
        start: First open time that is scored, ms.
    """
    log = np.log(frame["close"].to_numpy())
    coming = np.full(len(log), np.nan)
    coming[: len(log) - horizon] = log[horizon:] - log[:-horizon]
    past = np.full(len(log), np.nan)
    past[horizon:] = coming[: len(log) - horizon]
    sigma = frame["hp_vol"].cast(pl.Float64).fill_null(np.nan).to_numpy() * np.sqrt(horizon)
    tails = {}
    for name, level in LEVELS.items():
        own = (
            frame[f"hp_{measure}_{name}{suffix}"].fill_null(np.nan).to_numpy()
            for measure in ("var", "es")
        )
        tails[ENGINE, name] = Tail(*own)
        for window in WINDOWS:
            tails[f"history {window}", name] = historical(past, window, level)
        var, es = _engine.normal_tail(level)
        tails["normal EWMA", name] = Tail(var * sigma, es * sigma)
    found = Forecasts(horizon, frame["date"].dt.epoch("ms").to_numpy(), coming, tails)
    if not garch.available():
        return found
    last = np.diff(log, prepend=np.nan)
    if horizon == 1:
        own_tails = garch.next_bar(last, LEVELS)
    else:
        later = int(found.date[garch.FITTED]) if len(log) > garch.FITTED else start
        own_tails = garch.horizon(last, found.scored(max(start, later)), horizon, LEVELS)
    more = {(garch.MODEL, name): tail for name, tail in own_tails.items()}
    return replace(found, tails=tails | more)
