# SPDX-License-Identifier: GPL-3.0-or-later
"""What freqtrade's exchange classes allow a strategy to ask for at its start, without network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from freqtrade import exchange as freqtrade_exchange
from freqtrade.enums import CandleType
from freqtrade.exchange.common import MAP_EXCHANGE_CHILDCLASS, SUPPORTED_EXCHANGES

from hyperphysics.freqtrade_bridge.exchange_access import traits
from hyperphysics.freqtrade_bridge.startup_limit import startup_limit

NAMES = sorted({*SUPPORTED_EXCHANGES, "cryptocom", "kucoin"})
"""Exchanges that freqtrade supports officially, and two more with limits of their own."""

TIMEFRAMES = ("5m", "1h", "1d")
_FAR = 20_000
"""More start-up candles than freqtrade allows anywhere."""


@dataclass(frozen=True)
class ExchangeLimits:
    """One exchange in one trading mode.

    Attributes:
        exchange: Its name in freqtrade.
        mode: `spot` or `futures`.
        official: Whether freqtrade's developers support it.
        past: Whether older candles than those of one call can be fetched.
        startup: The largest `startup_candle_count`, by timeframe.
    """

    exchange: str
    mode: str
    official: bool
    past: bool
    startup: Mapping[str, int]


def exchange_limits() -> Iterator[ExchangeLimits]:
    """Every exchange of `NAMES` in every mode that freqtrade trades it in.

    Raises:
        ValueError: Freqtrade tells no limit for one of them.
    """
    base: Any = freqtrade_exchange.Exchange
    for name in NAMES:
        kind = getattr(freqtrade_exchange, MAP_EXCHANGE_CHILDCLASS.get(name, name).title(), base)
        pairs = kind._supported_trading_mode_margin_pairs
        for mode in dict.fromkeys(str(mode.value) for mode, _ in pairs):
            config = {
                "exchange": {"name": name},
                "trading_mode": mode,
                "margin_mode": "" if mode == "spot" else "isolated",
                "stake_currency": "USDT",
                "candle_type_def": CandleType.get_default(mode),
            }
            startup = {one: startup_limit(config, one, _FAR) for one in TIMEFRAMES}
            if max(startup.values()) == _FAR:
                raise ValueError(f"{name} {mode}: freqtrade told no limit of start-up candles")
            yield ExchangeLimits(
                name,
                mode,
                name in SUPPORTED_EXCHANGES,
                bool(traits(name, futures=mode == "futures")["ohlcv_has_history"]),
                startup,
            )
