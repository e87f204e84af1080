"""The freqtrade settings that lead its exchange `binance` to a simulated exchange."""

from __future__ import annotations

from typing import Any

from hyperphysics.market_data.market import Mode


def settings(url: str, mode: Mode, pairs: list[str] | None = None) -> dict[str, Any]:
    """What a `--config` file laid over another must hold; `pairs` replaces its pair list.

    Without `types` ccxt would ask for markets the exchange does not have; websockets and the
    archive downloads of freqtrade would leave the machine.
    """
    spot = mode == "spot"
    exchange: dict[str, Any] = {
        "name": "binance",
        "enable_ws": False,
        "only_from_ccxt": True,
        "ccxt_config": {
            "enableRateLimit": False,
            "options": {"fetchMarkets": {"types": ["spot" if spot else "linear"]}},
            "urls": {"api": {"public": f"{url}/api/v3", "fapiPublic": f"{url}/fapi/v1"}},
        },
    }
    if pairs is not None:
        exchange["pair_whitelist"] = pairs
    return {
        "trading_mode": mode,
        "margin_mode": "" if spot else "isolated",
        "exchange": exchange,
    }
