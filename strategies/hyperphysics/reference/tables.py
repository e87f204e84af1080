"""Tables of columns, parameters, settings, filters and exchanges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import hyperphysics as hp
from hyperphysics.evaluation.markdown import table
from hyperphysics.freqtrade_bridge.exchange_limits import (
    TIMEFRAMES,
    ExchangeLimits,
    exchange_limits,
)
from hyperphysics.order_books.columns import COLUMNS, BookColumn
from hyperphysics.strategy.rules import filters
from hyperphysics.strategy.rules.parameters import DEFAULTS, ENGINE_PARAMETERS, SPACES, parameters
from hyperphysics.strategy.rules.settings import BookCheck, Settings
from hyperphysics.strategy.rules.thresholds import Threshold

PROTECTION = {
    "protection_cooldown": "whole candles out of a pair after an exit",
    "protection_stops": "stops of one side after which that side pauses",
    "protection_drawdown": "fall of the wallet after which everything pauses, a fraction",
    "protection_lookback": "candles within which stops and drawdown count",
    "protection_pause": "candles of such a pause",
}
"""What freqtrade's protections ask of their parameters."""


def columns() -> str:
    """Every column: family, unit, range and meaning."""
    known: list[hp.Column | BookColumn] = [*hp.columns(), *COLUMNS]
    rows = [(f"`{one.name}`", one.doc, one.family, one.unit, one.range) for one in known]
    return _words(("column", "meaning", "family", "unit", "range"), rows)


def engine_parameters() -> str:
    """Every parameter of `Engine.analyze`."""
    rows = [
        (f"`{one.name}`", one.doc, f"`{one.default}`", one.range, ", ".join(one.families))
        for one in hp.params()
    ]
    return _words(("parameter", "meaning", "default", "range", "families"), rows)


def settings() -> str:
    """Every key of the section `"hyperphysics"`, those of `book_check` below."""
    rows = [
        *Settings.table(),
        *((f"book_check.{name}", *rest) for name, *rest in BookCheck.table()),
    ]
    cells = [
        (f"`{name}`", "see below" if default.startswith("{") else f"`{default}`", says, takes)
        for name, default, takes, says in rows
    ]
    return _words(("key", "default", "meaning", "takes"), cells)


def entry_filters() -> str:
    """The table of entry filters."""
    return _thresholds("filter", filters.FILTERS)


def exits() -> str:
    """The table of exits."""
    return _thresholds("exit", filters.EXITS)


def _thresholds(kind: str, rows: Iterable[Threshold]) -> str:
    cells = [
        (name, f"`{parameter}`", says, f"`{condition}`", *rest)
        for name, parameter, condition, *rest, says in filters.table(rows)
    ]
    return _words((kind, "parameter", "meaning", *filters.HEAD[2:-1]), cells)


def hyperopt_parameters() -> str:
    """Every parameter of the strategy, by space."""
    rows = []
    for space in SPACES:
        for name, one in parameters(space).items():
            # not one's value, which is another where freqtrade has loaded a parameter file
            default = f"{DEFAULTS[space][name]:g}"
            searched = f"{one.low:g} to {one.high:g}"
            rows.append((f"`{name}`", _meaning(name), space, default, searched))
    return _words(("parameter", "meaning", "space", "default", "searched"), rows)


def exchanges() -> str:
    """What each exchange gives at a start, and what of it the strategy needs on 1h."""
    few, many = startup_of_defaults(), startup_of_defaults(filters.searched_families())
    head = ("exchange", "mode", *TIMEFRAMES, f"defaults: {few}", f"all filters: {many}")
    rows = [
        (
            f"`{one.exchange}`" + ("" if one.official else " ¹"),
            one.mode,
            *(str(one.startup[timeframe]) for timeframe in TIMEFRAMES),
            _rest(one, few),
            _rest(one, many),
        )
        for one in exchange_limits()
    ]
    return _words(head, rows)


def _rest(one: ExchangeLimits, needed: int) -> str:
    """How the strategy comes to `needed` candles on 1h."""
    rest = needed - one.startup["1h"]
    if rest <= 0:
        return "works"
    return f"works, {rest} {'from history' if one.past else 'must be downloaded'}"


def startup_of_defaults(families: Sequence[str] | None = None) -> int:
    """Candles before the first decision of the strategy with its default parameters.

    Args:
        families: Families that are computed; None for those that the default filters need.
    """
    values = {name: value for space in SPACES for name, value in DEFAULTS[space].items()}
    rows = [row for row in filters.ROWS if not row.optional and row.decides(values[row.parameter])]
    kinds = {one.name: type(one.default) for one in hp.params()}
    chosen = {name: kinds[name](values[own]) for name, own in ENGINE_PARAMETERS.items()}
    return filters.startup(families or filters.families_of(rows), chosen)


def _meaning(name: str) -> str:
    """What a parameter of the strategy is, said where its kind is defined.

    Raises:
        KeyError: Nowhere.
    """
    rows = {row.parameter: f"{row.name}: {row.says}" for row in filters.ROWS}
    engine = {one.name: one.doc for one in hp.params()}
    lattice = {
        attribute: f"`{key}` of the engine: {engine[key]}"
        for key, attribute in ENGINE_PARAMETERS.items()
    }
    budget = {"risk_budget": "fraction of the wallet that one trade may lose in its tail"}
    return {**rows, **lattice, **PROTECTION, **budget}[name]


def _words(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return table(head, cells, text=range(len(head)))
