"""Binance USD-M futures, `/fapi/v1`."""

from __future__ import annotations

from typing import Any

from hyperphysics.market_data.candles import HOUR
from hyperphysics.market_data.market import Instrument
from hyperphysics.simulated_exchange import binance_common
from hyperphysics.simulated_exchange.query import BinanceError, Query, text

ROOT = "/fapi/v1"

_DEPTHS = (5, 10, 20, 50, 100, 500, 1000)
_NEVER = 4_133_404_800_000
"""The delivery date Binance gives to perpetuals."""


def exchange_info(query: Query) -> dict[str, Any]:
    """The listed perpetuals."""
    items, _ = query.instruments()
    return binance_common.exchange_info(query, [_symbol(item) for item in items])


def _symbol(item: Instrument) -> dict[str, Any]:
    return {
        "symbol": item.symbol,
        "pair": item.symbol,
        "contractType": "PERPETUAL",
        "deliveryDate": _NEVER,
        "onboardDate": item.listed,
        "status": "TRADING",
        "baseAsset": item.base,
        "quoteAsset": item.quote,
        "marginAsset": item.quote,
        "pricePrecision": item.price_digits,
        "quantityPrecision": item.size_digits,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "orderTypes": ["LIMIT", "MARKET", "STOP", "STOP_MARKET"],
        "filters": [*binance_common.filters(item), {"filterType": "MIN_NOTIONAL", "notional": "5"}],
    }


def klines(query: Query) -> list[list[Any]]:
    """Candles, at most 1500."""
    return binance_common.klines(query, 1500)


def mark_klines(query: Query) -> list[list[Any]]:
    """Candles of the mark price, at most 1500."""
    return binance_common.klines(query, 1500, "mark")


def depth(query: Query) -> dict[str, Any]:
    """The order book; only certain numbers of levels can be asked for."""
    levels = query.number("limit") or 500
    if levels not in _DEPTHS:
        raise BinanceError(-4021, f"{levels} is not valid depth limit.")
    now = query.view.now
    return binance_common.depth(query, levels) | {"E": now, "T": now}


def ticker(query: Query) -> Any:  # noqa: ANN401 - JSON
    """The last 24 hours; futures show no bid or ask here."""
    return binance_common.each(query, binance_common.day)


def book_ticker(query: Query) -> Any:  # noqa: ANN401 - JSON
    """The best bid and ask with the time, by which clients know a futures market."""
    return binance_common.each(query, binance_common.best, _time)


def _time(query: Query, _: Instrument) -> dict[str, Any]:
    return {"time": query.view.now}


def funding_rate(query: Query) -> list[dict[str, Any]]:
    """Past funding events."""
    item = query.instrument()
    first, last = query.span()
    found = query.view.funding(item.symbol, first, last, query.limit(100, 1000))
    return [
        {"symbol": item.symbol, "fundingTime": at, "fundingRate": text(rate)}
        for at, rate in zip(found.time.tolist(), found.rate.tolist(), strict=True)
    ]


def premium_index(query: Query) -> Any:  # noqa: ANN401 - JSON
    """Mark price and the latest funding; the mark price stands in for the index."""
    return binance_common.each(query, _premium)


def _premium(query: Query, item: Instrument) -> dict[str, Any] | None:
    mark = query.view.mark(item.symbol)
    if mark is None:
        return None
    past = query.view.funding(item.symbol, None, None, 2)
    interval = int(past.time[-1] - past.time[-2]) if len(past.time) > 1 else 8 * HOUR
    return {
        "symbol": item.symbol,
        "markPrice": text(mark),
        "indexPrice": text(mark),
        "estimatedSettlePrice": text(mark),
        "lastFundingRate": text(float(past.rate[-1])) if len(past.rate) else "0",
        "interestRate": "0.00010000",
        "nextFundingTime": query.view.now // interval * interval + interval,
        "time": query.view.now,
    }


_ROUTES = {
    "/ping": binance_common.ping,
    "/time": binance_common.time,
    "/exchangeInfo": exchange_info,
    "/klines": klines,
    "/markPriceKlines": mark_klines,
    "/depth": depth,
    "/aggTrades": binance_common.agg_trades,
    "/ticker/24hr": ticker,
    "/ticker/bookTicker": book_ticker,
    "/fundingRate": funding_rate,
    "/premiumIndex": premium_index,
}

ROUTES = {ROOT + path: answer for path, answer in _ROUTES.items()}

PING = ROOT + "/ping"


def ccxt_config(url: str) -> dict[str, Any]:
    """Leads ccxt here; without `types` it asks for markets that the exchange does not have."""
    return {
        "options": {"fetchMarkets": {"types": ["linear"]}},
        "urls": {"api": {"fapiPublic": url + ROOT}},
    }
