"""A recorded market moved in time by whole weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from hyperphysics.market_data.candles import DAY, Candles, Ticks, Timeframe
from hyperphysics.market_data.market import Funding, Instrument, Kind, Market, Mode

WEEK = 7 * DAY
"""A shift is a multiple of it: hours of the day and days of the week stay what they are, and so do
the grids of all intervals of up to a day and of a week."""

AHEAD = DAY
"""A recording shifted to a moment goes on for at least so long after it, ms."""


@dataclass(frozen=True)
class Shifted:
    """The market `recorded`, everything in it `shift` ms later (a multiple of `WEEK`).

    Candles, mark prices and funding of all pairs move together.
    """

    recorded: Market
    shift: int

    @classmethod
    def to(cls, recorded: Market, now: int) -> Shifted:
        """Shifted by the fewest weeks after which the recording ends `AHEAD` or more after `now`.

        Raises:
            ValueError: the market is simulated and has no end.
        """
        if recorded.ends is None:
            raise ValueError("a simulated market needs no shift: it has no end")
        weeks = -((recorded.ends - now - AHEAD) // WEEK)
        return cls(recorded, weeks * WEEK)

    @property
    def label(self) -> str:
        """As `Market.label`, with the shift."""
        return f"{self.recorded.label}, shifted by {self.shift // WEEK} weeks"

    @property
    def mode(self) -> Mode:
        """As `Market.mode`."""
        return self.recorded.mode

    @property
    def seed(self) -> int:
        """As `Market.seed`."""
        return self.recorded.seed

    @cached_property
    def instruments(self) -> Mapping[str, Instrument]:
        """As `Market.instruments`."""
        return {
            symbol: replace(
                item,
                listed=item.listed + self.shift,
                ends=None if item.ends is None else item.ends + self.shift,
            )
            for symbol, item in self.recorded.instruments.items()
        }

    @property
    def unreadable(self) -> Mapping[str, str]:
        """As `Market.unreadable`."""
        return self.recorded.unreadable

    @property
    def ends(self) -> int | None:
        """As `Market.ends`."""
        return None if self.recorded.ends is None else self.recorded.ends + self.shift

    def candles(
        self,
        symbol: str,
        timeframe: Timeframe,
        first: int | None,
        last: int,
        limit: int,
        kind: Kind = "trade",
    ) -> Candles:
        """As `Market.candles`."""
        # The interval's grid as the recording sees it; another one for 3d only.
        offset = (timeframe.offset - self.shift) % timeframe.step
        grid = replace(timeframe, offset=offset)
        start = None if first is None else first - self.shift
        found = self.recorded.candles(symbol, grid, start, last - self.shift, limit, kind)
        return replace(found, time=found.time + self.shift)

    def ticks(self, symbol: str, first: int, last: int, kind: Kind = "trade") -> Ticks:
        """As `Market.ticks`."""
        found = self.recorded.ticks(symbol, first - self.shift, last - self.shift, kind)
        return replace(found, time=found.time + self.shift)

    def funding(self, symbol: str, last: int) -> Funding:
        """As `Market.funding`."""
        found = self.recorded.funding(symbol, last - self.shift)
        return replace(found, time=found.time + self.shift)
