# SPDX-License-Identifier: GPL-3.0-or-later
"""How many start-up candles freqtrade accepts of an exchange, asked of its own classes offline.

freqtrade refuses a strategy whose `startup_candle_count` takes more than five calls of the
exchange, or more than one where the exchange has no history. How many candles a call gives depends
on the exchange, the trading mode and the timeframe, on some also on how far back they are.
"""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

from freqtrade import exchange as freqtrade_exchange
from freqtrade.enums import RunMode
from freqtrade.exceptions import ConfigurationError
from freqtrade.exchange.common import MAP_EXCHANGE_CHILDCLASS

logger = logging.getLogger(__name__)

SECRETS = ("key", "secret", "password", "uid", "api_key", "apiKey", "private_key", "privateKey")


def startup_limit(config: Mapping[str, Any], timeframe: str, wanted: int) -> int:
    """The largest `startup_candle_count` up to `wanted` with which freqtrade starts.

    Args:
        config: freqtrade's configuration; `exchange.name` and `trading_mode` decide.
        timeframe: Length of a candle.
        wanted: Candles that a strategy would like to have.

    Returns:
        `wanted` where the configuration names no exchange, or none that freqtrade knows.
    """
    if not config.get("exchange", {}).get("name"):
        return wanted
    # an exchange object sets the event loop of the thread that it is made in
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_limit, config, timeframe, wanted).result()


def _limit(config: Mapping[str, Any], timeframe: str, wanted: int) -> int:
    talkative = logging.getLogger("freqtrade.exchange")
    level = talkative.level
    talkative.setLevel(logging.CRITICAL)
    try:
        exchange = _offline(config)
        try:
            return bisect_right(
                range(1, wanted + 1), 0, key=lambda count: _refused(exchange, count, timeframe)
            )
        finally:
            exchange.close()
    except Exception as error:
        logger.debug("hyperphysics: start-up limit of the exchange unknown: %s", error)
        return wanted
    finally:
        talkative.setLevel(level)


def _refused(exchange: Any, count: int, timeframe: str) -> bool:  # noqa: ANN401 - freqtrade's own
    try:
        exchange.validate_required_startup_candles(count, timeframe)
    except ConfigurationError:
        return True
    return False


def _offline(config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - freqtrade's own
    """Freqtrade's exchange without credentials, which asks nothing."""
    section = deepcopy({k: v for k, v in config["exchange"].items() if k not in SECRETS})
    name = str(section["name"])
    found = getattr(freqtrade_exchange, MAP_EXCHANGE_CHILDCLASS.get(name, name).title(), None)
    kind: Any = found or freqtrade_exchange.Exchange

    class Offline(kind):  # type: ignore[misc]
        def additional_exchange_init(self) -> None:
            """Skip questions to the exchange."""

    own = {
        **config,
        "exchange": section,
        "dry_run": True,
        "runmode": RunMode.OTHER,
    }
    return Offline(own, validate=False)
