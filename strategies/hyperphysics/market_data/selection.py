"""A market, pairs of it and a time range: what is downloaded, backtested or evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from hyperphysics.market_data.candles import DAY, Candles, Timeframe
from hyperphysics.market_data.market import Market

WARM_UP = 2_500
"""Candles before the time range: what the strategy needs to start, and a little more."""


@dataclass(frozen=True, slots=True)
class MarketSelection:
    """What a command works on.

    Attributes:
        market: Recorded or simulated.
        pairs: Names as freqtrade writes them.
        timeframe: Length of a candle.
        start: Open time of the first candle in the time range, ms.
        end: End of the time range, ms.
    """

    market: Market
    pairs: list[str]
    timeframe: Timeframe
    start: int
    end: int

    @property
    def timerange(self) -> str:
        """The time range as freqtrade writes it."""
        return f"{_day(self.start)}-{_day(self.end)}"

    @property
    def download_range(self) -> str:
        """What is downloaded: the time range and the warm-up before it."""
        return f"{_day(self.start - WARM_UP * self.timeframe.step)}-{_day(self.end)}"

    @property
    def plot_range(self) -> str:
        """What the candles are plotted for: the last 60 days; more makes a page too heavy."""
        return f"{_day(max(self.start, self.end - 60 * DAY))}-{_day(self.end)}"

    @property
    def clock(self) -> str:
        """The simulated exchange's clock: the end of the range, or of the recording."""
        simulated = self.market.ends is None
        return datetime.fromtimestamp(self.end / 1000, UTC).isoformat() if simulated else "end"

    def candles(self, pair: str) -> Candles:
        """All candles of a pair up to the end of the time range, the past before it included."""
        name = pair.partition(":")[0]
        items = self.market.instruments.values()
        item = next(item for item in items if f"{item.base}/{item.quote}" == name)
        last = self.end - self.timeframe.step
        return self.market.candles(item.symbol, self.timeframe, item.listed, last, 2**62)


def _day(time: int) -> str:
    return datetime.fromtimestamp(time / 1000, UTC).strftime("%Y%m%d")
