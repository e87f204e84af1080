# SPDX-License-Identifier: GPL-3.0-or-later
"""Tail risk of positions held together, and how much of a new one fits under a cap.

A position's risk is its value times the expected shortfall of its pair over the horizon, negative
for a short. Positions together have the shortfall `sqrt(r' C r)`, C the shrunk EWMA correlations of
their returns: exact for one position, and for many where returns are elliptical (McNeil, Frey and
Embrechts 2015, §8.3), at any level and horizon of the risk column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hyperphysics import _engine

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Newest candles that correlations come from, and after how many a candle weighs half.
CANDLES = 500
HALF_LIFE = 72.0


def room(
    pair: str,
    wanted: float,
    risks: Sequence[tuple[str, float]],
    candles: Mapping[str, pd.DataFrame],
    cap: float,
) -> float:
    """Risk of a new position, as a positive number, that keeps all together under the cap.

    Args:
        pair: Pair of the new position.
        wanted: Its risk if nothing else were held, negative for a short.
        risks: Pairs and risks of what is held.
        candles: `date` and `close` of every pair.
        cap: Largest shortfall of all together, in the currency of the risks.

    Returns:
        The largest risk up to the wanted one that fits; 0 where none does.

    Raises:
        ValueError: Where pairs have too few candles in common.
    """
    held = [(name, risk) for name, risk in risks if risk != 0.0]
    # no correlation makes a whole larger than the sum of its parts
    if sum(abs(risk) for _, risk in held) + abs(wanted) <= cap:
        return abs(wanted)
    if not held:
        return min(abs(wanted), cap)
    pairs = list(dict.fromkeys([pair, *(name for name, _ in held)]))
    own = [pairs.index(name) for name, _ in held]
    matrix = correlations([(name, candles[name]) for name in pairs])
    among = matrix[np.ix_(own, own)]
    with_new = matrix[0, own] if wanted > 0.0 else -matrix[0, own]
    return largest(abs(wanted), np.array([risk for _, risk in held]), among, with_new, cap)


def largest(
    wanted: float,
    risks: NDArray[np.float64],
    among: NDArray[np.float64],
    with_new: NDArray[np.float64],
    cap: float,
) -> float:
    """Largest t in [0, wanted] with `r' C r + 2 t (c' r) + t² <= cap²`, 0 where there is none.

    Args:
        wanted: Upper end.
        risks: r, risks of what is held, with sign.
        among: C, their correlations.
        with_new: c, their correlations with the new position, turned by its sign.
        cap: Largest shortfall.
    """
    along = float(with_new @ risks)
    inside = along * along + cap * cap - float(risks @ among @ risks)
    if inside < 0.0:
        return 0.0
    low, high = -along - sqrt(inside), -along + sqrt(inside)
    # a hedge that is too small to bring the whole under its cap is none
    return min(wanted, high) if wanted >= low and high > 0.0 else 0.0


def correlations(candles: Sequence[tuple[str, pd.DataFrame]]) -> NDArray[np.float64]:
    """Shrunk EWMA correlations of log returns over the newest candles that pairs have in common."""
    series = {name: frame.set_index("date")["close"].iloc[-CANDLES:] for name, frame in candles}
    joined = pd.concat(series, axis="columns", sort=True)
    returns = np.diff(np.log(joined.to_numpy(np.float64)), axis=0)
    found = _engine.portfolio_correlation(list(series), list(returns.T.copy()), half_life=HALF_LIFE)
    return found.reshape(len(series), -1)
