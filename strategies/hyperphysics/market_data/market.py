"""What the exchange needs to know about a market, recorded or simulated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np

from hyperphysics.market_data.candles import Candles, Ticks, Timeframe, Times, Values

Mode: TypeAlias = Literal["spot", "futures"]
Kind: TypeAlias = Literal["trade", "mark"]


class IntervalError(LookupError):
    """The market cannot make candles of this interval; the message names those it can."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One market pair."""

    symbol: str
    """Binance's name, as `BTCUSDT`."""
    base: str
    quote: str
    price_digits: int
    """Prices are multiples of 10^-price_digits."""
    size_digits: int
    """Sizes are multiples of 10^-size_digits."""
    listed: int
    """Time of the first candle, ms."""
    ends: int | None
    """Time from which on nothing is known any more, ms; None for a market without end."""

    @property
    def tick(self) -> float:
        """The smallest step of a price."""
        return float(10.0**-self.price_digits)

    @property
    def lot(self) -> float:
        """The smallest step of a size."""
        return float(10.0**-self.size_digits)


@dataclass(frozen=True, slots=True)
class Funding:
    """Funding events of a perpetual: time in ms, rate as a fraction of the position."""

    time: Times
    rate: Values

    def between(self, first: int | None, last: int, limit: int) -> Funding:
        """At most `limit` events in [first, last], selected as `Candles.between` does."""
        stop = int(np.searchsorted(self.time, last, side="right"))
        if first is None:
            rows = slice(max(stop - limit, 0), stop)
        else:
            start = int(np.searchsorted(self.time, first))
            rows = slice(start, min(stop, start + limit))
        return Funding(self.time[rows], self.rate[rows])


class Market(Protocol):
    """A market from its first to its last candle.

    It knows its own future: only `View`, which knows the clock, may ask it.
    """

    @property
    def label(self) -> str:
        """What kind of market this is, for everybody who sees its numbers."""

    @property
    def mode(self) -> Mode:
        """Spot or USD-M futures."""

    @property
    def seed(self) -> int:
        """Seed of all that is not recorded: the path inside a candle, the book."""

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """The pairs by symbol."""

    @property
    def unreadable(self) -> Mapping[str, str]:
        """Pairs that `instruments` leaves out, as BASE/QUOTE, each with the reason."""

    @property
    def ends(self) -> int | None:
        """The latest `Instrument.ends`; None for a market without end."""

    def candles(
        self,
        symbol: str,
        timeframe: Timeframe,
        first: int | None,
        last: int,
        limit: int,
        kind: Kind = "trade",
    ) -> Candles:
        """At most `limit` complete candles opening in [first, last].

        The earliest ones, or, without `first`, the latest.

        Raises:
            IntervalError: the recording has no interval that divides this one.
        """

    def ticks(self, symbol: str, first: int, last: int, kind: Kind = "trade") -> Ticks:
        """The trades in [first, last], at most one per second; they add up to the candles."""

    def funding(self, symbol: str, last: int) -> Funding:
        """All funding events up to `last`; none for spot."""
