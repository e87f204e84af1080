"""Order books: sums over levels in H³ and fills."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hyperphysics.bench.timing import F32, Row, beside, buffers, compiled, floats, twin, untiled

DEPTH, ORDERS = 100, 3
RATE = 0.8


def books() -> list[Row]:
    """Sums over 100 levels a side in H³ and three fills each way, per book."""
    items, data = buffers("order_book")
    levels = untiled(data["levels"], items, 4 * DEPTH).T.reshape(items, 2, DEPTH, 2).copy()
    amounts = untiled(data["amounts"], items, ORDERS).T.copy()
    inverse_delta = floats(data["inverse_delta"])[:items]
    sums = untiled(data["sums"], items, 16).T.reshape(items, 2, 8)[:, :, [0, 1, 4, 5, 7]]
    fills = untiled(data["fills"], items, 4 * ORDERS).T.reshape(items, 2, 2 * ORDERS)

    def close(got: F32) -> None:
        np.testing.assert_allclose(got[:, :, :5], sums, rtol=1e-3, atol=1e-2)
        # What is left of a thousand times the book is a difference of large numbers.
        np.testing.assert_allclose(got[:, :, 5:], fills, rtol=1e-4, atol=1e-2)

    rate = np.float32(RATE)
    times = beside(
        {
            "numpy": lambda: books_numpy(levels, amounts, inverse_delta, RATE),
            "numba": lambda: books_numba(levels, amounts, inverse_delta, rate),
        },
        close,
        items,
        5,
    )
    what = "order books, 100 levels a side, three fills each way"
    return [Row(what, "book", twin("order_book", items, 50), times, {"numpy": 100.0, "numba": 6.0})]


@compiled()
def books_numba(levels: Any, amounts: Any, inverse_delta: Any, rate: Any) -> Any:
    """Sums over the levels of each side and costs of fills, `(books, 2, 5 + 2 amounts)`."""
    books, _, depth, _ = levels.shape
    orders = amounts.shape[1]
    one: Any = np.float32(1)
    zero: Any = np.float32(0)
    out = np.empty((books, 2, 5 + 2 * orders), np.float32)
    for book in range(books):
        for side in range(2):
            first = first_log = zero
            weighted = sizes = dd = dl = moved = zero
            for level in range(depth):
                y = levels[book, side, level, 1]
                xi = math.log1p(levels[book, side, level, 0]) * inverse_delta[book]
                square = np.float32(0.25) * (xi * xi + (y - one) * (y - one)) / y
                grown = square + math.sqrt(square * (square + one))
                d = math.log1p(grown + grown)
                log = math.log(y)
                if level == 0:
                    first, first_log = d, log
                weighted += y * math.exp(-d * rate)
                sizes += y
                moved += d - first
                dd += (d - first) * (d - first)
                dl += (d - first) * (log - first_log)
            out[book, side, 0] = weighted
            out[book, side, 1] = sizes
            out[book, side, 2] = moved
            out[book, side, 3] = dd
            out[book, side, 4] = dl
            for order in range(orders):
                left = amounts[book, order]
                cost = zero
                for level in range(depth):
                    taken = min(left, levels[book, side, level, 1])
                    cost += taken * abs(levels[book, side, level, 0])
                    left -= taken
                    if left <= 0:
                        break
                out[book, side, 5 + 2 * order] = cost
                out[book, side, 6 + 2 * order] = left
    return out


def books_numpy(levels: F32, amounts: F32, inverse_delta: F32, rate: float) -> F32:
    """The same in numpy, book by book."""
    out = np.empty((len(levels), 2, 5 + 2 * amounts.shape[1]), np.float32)
    for to, book, sizes, inverse in zip(out, levels, amounts, inverse_delta, strict=True):
        for side, (u, y) in zip(to, book.transpose(0, 2, 1), strict=True):
            xi = np.log1p(u) * inverse
            square = np.float32(0.25) * (xi * xi + (y - 1) ** 2) / y
            grown = square + np.sqrt(square * (square + 1))
            d = np.log1p(grown + grown)
            away, log = d - d[0], np.log(y / y[0])
            side[0], side[1] = y @ np.exp(-d * np.float32(rate)), y.sum()
            side[2], side[3], side[4] = away.sum(), away @ away, away @ log
            before = np.cumsum(y) - y
            for order, size in enumerate(sizes):
                taken = np.clip(size - before, 0, y)
                side[5 + 2 * order], side[6 + 2 * order] = taken @ np.abs(u), size - taken.sum()
    return out
