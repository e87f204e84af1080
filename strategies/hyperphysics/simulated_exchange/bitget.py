"""Bitget spot, `/api/v2`: at most 1000 recent candles a request, 200 older ones."""

from __future__ import annotations

from typing import Any

from hyperphysics.market_data.candles import DAY, TIMEFRAMES
from hyperphysics.market_data.market import Instrument, IntervalError
from hyperphysics.simulated_exchange.query import ApiError, Query, book_rows, candle_rows, text

_ROOT = "/api/v2"
_PAGE = 1000
_HISTORY_PAGE = 200
_LEVELS = 150

_GRANULARITIES = {
    **{name: name + "in" for name in ("1m", "3m", "5m", "15m", "30m")},
    **{name: name for name in ("1h", "4h")},
    **{name: f"{name[:-1]}{name[-1].upper()}utc" for name in ("6h", "12h", "1d", "3d", "1w")},
}
_TIMEFRAMES = {sent: TIMEFRAMES[name] for name, sent in _GRANULARITIES.items()}
_RECENT = {"1h": 60, "4h": 240, "6h": 360, "12h": 720, "1d": 1440, "3d": 4320, "1w": 10080}
"""Days that `market/candles` reaches back, 30 for shorter intervals (ccxt measured them)."""
_LONG_PAGES = {"1d": 300, "3d": 100, "1w": 100}


class BitgetError(ApiError):
    """An error as Bitget states it."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__({"code": code, "msg": message, "data": None}, status)


def broken(message: str) -> BitgetError:
    """The answer where the market itself cannot be read."""
    return BitgetError("50001", message, 500)


def unknown(message: str) -> BitgetError:
    """The answer to a request that this exchange does not know."""
    return BitgetError("40404", message, 404)


def _reply(query: Query, data: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"code": "00000", "msg": "success", "requestTime": query.view.now, "data": data}


def _instrument(query: Query) -> Instrument:
    name = query.values.get("symbol", "")
    return query.listed(name, BitgetError("40034", f"Parameter {name} does not exist"))


def _wrong(name: str) -> BitgetError:
    return BitgetError("40017", f"Parameter verification failed {name}")


def time(query: Query) -> dict[str, Any]:
    """The exchange's clock."""
    return _reply(query, {"serverTime": str(query.view.now)})


def coins(query: Query) -> dict[str, Any]:
    """The coins of the listed pairs; there are no deposits and no withdrawals."""
    names = {name for item in query.view.instruments() for name in (item.base, item.quote)}
    return _reply(query, [{"coin": name, "chains": []} for name in sorted(names)])


def symbols(query: Query) -> dict[str, Any]:
    """The listed pairs."""
    rows = [
        {
            "symbol": item.symbol,
            "baseCoin": item.base,
            "quoteCoin": item.quote,
            "minTradeAmount": "0",
            "maxTradeAmount": "900000000",
            "takerFeeRate": "0.001",
            "makerFeeRate": "0.001",
            "pricePrecision": str(item.price_digits),
            "quantityPrecision": str(item.size_digits),
            "quotePrecision": "8",
            "minTradeUSDT": "1",
            "status": "online",
        }
        for item in query.view.instruments()
    ]
    return _reply(query, rows)


def no_margin(query: Query) -> dict[str, Any]:
    """Pairs traded on margin: none."""
    return _reply(query, [])


def recent_candles(query: Query) -> dict[str, Any]:
    """Candles of the last weeks, as far back as Bitget gives them here."""
    return _candles(query, recent=True)


def history_candles(query: Query) -> dict[str, Any]:
    """Candles, however old; `endTime` is mandatory."""
    if query.number("endTime", _wrong("endTime")) is None:
        raise BitgetError("400172", "The parameter 'endTime' cannot be empty")
    return _candles(query, recent=False)


def _candles(query: Query, *, recent: bool) -> dict[str, Any]:
    """The latest candles that open in [startTime, endTime), oldest first."""
    item = _instrument(query)
    timeframe = _TIMEFRAMES.get(query.values.get("granularity", ""))
    if timeframe is None:
        raise _wrong("granularity")
    first = query.number("startTime", _wrong("startTime")) or 0
    end = query.number("endTime", _wrong("endTime"))
    last = query.view.now if end is None else end - 1
    most = _LONG_PAGES.get(timeframe.name, _PAGE) if recent else _HISTORY_PAGE
    sent = query.number("limit", _wrong("limit"))
    limit = min(100 if sent is None else max(sent, 1), most)
    if recent:
        first = max(first, query.view.now - _RECENT.get(timeframe.name, 30) * DAY)
    try:
        found = query.view.candles(item.symbol, timeframe, None, last, limit)
    except IntervalError as error:
        raise _wrong("granularity") from error
    found = found.between(first, last, limit)
    rows = [
        [str(at), *prices, turnover, turnover]
        for at, (*prices, turnover) in zip(found.time.tolist(), candle_rows(found), strict=True)
    ]
    return _reply(query, rows)


def depth(query: Query) -> dict[str, Any]:
    """The order book, at most 150 levels."""
    item = _instrument(query)
    limit = query.number("limit", _wrong("limit"))
    sides = book_rows(query, item, _LEVELS if limit is None else max(min(limit, _LEVELS), 1))
    return _reply(query, sides | {"ts": str(query.view.now)})


def tickers(query: Query) -> dict[str, Any]:
    """The last 24 hours of one pair, or of all."""
    items = [_instrument(query)] if query.values.get("symbol") else query.view.instruments()
    rows = []
    for item in items:
        day = query.view.day(item.symbol)
        book = book_rows(query, item, 1)
        if day is None or not book["bids"]:
            continue
        (bid, bid_size), (ask, ask_size) = book["bids"][0], book["asks"][0]
        rows.append(
            {
                "symbol": item.symbol,
                "lastPr": text(day.last),
                "bidPr": bid,
                "bidSz": bid_size,
                "askPr": ask,
                "askSz": ask_size,
                "open": text(day.open),
                "high24h": text(day.high),
                "low24h": text(day.low),
                "change24h": f"{day.last / day.open - 1:.5f}",
                "baseVolume": text(round(day.volume, 8)),
                "quoteVolume": text(round(day.turnover, 8)),
                "ts": str(query.view.now),
            }
        )
    return _reply(query, rows)


ROUTES = {
    f"{_ROOT}/public/time": time,
    f"{_ROOT}/spot/public/coins": coins,
    f"{_ROOT}/spot/public/symbols": symbols,
    f"{_ROOT}/margin/currencies": no_margin,
    f"{_ROOT}/spot/market/candles": recent_candles,
    f"{_ROOT}/spot/market/history-candles": history_candles,
    f"{_ROOT}/spot/market/orderbook": depth,
    f"{_ROOT}/spot/market/tickers": tickers,
}

PING = f"{_ROOT}/public/time"


def ccxt_config(url: str) -> dict[str, Any]:
    """Leads ccxt's public requests here, to spot markets only."""
    return {
        "options": {"fetchMarkets": {"types": ["spot"]}},
        "urls": {"api": dict.fromkeys(("spot", "margin", "common"), url)},
    }
