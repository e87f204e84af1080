# SPDX-License-Identifier: GPL-3.0-or-later
"""What a position in perpetual futures is expected to pay for being held: pure functions of arrays.

Where a rate is positive longs pay shorts, where it is negative shorts pay longs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

# Exchanges date settlements some milliseconds late.
MINUTE = 60_000
# A rate is no longer known after as many intervals without another.
INTERVALS_KNOWN = 2


def expected(closes: Times, horizon: int, times: Times, rates: Floats) -> Floats:
    """Funding that a long opened at each candle's close is expected to pay within the horizon.

    It is the newest known rate, once for each settlement due from the close to the horizon's end.
    Both ends count: freqtrade charges a position that opens or closes as a settlement falls due.

    A rate is known to candles that close after its settlement, not at it: an exchange publishes it
    some seconds later, which a bot does not wait for. The interval is the shorter of the last two,
    so that a missing settlement does not stretch it.

    Args:
        closes: When candles close, in ms since 1970.
        horizon: How long the position is held, in ms, not negative.
        times: When rates were settled, in ms since 1970.
        rates: Fractions of the position's value, one for each of `times`; NaN counts as missing.

    Returns:
        Fractions of the position's value, negative where a long receives; 0 where no rate is
        known: before the second settlement, and later than two intervals after the last one.
    """
    known = np.isfinite(rates)
    times, first = np.unique(times[known] // MINUTE * MINUTE, return_index=True)
    if len(times) < 2:
        return np.zeros(len(closes))
    intervals = np.diff(times)
    shorter = np.minimum(intervals, np.concatenate([intervals[:1], intervals[:-1]]))
    newest = np.searchsorted(times, closes, side="left") - 1
    at = np.maximum(newest, 1)
    interval, age = shorter[at - 1], closes - times[at]
    valid = (newest >= 1) & (age <= INTERVALS_KNOWN * interval)
    # Whole intervals until the horizon's end, less those that end before the close.
    due = (age + horizon) // interval - (age - 1) // interval
    return np.where(valid, rates[known][first][at] * due, 0.0)
