# SPDX-License-Identifier: GPL-3.0-or-later
"""What an order book offers an order: pure functions of levels, thresholds and columns.

Everything is seen from the order: a positive imbalance leans the way the order goes, whether it
buys or sells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hyperphysics._engine import HyperbolicOrderBook
from hyperphysics.strategy.rules.settings import BookCheck

Levels = Iterable[Sequence[float]]

# Columns of recorded books that `passes_book_check` looks at.
COLUMNS = (
    "hp_imbalance",
    "hp_p_up",
    "hp_depth_bid",
    "hp_depth_ask",
    "hp_slippage_buy",
    "hp_slippage_sell",
)
# The most levels of a side that the book takes.
MOST_LEVELS = 5000


@dataclass(frozen=True)
class Offer:
    """What a book offers one order.

    Attributes:
        slippage: Volume-weighted price of taking the whole amount at once, as what it is worse
            than the mid price, a fraction; None where the book cannot fill it.
        depth: Size of the side that is taken, in multiples of the order.
        imbalance: Of the effective liquidity, in [-1, 1]; positive in the order's direction.
        p_move: Probability that the mid price moves in the order's direction next.
        weighted_mid: Mid price weighted by the effective liquidity, within the spread.
    """

    slippage: float | None
    depth: float
    imbalance: float
    p_move: float
    weighted_mid: float


def offer(bids: Levels, asks: Levels, *, amount: float, buys: bool) -> Offer:
    """Measures a book for an order.

    A locked book (best bid = best ask) is one: exchanges that round prices publish them.

    Args:
        bids: (price, size, …) of the bids, the best first.
        asks: Likewise of the asks.
        amount: Size of the order, in the units of the levels' sizes.
        buys: Whether it buys, and takes from the asks.

    Raises:
        ValueError: The book is empty, crossed or out of order, or the amount is not positive.
    """
    book = HyperbolicOrderBook(depth=MOST_LEVELS, locked=True)
    # exchanges append a time or a number of orders
    book.snapshot(
        [(level[0], level[1]) for level in bids], [(level[0], level[1]) for level in asks]
    )
    state = book.state(amounts=[amount])
    fill, depth = (state.buys, state.depth[1]) if buys else (state.sells, state.depth[0])
    return Offer(
        slippage=fill[0].slippage,
        depth=depth / amount,
        imbalance=state.imbalance if buys else -state.imbalance,
        p_move=state.p_up if buys else 1.0 - state.p_up,
        weighted_mid=state.weighted_mid,
    )


def refusal(found: Offer, check: BookCheck, order: str) -> str | None:
    """Why the check refuses an order, or None where it does not.

    Args:
        found: What the book offers the order.
        check: Thresholds; each value that equals its threshold passes.
        order: The order's value in words, such as "1000 USDT".
    """
    if check.max_slippage is not None:
        if found.slippage is None:
            return f"the book fills only {found.depth:.0%} of {order}"
        if found.slippage > check.max_slippage:
            return f"slippage {found.slippage:.2%} of {order} is over {check.max_slippage:.2%}"
    if check.min_depth is not None and found.depth < check.min_depth:
        return f"depth is {found.depth:.2f} times {order}, under {check.min_depth:.2f}"
    if check.min_imbalance is not None and found.imbalance < check.min_imbalance:
        return f"imbalance {found.imbalance:+.2f} is under {check.min_imbalance:+.2f}"
    if check.min_p_up is not None and found.p_move < check.min_p_up:
        return f"probability of a move its way {found.p_move:.2f} is under {check.min_p_up:.2f}"
    return None


@dataclass(frozen=True)
class BookFilter:
    """The entry filter on recorded books.

    Attributes:
        check: Thresholds.
        stake: Worth of the order that slippage was measured with, in quote currency.
    """

    check: BookCheck
    stake: float

    def passes(
        self, columns: Mapping[str, NDArray[np.float64]], *, buys: bool
    ) -> NDArray[np.bool_]:
        """Where an order passes; see `passes_book_check`."""
        return passes_book_check(columns, self.check, self.stake, buys=buys)


def passes_book_check(
    columns: Mapping[str, NDArray[np.float64]], check: BookCheck, stake: float, *, buys: bool
) -> NDArray[np.bool_]:
    """Where a recorded book does not refuse an order, by the rules of `refusal`.

    Args:
        columns: Those of `COLUMNS`, one element per candle; no book where hp_imbalance is NaN.
        check: Thresholds.
        stake: Worth of the order that slippage was measured with, in quote currency.
        buys: Whether the order buys.

    Returns:
        True also where there is no book: nothing speaks against the order.
    """
    way = 1.0 if buys else -1.0
    slippage = columns["hp_slippage_buy" if buys else "hp_slippage_sell"]
    depth = columns["hp_depth_ask" if buys else "hp_depth_bid"] / stake
    p_move = columns["hp_p_up"] if buys else 1.0 - columns["hp_p_up"]
    passed = np.ones(len(slippage), dtype=bool)
    if check.max_slippage is not None:
        # false, too, where the book could not fill the order
        passed &= slippage <= check.max_slippage
    if check.min_depth is not None:
        passed &= depth >= check.min_depth
    if check.min_imbalance is not None:
        passed &= way * columns["hp_imbalance"] >= check.min_imbalance
    if check.min_p_up is not None:
        passed &= p_move >= check.min_p_up
    return passed | np.isnan(columns["hp_imbalance"])
