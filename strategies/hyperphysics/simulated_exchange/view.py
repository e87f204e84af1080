"""What of a market exists at one moment. Nothing later than that moment comes through here."""

from __future__ import annotations

from dataclasses import dataclass

from hyperphysics.market_data.candles import DAY, MINUTE, Candles, Ticks, Timeframe
from hyperphysics.market_data.market import Funding, Instrument, Kind, Market
from hyperphysics.simulated_exchange.order_book import BEAT, LEVEL_VALUE, Book, book

TRADE_ID = 1000
"""A trade's number is its time in units of this many ms."""


@dataclass(frozen=True, slots=True)
class Day:
    """The 24 hours up to now; everything is the last price where nothing was traded."""

    open: float
    high: float
    low: float
    last: float
    volume: float
    turnover: float
    trades: Ticks


@dataclass(frozen=True, slots=True)
class View:
    """A market as it stands at `now` (ms)."""

    market: Market
    now: int
    level_value: float = LEVEL_VALUE
    """What the best level of a book is worth, a mean in quote currency."""

    def instruments(self) -> list[Instrument]:
        """The pairs that are listed."""
        return [item for item in self.market.instruments.values() if item.listed <= self.now]

    def candles(
        self,
        symbol: str,
        timeframe: Timeframe,
        first: int | None,
        last: int | None,
        limit: int,
        kind: Kind = "trade",
    ) -> Candles:
        """Complete candles and the one that is forming, as `Market.candles` selects them."""
        opened = timeframe.floor(self.now)
        until = opened - timeframe.step
        closed = self.market.candles(
            symbol, timeframe, first, until if last is None else min(last, until), limit, kind
        )
        wanted = (first is None or first <= opened) and (last is None or last >= opened)
        if first is not None:
            wanted = wanted and len(closed) < limit
        if not wanted:
            return closed
        both = Candles.concat([closed, self.forming(symbol, timeframe, kind)])
        return both[max(len(both) - limit, 0) :]

    def forming(self, symbol: str, timeframe: Timeframe, kind: Kind = "trade") -> Candles:
        """The open candle: what was traded since it opened.

        After the end of a recording there is an open candle without trades, as an exchange shows it
        before the first one; inside a gap there is none.
        """
        opened = timeframe.floor(self.now)
        ticks = self.market.ticks(symbol, opened, self.now, kind)
        if len(ticks):
            return ticks.candles(timeframe)
        ends = self._instrument(symbol).ends
        if ends is None or self.now < ends:
            return Candles.empty()
        before = self.last(symbol, kind)
        if not len(before):
            return Candles.empty()
        still = Ticks(before.time * 0 + opened, before.price, before.size * 0)
        return still.candles(timeframe)

    def last(self, symbol: str, kind: Kind = "trade") -> Ticks:
        """The latest trade; none before the first candle."""
        instrument = self._instrument(symbol)
        until = self.now if instrument.ends is None else min(self.now, instrument.ends - 1)
        reach = 2 * MINUTE
        while True:
            found = self.market.ticks(symbol, until - reach, until, kind)
            if len(found):
                return found[len(found) - 1 :]
            if until - reach < instrument.listed:
                return found
            reach *= 4

    def trades(self, symbol: str, first: int | None, last: int | None, limit: int) -> Ticks:
        """At most `limit` trades in [first, last], selected as `candles` selects candles."""
        listed = self._instrument(symbol).listed
        until = self.now if last is None else min(last, self.now)
        reach = 10 * MINUTE
        while True:
            low = max(until - reach, listed) if first is None else max(first, listed)
            high = until if first is None else min(low + reach, until)
            ticks = self.market.ticks(symbol, low, high)
            rows = (ticks.size > 0).nonzero()[0]
            rows = rows[-limit:] if first is None else rows[:limit]
            if len(rows) == limit or (low == listed if first is None else high >= until):
                return Ticks(ticks.time[rows], ticks.price[rows], ticks.size[rows])
            reach *= 4

    def day(self, symbol: str) -> Day | None:
        """The last 24 hours; None before the first candle."""
        last = self.last(symbol)
        if not len(last):
            return None
        ticks = self.market.ticks(symbol, self.now - DAY, self.now)
        shown = ticks if len(ticks) else last
        return Day(
            open=float(shown.price[0]),
            high=float(shown.price.max()),
            low=float(shown.price.min()),
            last=float(last.price[0]),
            volume=float(ticks.size.sum()),
            turnover=float(ticks.size @ ticks.price),
            trades=ticks,
        )

    def book(self, symbol: str, levels: int) -> Book | None:
        """The order book around the latest price; None before the first candle."""
        beat = View(self.market, self.now // BEAT * BEAT)
        last = beat.last(symbol)
        if not len(last):
            return None
        return book(
            self._instrument(symbol),
            float(last.price[0]),
            beat.now,
            self.market.seed,
            levels,
            self.level_value,
        )

    def funding(self, symbol: str, first: int | None, last: int | None, limit: int) -> Funding:
        """Funding events up to now, selected as `candles` selects candles."""
        until = self.now if last is None else min(last, self.now)
        return self.market.funding(symbol, until).between(first, until, limit)

    def mark(self, symbol: str) -> float | None:
        """The mark price; None before the first candle."""
        last = self.last(symbol, "mark")
        return float(last.price[0]) if len(last) else None

    def _instrument(self, symbol: str) -> Instrument:
        return self.market.instruments[symbol]
