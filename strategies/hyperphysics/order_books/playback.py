"""Recorded books beside candles: what was known of the book when each candle closed.

A candle that opens at t and closes at u takes the last book received in [t, u): strictly before
the close, and no older than one candle. Where there is none, or it breaks a rule of books, its
columns are null.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from hyperphysics.engine import Engine
from hyperphysics.frame import from_pandas
from hyperphysics.order_books.columns import COLUMNS
from hyperphysics.order_books.store import STAMP, Store

Times = NDArray[np.int64]


def columns(
    folder: Path,
    frames: Mapping[str, pd.DataFrame],
    *,
    timeframe: str,
    stake: float,
    engine: Engine,
    last: int | None = None,
) -> dict[str, pd.DataFrame]:
    """The columns of `COLUMNS` for every candle, all books measured in one call of the engine.

    Args:
        folder: What `hyperphysics record` wrote.
        frames: Candles by pair, as `Engine.analyze` takes them; not changed.
        timeframe: Length of a candle, such as "1h".
        stake: Worth of the order whose slippage is measured, in quote currency.
        engine: Where books are measured.
        last: Newest candles to look up, or None for all; the others are null.

    Returns:
        New frames of float64 with the frames' indices, null as NaN.

    Raises:
        BooksError: A file cannot be read.
    """
    store = Store(folder)
    found = {}
    for pair, frame in frames.items():
        opens, closes = _spans(from_pandas(frame, pair)["date"], timeframe)
        skipped = 0 if last is None else max(len(frame) - last, 0)
        rows, books = at_close(store, pair, opens[skipped:], closes[skipped:])
        found[pair] = (rows + skipped, books)
    measured = _measure([books for _, books in found.values()], stake, engine)
    result, start = {}, 0
    for pair, (rows, _) in found.items():
        values = np.full((len(frames[pair]), len(COLUMNS)), np.nan)
        values[rows] = measured[start : start + len(rows)]
        start += len(rows)
        result[pair] = pd.DataFrame(
            values, index=frames[pair].index, columns=[column.name for column in COLUMNS]
        )
    return result


def at_close(store: Store, pair: str, opens: Times, closes: Times) -> tuple[Times, pl.DataFrame]:
    """The last book in [open, close) of each candle that has one.

    Args:
        store: Recorded books.
        pair: Whose.
        opens: When candles open, ms, rising.
        closes: When they close.

    Returns:
        Indices of the candles that have a book, rising, and their books.
    """
    books = pl.DataFrame(schema={"time": STAMP})
    if len(opens):
        for part in store.read(pair, int(opens[0]), int(closes[-1])):
            # what is not the last of its file's books in a candle is not the last of all
            _, kept = _pick(part, opens, closes)
            books = pl.concat([books, kept], how="diagonal")
    return _pick(books.sort("time", maintain_order=True), opens, closes)


def _pick(books: pl.DataFrame, opens: Times, closes: Times) -> tuple[Times, pl.DataFrame]:
    times = books["time"].cast(pl.Int64).to_numpy()
    latest = np.searchsorted(times, closes, side="left") - 1
    rows = np.flatnonzero(latest >= 0)
    rows = rows[times[latest[rows]] >= opens[rows]]
    return rows, books[latest[rows]]


def _spans(dates: pl.Series, timeframe: str) -> tuple[Times, Times]:
    opens = dates.dt.cast_time_unit("ms")
    # polars calls months "mo", where exchanges say "M"
    closes = opens.dt.offset_by(timeframe.replace("M", "mo"))
    return opens.cast(pl.Int64).to_numpy(), closes.cast(pl.Int64).to_numpy()


def _measure(books: list[pl.DataFrame], stake: float, engine: Engine) -> NDArray[np.float64]:
    whole = pl.concat(books, how="diagonal") if books else pl.DataFrame()
    if not {"bid_px_0", "ask_px_0"}.issubset(whole.columns):
        return np.empty((0, len(COLUMNS)))
    # sizes become worth at the mid price, so that one amount, the stake, fits all books
    mid = (pl.col("bid_px_0") + pl.col("ask_px_0")) / 2
    worth = whole.with_columns(pl.col("^(bid|ask)_sz_.*$") * mid)
    # as in live trading, a locked book is one
    measured = engine.books(worth, amounts=[stake], locked=True)
    return measured.select(column.measure for column in COLUMNS).to_numpy().astype(np.float64)
