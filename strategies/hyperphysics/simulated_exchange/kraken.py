"""Kraken spot, `/0/public`: the latest 720 candles and none before them."""

from __future__ import annotations

from typing import Any

import numpy as np

from hyperphysics.market_data.candles import MINUTE, TIMEFRAMES
from hyperphysics.market_data.market import Instrument, IntervalError
from hyperphysics.simulated_exchange.query import (
    ApiError,
    Query,
    book_rows,
    candle_rows,
    step_text,
    text,
)

_ROOT = "/0/public"
_PAGE = 720
_LEVELS = 500

_INTERVALS = {
    str(TIMEFRAMES[name].step // MINUTE): TIMEFRAMES[name]
    for name in ("1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w")
}
_ASSETS = {"BTC": "XBT", "DOGE": "XDG"}
"""Kraken's names of assets that it calls otherwise than everybody else."""

_FEES = {"fees": [[0, 0.4]], "fees_maker": [[0, 0.25]]}
"""Percent, for the smallest volume."""


class KrakenError(ApiError):
    """An error as Kraken states it, with HTTP status 200."""

    def __init__(self, message: str, status: int = 200) -> None:
        super().__init__({"error": [message]}, status)


def broken(message: str) -> KrakenError:
    """The answer where the market itself cannot be read."""
    return KrakenError(f"EGeneral:Internal error: {message}", 500)


def unknown(message: str) -> KrakenError:
    """The answer to a request that this exchange does not know."""
    return KrakenError(f"EGeneral:Unknown method: {message}", 404)


def _reply(result: dict[str, Any]) -> dict[str, Any]:
    return {"error": [], "result": result}


def _asset(name: str) -> str:
    return _ASSETS.get(name, name)


def _name(item: Instrument) -> str:
    return _asset(item.base) + _asset(item.quote)


def _find(query: Query, name: str) -> Instrument:
    for item in query.view.instruments():
        if name in {_name(item), item.symbol}:
            return item
    raise KrakenError("EQuery:Unknown asset pair")


def _instrument(query: Query) -> Instrument:
    return _find(query, query.values.get("pair", ""))


def time(query: Query) -> dict[str, Any]:
    """The exchange's clock, in seconds."""
    return _reply({"unixtime": query.view.now // 1000})


def assets(query: Query) -> dict[str, Any]:
    """The assets of the listed pairs."""
    names = {name for item in query.view.instruments() for name in (item.base, item.quote)}
    fields = {"aclass": "currency", "decimals": 10, "display_decimals": 5, "status": "enabled"}
    return _reply({name: fields | {"altname": name} for name in sorted(map(_asset, names))})


def pairs(query: Query) -> dict[str, Any]:
    """The listed pairs."""
    found = {}
    for item in query.view.instruments():
        base, quote = _asset(item.base), _asset(item.quote)
        found[base + quote] = {
            "altname": base + quote,
            "wsname": f"{base}/{quote}",
            "base": base,
            "quote": quote,
            "pair_decimals": item.price_digits,
            "lot_decimals": item.size_digits,
            "cost_decimals": 8,
            "tick_size": step_text(item.price_digits),
            "ordermin": step_text(item.size_digits),
            "costmin": "0.5",
            "leverage_buy": [],
            "leverage_sell": [],
            "status": "online",
        } | _FEES
    return _reply(found)


def candles(query: Query) -> dict[str, Any]:
    """Those of the latest 720 candles that open after `since` (seconds)."""
    item = _instrument(query)
    timeframe = _INTERVALS.get(query.values.get("interval", "1"))
    refusal = KrakenError("EGeneral:Invalid arguments")
    if timeframe is None:
        raise refusal
    try:
        found = query.view.candles(item.symbol, timeframe, None, None, _PAGE)
    except IntervalError as error:
        raise refusal from error
    since = query.number("since", refusal) or 0
    found = found[int(np.searchsorted(found.time, 1000 * since, side="right")) :]
    means = (found.high + found.low + found.close) / 3
    rows = [
        [at // 1000, *prices, text(round(mean, 8)), volume, 0]
        for at, (*prices, volume, _), mean in zip(
            found.time.tolist(), candle_rows(found), means.tolist(), strict=True
        )
    ]
    # Kraken's `last` is where the next request goes on: the last candle that is complete.
    closed = timeframe.floor(query.view.now) - timeframe.step
    return _reply({_name(item): rows, "last": closed // 1000})


def depth(query: Query) -> dict[str, Any]:
    """The order book, at most 500 levels."""
    item = _instrument(query)
    count = query.number("count", KrakenError("EGeneral:Invalid arguments"))
    sides = book_rows(query, item, 100 if count is None else max(min(count, _LEVELS), 1))
    at = query.view.now // 1000
    return _reply({_name(item): {name: [[*row, at] for row in sides[name]] for name in sides}})


def ticker(query: Query) -> dict[str, Any]:
    """The last 24 hours of the pairs asked for, or of all."""
    asked = query.values.get("pair")
    items = [_find(query, name) for name in asked.split(",")] if asked else query.view.instruments()
    found = {}
    for item in items:
        day = query.view.day(item.symbol)
        book = book_rows(query, item, 1)
        if day is None or not book["bids"]:
            continue
        (bid, bid_size), (ask, ask_size) = book["bids"][0], book["asks"][0]
        mean = day.turnover / day.volume if day.volume else day.last
        found[_name(item)] = {
            "a": [ask, "1", ask_size],
            "b": [bid, "1", bid_size],
            "c": [text(day.last), "0"],
            "v": [text(round(day.volume, 8))] * 2,
            "p": [text(round(mean, 8))] * 2,
            "t": [int((day.trades.size > 0).sum())] * 2,
            "l": [text(day.low)] * 2,
            "h": [text(day.high)] * 2,
            "o": text(day.open),
        }
    return _reply(found)


ROUTES = {
    f"{_ROOT}/Time": time,
    f"{_ROOT}/Assets": assets,
    f"{_ROOT}/AssetPairs": pairs,
    f"{_ROOT}/OHLC": candles,
    f"{_ROOT}/Depth": depth,
    f"{_ROOT}/Ticker": ticker,
}

PING = f"{_ROOT}/Time"


def ccxt_config(url: str) -> dict[str, Any]:
    """Leads ccxt's public requests here."""
    return {"urls": {"api": {"public": url}}}
