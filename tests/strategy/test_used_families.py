"""Families that are computed are those that the rules in use are made of."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException

import hyperphysics as hp
from hyperphysics.strategy.base import HyperPhysicsStrategy
from hyperphysics.strategy.rules.filters import searched_families
from support.loaded import SMALL, Load
from support.thresholds import set_thresholds

# as a user has it, who names no families
PLAIN = {name: value for name, value in SMALL.items() if name != "families"}
BTC = {"pair": "BTC/USDT"}


def test_what_no_rule_needs_is_not_computed(load: Load, data: dict[str, pd.DataFrame]) -> None:
    strategy = load(hyperphysics=PLAIN)
    assert strategy.families() == ("risk", "trend")
    frame = strategy.advise_all_indicators(data)["BTC/USDT"]
    assert "hp_pbit" not in frame
    assert "hp_spread" not in frame
    # the same decisions as beside columns that decide nothing
    signals = load(hyperphysics=SMALL).ft_advise_signals(
        load(hyperphysics=SMALL).advise_all_indicators(data)["BTC/USDT"], BTC
    )
    own = strategy.ft_advise_signals(frame, BTC)
    for name in ("enter_long", "exit_long", "enter_tag", "exit_tag"):
        pd.testing.assert_series_equal(own[name], signals[name])
    assert own["enter_long"].any()


def test_start_up_is_what_the_families_in_use_need(load: Load) -> None:
    used = load(hyperphysics={}).startup_candle_count
    assert used == max(hp.startup(["risk"]) + 12, hp.startup(["trend"]))
    assert used < load(hyperphysics={"families": searched_families()}).startup_candle_count


@pytest.mark.parametrize(
    ("threshold", "families"),
    [
        ({"buy_direction": 0.1}, ("risk", "trend", "lattice")),
        ({"sell_direction": 0.1}, ("risk", "trend", "lattice")),
        # its cost is made of the spread
        ({"buy_min_gain_cost_ratio": 0.0}, ("risk", "liquidity", "trend", "lattice")),
        ({"buy_trend": -1e9, "sell_trend": -1e9}, ("risk",)),
    ],
)
def test_a_rule_that_is_switched_on_brings_its_family(
    load: Load,
    data: dict[str, pd.DataFrame],
    threshold: dict[str, float],
    families: tuple[str, ...],
) -> None:
    strategy = load(hyperphysics=PLAIN)
    set_thresholds(strategy, **threshold)
    assert strategy.families() == families
    frame = strategy.ft_advise_signals(strategy.advise_all_indicators(data)["BTC/USDT"], BTC)
    assert frame["enter_long"].any()


def test_hyperopt_gets_the_columns_of_what_it_may_switch_on(load: Load) -> None:
    def families(**run: Any) -> tuple[str, ...]:
        strategy = load(runmode=RunMode.HYPEROPT, hyperphysics={}, **run)
        found = strategy.families()
        assert strategy.startup_candle_count >= hp.startup(found)
        return found

    assert families(spaces=["default"]) == searched_families()
    assert families(spaces=["sell"]) == ("risk", "trend", "lattice")
    assert families(spaces=["risk"]) == ("risk", "trend")


@pytest.mark.parametrize("named", [None, ["risk", "trend"]])
def test_a_subclass_names_families_of_its_own(
    load: Load, monkeypatch: pytest.MonkeyPatch, named: list[str] | None
) -> None:
    monkeypatch.setattr(HyperPhysicsStrategy, "more_families", ("liquidity",))
    assert load(hyperphysics={"families": named}).families() == ("risk", "liquidity", "trend")


def test_families_may_be_any_that_the_rules_need(load: Load) -> None:
    few = load({"families": ["risk", "trend"]}, runmode=RunMode.HYPEROPT, spaces=["default"])
    assert few.families() == ("risk", "trend")
    found = {name for name, one in few.enumerate_parameters("buy") if one.optimize}
    assert "buy_trend" in found
    assert "buy_direction" not in found


@pytest.mark.parametrize(
    ("families", "said"),
    [
        (["trend"], 'lacks "risk", which stake, leverage and stop need'),
        (["risk"], 'lacks "trend", which the filter "trend" \\(buy_trend = 0.5\\) needs'),
    ],
)
def test_a_family_that_a_rule_needs_is_missed_by_name(
    load: Load, families: list[str], said: str
) -> None:
    with pytest.raises(OperationalException, match=said):
        load({"families": families})
