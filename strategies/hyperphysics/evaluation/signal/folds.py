"""Walk-forward folds: fitted on what was known, applied to the candles that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows to fit on and rows to predict, both in order of time."""

    train: slice
    test: slice


def folds(
    begin: int, first: int, stop: int, *, horizon: int, every: int, window: int | None = None
) -> list[Fold]:
    """Folds whose training parts grow with time, or move with it.

    The outcome of row j is known once row j + horizon has closed. A fold is fitted at the close of
    its first test row, so its training part ends `horizon` rows before: no outcome of it reaches
    into the test part.

    Args:
        begin: First row to fit on.
        first: First row to predict; at least begin + horizon + 1.
        stop: The row after the last.
        horizon: Rows that an outcome looks ahead, at least 1.
        every: Rows between fits, at least 1.
        window: Rows to fit on at most, the newest of them; all since `begin` if None.

    Raises:
        ValueError: There is nothing to fit on before the first prediction.
    """
    if first - horizon <= begin:
        raise ValueError(
            f"row {first} is predicted first, expected at least {begin + horizon + 1}: nothing is "
            f"known before that of the outcomes from row {begin} on"
        )
    parts = []
    for start in range(first, stop, every):
        end = start - horizon + 1
        oldest = begin if window is None else max(begin, end - window)
        parts.append(Fold(slice(oldest, end), slice(start, min(start + every, stop))))
    return parts


def outcomes(close: Floats, horizon: int) -> Floats:
    """Direction of each row's return over the next `horizon` rows.

    Args:
        close: Prices, positive, oldest first.
        horizon: Rows ahead, at least 1.

    Returns:
        1 for a rise, 0 for a fall, NaN for neither and where the end is not known yet.
    """
    ups = np.full(len(close), np.nan)
    moved = close[horizon:] - close[:-horizon]
    ups[: len(moved)] = np.where(moved == 0, np.nan, moved > 0)
    return ups
