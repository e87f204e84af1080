"""Binance spot, `/api/v3`."""

from __future__ import annotations

from typing import Any

from hyperphysics.market_data.market import Instrument
from hyperphysics.simulated_exchange import binance_common
from hyperphysics.simulated_exchange.query import Query

ROOT = "/api/v3"


def exchange_info(query: Query) -> dict[str, Any]:
    """The listed pairs."""
    items, _ = query.instruments()
    return binance_common.exchange_info(query, [_symbol(item) for item in items])


def _symbol(item: Instrument) -> dict[str, Any]:
    return {
        "symbol": item.symbol,
        "status": "TRADING",
        "baseAsset": item.base,
        "baseAssetPrecision": 8,
        "quoteAsset": item.quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "orderTypes": ["LIMIT", "MARKET", "STOP_LOSS_LIMIT"],
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "permissions": ["SPOT"],
        "filters": [
            *binance_common.filters(item),
            {"filterType": "NOTIONAL", "minNotional": "5.0", "maxNotional": "9000000.0"},
        ],
    }


def klines(query: Query) -> list[list[Any]]:
    """Candles, at most 1000."""
    return binance_common.klines(query, 1000)


def depth(query: Query) -> dict[str, Any]:
    """The order book, at most 5000 levels."""
    return binance_common.depth(query, query.limit(100, 5000))


def ticker(query: Query) -> Any:  # noqa: ANN401 - JSON
    """The last 24 hours with the best bid and ask, by which clients know a spot market."""
    return binance_common.each(query, binance_common.day, binance_common.best)


def book_ticker(query: Query) -> Any:  # noqa: ANN401 - JSON
    """The best bid and ask."""
    return binance_common.each(query, binance_common.best)


_ROUTES = {
    "/ping": binance_common.ping,
    "/time": binance_common.time,
    "/exchangeInfo": exchange_info,
    "/klines": klines,
    "/depth": depth,
    "/aggTrades": binance_common.agg_trades,
    "/ticker/24hr": ticker,
    "/ticker/bookTicker": book_ticker,
}

ROUTES = {ROOT + path: answer for path, answer in _ROUTES.items()}

PING = ROOT + "/ping"


def ccxt_config(url: str) -> dict[str, Any]:
    """Leads ccxt here; without `types` it asks for markets that the exchange does not have."""
    return {
        "options": {"fetchMarkets": {"types": ["spot"]}},
        "urls": {"api": {"public": url + ROOT}},
    }
