"""Order books from Python: messages, measures beside numpy, batches, bad input."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

import hyperphysics as hp

Levels = list[tuple[float, float]]


def sides(levels: int, seed: int) -> tuple[Levels, Levels]:
    """A random book around 100."""
    rng = np.random.default_rng(seed)
    away = 0.01 * np.cumsum(rng.integers(1, 4, (2, levels)), axis=1)
    sizes = rng.lognormal(0, 1, (2, levels))
    bids = list(zip((100 - away[0]).tolist(), sizes[0].tolist(), strict=True))
    asks = list(zip((100 + away[1]).tolist(), sizes[1].tolist(), strict=True))
    return bids, asks


def frame(books: list[tuple[Levels, Levels]]) -> pl.DataFrame:
    """One row per book, null where a side is shorter than the longest."""
    columns = {}
    for at, side in enumerate(("bid", "ask")):
        for level in range(max(len(book[at]) for book in books)):
            for entry, kind in enumerate(("px", "sz")):
                columns[f"{side}_{kind}_{level}"] = pl.Series(
                    [b[at][level][entry] if level < len(b[at]) else None for b in books],
                    dtype=pl.Float64,
                )
    return pl.DataFrame(columns)


def book_of(bids: Any, asks: Any, **options: Any) -> hp.HyperbolicOrderBook:
    book = hp.HyperbolicOrderBook(**options)
    book.snapshot(bids, asks)
    return book


def test_measures_beside_numpy() -> None:
    bids, asks = sides(130, 1)
    state = book_of(bids, asks).state(amounts=[3.0])
    mid = (bids[0][0] + asks[0][0]) / 2
    delta = (asks[0][0] - bids[0][0]) / mid / 2
    reference = math.sqrt(bids[0][1] * asks[0][1])
    for at, levels in enumerate((np.array(bids), np.array(asks))):
        xi, y = np.log(levels[:, 0] / mid) / delta, levels[:, 1] / reference
        d = np.arccosh(1 + (xi**2 + (y - 1) ** 2) / (2 * y))
        side = (state.bids, state.asks)[at]
        np.testing.assert_allclose(side.distance, d, rtol=1e-9)
        np.testing.assert_allclose(np.linalg.norm(side.ball, axis=1), np.tanh(d / 2), rtol=1e-9)
        weighted = np.sum(levels[:, 1] * np.exp(-d / 1.25))
        assert state.liquidity[at] == pytest.approx(weighted, rel=1e-9)
        slope, intercept = np.polyfit(d, np.log(levels[:, 1]), 1)
        length, density = state.decay_length[at], state.density[at]
        if slope < 0:
            assert length == pytest.approx(-1 / slope, rel=1e-6)
            assert density == pytest.approx(math.exp(intercept), rel=1e-6)
        else:
            assert (length, density) == (None, None)
    assert state.p_up == pytest.approx(bids[0][1] / (bids[0][1] + asks[0][1]), rel=1e-12)
    (buy,), (sell,) = state.buys, state.sells
    assert buy.vwap is not None
    assert buy.slippage == pytest.approx(buy.vwap / mid - 1, abs=1e-12)
    assert sell.slippage is not None
    assert sell.slippage > 0


def test_messages_of_exchanges() -> None:
    book = hp.HyperbolicOrderBook(rules="binance")
    book.snapshot([["99.50", "1.0"]], [["100.10", "2.0", "0", "4"]], last_id=7)
    assert book.apply(
        {"U": 6, "u": 9, "b": [["99.60", "3"]], "a": [["100.10", "0"], ["100.2", "1"]]}
    )
    assert (book.bids, book.asks) == ([(99.6, 3.0), (99.5, 1.0)], [(100.2, 1.0)])
    assert not book.apply({"U": 6, "u": 9, "b": [], "a": []})
    assert book.last_id == 9
    with pytest.raises(hp.SequenceError, match="`U` is 12"):
        book.apply({"U": 12, "u": 12, "b": [], "a": []})
    assert "2 bids, 1 asks, best 99.6 / 100.2" in repr(book)
    assert issubclass(hp.SequenceError, hp.HyperPhysicsError)


def test_an_okx_book_from_rest_goes_by_its_numbers() -> None:
    book = hp.HyperbolicOrderBook(rules="okx")
    book.snapshot([["99.5", "1"]], [["100.1", "2"]], last_id=10, checksum=0)

    def apply(previous: int, newest: int) -> bool:
        bids = [[str(99.5 + newest / 1000), "1", "0", "1"]]
        numbers = {"prevSeqId": previous, "seqId": newest, "checksum": 0}
        return book.apply({"bids": bids, "asks": [], "ts": "1"} | numbers)

    assert [apply(6, 8), apply(8, 10)] == [False, False]
    assert book.last_id == 10
    assert [apply(8, 12), apply(12, 12), apply(12, 15)] == [True, True, True]
    assert (book.last_id, book.bids[0][0]) == (15, 99.515)
    with pytest.raises(hp.SequenceError, match="`prevSeqId` is 17, expected the last number, 15"):
        apply(17, 18)


@pytest.mark.parametrize("levels", [1, 16, 33])
def test_a_batch_is_the_books_one_by_one(levels: int) -> None:
    books = [sides(1 + (levels * seed) % 40, seed) for seed in range(1, 50)]
    got = hp.Engine("cpu").books(frame(books), amounts=[0.5, 9.0, 1e4])
    for row, (bids, asks) in zip(got.iter_rows(named=True), books, strict=True):
        state = book_of(bids, asks).state(amounts=[0.5, 9.0, 1e4])
        assert row["fault"] is None
        for name in ("mid", "spread", "delta", "reference_size", "top_imbalance", "p_up"):
            assert row[name] == pytest.approx(getattr(state, name), rel=1e-12)
        assert row["imbalance"] == pytest.approx(state.imbalance, abs=1e-5)
        assert row["weighted_mid"] == pytest.approx(state.weighted_mid, rel=1e-7)
        for at, side in enumerate(("bid", "ask")):
            assert row[f"{side}_liquidity"] == pytest.approx(state.liquidity[at], rel=1e-5)
            assert row[f"{side}_depth"] == pytest.approx(state.depth[at], rel=1e-5)
        for order, (buy, sell) in enumerate(zip(state.buys, state.sells, strict=True)):
            for name, fill in (("buy", buy), ("sell", sell)):
                slippage, left = row[f"{name}_slippage_{order}"], row[f"{name}_unfilled_{order}"]
                assert (slippage is None) == (fill.slippage is None)
                if slippage is not None:
                    assert slippage == pytest.approx(fill.slippage, rel=1e-5)
                assert left == pytest.approx(fill.unfilled, rel=1e-5, abs=1e-9)


def test_faulty_books_of_a_batch_are_named_and_leave_the_others_alone() -> None:
    good = sides(3, 5)
    bids, asks = good
    books: list[tuple[Levels, Levels]] = [
        good,
        ([(101.0, 1.0)], [(100.0, 1.0)]),
        ([(100.0, 1.0)], [(100.0, 1.0)]),
        ([bids[0], (bids[0][0], 1.0)], asks),
        (bids, [asks[0], (asks[1][0], -1.0)]),
        ([], asks),
        good,
    ]
    faults = [
        None,
        "crossed",
        "locked",
        "bids, level 1: the price",
        "asks, level 1: the size is -1",
        "bids: no level",
        None,
    ]
    engine = hp.Engine("cpu")
    got = engine.books(frame(books))
    alone = engine.books(frame([good]))
    for row, fault in zip(got.iter_rows(named=True), faults, strict=True):
        if fault is None:
            assert row == alone.row(0, named=True)
        else:
            assert fault in row["fault"]
            assert all(value is None for name, value in row.items() if name != "fault")
    lenient = engine.books(frame(books), locked=True)
    assert lenient["fault"].null_count() == 3
    assert lenient["spread"][2] == 0.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hp.HyperbolicOrderBook(depth=0), "depth is 0, expected 1 to 5000"),
        (lambda: hp.HyperbolicOrderBook(rules="x"), "rules are `x`"),  # type: ignore[arg-type]
        (lambda: hp.HyperbolicOrderBook().state(), "the book has no bids"),
        (lambda: book_of([(1.0, 1.0)], [("2", 1.0)]), "asks, level 0: 2 is no number"),
        (lambda: book_of([("1e5", "1")], []), "bids, level 0: `1e5` is no plain decimal"),
        (lambda: book_of([(1.0,)], []), r"bids, level 0: \(1.0,\) is no \(price, size\)"),
        (lambda: book_of(3, []), "bids: expected a list"),
        (lambda: book_of([], []).apply({"c": 1}), "neither `bids` or `b` nor `asks` or `a`"),
        (lambda: book_of([], []).apply({"b": [], "u": "x"}), "expected a whole number"),
        (lambda: book_of(*sides(2, 1)).state(length_scale=0.0), "length_scale is 0, expected"),
        (lambda: book_of(*sides(2, 1)).state(delta=-1.0), "delta is -1, expected"),
        (lambda: book_of(*sides(2, 1)).state(amounts=[1.0, -1.0]), r"amounts\[1\] is -1"),
        (lambda: book_of(*sides(2, 1)).state(unit=0.0), "unit is 0, expected a positive size"),
        (lambda: hp.MoveModel.avellaneda_reed_stoikov(rho=1.0), "rho is 1, expected"),
        (lambda: hp.MoveModel.cont_de_larrard().p_up(0.0, 1.0), "bid is 0, expected"),
        (lambda: hp.Engine("cpu").books(pl.DataFrame({"a": [1.0]})), "0 columns bid_px_0"),
        (
            lambda: hp.Engine("cpu").books(pl.DataFrame({"bid_px_0": [1.0], "ask_px_0": [1.0]})),
            r"1 columns bid_px_\* and 0 bid_sz_\*",
        ),
    ],
)
def test_wrong_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(hp.HyperPhysicsError, match=message):
        call()
