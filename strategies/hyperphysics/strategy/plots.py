# SPDX-License-Identifier: GPL-3.0-or-later
"""What freqtrade's charts show: the columns that rules read, beside the thresholds in effect.

A panel for every column that a filter or an exit decides by, in the order of their table. freqtrade
draws columns only, so a threshold is a column as well, named after its parameter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from freqtrade.enums import RunMode

from hyperphysics.strategy.rules.filters import ROWS
from hyperphysics.strategy.rules.signals import LONG, SHORT, Flags, Floats, Signals
from hyperphysics.strategy.rules.thresholds import Exit, Filter, Threshold

CHARTS = frozenset({RunMode.PLOT, RunMode.WEBSERVER})
"""Run modes in which frames are drawn and nothing is traded."""

SHOWN = CHARTS | {RunMode.DRY_RUN, RunMode.LIVE}
"""Run modes in which somebody may look at a chart."""

FLOORS: Mapping[str, dict[str, str]] = {
    "var_floor": {"color": "#e0a030", "fill_to": "es_floor", "fill_label": "tail of a long"},
    "es_floor": {"color": "#d04040"},
}

# Beside a panel there is room for a word or two; a column that has none here is its own title.
TITLES: Mapping[str, str] = {
    "hp_trend": "trend",
    "hp_pbit": "direction",
    "hp_gain": "gain",
    "hp_es_99": "ES 99 %",
    "hp_tail": "ES / VaR",
    "hp_es_95": "ES 95 %",
    "es_95_growth": "ES growth",
    "hp_phi_excess": "Φ excess",
    "hp_ci": "CI",
}

COLUMN = "#3070d0"
# freqtrade marks entries of a long green, its exits red, those of a short blue and violet.
COLOURS: Mapping[tuple[str, float], str] = {
    ("buy", LONG): "#30a050",
    ("sell", LONG): "#d04040",
    ("buy", SHORT): "#20a8b8",
    ("sell", SHORT): "#b050d0",
}

BOOK = {"hp_imbalance": {"color": COLUMN}, "hp_p_up": {"color": "#90b0e0"}}


@dataclass(frozen=True)
class Charts:
    """The charts of a strategy with the thresholds that it has at the moment.

    Attributes:
        rows: Filters and exits that decide something, in the order of the table.
        thresholds: Of these rows, by parameter.
        can_short: Whether a mirrored row has a threshold for shorts too.
        book: Whether a recorded order book decides something.
    """

    rows: tuple[Threshold, ...]
    thresholds: Mapping[str, float]
    can_short: bool
    book: bool

    def config(self) -> dict[str, Any]:
        """What freqtrade calls `plot_config`: new objects, because it writes into them."""
        subplots: dict[str, Any] = {}
        for row in self.rows:
            name = _drawn(row)
            lines = subplots.setdefault(TITLES.get(name, name), {name: {"color": COLUMN}})
            for line, side in self._lines(row):
                dash = {} if side == LONG else {"plotly": _dashed(COLOURS[row.space, side])}
                lines[line] = {"color": COLOURS[row.space, side], **dash}
        if self.book:
            subplots["order book"] = {name: dict(style) for name, style in BOOK.items()}
        main = {name: dict(style) for name, style in FLOORS.items()}
        return {"main_plot": main, "subplots": subplots}

    def columns(self, known: Mapping[str, Floats]) -> dict[str, Floats]:
        """Columns that are only drawn: thresholds in units of what they are compared with.

        Args:
            known: The columns that rows read, equally long.
        """
        found: dict[str, Floats] = {}
        for row in self.rows:
            value = known[row.column]
            if isinstance(row, Exit) and row.bars:
                before = np.concatenate([np.full(row.bars, np.nan), value])[: len(value)]
                found[_drawn(row)] = value / before
            for line, side in self._lines(row):
                found[line] = np.broadcast_to(self._limit(row, side, known), value.shape)
        return found

    def _lines(self, row: Threshold) -> Iterator[tuple[str, float]]:
        yield row.parameter, LONG
        if row.mirrored and self.can_short:
            yield f"{row.parameter}_short", SHORT

    def _limit(self, row: Threshold, side: float, known: Mapping[str, Floats]) -> Floats:
        """Where `row.column` passes or fails: the rule solved for the column."""
        limit = np.array(side * self.thresholds[row.parameter])
        if isinstance(row, Filter):
            if row.times is not None:
                limit = limit * known[row.times]
            if row.minus is not None and row.minus in known:
                limit = limit + known[row.minus]
        return limit


def charts(
    thresholds: Mapping[str, float], families: tuple[str, ...], *, can_short: bool, book: bool
) -> Charts:
    """The charts of the rows that decide something at these thresholds, with these families."""
    rows = tuple(
        row for row in ROWS if row.counts(families) and row.decides(thresholds[row.parameter])
    )
    return Charts(rows, thresholds, can_short, book)


def first_of_each(found: Signals) -> Signals:
    """Signals on the first of consecutive candles that have one, for charts alone."""
    long, short = _first(found.long), _first(found.short)
    return Signals(long, short, np.where(long | short, found.tag, ""))


def _first(flags: Flags) -> Flags:
    first = flags.copy()
    first[1:] &= ~flags[:-1]
    return first


def _drawn(row: Threshold) -> str:
    """Name of what is compared with a row's threshold: its column, or the growth of it."""
    grown = isinstance(row, Exit) and row.bars
    return f"{row.column.removeprefix('hp_')}_growth" if grown else row.column


def _dashed(colour: str) -> dict[str, Any]:
    """A line of plotly's that leaves one below it visible."""
    return {"line": {"color": colour, "dash": "dash"}}
