"""Crypto.com spot, `/exchange/v1`: at most 300 candles a request, 50 levels a side."""

from __future__ import annotations

from typing import Any

from hyperphysics.market_data.candles import TIMEFRAMES
from hyperphysics.market_data.market import Instrument, IntervalError
from hyperphysics.simulated_exchange.query import (
    ApiError,
    Query,
    book_rows,
    candle_rows,
    step_text,
    text,
)

_ROOT = "/exchange/v1/public"
_PAGE = 300
_LEVELS = 50

_TIMEFRAMES = {
    name: TIMEFRAMES[name] for name in ("1m", "5m", "15m", "30m", "1h", "4h", "6h", "12h")
} | {"1D": TIMEFRAMES["1d"], "7D": TIMEFRAMES["1w"]}


class CryptocomError(ApiError):
    """An error as Crypto.com states it."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__({"id": -1, "code": code, "message": message}, status)


def broken(message: str) -> CryptocomError:
    """The answer where the market itself cannot be read."""
    return CryptocomError(10001, message, 500)


def unknown(message: str) -> CryptocomError:
    """The answer to a request that this exchange does not know."""
    return CryptocomError(10008, message, 404)


def _reply(rows: list[Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"id": -1, "code": 0, "result": {**more, "data": rows}}


def _name(item: Instrument) -> str:
    return f"{item.base}_{item.quote}"


def _instrument(query: Query) -> Instrument:
    base, sign, quote = query.values.get("instrument_name", "").rpartition("_")
    refusal = CryptocomError(30003, "Invalid instrument_name: it does not exist")
    return query.listed(base + quote if sign else "", refusal)


def _wrong(name: str) -> CryptocomError:
    return CryptocomError(10004, f"Invalid {name}")


def _number(query: Query, name: str, usual: int, most: int) -> int:
    sent = query.number(name, _wrong(name))
    return usual if sent is None else max(min(sent, most), 1)


def instruments(query: Query) -> dict[str, Any]:
    """The listed pairs."""
    rows = [
        {
            "symbol": _name(item),
            "inst_type": "CCY_PAIR",
            "display_name": f"{item.base}/{item.quote}",
            "base_ccy": item.base,
            "quote_ccy": item.quote,
            "quote_decimals": item.price_digits,
            "quantity_decimals": item.size_digits,
            "price_tick_size": step_text(item.price_digits),
            "qty_tick_size": step_text(item.size_digits),
            "max_leverage": "1",
            "tradable": True,
            "expiry_timestamp_ms": 0,
            "margin_buy_enabled": False,
            "margin_sell_enabled": False,
        }
        for item in query.view.instruments()
    ]
    return _reply(rows)


def candles(query: Query) -> dict[str, Any]:
    """The latest candles that open in [start_ts, end_ts), oldest first."""
    item = _instrument(query)
    name = query.values.get("timeframe", "1m")
    timeframe = _TIMEFRAMES.get(name)
    if timeframe is None:
        raise _wrong("timeframe")
    # ccxt sends `end_ts` in microseconds where it means now
    end = query.number("end_ts", _wrong("end_ts"))
    last = query.view.now if end is None else min(end - 1, query.view.now)
    first = query.number("start_ts", _wrong("start_ts")) or 0
    limit = _number(query, "count", 25, _PAGE)
    try:
        found = query.view.candles(item.symbol, timeframe, None, last, limit)
    except IntervalError as error:
        raise _wrong("timeframe") from error
    found = found.between(first, last, limit)
    rows = [
        {"t": at, "o": opened, "h": high, "l": low, "c": close, "v": volume}
        for at, (opened, high, low, close, volume, _) in zip(
            found.time.tolist(), candle_rows(found), strict=True
        )
    ]
    return _reply(rows, instrument_name=_name(item), interval=name)


def depth(query: Query) -> dict[str, Any]:
    """The order book, at most 50 levels."""
    item = _instrument(query)
    levels = _number(query, "depth", _LEVELS, _LEVELS)
    sides = {
        name: [[*row, "1"] for row in rows] for name, rows in book_rows(query, item, levels).items()
    }
    return _reply([sides | {"t": query.view.now}], instrument_name=_name(item), depth=levels)


def tickers(query: Query) -> dict[str, Any]:
    """The last 24 hours of one pair, or of all."""
    one = query.values.get("instrument_name")
    items = [_instrument(query)] if one else query.view.instruments()
    rows = []
    for item in items:
        day = query.view.day(item.symbol)
        book = book_rows(query, item, 1)
        if day is None or not book["bids"]:
            continue
        rows.append(
            {
                "i": _name(item),
                "a": text(day.last),
                "b": book["bids"][0][0],
                "k": book["asks"][0][0],
                "h": text(day.high),
                "l": text(day.low),
                "c": f"{day.last / day.open - 1:.5f}",
                "v": text(round(day.volume, 8)),
                "vv": text(round(day.turnover, 2)),
                "t": query.view.now,
            }
        )
    return _reply(rows)


ROUTES = {
    f"{_ROOT}/get-instruments": instruments,
    f"{_ROOT}/get-candlestick": candles,
    f"{_ROOT}/get-book": depth,
    f"{_ROOT}/get-tickers": tickers,
}

PING = f"{_ROOT}/get-instruments"


def ccxt_config(url: str) -> dict[str, Any]:
    """Leads ccxt's public requests here."""
    return {"urls": {"api": {"v1": f"{url}/exchange/v1"}}}
