"""Candles, trades and timeframes as plain arrays; nothing here knows the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Times: TypeAlias = NDArray[np.int64]
Values: TypeAlias = NDArray[np.float64]

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Timeframe:
    """A candle interval: its name, its length and where its grid starts (both in ms)."""

    name: str
    step: int
    offset: int = 0

    def floor(self, time: int) -> int:
        """Open time of the candle that contains `time`."""
        return (time - self.offset) // self.step * self.step + self.offset

    def ceil(self, time: int) -> int:
        """The first open time at or after `time`."""
        return -((self.offset - time) // self.step) * self.step + self.offset

    def opens(self, times: Times) -> Times:
        """`floor` of every element."""
        return (times - self.offset) // self.step * self.step + self.offset


def _timeframes() -> dict[str, Timeframe]:
    units = {"m": MINUTE, "h": HOUR, "d": DAY}
    names = ("1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d")
    plain = {name: Timeframe(name, int(name[:-1]) * units[name[-1]]) for name in names}
    # Weeks open on Mondays; 1970-01-01 was a Thursday.
    return plain | {"1w": Timeframe("1w", 7 * DAY, 4 * DAY)}


TIMEFRAMES = _timeframes()
"""Every interval the exchange serves, by Binance's name; shortest first."""


@dataclass(frozen=True, slots=True)
class Candles:
    """Columns of equal length; `time` is the open time in ms, strictly increasing."""

    time: Times
    open: Values
    high: Values
    low: Values
    close: Values
    volume: Values

    @classmethod
    def empty(cls) -> Self:
        """No candles."""
        none = np.empty(0, np.float64)
        return cls(np.empty(0, np.int64), none, none, none, none, none)

    @classmethod
    def concat(cls, parts: list[Self]) -> Self:
        """The parts one after the other; they must be in order of time."""
        if not parts:
            return cls.empty()
        if len(parts) == 1:
            return parts[0]
        return cls(
            np.concatenate([part.time for part in parts]),
            np.concatenate([part.open for part in parts]),
            np.concatenate([part.high for part in parts]),
            np.concatenate([part.low for part in parts]),
            np.concatenate([part.close for part in parts]),
            np.concatenate([part.volume for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, rows: slice) -> Candles:
        return Candles(
            self.time[rows],
            self.open[rows],
            self.high[rows],
            self.low[rows],
            self.close[rows],
            self.volume[rows],
        )

    def scaled(self, factor: Values, digits: int) -> Candles:
        """Prices times `factor` (one per candle), rounded; without volume, as nothing is traded."""
        return Candles(
            self.time,
            np.round(self.open * factor, digits),
            np.round(self.high * factor, digits),
            np.round(self.low * factor, digits),
            np.round(self.close * factor, digits),
            np.zeros(len(self)),
        )

    def between(self, first: int | None, last: int, limit: int) -> Candles:
        """At most `limit` candles opening in [first, last].

        The earliest ones, or, without `first`, the latest.
        """
        stop = int(np.searchsorted(self.time, last, side="right"))
        if first is None:
            return self[max(stop - limit, 0) : stop]
        start = int(np.searchsorted(self.time, first))
        return self[start : min(stop, start + limit)]

    def aggregate(self, timeframe: Timeframe) -> Candles:
        """Candles of a longer interval; an interval in which nothing opens stays missing."""
        if not len(self):
            return self
        opens = timeframe.opens(self.time)
        first = np.flatnonzero(np.diff(opens, prepend=opens[0] - 1))
        last = np.append(first[1:], len(opens)) - 1
        return Candles(
            opens[first],
            self.open[first],
            np.maximum.reduceat(self.high, first),
            np.minimum.reduceat(self.low, first),
            self.close[last],
            np.add.reduceat(self.volume, first),
        )


@dataclass(frozen=True, slots=True)
class Ticks:
    """Trades: time in ms (strictly increasing), price, size in base currency."""

    time: Times
    price: Values
    size: Values

    @classmethod
    def empty(cls) -> Self:
        """No trades."""
        none = np.empty(0, np.float64)
        return cls(np.empty(0, np.int64), none, none)

    @classmethod
    def concat(cls, parts: list[Self]) -> Self:
        """The parts one after the other; they must be in order of time."""
        if not parts:
            return cls.empty()
        if len(parts) == 1:
            return parts[0]
        return cls(
            np.concatenate([part.time for part in parts]),
            np.concatenate([part.price for part in parts]),
            np.concatenate([part.size for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, rows: slice) -> Ticks:
        return Ticks(self.time[rows], self.price[rows], self.size[rows])

    def between(self, first: int, last: int) -> Ticks:
        """The trades in [first, last]."""
        start, stop = np.searchsorted(self.time, [first, last + 1])
        return self[int(start) : int(stop)]

    def candles(self, timeframe: Timeframe) -> Candles:
        """What these trades make of each interval they touch."""
        alone = Candles(self.time, self.price, self.price, self.price, self.price, self.size)
        return alone.aggregate(timeframe)
