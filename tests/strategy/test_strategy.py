"""The strategy inside freqtrade's own classes, without a process or an exchange."""

from __future__ import annotations

import sys
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.enums import HyperoptState, RunMode, TradingMode
from freqtrade.exceptions import OperationalException
from freqtrade.optimize.hyperopt_tools import HyperoptStateContainer
from pandas.testing import assert_frame_equal

from hyperphysics.strategy.base import HyperPhysicsStrategy
from hyperphysics.strategy.callbacks.trade_cost import FALLBACK_FEE
from hyperphysics.strategy.columns import analysis
from hyperphysics.strategy.rules.filters import (
    EXITS,
    FILTERS,
    required_columns,
    searched_families,
)
from hyperphysics.strategy.rules.settings import Settings
from hyperphysics.strategy.rules.thresholds import SIDES_EVEN, TAIL_RISK, Filter
from support.loaded import LENGTH_SCALE, PAST_WINDOW, ROWS, SMALL, Load, calls_of, exchange
from support.thresholds import enter_on_any_gain


def test_batch_equals_single_pairs(load: Load, data: dict[str, pd.DataFrame]) -> None:
    together = load().advise_all_indicators(data)
    alone = load()
    for pair, frame in data.items():
        single = alone.populate_indicators(frame.copy(), {"pair": pair})
        assert_frame_equal(together[pair], single, check_exact=True)
        assert single["hp_pbit"].notna().any()


@pytest.mark.parametrize(
    "row", [row for row in FILTERS if row.optional], ids=lambda row: row.parameter
)
def test_an_optional_filter_follows_its_family(
    load: Load,
    data: dict[str, pd.DataFrame],
    monkeypatch: pytest.MonkeyPatch,
    row: Filter,
) -> None:
    families = [*searched_families(), row.family]
    plain, filtered = load(), load({"families": families, "phi_window": 64, "ci_sweeps": 128})
    assert not any(row.column in lines for lines in plain.plot_config["subplots"].values())
    shown = {name for lines in filtered.plot_config["subplots"].values() for name in lines}
    assert row.column in shown <= set(filtered.advise_all_indicators(data)["BTC/USDT"])
    for strategy in (plain, filtered):
        strategy.ft_load_hyper_params()
        found = {name for name, one in strategy.enumerate_parameters("buy") if one.optimize}
        assert (row.parameter in found) == (strategy is filtered)
        assert {one.parameter for one in FILTERS if not one.optional} <= found
    enter_on_any_gain(filtered)
    pair = {"pair": "BTC/USDT"}
    frame = filtered.populate_indicators(data["BTC/USDT"].copy(), pair)
    entered = filtered.populate_entry_trend(frame, pair)["enter_long"] == 1
    assert entered.any()
    passes = {">": frame[row.column] > row.default, "<": frame[row.column] < row.default}
    assert passes[row.comparison][entered].all()
    # the class's own, which other strategies share
    monkeypatch.setattr(getattr(filtered, row.parameter), "value", -row.off)
    assert not filtered.populate_entry_trend(frame, pair)["enter_long"].any()


def test_in_futures_the_trend_of_one_side_is_searched(load: Load) -> None:
    spot, futures = load(), load(trading_mode="futures")
    for row in FILTERS:
        low = row.range[0]
        assert getattr(spot, row.parameter).low == low
        assert getattr(futures, row.parameter).low == (SIDES_EVEN if row.picks_side else low)
        assert getattr(type(futures), row.parameter).low == low


def test_a_batch_is_one_call_of_the_engine(
    load: Load, data: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = calls_of(monkeypatch)
    strategy = load()
    strategy.advise_all_indicators(data)
    assert calls == [list(data)]
    assert strategy._batch_results == {}


def test_input_frames_are_not_mutated(load: Load, data: dict[str, pd.DataFrame]) -> None:
    before = {pair: frame.copy(deep=True) for pair, frame in data.items()}
    load().advise_all_indicators(data)
    for pair, frame in data.items():
        assert_frame_equal(frame, before[pair], check_exact=True)


def test_columns_of_another_frame_are_not_used(
    load: Load, data: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    strategy = load()
    changed = data["BTC/USDT"].copy()
    changed["volume"] += np.where(np.arange(ROWS) == ROWS - 2, 1.0, 0.0)
    strategy._prepare(lambda: data)
    got = strategy.populate_indicators(changed, {"pair": "BTC/USDT"})
    assert_frame_equal(got, load().populate_indicators(changed, {"pair": "BTC/USDT"}))
    # the very frame does not reach the engine again
    monkeypatch.setattr(analysis, "analyze", lambda *_, **__: pytest.fail("computed twice"))
    strategy.populate_indicators(data["ETH/USDT"].copy(), {"pair": "ETH/USDT"})


def test_a_bad_pair_costs_only_itself(load: Load, data: dict[str, pd.DataFrame]) -> None:
    strategy = load()
    bad = data["LTC/USDT"].copy()
    bad["date"] = bad["date"].to_numpy()[::-1]
    strategy._prepare(lambda: data | {"LTC/USDT": bad})
    assert strategy._batch_results == {}
    assert strategy.populate_indicators(data["BTC/USDT"], {"pair": "BTC/USDT"})["hp_pbit"].any()
    with pytest.raises(ValueError, match="LTC/USDT"):
        strategy.populate_indicators(bad, {"pair": "LTC/USDT"})


def test_signals_only_where_columns_are(load: Load, data: dict[str, pd.DataFrame]) -> None:
    strategy = load()
    enter_on_any_gain(strategy)
    frame = strategy.advise_all_indicators(data)["BTC/USDT"]
    frame = strategy.ft_advise_signals(frame, {"pair": "BTC/USDT"})
    null = frame["hp_pbit"].isna()
    first = int(null.to_numpy().argmin())
    assert 0 < first < strategy.startup_candle_count
    assert null[:first].all()
    assert frame["enter_long"].sum() > 0
    for name in ("enter_long", "enter_short", "exit_long", "exit_short"):
        assert not frame.loc[null, name].any()
        assert set(frame[name].unique()) <= {0, 1}
    assert (frame.loc[frame["enter_long"] == 1, "enter_tag"].str.startswith("long: ")).all()
    assert (frame.loc[frame["enter_long"] + frame["enter_short"] == 0, "enter_tag"] == "").all()


def test_wrong_keys_end_freqtrade_with_a_message(load: Load) -> None:
    with pytest.raises(OperationalException, match='did you mean "device"'):
        load({"devise": "cpu"})


def test_shorts_follow_the_trading_mode(load: Load) -> None:
    assert not load().can_short
    assert not load(trading_mode=TradingMode.SPOT).can_short
    assert load(trading_mode=TradingMode.FUTURES).can_short


def test_knobs_of_the_class_are_the_defaults(load: Load) -> None:
    kind = type(load())
    for space in ("buy", "sell", "protection"):
        for name, value in getattr(kind, f"{space}_params").items():
            assert getattr(HyperPhysicsStrategy, name).value == value


def test_startup_covers_every_column_and_the_spike(
    load: Load, data: dict[str, pd.DataFrame]
) -> None:
    strategy = load()
    frame = strategy.advise_all_indicators(data)["ETH/USDT"]
    first = strategy.startup_candle_count - 1
    needed = [*required_columns([*FILTERS, *EXITS]), TAIL_RISK]
    assert frame[needed].iloc[first:].notna().all().all()
    for row in (one for one in EXITS if not one.optional):
        assert frame[row.column].shift(row.bars).iloc[first:].notna().all()
    assert load({}, hyperphysics=None).startup_candle_count <= 2490


def test_startup_of_a_hyperopt_run_covers_the_widest_epoch(load: Load) -> None:
    section = {key: value for key, value in SMALL.items() if key != PAST_WINDOW}
    run: dict[str, Any] = {"runmode": RunMode.HYPEROPT, "hyperphysics": section}
    run["spaces"] = ["lattice"]
    fixed = load(**run)
    moving = load(**run, analyze_per_epoch=True)
    assert moving.startup_candle_count > fixed.startup_candle_count
    assert moving.widest_parameters()[PAST_WINDOW] == moving.lattice_past_window.high
    run |= {"hyperphysics": {}, "spaces": ["all"]}
    assert load(**run, analyze_per_epoch=True).startup_candle_count <= 2490


def test_configuration_outranks_parameters_unless_optimised(load: Load) -> None:
    strategy = load({LENGTH_SCALE: 2.0, "risk_budget": 0.02})
    assert strategy.engine_parameters()[LENGTH_SCALE] == 2.0
    assert strategy.engine_parameters()["paths"] == 200
    assert strategy.budget() == 0.02
    strategy.lattice_length_scale.in_space = True
    try:
        strategy.lattice_length_scale.value = 0.7
        assert strategy.engine_parameters()[LENGTH_SCALE] == 0.7
    finally:
        strategy.lattice_length_scale.in_space, strategy.lattice_length_scale.value = False, 1.0


def test_cost_is_made_of_fee_spread_and_tick(load: Load, data: dict[str, pd.DataFrame]) -> None:
    strategy = load()
    strategy.bot_start()
    frame = strategy.populate_indicators(data["BTC/USDT"], {"pair": "BTC/USDT"})
    spread = np.maximum(frame["hp_spread"], 0.01 / frame["close"])
    np.testing.assert_allclose(frame["trade_cost"], 2 * 0.0006 + spread, rtol=1e-14)


def test_fee_comes_from_configuration_or_exchange_or_a_fallback(load: Load) -> None:
    strategy = load(fee=0.002)
    strategy.bot_start()
    assert strategy._fee == 0.002
    strategy = load()
    strategy.bot_start()
    assert strategy._fee == 0.0006
    strategy.dp = SimpleNamespace()  # type: ignore[assignment]
    strategy.bot_start()
    assert strategy._fee == FALLBACK_FEE


def test_workers_get_one_thread_each(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int | None] = []

    def analyze(_frames: dict[str, Any], *, threads: int | None, **_: Any) -> dict[str, Any]:
        seen.append(threads)
        return {}

    monkeypatch.setattr(analysis, "analyze", analyze)
    for state, jobs in [
        (HyperoptState.OPTIMIZE, 2),
        (HyperoptState.INDICATORS, 2),
        (HyperoptState.OPTIMIZE, 1),
    ]:
        monkeypatch.setattr(HyperoptStateContainer, "state", state)
        load(runmode=RunMode.HYPEROPT, hyperopt_jobs=jobs, spaces=[])._columns({})
    load()._columns({})
    assert seen == [1, None, None, None]


def test_strategy_is_picklable_by_value_after_use(
    load: Load, data: dict[str, pd.DataFrame]
) -> None:
    strategy = load()
    strategy.advise_all_indicators(data)
    strategy.dp = None  # type: ignore[assignment]
    ours = [kind for kind in type(strategy).__mro__ if kind.__module__.startswith("hyperphysics.")]
    modules = {sys.modules[kind.__module__] for kind in ours}
    assert len(modules) == len(ours) > 1
    # with a package all its modules would travel
    assert not any(hasattr(module, "__path__") for module in modules)
    cloudpickle: Any = import_module("cloudpickle")
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        copy = cloudpickle.loads(cloudpickle.dumps(strategy))
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)
    copy.dp = exchange()
    got = copy.advise_all_indicators(data)
    for pair, frame in strategy_frames(load, data).items():
        assert_frame_equal(got[pair], frame, check_exact=True)
    assert copy.settings == Settings.read(SMALL)


def strategy_frames(load: Load, data: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return load().advise_all_indicators(data)
