"""What a book offers an order, and what refuses it."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperphysics.strategy.rules.order_book_check import Levels, Offer, offer, refusal
from hyperphysics.strategy.rules.settings import BookCheck

BIDS = [(99.9, 4.0), (99.8, 7.0), (99.0, 10.0)]
ASKS = [(100.1, 2.0), (100.2, 5.0), (101.0, 10.0)]
OFF = BookCheck(max_slippage=None, min_depth=None)


def only(**threshold: float) -> BookCheck:
    """A check with a single threshold."""
    return OFF.model_copy(update=threshold)


@st.composite
def books(draw: st.DrawFn) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Books around 10 000 ticks, sizes over nine decades."""
    sizes = st.floats(1e-4, 1e5)

    def side(direction: int) -> list[tuple[float, float]]:
        gaps = draw(st.lists(st.integers(1, 40), min_size=1, max_size=12))
        prices = [10_000 + direction * sum(gaps[: n + 1]) for n in range(len(gaps))]
        return [(price * 0.01, draw(sizes)) for price in prices]

    return side(-1), side(1)


def test_an_offer_by_hand() -> None:
    buy = offer(BIDS, ASKS, amount=3.0, buys=True)
    # 2 at 100.1 and 1 at 100.2, the mid is 100
    assert buy.slippage == pytest.approx((2 * 100.1 + 100.2) / 3 / 100 - 1, abs=1e-12)
    assert buy.depth == pytest.approx(17 / 3)
    assert buy.p_move == pytest.approx(4 / 6)
    sell = offer(BIDS, ASKS, amount=3.0, buys=False)
    assert sell.slippage == pytest.approx(1 - 99.9 / 100, abs=1e-12)
    assert sell.depth == pytest.approx(21 / 3)
    assert sell.p_move == pytest.approx(1 - buy.p_move)
    assert sell.imbalance == -buy.imbalance < 0
    assert buy.weighted_mid == sell.weighted_mid > 100
    assert offer(BIDS, ASKS, amount=18.0, buys=True).slippage is None


@given(books(), st.floats(1e-6, 1e6), st.booleans())
def test_an_offer_is_within_its_ranges(
    book: tuple[Levels, Levels], amount: float, buys: bool
) -> None:
    bids, asks = (list(side) for side in book)
    found = offer(bids, asks, amount=amount, buys=buys)
    assert -1 <= found.imbalance <= 1
    assert 0 <= found.p_move <= 1
    assert bids[0][0] <= found.weighted_mid <= asks[0][0]
    taken = sum(size for _, size in (asks if buys else bids))
    assert found.depth == pytest.approx(taken / amount)
    if found.slippage is None:
        # sums in another order may differ in the last bits
        assert found.depth < 1 + 1e-9
    else:
        mid = (bids[0][0] + asks[0][0]) / 2
        edge = (asks[0][0] - mid) / mid if buys else (mid - bids[0][0]) / mid
        assert found.slippage >= edge - 1e-12


@given(books(), st.floats(1e-3, 1e3), st.floats(1.0, 100.0), st.booleans())
def test_a_larger_order_is_never_offered_more(
    book: tuple[Levels, Levels], amount: float, times: float, buys: bool
) -> None:
    small = offer(*book, amount=amount, buys=buys)
    large = offer(*book, amount=amount * times, buys=buys)
    assert large.depth <= small.depth
    if large.slippage is not None:
        assert small.slippage is not None
        assert large.slippage >= small.slippage - 1e-12


@given(books(), st.floats(1e-3, 1e3), st.booleans(), st.floats(0, 0.01), st.floats(1, 50))
def test_a_looser_check_refuses_no_more(
    book: tuple[Levels, Levels], amount: float, buys: bool, slippage: float, depth: float
) -> None:
    found = offer(*book, amount=amount, buys=buys)
    check = BookCheck(max_slippage=slippage, min_depth=depth, min_imbalance=0.2, min_p_up=0.4)
    assert refusal(found, OFF, "1 USDT") is None
    if refusal(found, check, "1 USDT") is None:
        looser = BookCheck(
            max_slippage=slippage * 2, min_depth=1.0, min_imbalance=-0.2, min_p_up=0.3
        )
        assert refusal(found, looser, "1 USDT") is None


FAIR = Offer(slippage=0.0043, depth=3.0, imbalance=-0.1, p_move=0.45, weighted_mid=100.0)


@pytest.mark.parametrize(
    ("found", "check", "reason"),
    [
        (FAIR, BookCheck(), "slippage 0.43% of 1000 USDT is over 0.20%"),
        (replace(FAIR, slippage=None, depth=0.6), BookCheck(), "the book fills only 60% of 1000 U"),
        (
            FAIR,
            only(min_depth=3.5),
            "depth is 3.00 times 1000 USDT, under 3.50",
        ),
        (FAIR, only(min_imbalance=0.0), "imbalance -0.10 is under +0.00"),
        (
            FAIR,
            only(min_p_up=0.5),
            "probability of a move its way 0.45 is under 0.50",
        ),
    ],
)
def test_a_refusal_says_why(found: Offer, check: BookCheck, reason: str) -> None:
    assert reason in str(refusal(found, check, "1000 USDT"))


def test_what_equals_its_threshold_passes() -> None:
    check = BookCheck(max_slippage=0.0043, min_depth=3.0, min_imbalance=-0.1, min_p_up=0.45)
    assert refusal(FAIR, check, "1 USDT") is None


def test_a_locked_book_is_one_and_what_exchanges_append_is_ignored() -> None:
    bids, asks = [(100.0, 1.0, 7.0)], [(100.0, 1.0, 8.0)]
    assert offer(bids, asks, amount=1.0, buys=True).slippage == 0.0


@pytest.mark.parametrize(
    ("bids", "asks", "amount"),
    [
        ([], ASKS, 1.0),
        (BIDS, [], 1.0),
        (ASKS, BIDS, 1.0),
        (BIDS[::-1], ASKS, 1.0),
        ([(99.0, nan)], ASKS, 1.0),
        (BIDS, ASKS, 0.0),
        (BIDS, ASKS, inf),
    ],
)
def test_what_is_no_book_or_no_order_is_an_error(bids: Levels, asks: Levels, amount: float) -> None:
    with pytest.raises(ValueError, match=r"bids|asks|crossed|amounts"):
        offer(bids, asks, amount=amount, buys=True)
