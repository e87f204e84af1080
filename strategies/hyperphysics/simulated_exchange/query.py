"""Query parameters in, an exchange's errors out; Binance's unless told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from hyperphysics.market_data.candles import TIMEFRAMES, Candles, Timeframe
from hyperphysics.market_data.market import Instrument
from hyperphysics.simulated_exchange.view import View


class ApiError(Exception):
    """A refusal in an exchange's own words: what the client reads, and the HTTP status."""

    def __init__(self, body: dict[str, Any], status: int) -> None:
        super().__init__(str(body))
        self.body, self.status = body, status


class BinanceError(ApiError):
    """An error as Binance states it: code, message and HTTP status."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__({"code": code, "msg": message}, status)


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of one request, at one moment of the market."""

    view: View
    values: Mapping[str, str]

    def instrument(self, name: str = "symbol") -> Instrument:
        """The pair asked for."""
        if not self.values.get(name):
            raise _mandatory(name)
        return self.listed(self.values[name])

    def instruments(self) -> tuple[list[Instrument], bool]:
        """The pairs asked for (all, where none is named), and whether it was a single one."""
        if "symbol" in self.values:
            return [self.instrument()], True
        if "symbols" not in self.values:
            return self.view.instruments(), False
        try:
            names = orjson.loads(self.values["symbols"])
        except orjson.JSONDecodeError:
            names = None
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise BinanceError(-1100, "Illegal characters found in parameter 'symbols'.")
        return [self.listed(name) for name in names], False

    def timeframe(self) -> Timeframe:
        """The candle interval asked for."""
        name = self.values.get("interval")
        if not name:
            raise _mandatory("interval")
        if name not in TIMEFRAMES:
            raise BinanceError(-1120, "Invalid interval.")
        return TIMEFRAMES[name]

    def number(self, name: str, refusal: ApiError | None = None) -> int | None:
        """A whole number, if it was sent; `refusal` is raised for anything else."""
        text = self.values.get(name)
        if text is None:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > 20:
            raise refusal or BinanceError(
                -1100,
                f"Illegal characters found in parameter '{name}'; "
                "legal range is '^[0-9]{1,20}$'.",
            )
        return min(int(text), 2**62)

    def limit(self, usual: int, most: int) -> int:
        """How many rows: `usual` unless sent, never above `most`."""
        limit = self.number("limit")
        if limit == 0:
            raise BinanceError(-1130, "Data sent for parameter 'limit' is not valid.")
        return usual if limit is None else min(limit, most)

    def span(self) -> tuple[int | None, int | None]:
        """`startTime` and `endTime`, ms."""
        return self.number("startTime"), self.number("endTime")

    def listed(self, symbol: str, refusal: ApiError | None = None) -> Instrument:
        """The pair of this symbol (`BTCUSDT`); `refusal` is raised where it is not listed."""
        item = self.view.market.instruments.get(symbol)
        if item is None or item.listed > self.view.now:
            raise refusal or BinanceError(-1121, "Invalid symbol.")
        return item


def _mandatory(name: str) -> BinanceError:
    return BinanceError(
        -1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
    )


def book_rows(query: Query, item: Instrument, levels: int) -> dict[str, list[list[str]]]:
    """`bids` and `asks` as [price, size], best first; empty while nothing was traded."""
    book = query.view.book(item.symbol, levels)
    if book is None:
        return {"bids": [], "asks": []}
    return {
        name: [
            [f"{price:.{item.price_digits}f}", f"{size:.{item.size_digits}f}"]
            for price, size in zip(side.price.tolist(), side.size.tolist(), strict=True)
        ]
        for name, side in (("bids", book.bids), ("asks", book.asks))
    }


def candle_rows(candles: Candles) -> list[list[str]]:
    """Open, high, low, close, volume and turnover of each candle.

    Turnover is volume at the mean of high, low and close.
    """
    turnover = candles.volume * (candles.high + candles.low + candles.close) / 3
    columns = (candles.open, candles.high, candles.low, candles.close, candles.volume)
    rows = zip(
        *(map(text, values.tolist()) for values in (*columns, turnover.round(8))), strict=True
    )
    return [list(row) for row in rows]


def text(value: float) -> str:
    """The shortest decimal that reads back as the same number, without an exponent."""
    short = repr(value)
    return format(Decimal(short), "f") if "e" in short else short


def step_text(digits: int) -> str:
    """10^-digits, as `0.001`."""
    return format(Decimal(1).scaleb(-digits), "f")
