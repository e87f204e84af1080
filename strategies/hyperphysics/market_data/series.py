"""One recorded file of candles, and the trades that could have made them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperphysics.market_data.candles import Candles, Ticks, Timeframe, Times, Values
from hyperphysics.market_data.files import read_frame

TICKS = 60
"""Trades made of one candle: one per second of the shortest interval."""

_COLUMNS = ("open", "high", "low", "close", "volume")


def read(path: Path, columns: tuple[str, ...] = _COLUMNS) -> tuple[Times, list[Values]]:
    """The dates (ms) and the named columns of a freqtrade candle file.

    Raises:
        ValueError: not such a file, or its dates do not increase; the message names file and row.
    """
    return values(read_frame(path, ("date", *columns)), path, columns)


def values(frame: pl.DataFrame, path: Path, columns: tuple[str, ...]) -> tuple[Times, list[Values]]:
    """As `read`, of a frame that was read already."""
    kind = frame.schema["date"]
    if not isinstance(kind, pl.Datetime):
        raise ValueError(f"{path}: date is {kind}; expected a datetime")  # noqa: TRY004 - a file
    time = frame["date"].dt.cast_time_unit("ms").to_physical().to_numpy().astype(np.int64)
    late = np.flatnonzero(np.diff(time) <= 0)
    if len(late):
        raise ValueError(f"{path}: row {late[0] + 1} is not later than the row before it")
    return time, [frame[name].cast(pl.Float64).to_numpy().astype(np.float64) for name in columns]


@dataclass(frozen=True)
class Series:
    """The candles of one file; read when first asked for, then kept."""

    path: Path
    timeframe: Timeframe

    @cached_property
    def candles(self) -> Candles:
        """All candles of the file.

        Raises:
            ValueError: as `read`, or a row that is no candle; the message names file and row.
        """
        time, columns = read(self.path)
        candles = Candles(time, *columns)
        body = np.stack([candles.open, candles.close])
        good = (candles.low > 0) & np.isfinite(candles.high)
        good &= (candles.low <= body.min(axis=0)) & (candles.high >= body.max(axis=0))
        good &= (candles.volume >= 0) & np.isfinite(candles.volume)
        good &= self.timeframe.opens(time) == time
        if not good.all():
            row = int(np.argmin(good))
            raise ValueError(
                f"{self.path}: row {row} is no {self.timeframe.name} candle; expected a date on the"
                " interval's grid, 0 < low <= open, close <= high < ∞ and a volume of at least 0"
            )
        return candles

    @cached_property
    def _span(self) -> tuple[int, int]:
        time, _ = read(self.path, ())
        if not len(time):
            raise ValueError(f"{self.path}: no candles")
        return int(time[0]), int(time[-1]) + self.timeframe.step

    @property
    def first(self) -> int:
        """Open time of the first candle, ms; reads the dates only."""
        return self._span[0]

    @property
    def ends(self) -> int:
        """Close time of the last candle, ms; reads the dates only."""
        return self._span[1]

    def ticks(self, first: int, last: int, digits: int, seed: int) -> Ticks:
        """The trades in [first, last]; their candles are the recorded ones."""
        spacing = self.timeframe.step // TICKS
        candles = self.candles.between(self.timeframe.floor(first), last, len(self.candles))
        if not len(candles):
            return Ticks.empty()
        time = candles.time[:, None] + np.arange(TICKS) * spacing
        price, size = _path(candles, digits, seed)
        return Ticks(time.ravel(), price.ravel(), size.ravel()).between(first, last)


def _path(candles: Candles, digits: int, seed: int) -> tuple[NDArray[np.float64], Values]:
    """Prices and sizes of the trades, one row per candle.

    Straight lines from the open to one extreme, to the other and to the close, the low first in a
    rising candle; when the extremes are met is drawn from seed and time.
    """
    word = _hash(candles.time, seed)
    early = 1 + (word % 28).astype(np.int64)
    late = 30 + (word >> np.uint64(32)).astype(np.int64) % 29
    rising = candles.close >= candles.open
    points = np.stack(
        [
            candles.open,
            np.where(rising, candles.low, candles.high),
            np.where(rising, candles.high, candles.low),
            candles.close,
        ],
        axis=1,
    )
    at = np.stack([np.zeros_like(early), early, late, np.full_like(early, TICKS - 1)], axis=1)
    step = np.arange(TICKS)
    leg = (step >= early[:, None]).astype(np.int64) + (step >= late[:, None])
    rows = np.arange(len(candles))[:, None]
    start, stop = at[rows, leg], at[rows, leg + 1]
    way = (step - start) / (stop - start)
    price = np.round(points[rows, leg] * (1 - way) + points[rows, leg + 1] * way, digits)
    price = np.clip(price, candles.low[:, None], candles.high[:, None])
    np.put_along_axis(price, at, points, axis=1)
    share = 1.0 + (_hash(candles.time[:, None] + step, seed) % 1024) / 256.0
    share /= share.sum(axis=1, keepdims=True)
    return price, candles.volume[:, None] * share


def _hash(value: NDArray[np.int64], seed: int) -> NDArray[np.uint64]:
    """splitmix64 of seed and value (Steele, Lea, Flood 2014)."""
    start = (seed + 1) * 0x9E3779B97F4A7C15 % 2**64
    word = value.astype(np.uint64) + np.uint64(start)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))
