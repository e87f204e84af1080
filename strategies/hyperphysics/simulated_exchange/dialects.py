"""The exchanges that the simulated one can speak as, and freqtrade's settings for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hyperphysics.market_data.market import Mode
from hyperphysics.simulated_exchange import (
    binance_common,
    binance_futures,
    binance_spot,
    bitget,
    cryptocom,
    kraken,
    okx,
)
from hyperphysics.simulated_exchange.query import ApiError, Query


@dataclass(frozen=True)
class Dialect:
    """How one exchange is asked, answers and refuses.

    Attributes:
        routes: Answers by path.
        ping: A path whose answer is cheap.
        ccxt_config: What leads ccxt to a URL; freqtrade's setting of the same name.
        broken: The answer where the market cannot be read.
        unknown: The answer on a path without route.
    """

    routes: Mapping[str, Callable[[Query], Any]]
    ping: str
    ccxt_config: Callable[[str], dict[str, Any]]
    broken: Callable[[str], ApiError]
    unknown: Callable[[str], ApiError]


_MODULES: dict[tuple[str, Mode], Any] = {
    ("binance", "spot"): binance_spot,
    ("binance", "futures"): binance_futures,
    ("okx", "spot"): okx,
    ("kraken", "spot"): kraken,
    ("bitget", "spot"): bitget,
    ("cryptocom", "spot"): cryptocom,
}
NAMES = sorted({name for name, _ in _MODULES})
"""The exchanges, as freqtrade and ccxt write them."""


def dialect(exchange: str, mode: Mode) -> Dialect:
    """The dialect of an exchange.

    Raises:
        ValueError: it is not spoken in this mode; the message names those that are.
    """
    module = _MODULES.get((exchange, mode))
    if module is None:
        known = ", ".join(name for name, spoken in _MODULES if spoken == mode)
        raise ValueError(f"{exchange!r} is not simulated in mode {mode}; expected one of: {known}")
    refusals = binance_common if exchange == "binance" else module
    return Dialect(
        module.ROUTES, module.PING, module.ccxt_config, refusals.broken, refusals.unknown
    )


def settings(
    url: str, mode: Mode, pairs: list[str] | None = None, exchange: str = "binance"
) -> dict[str, Any]:
    """What a `--config` file laid over another must hold; `pairs` replaces its pair list.

    Websockets and the archive downloads of freqtrade would leave the machine.
    """
    section: dict[str, Any] = {
        "name": exchange,
        "enable_ws": False,
        "only_from_ccxt": True,
        "ccxt_config": {"enableRateLimit": False} | dialect(exchange, mode).ccxt_config(url),
    }
    if pairs is not None:
        section["pair_whitelist"] = pairs
    return {
        "trading_mode": mode,
        "margin_mode": "" if mode == "spot" else "isolated",
        "exchange": section,
    }
