"""The table of filters and exits, and that everything else follows from it."""

from __future__ import annotations

import operator
from importlib.util import module_from_spec, spec_from_file_location

import pytest

import hyperphysics as hp
from hyperphysics.evaluation.walk_forward.ablations import ablations
from hyperphysics.strategy.plots import PLOT, subplots
from hyperphysics.strategy.rules import filters
from hyperphysics.strategy.rules.filters import EXITS, FILTERS, ROWS
from hyperphysics.strategy.rules.parameters import DEFAULTS, HyperPhysicsParameters
from hyperphysics.strategy.rules.settings import Settings
from hyperphysics.strategy.rules.thresholds import Exit, Filter, Threshold
from support.paths import USERDIR

EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.parameter)
COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt}


@EVERY_ROW
def test_a_row_is_consistent(row: Threshold) -> None:
    low, high = row.range
    assert low <= row.default <= high
    assert round(row.default, row.decimals) == row.default
    assert row.parameter.startswith(f"{row.space}_")
    assert (row.tried is None) == row.on_by_default
    assert row.says
    assert row.family in hp.families()


@EVERY_ROW
def test_off_decides_nothing(row: Threshold) -> None:
    if isinstance(row, Filter) and row.looked_at_from is not None:
        assert row.off < row.looked_at_from
        return
    # pbit ends at -1 and 1, the others are far from FAR
    reached = [-1.0, 1.0] if abs(row.off) == 1.0 else [-1e3, 1e3]
    holds = {COMPARE[row.comparison](value, row.off) for value in reached}
    assert holds == {isinstance(row, Filter)}


def test_parameters_are_each_named_once() -> None:
    names = [row.parameter for row in ROWS]
    assert len(set(names)) == len(names)
    assert not {row.name for row in FILTERS} & {row.name for row in EXITS}


@EVERY_ROW
def test_freqtrade_has_a_parameter_of_every_row(row: Threshold) -> None:
    one = getattr(HyperPhysicsParameters, row.parameter)
    assert (one.low, one.high) == row.range
    assert one.space == row.space
    assert DEFAULTS[row.space][row.parameter] == row.default


def test_the_users_class_shows_the_defaults() -> None:
    file = USERDIR / "strategies" / "HyperPhysics.py"
    spec = spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    shown = module.HyperPhysics
    for space in ("buy", "sell", "protection"):
        stated = getattr(shown, f"{space}_params")
        assert stated.items() <= DEFAULTS[space].items()
        optional = {row.parameter for row in ROWS if row.optional}
        assert stated.keys() >= DEFAULTS[space].keys() - optional


def test_families_are_those_of_the_rows() -> None:
    assert filters.families_of([]) == (filters.risk_family(),)
    assert filters.required_families() == ("risk", "trend")
    for row in ROWS:
        assert row.family in filters.families_of([row])
        assert row.optional or row.family in filters.searched_families()


@pytest.mark.parametrize("row", [row for row in ROWS if not row.optional], ids=lambda r: r.name)
def test_a_missing_family_is_named_with_the_rule_that_needs_it(row: Threshold) -> None:
    off = filters.switched_off()
    assert filters.missing_family(["risk"], off) is None
    on = off | {row.parameter: sum(row.range) / 2}
    missing = filters.missing_family({*hp.families()} - {row.family}, on)
    assert missing is not None
    family, rule = missing
    assert family == row.family
    assert row.name in rule or family == filters.risk_family()


@EVERY_ROW
def test_every_column_is_shown_in_the_charts(row: Threshold) -> None:
    settings = Settings.read({"families": hp.families()})
    charts = {**PLOT["subplots"], **subplots(settings)}
    shown = {name for lines in charts.values() for name in lines}
    # one bar ahead and over the horizon, the tail is one
    assert row.column in shown or row.column.startswith(("hp_es_", "hp_tail"))


@EVERY_ROW
def test_every_row_has_an_ablation(row: Threshold) -> None:
    (variant,) = [
        one for one in ablations(hp.families()) if row.parameter in one.changes.get(row.space, {})
    ]
    assert row.name in variant.label
    assert ("without" in variant.label) == row.on_by_default
    assert variant.changes[row.space][row.parameter] == (
        row.off if row.on_by_default else row.tried
    )


def test_the_table_for_documents_has_every_row() -> None:
    cells = filters.table()
    assert [row[1] for row in cells] == [row.parameter for row in ROWS]
    assert {len(row) for row in cells} == {len(filters.HEAD)}
    conditions = {row[1]: row[2] for row in cells}
    assert conditions["buy_min_gain_cost_ratio"] == (
        "± (hp_gain - trade_funding) > buy_min_gain_cost_ratio · trade_cost"
    )
    (spike,) = [row for row in EXITS if row.bars]
    assert conditions[spike.parameter] == (
        f"{spike.column} > {spike.parameter} · {spike.column} {spike.bars} candles before"
    )


def test_an_unknown_column_is_named() -> None:
    row = Exit(
        name="x",
        parameter="sell_x",
        column="hp_x",
        comparison=">",
        range=(0.0, 1.0),
        decimals=1,
        default=0.5,
        off=filters.FAR,
        says="x",
    )
    with pytest.raises(ValueError, match='"sell_x": the engine has no column "hp_x"'):
        _ = row.family
