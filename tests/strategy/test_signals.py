from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hyperphysics.strategy.callbacks.trade_cost import (
    DECIMAL_PLACES,
    SIGNIFICANT_DIGITS,
    TICK_SIZE,
    cost,
    tick_size,
)
from hyperphysics.strategy.rules.filters import (
    EXITS,
    FILTERS,
    ROWS,
    defaults,
    required_columns,
    switched_off,
)
from hyperphysics.strategy.rules.signals import Floats, entries, exits
from hyperphysics.strategy.rules.thresholds import Filter

NAMES = ("hp_trend", "hp_pbit", "hp_gain", "hp_es_95", "hp_es_99", "hp_tail")
RULE = defaults() | {
    "buy_trend": 0.5,
    "buy_direction": 0.2,
    "buy_min_gain_cost_ratio": 1.5,
    "buy_max_es99": 0.05,
    "buy_tail": 2.0,
    "sell_trend": -0.5,
    "sell_direction": 0.0,
    "sell_max_es95": 0.06,
    "sell_spike": 2.0,
}
SPIKE_BARS = max(row.bars for row in EXITS)
COST = 0.002
# a candle on which a long is entered
OPEN = {
    "hp_trend": 1.0,
    "hp_pbit": 0.5,
    "hp_gain": 0.01,
    "hp_es_95": 0.02,
    "hp_es_99": 0.03,
    "hp_tail": 1.2,
    "trade_cost": COST,
}


def candles(rows: int, **changes: Any) -> dict[str, Floats]:
    return {
        name: np.broadcast_to(np.asarray(changes.get(name, usual), float), (rows,)).copy()
        for name, usual in OPEN.items()
    }


@st.composite
def markets(draw: st.DrawFn) -> dict[str, Floats]:
    """Columns on a coarse grid, so that values meet thresholds, with nulls among them."""
    grid = draw(arrays(np.int8, (7, draw(st.integers(0, 40))), elements=st.integers(-1, 20)))
    share = np.where(grid < 0, np.nan, grid / 20.0)
    ranges = [(-2, 2), (-1, 1), (-0.02, 0.02), (0, 0.1), (0, 0.1), (1, 3)]
    scale = dict(zip(NAMES, ranges, strict=True))
    columns = {
        name: low + (high - low) * share[k] for k, (name, (low, high)) in enumerate(scale.items())
    }
    return columns | {"trade_cost": 0.01 * share[6]}


def mirrored(columns: dict[str, Floats]) -> dict[str, Floats]:
    return columns | {name: -columns[name] for name in ("hp_trend", "hp_pbit", "hp_gain")}


def swapped_sides(tags: Any) -> Any:
    """The tags of the mirrored market."""
    found = []
    for tag in tags:
        sides = tag.replace("long", "?").replace("short", "long").replace("?", "short").split(", ")
        # an exit names the long first
        found.append(", ".join(sorted(sides)))
    return np.array(found, dtype=object)


@given(markets())
def test_null_never_enters(columns: dict[str, Floats]) -> None:
    found = entries(columns, RULE)
    needed = [columns[name] for name in required_columns(FILTERS)]
    null = np.logical_or.reduce([np.isnan(column) for column in needed])
    assert not (found.long & null).any()
    assert not (found.short & null).any()
    assert (found.tag[null] == "").all()


@given(markets())
def test_short_is_the_mirror_of_long(columns: dict[str, Floats]) -> None:
    here, there = (
        entries(columns, RULE),
        entries(mirrored(columns), RULE),
    )
    np.testing.assert_array_equal(here.long, there.short)
    np.testing.assert_array_equal(here.short, there.long)
    np.testing.assert_array_equal(swapped_sides(here.tag), there.tag)
    out, back = exits(columns, RULE), exits(mirrored(columns), RULE)
    np.testing.assert_array_equal(out.long, back.short)
    np.testing.assert_array_equal(out.short, back.long)
    np.testing.assert_array_equal(swapped_sides(out.tag), back.tag)


@given(markets())
def test_no_side_is_entered_where_it_is_left_or_on_both_sides(
    columns: dict[str, Floats],
) -> None:
    found, closing = entries(columns, RULE), exits(columns, RULE)
    assert not (found.long & closing.long).any()
    assert not (found.short & closing.short).any()
    assert not (found.long & found.short).any()
    np.testing.assert_array_equal(found.tag != "", found.long | found.short)
    np.testing.assert_array_equal(closing.tag != "", closing.long | closing.short)


@given(markets(), st.integers(1, 5))
def test_stricter_rules_enter_less(columns: dict[str, Floats], factor: int) -> None:
    strict = dict(RULE)
    for row in FILTERS:
        # towards the end of its range where it lets least through
        limit = row.range[0] if row.comparison == "<" else row.range[1]
        strict[row.parameter] += (limit - strict[row.parameter]) * factor / 5
    loose, few = entries(columns, RULE), entries(columns, strict)
    assert not (few.long & ~loose.long).any()
    assert not (few.short & ~loose.short).any()


@given(markets(), st.integers(0, 39))
def test_later_candles_change_nothing(columns: dict[str, Floats], rows: int) -> None:
    whole = entries(columns, RULE)
    cut = entries({k: v[:rows] for k, v in columns.items()}, RULE)
    for full, part in zip(
        (whole.long, whole.short, whole.tag), (cut.long, cut.short, cut.tag), strict=True
    ):
        np.testing.assert_array_equal(full[:rows], part)


@pytest.mark.parametrize(
    ("changes", "tags"),
    [
        ({}, ["long: trend+direction+gain+tail", "long: held"]),
        ({"hp_trend": [0.4, 1.0]}, ["", "long: trend"]),
        ({"hp_pbit": [0.1, 0.5]}, ["", "long: direction"]),
        ({"hp_gain": [0.003, 0.01]}, ["", "long: gain"]),
        ({"hp_es_99": [0.05, 0.03]}, ["", "long: tail"]),
        ({"hp_tail": [np.nan, 1.2], "hp_gain": [np.nan, 0.01]}, ["", "long: gain+tail"]),
        (
            {"hp_trend": [-1.0, 1.0], "hp_pbit": [-0.5, 0.5], "hp_gain": [-0.01, 0.01]},
            ["short: trend+direction+gain+tail", "long: trend+direction+gain"],
        ),
    ],
)
def test_entry_tag_names_the_filters_that_passed_anew(
    changes: dict[str, Any], tags: list[str]
) -> None:
    found = entries(candles(2, **changes), RULE)
    assert list(found.tag) == tags


def test_exit_tags_name_the_reason_and_rank_risk_over_trend_over_direction() -> None:
    rows = SPIKE_BARS + 6
    es = np.full(rows, 0.02)
    pbit = np.full(rows, 0.5)
    pbit[[1, 2, 3]] = -0.5
    trend = np.zeros(rows)
    trend[[2, 3, 4]] = -1.0
    es[2] = 0.07  # over the cap, and trend and direction are lost as well
    es[-1] = 0.05  # more than twice the value twelve candles before
    found = exits(candles(rows, hp_es_95=es, hp_pbit=pbit, hp_trend=trend), RULE)
    at = [0, 1, 2, 3, 4, rows - 1]
    assert list(found.tag[at]) == [
        "direction lost",
        "direction lost",
        "risk cap",
        "trend lost",
        "long: trend lost, short: direction lost",
        "risk spike",
    ]
    assert list(found.long[at]) == [False, True, True, True, True, True]
    assert list(found.short[at]) == [True, False, True, False, True, True]
    spot = exits(candles(rows, hp_es_95=es, hp_pbit=pbit, hp_trend=trend), RULE, can_short=False)
    assert list(spot.tag[at]) == ["", *found.tag[[1, 2, 3]], "trend lost", "risk spike"]


def test_a_threshold_itself_does_not_pass() -> None:
    for name, edge in [
        ("hp_trend", 0.5),
        ("hp_gain", 1.5 * COST),
        ("hp_es_99", 0.05),
        ("hp_tail", 2.0),
    ]:
        assert not entries(candles(1, **{name: edge}), RULE).long[0]


def test_the_least_direction_lets_all_of_them_through() -> None:
    rule = RULE | {"buy_direction": -1.0, "sell_direction": -1.0}
    found = entries(candles(2, hp_pbit=[-1.0, 1.0]), rule)
    assert found.long.all()
    assert not exits(candles(2, hp_pbit=[-1.0, 1.0]), rule).long.any()


def test_a_negative_ratio_of_gain_to_cost_is_no_filter() -> None:
    rule = RULE | {"buy_min_gain_cost_ratio": -1.0}
    gains = [-0.5, np.nan, 0.5]
    for cost_ in (COST, 0.0, np.nan):
        found = entries(candles(3, hp_gain=gains, trade_cost=cost_), rule)
        assert found.long.all()
        assert found.tag.tolist() == ["long: trend+direction+tail", "long: held", "long: held"]
    rule = RULE | {"buy_min_gain_cost_ratio": 0.0}
    assert entries(candles(3, hp_gain=gains, trade_cost=0.0), rule).long.tolist() == [
        *(False, False, True),
    ]


def test_neither_side_is_entered_where_the_filters_of_both_pass() -> None:
    rule = RULE | {"buy_trend": -9.0, "buy_direction": -1.0, "buy_min_gain_cost_ratio": -1.0}
    rule |= {"sell_trend": -9.0, "sell_direction": -1.0}
    found = entries(candles(1), rule)
    assert not found.long.any()
    assert not found.short.any()
    assert found.tag.tolist() == [""]
    assert entries(candles(1), rule, can_short=False).long.all()


def test_nothing_is_decided_where_all_is_switched_off() -> None:
    columns = {name: np.full(40, 0.5) for name in required_columns(ROWS)}
    columns |= {row.column: np.full(40, 0.5) for row in ROWS}
    columns["hp_es_95"][20] = 5.0
    found = entries(columns, switched_off(), can_short=False)
    assert found.long.all()
    assert set(found.tag[1:]) == {"long: held"}
    assert not exits(columns, switched_off()).long.any()


@given(markets())
def test_without_shorts_longs_stay_as_they_are(columns: dict[str, Floats]) -> None:
    both = entries(columns, RULE)
    longs = entries(columns, RULE, can_short=False)
    np.testing.assert_array_equal(longs.long, both.long)
    np.testing.assert_array_equal(longs.tag, np.where(both.long, both.tag, ""))
    assert not longs.short.any()
    left, leaving = exits(columns, RULE), exits(columns, RULE, can_short=False)
    np.testing.assert_array_equal(leaving.long, left.long)
    assert not leaving.short.any()
    np.testing.assert_array_equal(leaving.tag != "", leaving.long)


@pytest.mark.parametrize(
    "row", [row for row in FILTERS if row.optional], ids=lambda row: row.parameter
)
@given(columns=markets())
def test_an_optional_filter_needs_its_column(row: Filter, columns: dict[str, Floats]) -> None:
    low, high = row.range
    rule = RULE | {row.parameter: (low + high) / 2}
    without = entries(columns, RULE)
    np.testing.assert_array_equal(entries(columns, rule).long, without.long)
    good, bad = (low, high) if row.comparison == "<" else (high, low)
    for value, passes in [(good, True), (bad, False), (np.nan, False)]:
        more = {row.column: np.full(len(columns["hp_trend"]), value)}
        filtered = entries(columns | more, rule)
        np.testing.assert_array_equal(filtered.long, without.long & passes)
        np.testing.assert_array_equal(filtered.short, without.short & passes)


def test_an_optional_filter_is_named_where_it_passed_anew() -> None:
    columns = candles(3) | {"hp_ci": np.array([0.1, 0.1, 0.3])}
    found = entries(columns, RULE | {"buy_ci": 0.2})
    assert found.tag.tolist() == ["", "", "long: complexity"]


def test_empty_frames_have_empty_signals() -> None:
    found = entries(candles(0), RULE)
    assert len(found.long) == len(found.tag) == 0


def test_cost_takes_the_larger_of_spread_and_tick_and_keeps_null() -> None:
    got = cost(np.array([0.001, 0.0, np.nan]), 0.0005, np.array([0.0002, 0.0002, 0.0002]))
    np.testing.assert_allclose(got, [0.002, 0.0012, np.nan], rtol=1e-15)


@pytest.mark.parametrize(
    ("precision", "mode", "expected"),
    [
        (0.5, TICK_SIZE, 0.5 / 20_000),
        (2, DECIMAL_PLACES, 0.01 / 20_000),
        (5, SIGNIFICANT_DIGITS, 1.0 / 20_000),
        (None, TICK_SIZE, 0.0),
        (float("nan"), TICK_SIZE, 0.0),
        (0.0, TICK_SIZE, 0.0),
    ],
)
def test_tick_size_in_each_precision_mode(
    precision: float | None, mode: int, expected: float
) -> None:
    got = tick_size(np.array([20_000.0]), precision, mode)
    np.testing.assert_allclose(got, [expected], rtol=1e-12)
