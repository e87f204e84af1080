# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns to entries and exits: pure functions of arrays, one element per candle.

The rules are the rows of `filters`. A comparison with NaN is false, and a filter that is false
means "no entry": a null never enters a trade. A null does not close one either; stop and ROI hold
until numbers come back.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hyperphysics.strategy.rules.filters import EXITS, FILTERS, risk_family
from hyperphysics.strategy.rules.order_book_check import BookFilter
from hyperphysics.strategy.rules.thresholds import Comparison, Exit, Filter, Threshold

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Tags = NDArray[np.object_]
Columns = Mapping[str, Floats]
"""Columns by name, null as NaN, equally long."""
Thresholds = Mapping[str, float]
"""Values by parameter, of filters and exits."""

LONG, SHORT = 1.0, -1.0
COMPARE: Mapping[Comparison, Callable[[Floats, Floats | float], Flags]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
}


@dataclass(frozen=True)
class Signals:
    """Flags of both sides, and one tag per candle that says which filters passed or what ended."""

    long: Flags
    short: Flags
    tag: Tags


def passed(
    columns: Columns, thresholds: Thresholds, side: float, book: BookFilter | None = None
) -> dict[str, Flags]:
    """Where each entry filter of a side passes, by name in the order of the table, the book last.

    Args:
        columns: Those of the rows of `FILTERS` that decide at these thresholds; a row that does not
            is left out. Where a column of an optional row is missing, there is no such filter;
            where the recorded book's are, there is no such filter either.
        thresholds: Of the filters.
        side: `LONG` or `SHORT`.
        book: What a recorded book must offer, or None for no such filter.
    """
    found: dict[str, Flags] = {}
    for row in FILTERS:
        threshold = thresholds[row.parameter]
        if _counts(row, columns, threshold):
            flags = _filter_holds(row, columns, threshold, side)
            found[row.name] = found[row.name] & flags if row.name in found else flags
    if book is not None and "hp_imbalance" in columns:
        found["book"] = book.passes(columns, buys=side > 0)
    return found


def entries(
    columns: Columns,
    thresholds: Thresholds,
    *,
    book: BookFilter | None = None,
    can_short: bool = True,
) -> Signals:
    """Entries of both sides; none where the filters of both pass.

    Args:
        columns: Those of filters and exits, and of a recorded book where it is to count.
        thresholds: Of filters and exits: a side is never entered on a candle that would close it.
        book: What a recorded book must offer, or None for no such filter.
        can_short: Whether there are shorts at all.
    """
    closing = exits(columns, thresholds)
    long_filters = passed(columns, thresholds, LONG, book)
    short_filters = passed(columns, thresholds, SHORT, book)
    long = np.logical_and.reduce([*long_filters.values()]) & ~closing.long
    short = np.logical_and.reduce([*short_filters.values()]) & ~closing.short & can_short
    long, short = long & ~short, short & ~long
    tag = np.where(
        short,
        _newly_passed(short_filters, short, "short"),
        _newly_passed(long_filters, long, "long"),
    )
    return Signals(long, short, tag)


def exits(columns: Columns, thresholds: Thresholds, *, can_short: bool = True) -> Signals:
    """Exits of both sides.

    Args:
        columns: Those of the rows of `EXITS` that decide at these thresholds.
        thresholds: Of the exits.
        can_short: Whether there are shorts at all.

    Returns:
        Flags and tags. In the tag what closes both sides outranks what closes one, and a row of the
        table those after it; it names the sides where they have lost different things.
    """
    rows = [row for row in EXITS if _counts(row, columns, thresholds[row.parameter])]
    of_side = [row for row in rows if row.mirrored]
    of_both = [row for row in rows if not row.mirrored]
    long, short = (_first(of_side, columns, thresholds, side) for side in (LONG, SHORT))
    short = short * can_short
    both = _first(of_both, columns, thresholds, LONG)
    lost = ["", *(row.name for row in of_side)]
    lost_by = np.array([[_lost(one, other) for other in lost] for one in lost], dtype=object)
    names = np.array(["", *(row.name for row in of_both)], dtype=object)
    tag = np.where(both > 0, names[both], lost_by[long, short])
    return Signals((long > 0) | (both > 0), ((short > 0) | (both > 0)) & can_short, tag)


def _counts(row: Threshold, columns: Columns, threshold: float) -> bool:
    # the risk columns are always there, and no candle without them is entered
    if row.family != risk_family() and not row.decides(threshold):
        return False
    return not row.optional or row.column in columns


def _compared(row: Threshold, value: Floats, limit: Floats | float, side: float) -> Flags:
    return COMPARE[row.comparison](side * value if row.mirrored else value, limit)


def _filter_holds(row: Filter, columns: Columns, threshold: float, side: float) -> Flags:
    value = columns[row.column]
    if row.minus is not None and row.minus in columns:
        value = value - columns[row.minus]
    limit = threshold if row.times is None else threshold * columns[row.times]
    return _compared(row, value, limit, side)


def _exit_holds(row: Exit, columns: Columns, threshold: float, side: float) -> Flags:
    value = columns[row.column]
    limit: Floats | float = threshold
    if row.bars:
        before = np.concatenate([np.full(row.bars, np.nan), value])[: len(value)]
        limit = threshold * before
    return _compared(row, value, limit, side)


def _first(
    rows: Sequence[Exit], columns: Columns, thresholds: Thresholds, side: float
) -> NDArray[np.intp]:
    """Number from 1 of the first row that holds, 0 where none does."""
    found = np.zeros(len(next(iter(columns.values()))), dtype=np.intp)
    for number, row in reversed([*enumerate(rows, start=1)]):
        found[_exit_holds(row, columns, thresholds[row.parameter], side)] = number
    return found


def _lost(long: str, short: str) -> str:
    if long and short and long != short:
        return f"long: {long}, short: {short}"
    return long or short


def _newly_passed(filters: Mapping[str, Flags], enter: Flags, word: str) -> Tags:
    """Which filters did not pass one candle before an entry; "held" where all did.

    Returns:
        Text such as "long: gain+tail" where `enter`, the empty string elsewhere.
    """
    code = np.zeros(len(enter), dtype=np.intp)
    for bit, flags in enumerate(filters.values()):
        before = np.concatenate([np.zeros(1, dtype=bool), flags[:-1]])[: len(flags)]
        code |= (~before).astype(np.intp) << bit
    tags = np.full(len(enter), "", dtype=object)
    codes, at = np.unique(code[enter], return_inverse=True)
    names = [
        "+".join(name for bit, name in enumerate(filters) if one >> bit & 1) or "held"
        for one in codes.tolist()
    ]
    tags[enter] = np.array([f"{word}: {name}" for name in names], dtype=object)[at]
    return tags
