"""Recorded order books: checksums, best prices, and books that are locked half the time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

import hyperphysics as hp
from support.paths import SHARED

FOLDER = SHARED / "data" / "orderbook"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is not here")


def messages(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Messages in the order they came, as the exchange would send them."""
    for (number, symbol), rows in frame.group_by(["msg", "symbol"], maintain_order=True):
        head = rows.row(0, named=True)
        side = {
            name: rows.filter(pl.col("side") == name).select("price_str", "size_str").rows()
            for name in ("b", "a")
        }
        assert isinstance(number, int)
        yield {"symbol": symbol, "kind": head["kind"], "checksum": head["checksum"]} | {
            "U": head["first_id"],
            "u": head["last_id"],
            "pu": head["prev_id"],
            **side,
        }


def start(book: hp.HyperbolicOrderBook, message: dict[str, Any]) -> None:
    book.snapshot(message["b"], message["a"], last_id=message["u"], checksum=message["checksum"])


def test_okx_checksums_of_all_messages() -> None:
    books: dict[str, hp.HyperbolicOrderBook] = {}
    seen = 0
    for message in messages(pl.read_parquet(FOLDER / "okx_2022-05-13_l2.parquet")):
        symbol = message["symbol"]
        if message["kind"] == "snapshot":
            books[symbol] = hp.HyperbolicOrderBook(rules="okx")
            start(books[symbol], message)
        else:
            assert books[symbol].apply(message)
        assert books[symbol].checksum() == message["checksum"]
        seen += 1
    assert seen == 290


def test_a_book_that_missed_an_okx_message_is_found_out() -> None:
    frame = pl.read_parquet(FOLDER / "okx_2022-05-13_l2.parquet")
    every = [m for m in messages(frame) if m["symbol"] == "BTC-USDT"]
    book = hp.HyperbolicOrderBook(rules="okx")
    start(book, every[0])
    before = book.bids, book.asks
    with pytest.raises(hp.SequenceError, match="ask for a snapshot"):
        book.apply(every[2])
    assert (book.bids, book.asks) == before


@pytest.mark.parametrize(
    ("name", "rules"),
    [("binance-spot_2021-08-14", "binance"), ("binance-usdm_2021-07-22", "binance_futures")],
)
def test_binance_best_prices_after_every_update(name: str, rules: Any) -> None:
    best = pl.read_parquet(FOLDER / f"{name}_bbo.parquet")
    quotes = {
        str(symbol): rows.sort("update_id").rows(named=True)
        for (symbol,), rows in best.group_by(["symbol"])
    }
    books: dict[str, hp.HyperbolicOrderBook] = {}
    waiting: dict[str, list[dict[str, Any]]] = {}
    compared = stale = 0
    for message in messages(pl.read_parquet(FOLDER / f"{name}_l2.parquet")):
        symbol = message["symbol"]
        if message["kind"] == "snapshot":
            books[symbol] = hp.HyperbolicOrderBook(rules=rules)
            start(books[symbol], message)
            updates = waiting.pop(symbol, [])
        elif symbol in books:
            updates = [message]
        else:
            waiting.setdefault(symbol, []).append(message)
            continue
        book = books[symbol]
        for update in updates:
            if not book.apply(update):
                stale += 1
                continue
            known = [q for q in quotes[symbol] if q["update_id"] <= update["u"]]
            if known:
                quote = known[-1]
                assert book.bids[0] == (quote["bid_px"], quote["bid_sz"])
                assert book.asks[0] == (quote["ask_px"], quote["ask_sz"])
                compared += 1
    assert not waiting
    assert compared > 300
    assert stale > 0


def test_an_exchange_whose_books_are_locked_half_the_time() -> None:
    frame = pl.read_parquet(FOLDER / "standx_BTC-USD_2026-01-06_00-08_book20.parquet")
    columns = [
        [frame[f"{side}_{what}_{level}"].to_list() for what in ("px", "sz")]
        for side in ("bid", "ask")
        for level in range(20)
    ]
    levels = [list(zip(*pair, strict=True)) for pair in columns]
    sides = [list(zip(*levels[:20], strict=True)), list(zip(*levels[20:], strict=True))]
    strict, lenient = hp.HyperbolicOrderBook(), hp.HyperbolicOrderBook(locked=True)
    locked = 0
    for bids, asks in zip(*sides, strict=True):
        lenient.snapshot(bids, asks)
        state = lenient.state()
        assert bids[0][0] <= state.weighted_mid <= asks[0][0]
        assert 0 < state.p_up < 1
        if bids[0][0] < asks[0][0]:
            strict.snapshot(bids, asks)
            continue
        locked += 1
        assert (state.spread, state.delta) == (0.0, 1e-5)
        if locked % 97 == 0:
            before = strict.bids
            with pytest.raises(hp.HyperPhysicsError, match="the book is locked"):
                strict.snapshot(bids, asks)
            assert strict.bids == before
    assert 0.4 < locked / len(frame) < 0.6
