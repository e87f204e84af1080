"""Answers that Binance spot and USD-M futures give in the same shape."""

from __future__ import annotations

from typing import Any

from hyperphysics.market_data.market import Instrument, IntervalError, Kind
from hyperphysics.simulated_exchange.query import (
    BinanceError,
    Query,
    book_rows,
    candle_rows,
    step_text,
    text,
)
from hyperphysics.simulated_exchange.view import TRADE_ID, Day

_MAX_TRADE_WINDOW = 3_600_000


def broken(message: str) -> BinanceError:
    """The answer where the market itself cannot be read."""
    return BinanceError(-1000, message, 500)


def unknown(message: str) -> BinanceError:
    """The answer to a request that this exchange does not know."""
    return BinanceError(-1020, f"This operation is not supported. {message}", 404)


def ping(_: Query) -> dict[str, Any]:
    """Nothing, as proof of life."""
    return {}


def time(query: Query) -> dict[str, Any]:
    """The simulated exchange's clock."""
    return {"serverTime": query.view.now}


def exchange_info(query: Query, symbols: list[dict[str, Any]]) -> dict[str, Any]:
    """The market's description; `market` says what Binance's dialect has no word for."""
    return {
        "timezone": "UTC",
        "serverTime": query.view.now,
        "market": query.view.market.label,
        "rateLimits": [],
        "exchangeFilters": [],
        "symbols": symbols,
    }


def filters(item: Instrument) -> list[dict[str, Any]]:
    """The steps of price and size."""
    tick, lot = step_text(item.price_digits), step_text(item.size_digits)
    size = {"minQty": lot, "maxQty": "90000000", "stepSize": lot}
    return [
        {"filterType": "PRICE_FILTER", "minPrice": tick, "maxPrice": "10000000", "tickSize": tick},
        {"filterType": "LOT_SIZE", **size},
        {"filterType": "MARKET_LOT_SIZE", **size},
    ]


def klines(query: Query, most: int, kind: Kind = "trade") -> list[list[Any]]:
    """Candles; trades are not counted."""
    item, timeframe = query.instrument(), query.timeframe()
    first, last = query.span()
    try:
        found = query.view.candles(
            item.symbol, timeframe, first, last, query.limit(500, most), kind
        )
    except IntervalError as error:
        raise BinanceError(-1120, f"Invalid interval. {error}") from error
    rows = zip(found.time.tolist(), candle_rows(found), strict=True)
    return [
        [at, *prices, at + timeframe.step - 1, turnover, 0, "0", "0", "0"]
        for at, (*prices, turnover) in rows
    ]


def depth(query: Query, levels: int) -> dict[str, Any]:
    """The order book."""
    item = query.instrument()
    return {"lastUpdateId": query.view.now} | book_rows(query, item, levels)


def agg_trades(query: Query) -> list[dict[str, Any]]:
    """Trades from a number on, in a window of time, or the latest."""
    item = query.instrument()
    first, last = query.span()
    limit = query.limit(500, 1000)
    number = query.number("fromId")
    if number is not None:
        if first is not None or last is not None:
            raise BinanceError(-1128, "Combination of optional parameters invalid.")
        first = number * TRADE_ID
    elif first is not None and last is not None and last - first > _MAX_TRADE_WINDOW:
        raise BinanceError(-1127, "More than 1 hours between startTime and endTime.")
    ticks = query.view.trades(item.symbol, first, last, limit)
    up = ticks.price[1:] >= ticks.price[:-1]
    maker = [False, *(~up).tolist()]
    rows = zip(ticks.time.tolist(), ticks.price.tolist(), ticks.size.tolist(), maker, strict=False)
    return [
        {
            "a": at // TRADE_ID,
            "p": text(price),
            "q": text(round(size, 8)),
            "f": at // TRADE_ID,
            "l": at // TRADE_ID,
            "T": at,
            "m": sold,
            "M": True,
        }
        for at, price, size, sold in rows
    ]


def day(query: Query, item: Instrument) -> dict[str, Any] | None:
    """The fields of `ticker/24hr` that spot and futures share; None while nothing was traded."""
    found: Day | None = query.view.day(item.symbol)
    if found is None:
        return None
    digits = item.price_digits
    average = found.turnover / found.volume if found.volume else found.last
    numbers = found.trades.time[found.trades.size > 0] // TRADE_ID
    return {
        "symbol": item.symbol,
        "priceChange": f"{found.last - found.open:.{digits}f}",
        "priceChangePercent": f"{100 * (found.last / found.open - 1):.3f}",
        "weightedAvgPrice": f"{average:.8f}",
        "lastPrice": text(found.last),
        "openPrice": text(found.open),
        "highPrice": text(found.high),
        "lowPrice": text(found.low),
        "volume": text(round(found.volume, 8)),
        "quoteVolume": text(round(found.turnover, 8)),
        "openTime": query.view.now - 86_400_000,
        "closeTime": query.view.now,
        "firstId": int(numbers[0]) if len(numbers) else -1,
        "lastId": int(numbers[-1]) if len(numbers) else -1,
        "count": len(numbers),
    }


def best(query: Query, item: Instrument) -> dict[str, Any] | None:
    """The best bid and ask; None while nothing was traded."""
    book = query.view.book(item.symbol, 1)
    if book is None:
        return None
    fields = {"symbol": item.symbol}
    for name, side in (("bid", book.bids), ("ask", book.asks)):
        fields[f"{name}Price"] = f"{side.price[0]:.{item.price_digits}f}"
        fields[f"{name}Qty"] = f"{side.size[0]:.{item.size_digits}f}"
    return fields


def each(query: Query, *answers: Any) -> Any:  # noqa: ANN401 - JSON
    """The merged answers for every pair asked for: a list, or one object for one `symbol`."""
    items, single = query.instruments()
    rows = []
    for item in items:
        parts = [answer(query, item) for answer in answers]
        if None not in parts:
            rows.append({name: value for part in parts for name, value in part.items()})
    if not single:
        return rows
    return rows[0] if rows else {}
