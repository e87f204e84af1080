# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of entry filters and the table of exits: a row is all there is to write of one.

From the rows follow freqtrade's parameters and the default values (`parameters`), the rules
(`signals`), the columns that are read, the families that a configuration must compute
(`settings`), the charts (`plots`), the ablations of the walk-forward, and the documents' tables.
What a row says is in `thresholds`. The filter `book`, which has several thresholds in the
configuration, is in `order_book_check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from hyperphysics import _engine
from hyperphysics.strategy.rules.thresholds import (
    TAIL_RISK,
    Exit,
    Filter,
    Space,
    Threshold,
    families_of_columns,
)

if TYPE_CHECKING:
    from hyperphysics._engine import Value

FAR = 1e9
"""Beyond the values of every column."""

FILTERS: Sequence[Filter] = (
    Filter(
        name="trend",
        parameter="buy_trend",
        column="hp_trend",
        comparison=">",
        mirrored=True,
        picks_side=True,
        range=(-1.0, 2.0),
        decimals=1,
        default=0.5,
        off=-FAR,
        says="trend in the trade's direction; a random walk's is standard normal",
    ),
    Filter(
        name="direction",
        parameter="buy_direction",
        column="hp_pbit",
        comparison=">=",
        mirrored=True,
        range=(-1.0, 0.6),
        decimals=2,
        default=-1.0,
        off=-1.0,
        tried=0.0,
        says="forecast in the trade's direction, from -1 to 1",
    ),
    Filter(
        name="gain",
        parameter="buy_min_gain_cost_ratio",
        column="hp_gain",
        minus="trade_funding",
        comparison=">",
        times="trade_cost",
        looked_at_from=0.0,
        mirrored=True,
        range=(-1.0, 2.0),
        decimals=1,
        default=-1.0,
        off=-1.0,
        tried=1.0,
        says="expected gain, net of funding, in multiples of the cost of a round trip",
    ),
    Filter(
        name="tail",
        parameter="buy_max_es99",
        column="hp_es_99",
        comparison="<",
        range=(0.01, 0.12),
        decimals=3,
        default=0.06,
        off=FAR,
        says="expected shortfall at 99 % of the next candle, a fraction of the price",
    ),
    Filter(
        name="tail",
        parameter="buy_tail",
        column="hp_tail",
        comparison="<",
        range=(1.0, 3.0),
        decimals=2,
        default=2.0,
        off=FAR,
        says="expected shortfall over value at risk, both at 99 %",
    ),
    Filter(
        name="integration",
        parameter="buy_phi",
        column="hp_phi_excess",
        comparison=">",
        optional=True,
        range=(-0.02, 0.06),
        decimals=3,
        default=0.0,
        off=-FAR,
        says="integrated information over that of shuffled data, in nats",
    ),
    Filter(
        name="complexity",
        parameter="buy_ci",
        column="hp_ci",
        comparison=">",
        optional=True,
        range=(0.0, 0.4),
        decimals=2,
        default=0.0,
        off=-FAR,
        says="complexity index, from 0 to 1",
    ),
)

EXITS: Sequence[Exit] = (
    Exit(
        name="trend lost",
        parameter="sell_trend",
        column="hp_trend",
        comparison="<",
        mirrored=True,
        range=(-2.0, 1.0),
        decimals=1,
        default=-0.5,
        off=-FAR,
        says="trend in the trade's direction",
    ),
    Exit(
        name="direction lost",
        parameter="sell_direction",
        column="hp_pbit",
        comparison="<",
        mirrored=True,
        range=(-1.0, 0.2),
        decimals=2,
        default=-1.0,
        off=-1.0,
        tried=0.0,
        says="forecast in the trade's direction, from -1 to 1",
    ),
    Exit(
        name="risk spike",
        parameter="sell_spike",
        column="hp_es_95",
        comparison=">",
        bars=12,
        range=(1.2, 6.0),
        decimals=1,
        default=3.0,
        off=FAR,
        says="expected shortfall at 95 %, in multiples of its value 12 candles before",
    ),
    Exit(
        name="risk cap",
        parameter="sell_max_es95",
        column="hp_es_95",
        comparison=">",
        range=(0.02, 0.2),
        decimals=3,
        default=0.08,
        off=FAR,
        says="expected shortfall at 95 % of the next candle, a fraction of the price",
    ),
)

ROWS: Sequence[Threshold] = (*FILTERS, *EXITS)


def risk_family() -> str:
    """The family that is always computed: stake, leverage and stop are made of it."""
    return families_of_columns()[TAIL_RISK]


def families_of(rows: Iterable[Threshold], *more: str) -> tuple[str, ...]:
    """Families to compute where these rows decide, and `more`, in the engine's order."""
    used = frozenset({risk_family(), *more}).union(*(row.families for row in rows))
    return tuple(family for family in _engine.families() if family in used)


def searched_families() -> tuple[str, ...]:
    """Families of all rows that are not optional: what hyperopt may switch on."""
    return families_of(row for row in ROWS if not row.optional)


def required_families() -> tuple[str, ...]:
    """Families that the default rules cannot do without, in the engine's order."""
    needed = {row.family for row in ROWS if not row.optional and row.on_by_default}
    return tuple(family for family in _engine.families() if family in needed | {risk_family()})


def startup(families: Sequence[str], parameters: Mapping[str, Value]) -> int:
    """Candles before the first row on which all columns are there, and those exits look back at."""
    earlier = [
        _engine.startup([row.family], parameters) + row.bars
        for row in EXITS
        if row.bars and row.counts(families)
    ]
    return max([_engine.startup(families, parameters), *earlier])


def missing_family(
    families: Iterable[str], thresholds: Mapping[str, float]
) -> tuple[str, str] | None:
    """A family that is not computed and the rule that needs it, or None where none is missing.

    Args:
        families: Families that are computed.
        thresholds: Of filters and exits, by parameter.
    """
    computed = frozenset(families)
    if (family := risk_family()) not in computed:
        return family, "stake, leverage and stop need"
    for row in ROWS:
        threshold = thresholds[row.parameter]
        if not row.optional and row.decides(threshold) and row.family not in computed:
            kind = "filter" if isinstance(row, Filter) else "exit"
            return row.family, f'the {kind} "{row.name}" ({row.parameter} = {threshold:g}) needs'
    return None


def required_columns(rows: Iterable[Threshold]) -> tuple[str, ...]:
    """Columns that these rows cannot do without, each once."""
    found = [
        name
        for row in rows
        if not row.optional
        for name in (row.column, row.times if isinstance(row, Filter) else None)
        if name is not None
    ]
    return tuple(dict.fromkeys(found))


def optional_columns(rows: Iterable[Threshold]) -> tuple[str, ...]:
    """Columns that these rows look at where a frame has them, each once."""
    rows = tuple(rows)
    found = [row.column for row in rows if row.optional]
    found += [row.minus for row in rows if isinstance(row, Filter) and row.minus is not None]
    return tuple(dict.fromkeys(found))


def defaults(space: Space | None = None) -> dict[str, float]:
    """Default thresholds by parameter, of one space or of both."""
    return {row.parameter: row.default for row in ROWS if space in {None, row.space}}


def switched_off(space: Space | None = None) -> dict[str, float]:
    """Thresholds by parameter at which no row decides anything, of one space or of both."""
    return {row.parameter: row.off for row in ROWS if space in {None, row.space}}


HEAD = ("filter", "parameter", "holds where", "default", "searched", "family", "of what")
"""Names of the cells of `table`."""


def table(rows: Iterable[Threshold] = ROWS) -> list[tuple[str, ...]]:
    """The rows as cells of text, for documents; ± is the sign of the trade, - for a short."""
    return [
        (
            row.name,
            row.parameter,
            _condition(row),
            f"{row.default:g}" if row.on_by_default else f"{row.default:g} (off)",
            f"{row.range[0]:g} to {row.range[1]:g}",
            f"{row.family} (optional)" if row.optional else row.family,
            row.says,
        )
        for row in rows
    ]


def _condition(row: Threshold) -> str:
    left, right = row.column, row.parameter
    if isinstance(row, Filter):
        left = f"({left} - {row.minus})" if row.minus else left
        right += f" · {row.times}" if row.times else ""
    if isinstance(row, Exit) and row.bars:
        right += f" · {row.column} {row.bars} candles before"
    return f"{'± ' if row.mirrored else ''}{left} {row.comparison} {right}"
