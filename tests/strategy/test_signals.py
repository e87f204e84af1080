from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hyperphysics.strategy.signals import (
    DECIMAL_PLACES,
    SIGNIFICANT_DIGITS,
    SPIKE_BARS,
    TICK_SIZE,
    EntryRule,
    ExitRule,
    Floats,
    cost,
    entries,
    exits,
    tick_size,
)

NAMES = ("hp_trend", "hp_pbit", "hp_gain", "hp_es_95", "hp_es_99", "hp_tail")
RULE = EntryRule(trend=0.5, direction=0.2, margin=1.5, es_99=0.05, tail=2.0)
LEAVE = ExitRule(trend=-0.5, direction=0.0, es_95=0.06, spike=2.0)
COST = 0.002
# a candle on which a long is entered
OPEN = {
    "hp_trend": 1.0,
    "hp_pbit": 0.5,
    "hp_gain": 0.01,
    "hp_es_95": 0.02,
    "hp_es_99": 0.03,
    "hp_tail": 1.2,
}


def candles(rows: int, **changes: Any) -> dict[str, Floats]:
    return {
        name: np.broadcast_to(np.asarray(changes.get(name, OPEN[name]), float), (rows,)).copy()
        for name in NAMES
    }


def costs(rows: int) -> Floats:
    return np.full(rows, COST)


@st.composite
def markets(draw: st.DrawFn) -> tuple[dict[str, Floats], Floats]:
    """Columns on a coarse grid, so that values meet thresholds, with nulls among them."""
    grid = draw(arrays(np.int8, (7, draw(st.integers(0, 40))), elements=st.integers(-1, 20)))
    share = np.where(grid < 0, np.nan, grid / 20.0)
    ranges = [(-2, 2), (-1, 1), (-0.02, 0.02), (0, 0.1), (0, 0.1), (1, 3)]
    scale = dict(zip(NAMES, ranges, strict=True))
    columns = {
        name: low + (high - low) * share[k] for k, (name, (low, high)) in enumerate(scale.items())
    }
    return columns, 0.01 * share[6]


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
def test_null_never_enters(market: tuple[dict[str, Floats], Floats]) -> None:
    columns, price = market
    found = entries(columns, RULE, LEAVE, price)
    needed = [columns[name] for name in ("hp_trend", "hp_pbit", "hp_gain", "hp_es_99", "hp_tail")]
    null = np.logical_or.reduce([np.isnan(column) for column in [*needed, price]])
    assert not (found.long & null).any()
    assert not (found.short & null).any()
    assert (found.tag[null] == "").all()


@given(markets())
def test_short_is_the_mirror_of_long(market: tuple[dict[str, Floats], Floats]) -> None:
    columns, price = market
    here, there = (
        entries(columns, RULE, LEAVE, price),
        entries(mirrored(columns), RULE, LEAVE, price),
    )
    np.testing.assert_array_equal(here.long, there.short)
    np.testing.assert_array_equal(here.short, there.long)
    np.testing.assert_array_equal(swapped_sides(here.tag), there.tag)
    out, back = exits(columns, LEAVE), exits(mirrored(columns), LEAVE)
    np.testing.assert_array_equal(out.long, back.short)
    np.testing.assert_array_equal(out.short, back.long)
    np.testing.assert_array_equal(swapped_sides(out.tag), back.tag)


@given(markets())
def test_no_side_is_entered_where_it_is_left_or_on_both_sides(
    market: tuple[dict[str, Floats], Floats],
) -> None:
    columns, price = market
    found, closing = entries(columns, RULE, LEAVE, price), exits(columns, LEAVE)
    assert not (found.long & closing.long).any()
    assert not (found.short & closing.short).any()
    assert not (found.long & found.short).any()
    np.testing.assert_array_equal(found.tag != "", found.long | found.short)
    np.testing.assert_array_equal(closing.tag != "", closing.long | closing.short)


@given(markets(), st.integers(1, 5))
def test_stricter_rules_enter_less(market: tuple[dict[str, Floats], Floats], factor: int) -> None:
    columns, price = market
    strict = EntryRule(
        RULE.trend * factor,
        RULE.direction * factor,
        RULE.margin * factor,
        RULE.es_99 / factor,
        1.5,
    )
    loose, few = entries(columns, RULE, LEAVE, price), entries(columns, strict, LEAVE, price)
    assert not (few.long & ~loose.long).any()
    assert not (few.short & ~loose.short).any()


@given(markets(), st.integers(0, 39))
def test_later_candles_change_nothing(market: tuple[dict[str, Floats], Floats], rows: int) -> None:
    columns, price = market
    whole = entries(columns, RULE, LEAVE, price)
    cut = entries({k: v[:rows] for k, v in columns.items()}, RULE, LEAVE, price[:rows])
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
def test_entry_tag_names_the_gates_that_opened(changes: dict[str, Any], tags: list[str]) -> None:
    found = entries(candles(2, **changes), RULE, LEAVE, costs(2))
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
    found = exits(candles(rows, hp_es_95=es, hp_pbit=pbit, hp_trend=trend), LEAVE)
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
    spot = exits(candles(rows, hp_es_95=es, hp_pbit=pbit, hp_trend=trend), LEAVE, can_short=False)
    assert list(spot.tag[at]) == ["", *found.tag[[1, 2, 3]], "trend lost", "risk spike"]


def test_a_threshold_itself_does_not_pass() -> None:
    for name, edge in [
        ("hp_trend", 0.5),
        ("hp_gain", 1.5 * COST),
        ("hp_es_99", 0.05),
        ("hp_tail", 2.0),
    ]:
        assert not entries(candles(1, **{name: edge}), RULE, LEAVE, costs(1)).long[0]


def test_the_least_direction_lets_all_of_them_through() -> None:
    rule = replace(RULE, direction=-1.0)
    leave = replace(LEAVE, direction=-1.0)
    found = entries(candles(2, hp_pbit=[-1.0, 1.0]), rule, leave, costs(2))
    assert found.long.all()
    assert not exits(candles(2, hp_pbit=[-1.0, 1.0]), leave).long.any()


def test_a_negative_margin_is_no_gate() -> None:
    rule = replace(RULE, margin=-1.0)
    columns = candles(3, hp_gain=[-0.5, np.nan, 0.5])
    for costs_ in (costs(3), np.zeros(3), np.full(3, np.nan)):
        found = entries(columns, rule, LEAVE, costs_)
        assert found.long.all()
        assert found.tag.tolist() == ["long: trend+direction+tail", "long: held", "long: held"]
    free = entries(columns, replace(RULE, margin=0.0), LEAVE, np.zeros(3))
    assert free.long.tolist() == [False, False, True]


def test_neither_side_is_entered_where_the_gates_of_both_are_open() -> None:
    rule = replace(RULE, trend=-9.0, direction=-1.0, margin=-1.0)
    leave = replace(LEAVE, trend=-9.0, direction=-1.0)
    found = entries(candles(1), rule, leave, costs(1))
    assert not found.long.any()
    assert not found.short.any()
    assert found.tag.tolist() == [""]
    assert entries(candles(1), rule, leave, costs(1), can_short=False).long.all()


@given(markets())
def test_without_shorts_longs_stay_as_they_are(market: tuple[dict[str, Floats], Floats]) -> None:
    columns, price = market
    both = entries(columns, RULE, LEAVE, price)
    longs = entries(columns, RULE, LEAVE, price, can_short=False)
    np.testing.assert_array_equal(longs.long, both.long)
    np.testing.assert_array_equal(longs.tag, np.where(both.long, both.tag, ""))
    assert not longs.short.any()
    left, leaving = exits(columns, LEAVE), exits(columns, LEAVE, can_short=False)
    np.testing.assert_array_equal(leaving.long, left.long)
    assert not leaving.short.any()
    np.testing.assert_array_equal(leaving.tag != "", leaving.long)


@pytest.mark.parametrize(("column", "name"), [("hp_phi_excess", "phi"), ("hp_ci", "ci")])
@given(market=markets())
def test_a_gate_of_the_regime_needs_its_column(
    column: str, name: str, market: tuple[dict[str, Floats], Floats]
) -> None:
    columns, price = market
    threshold: dict[str, Any] = {name: 0.01}
    rule = replace(RULE, **threshold)
    without = entries(columns, RULE, LEAVE, price)
    np.testing.assert_array_equal(entries(columns, rule, LEAVE, price).long, without.long)
    for value, kept in [(0.02, True), (0.01, False), (np.nan, False)]:
        gated = entries({**columns, column: np.full(len(price), value)}, rule, LEAVE, price)
        np.testing.assert_array_equal(gated.long, without.long & kept)
        np.testing.assert_array_equal(gated.short, without.short & kept)


def test_a_gate_of_the_regime_is_named_where_it_opened() -> None:
    columns = {name: values[:3].copy() for name, values in candles(3).items()}
    columns["hp_ci"] = np.array([0.1, 0.1, 0.3])
    columns["hp_pbit"][:], columns["hp_gain"][:] = 0.5, 0.5
    columns["hp_es_95"][:], columns["hp_es_99"][:], columns["hp_tail"][:] = 0.01, 0.01, 1.1
    found = entries(columns, replace(RULE, ci=0.2), LEAVE, costs(3))
    assert found.tag.tolist() == ["", "", "long: complexity"]


def test_empty_frames_have_empty_signals() -> None:
    found = entries(candles(0), RULE, LEAVE, costs(0))
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
