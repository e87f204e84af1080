"""OKX spot, `/api/v5`: at most 300 candles a request, the newest first."""

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

_ROOT = "/api/v5"
_PAGE = 300
_RECENT = 1440
"""`market/candles` reaches so many candles back; beyond is `market/history-candles`."""

_BARS = {
    **{name: name for name in ("1m", "3m", "5m", "15m", "30m")},
    **{name: name.upper() for name in ("1h", "2h", "4h")},
    **{name: name.upper() + "utc" for name in ("6h", "12h", "1d", "3d", "1w")},
}
_TIMEFRAMES = {bar: TIMEFRAMES[name] for name, bar in _BARS.items()}


class OkxError(ApiError):
    """An error as OKX states it, with HTTP status 200."""

    def __init__(self, code: str, message: str, status: int = 200) -> None:
        super().__init__({"code": code, "data": [], "msg": message}, status)


def broken(message: str) -> OkxError:
    """The answer where the market itself cannot be read."""
    return OkxError("50000", message, 500)


def unknown(message: str) -> OkxError:
    """The answer to a request that this exchange does not know."""
    return OkxError("50038", message, 404)


def _reply(rows: list[Any]) -> dict[str, Any]:
    return {"code": "0", "msg": "", "data": rows}


def _name(item: Instrument) -> str:
    return f"{item.base}-{item.quote}"


def _instrument(query: Query) -> Instrument:
    name = query.values.get("instId", "")
    refusal = OkxError("51001", f"Instrument ID {name} doesn't exist.")
    base, sign, quote = name.rpartition("-")
    return query.listed(base + quote if sign else "", refusal)


def _spot(query: Query) -> list[Instrument]:
    """The pairs; other types of instruments are not listed."""
    kind = query.values.get("instType")
    if kind is None:
        raise OkxError("50014", "Parameter instType can not be empty.", 400)
    return query.view.instruments() if kind == "SPOT" else []


def _number(query: Query, name: str, usual: int, most: int) -> int:
    sent = query.number(name, OkxError("51000", f"Parameter {name} error"))
    return usual if sent is None else max(min(sent, most), 1)


def time(query: Query) -> dict[str, Any]:
    """The exchange's clock."""
    return _reply([{"ts": str(query.view.now)}])


def instruments(query: Query) -> dict[str, Any]:
    """The listed pairs."""
    rows = [
        {
            "instType": "SPOT",
            "instId": _name(item),
            "baseCcy": item.base,
            "quoteCcy": item.quote,
            "settleCcy": "",
            "uly": "",
            "ctVal": "",
            "lever": "",
            "tickSz": step_text(item.price_digits),
            "lotSz": step_text(item.size_digits),
            "minSz": step_text(item.size_digits),
            "maxLmtSz": "90000000",
            "maxMktSz": "1000000",
            "listTime": str(item.listed),
            "state": "live",
        }
        for item in _spot(query)
    ]
    return _reply(rows)


def recent_candles(query: Query) -> dict[str, Any]:
    """Candles of the last 1440 intervals, the open one among them."""
    return _candles(query, _RECENT)


def history_candles(query: Query) -> dict[str, Any]:
    """Candles, however old."""
    return _candles(query, None)


def _candles(query: Query, reach: int | None) -> dict[str, Any]:
    """`before` and `after` are the times that rows come after and before, both exclusive."""
    item = _instrument(query)
    timeframe = _TIMEFRAMES.get(query.values.get("bar", "1m"))
    refusal = OkxError("51000", "Parameter bar error")
    if timeframe is None:
        raise refusal
    wrong = OkxError("51000", "Parameter before or after error")
    first = (query.number("before", wrong) or 0) + 1
    after = query.number("after", wrong)
    last = query.view.now if after is None else after - 1
    if reach is not None:
        first = max(first, timeframe.floor(query.view.now) - (reach - 1) * timeframe.step)
    limit = _number(query, "limit", 100, _PAGE)
    try:
        # the latest rows; those before `first` are cut
        found = query.view.candles(item.symbol, timeframe, None, last, limit)
    except IntervalError as error:
        raise refusal from error
    found = found.between(first, last, limit)
    opened = timeframe.floor(query.view.now)
    rows = zip(found.time.tolist(), candle_rows(found), strict=True)
    shown = [
        [str(at), *prices, turnover, turnover, "0" if at == opened else "1"]
        for at, (*prices, turnover) in rows
    ]
    return _reply(shown[::-1])


def books(query: Query) -> dict[str, Any]:
    """The order book, at most 400 levels."""
    return _book(query, 400)


def full_books(query: Query) -> dict[str, Any]:
    """The order book, at most 5000 levels."""
    return _book(query, 5000)


def _book(query: Query, most: int) -> dict[str, Any]:
    sides = book_rows(query, _instrument(query), _number(query, "sz", 1, most))
    levels = {name: [[*row, "0", "1"] for row in rows] for name, rows in sides.items()}
    return _reply([levels | {"ts": str(query.view.now)}])


def ticker(query: Query) -> dict[str, Any]:
    """The last 24 hours of one pair."""
    return _reply(_tickers(query, [_instrument(query)]))


def tickers(query: Query) -> dict[str, Any]:
    """The last 24 hours of every pair."""
    return _reply(_tickers(query, _spot(query)))


def _tickers(query: Query, items: list[Instrument]) -> list[dict[str, Any]]:
    rows = []
    for item in items:
        day = query.view.day(item.symbol)
        book = book_rows(query, item, 1)
        if day is None or not book["bids"]:
            continue
        (bid, bid_size), (ask, ask_size) = book["bids"][0], book["asks"][0]
        rows.append(
            {
                "instType": "SPOT",
                "instId": _name(item),
                "last": text(day.last),
                "bidPx": bid,
                "bidSz": bid_size,
                "askPx": ask,
                "askSz": ask_size,
                "open24h": text(day.open),
                "high24h": text(day.high),
                "low24h": text(day.low),
                "vol24h": text(round(day.volume, 8)),
                "volCcy24h": text(round(day.turnover, 8)),
                "ts": str(query.view.now),
            }
        )
    return rows


ROUTES = {
    f"{_ROOT}/public/time": time,
    f"{_ROOT}/public/instruments": instruments,
    f"{_ROOT}/market/candles": recent_candles,
    f"{_ROOT}/market/history-candles": history_candles,
    f"{_ROOT}/market/books": books,
    f"{_ROOT}/market/books-full": full_books,
    f"{_ROOT}/market/ticker": ticker,
    f"{_ROOT}/market/tickers": tickers,
}

PING = f"{_ROOT}/public/time"


def ccxt_config(url: str) -> dict[str, Any]:
    """Leads ccxt here, to spot markets only."""
    return {
        "options": {"fetchMarkets": {"types": ["spot"]}},
        "urls": {"api": {"rest": url}},
    }
