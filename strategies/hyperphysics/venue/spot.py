"""Binance spot, `/api/v3`."""

from __future__ import annotations

from typing import Any

from . import dialect
from .market import Instrument
from .query import Query

ROOT = "/api/v3"


def exchange_info(query: Query) -> dict[str, Any]:
    """The listed pairs."""
    items, _ = query.instruments()
    return dialect.exchange_info(query, [_symbol(item) for item in items])


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
            *dialect.filters(item),
            {"filterType": "NOTIONAL", "minNotional": "5.0", "maxNotional": "9000000.0"},
        ],
    }


def klines(query: Query) -> list[list[Any]]:
    """Candles, at most 1000."""
    return dialect.klines(query, 1000)


def depth(query: Query) -> dict[str, Any]:
    """The order book, at most 5000 levels."""
    return dialect.depth(query, query.limit(100, 5000))


def ticker(query: Query) -> Any:  # noqa: ANN401 - JSON
    """The last 24 hours with the best bid and ask, by which clients know a spot market."""
    return dialect.each(query, dialect.day, dialect.best)


def book_ticker(query: Query) -> Any:  # noqa: ANN401 - JSON
    """The best bid and ask."""
    return dialect.each(query, dialect.best)


ROUTES = {
    "/ping": dialect.ping,
    "/time": dialect.time,
    "/exchangeInfo": exchange_info,
    "/klines": klines,
    "/depth": depth,
    "/aggTrades": dialect.agg_trades,
    "/ticker/24hr": ticker,
    "/ticker/bookTicker": book_ticker,
}
