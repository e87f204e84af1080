"""A simulated market: regimes, fat tails, clustered volatility; nothing of it is a real price."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from hyperphysics.market_data.candles import HOUR, TIMEFRAMES, Candles, Ticks, Timeframe
from hyperphysics.market_data.market import Funding, Instrument, Kind, Mode
from hyperphysics.market_data.stochastic_process import BLOCK, SPAN, TICKS, Asset, Factor, Process

EPOCH = 1_609_459_200_000
"""The market opens on Friday, 2021-01-01 00:00 UTC."""

ASSETS = (
    Asset("BTC", 30_000.0, 2, 5, 1.0, 0.0020, 60e6),
    Asset("ETH", 2_000.0, 2, 4, 1.15, 0.0030, 35e6),
    Asset("SOL", 60.0, 2, 3, 1.4, 0.0055, 8e6),
    Asset("LTC", 90.0, 2, 3, 1.0, 0.0045, 3e6),
    Asset("BNB", 300.0, 1, 3, 0.9, 0.0035, 5e6),
    Asset("XRP", 0.6, 4, 1, 1.0, 0.0050, 6e6),
    Asset("LINK", 12.0, 3, 2, 1.2, 0.0050, 3e6),
    Asset("ADA", 0.5, 4, 1, 1.1, 0.0048, 3e6),
    Asset("DOT", 6.0, 3, 2, 1.2, 0.0050, 2e6),
    Asset("AVAX", 15.0, 2, 2, 1.3, 0.0055, 3e6),
)
"""Made-up levels, in the order of magnitude that leverage tiers and order sizes expect."""

_SPACING = HOUR // TICKS
_FUNDING_HOURS = 8
_INTEREST = 1e-4
_FUNDING_BAND = 5e-4


class Simulated:
    """A pure function of seed, pair and time, from `EPOCH` on without end."""

    ends = None

    def __init__(self, seed: int = 0, mode: Mode = "spot", *, structure: bool = True) -> None:
        """Take the seed; hours are drawn when they are first asked for.

        Without `structure` prices are martingales, as `process` says.

        Raises:
            ValueError: a negative seed.
        """
        if seed < 0:
            raise ValueError(f"seed {seed}: expected 0 or more")
        self.seed = seed
        self.mode: Mode = mode
        kind = "market" if structure else "random walk"
        self.label = f"simulated {kind}, seed {seed}: no real prices"
        factor = Factor(seed)
        self._processes = {
            f"{asset.base}USDT": Process(seed, asset, factor, structure=structure)
            for asset in ASSETS
        }
        self.instruments = {
            symbol: Instrument(
                symbol=symbol,
                base=process.asset.base,
                quote="USDT",
                price_digits=process.asset.price_digits,
                size_digits=process.asset.size_digits,
                listed=EPOCH,
                ends=None,
            )
            for symbol, process in self._processes.items()
        }
        self.unreadable: dict[str, str] = {}
        self._hours: dict[tuple[str, int], Candles] = {}
        self._block = lru_cache(maxsize=24)(self._draw)

    def candles(
        self,
        symbol: str,
        timeframe: Timeframe,
        first: int | None,
        last: int,
        limit: int,
        kind: Kind = "trade",
    ) -> Candles:
        """As `Market.candles`; every interval is available."""
        opening = timeframe.ceil(EPOCH)
        stop = timeframe.floor(last)
        if first is None:
            start = max(opening, stop - (limit - 1) * timeframe.step)
        else:
            start = max(opening, timeframe.ceil(first))
            stop = min(stop, start + (limit - 1) * timeframe.step)
        if stop < start:
            return Candles.empty()
        final = stop + timeframe.step - 1
        if timeframe.step % HOUR:
            return self.ticks(symbol, start, final, kind).candles(timeframe)
        blocks = range((start - EPOCH) // SPAN, (final - EPOCH) // SPAN + 1)
        hours = Candles.concat([self._hourly(symbol, block, kind) for block in blocks])
        return hours.between(start, final, len(hours)).aggregate(timeframe)

    def ticks(self, symbol: str, first: int, last: int, kind: Kind = "trade") -> Ticks:
        """As `Market.ticks`; one trade every 10 s."""
        first = max(first, EPOCH)
        if last < first:
            return Ticks.empty()
        blocks = range((first - EPOCH) // SPAN, (last - EPOCH) // SPAN + 1)
        parts = []
        for block in blocks:
            ticks = self._block(symbol, block).between(first, last)
            if kind == "mark":
                hour = (ticks.time - EPOCH) // HOUR - block * BLOCK
                factor = self._processes[symbol].hours(block).mark[hour]
                ticks = Ticks(ticks.time, np.round(ticks.price * factor, 8), np.zeros(len(ticks)))
            parts.append(ticks)
        return Ticks.concat(parts)

    def funding(self, symbol: str, last: int) -> Funding:
        """As `Market.funding`: every 8 hours Binance's formula on the mean premium before it."""
        if self.mode == "spot":
            return Funding(np.empty(0, np.int64), np.empty(0))
        count = max((last - EPOCH) // (_FUNDING_HOURS * HOUR), 0)
        blocks = range(-(-count * _FUNDING_HOURS // BLOCK))
        process = self._processes[symbol]
        premium = np.concatenate([np.empty(0), *(process.hours(k).premium for k in blocks)])
        mean = premium[: count * _FUNDING_HOURS].reshape(count, _FUNDING_HOURS).mean(axis=1)
        rate = mean + np.clip(_INTEREST - mean, -_FUNDING_BAND, _FUNDING_BAND)
        time = EPOCH + np.arange(1, count + 1, dtype=np.int64) * _FUNDING_HOURS * HOUR
        return Funding(time, np.round(rate, 8))

    def _hourly(self, symbol: str, block: int, kind: Kind) -> Candles:
        key = (symbol, block)
        if key not in self._hours:
            self._hours[key] = self._block(symbol, block).candles(TIMEFRAMES["1h"])
        hours = self._hours[key]
        if kind == "trade":
            return hours
        return hours.scaled(self._processes[symbol].hours(block).mark, 8)

    def _draw(self, symbol: str, block: int) -> Ticks:
        price, size = self._processes[symbol].trades(block)
        start = EPOCH + block * SPAN
        time = start + np.arange(BLOCK * TICKS, dtype=np.int64) * _SPACING
        return Ticks(time, price.ravel(), size.ravel())
