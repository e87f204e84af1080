"""Historical simulation: the tail of what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CHUNK = 4096
"""Windows that are sorted at once."""


@dataclass(frozen=True)
class Tail:
    """VaR and ES of the coming return at each bar, positive losses; NaN where there is none."""

    var: Floats
    es: Floats


def historical(returns: Floats, window: int, level: float) -> Tail:
    """Historical simulation: VaR and ES of the last `window` returns (Acerbi and Tasche 2002)."""
    var, es = np.full((2, len(returns)), np.nan)
    if len(returns) < window:
        return Tail(var, es)
    worst, mass = ceil(window * level - 1e-9), window * level
    views = sliding_window_view(returns, window)
    for first in range(0, len(views), CHUNK):
        lowest = np.partition(views[first : first + CHUNK], worst - 1, axis=1)[:, :worst]
        quantile = lowest.max(axis=1)
        # A window with a gap has no value: NaN is sorted behind all numbers.
        quantile[np.isnan(views[first : first + CHUNK]).any(axis=1)] = np.nan
        below = lowest.sum(axis=1) - quantile
        at = slice(first + window - 1, first + window - 1 + len(lowest))
        var[at], es[at] = -quantile, -(below + (mass - (worst - 1)) * quantile) / mass
    return Tail(var, es)
