"""The strategy inside freqtrade's own classes, without a process or an exchange."""

import logging
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.enums import CandleType, HyperoptState, RunMode, TradingMode
from freqtrade.exceptions import OperationalException
from freqtrade.optimize.hyperopt_tools import HyperoptStateContainer
from freqtrade.persistence import Trade
from freqtrade.resolvers import StrategyResolver
from pandas.testing import assert_frame_equal

from hyperphysics.strategy import analysis
from hyperphysics.strategy.base import FALLBACK_FEE, HyperPhysicsStrategy
from hyperphysics.strategy.settings import Settings
from support.paths import USERDIR

# a short past window, so that a few hundred candles give values
SMALL = {
    "device": "cpu",
    "residuals": 200,
    "past_window": 200,
    "half_life": 4,
    "paths": 200,
    "trend_window": 48,
}
ROWS = 900

Load = Callable[..., HyperPhysicsStrategy]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def make(section: dict[str, Any] | None = None, **config: Any) -> HyperPhysicsStrategy:
        settings: dict[str, Any] = {
            "strategy": "HyperPhysics",
            "strategy_path": str(USERDIR / "strategies"),
            "user_data_dir": tmp_path,
            "runmode": RunMode.BACKTEST,
            "candle_type_def": CandleType.SPOT,
            "exchange": {"pair_whitelist": ["BTC/USDT"]},
            "hyperphysics": SMALL if section is None else SMALL | section,
        }
        strategy = StrategyResolver.load_strategy(settings | config)
        assert isinstance(strategy, HyperPhysicsStrategy)
        strategy.ft_load_hyper_params()
        strategy.dp = exchange()
        return strategy

    return make


def exchange(**parts: Any) -> Any:
    """A data provider whose exchange knows price steps and fees."""
    venue = SimpleNamespace(
        get_precision_price=lambda _: 0.01,
        precision_mode_price=4,
        get_fee=lambda _, taker_or_maker: {"taker": 0.0006, "maker": 0.0002}[taker_or_maker],
    )
    return SimpleNamespace(_exchange=venue, current_whitelist=lambda: ["BTC/USDT"], **parts)


@pytest.fixture
def data(candles: Callable[..., pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {f"{name}/USDT": candles(ROWS, seed) for seed, name in enumerate(["BTC", "ETH", "LTC"])}


def test_batch_equals_single_pairs(load: Load, data: dict[str, pd.DataFrame]) -> None:
    together = load().advise_all_indicators(data)
    alone = load()
    for pair, frame in data.items():
        single = alone.populate_indicators(frame.copy(), {"pair": pair})
        assert_frame_equal(together[pair], single, check_exact=True)
        assert single["hp_pbit"].notna().any()


@pytest.mark.parametrize(
    ("family", "column", "plot", "threshold"),
    [
        ("integration", "hp_phi_excess", "integrated information", "buy_phi"),
        ("complexity", "hp_ci", "complexity index", "buy_ci"),
    ],
)
def test_a_gate_of_the_regime_follows_its_family(
    load: Load,
    data: dict[str, pd.DataFrame],
    monkeypatch: pytest.MonkeyPatch,
    family: str,
    column: str,
    plot: str,
    threshold: str,
) -> None:
    families = ["risk", "liquidity", "trend", "lattice", family]
    plain, gated = load(), load({"families": families, "phi_window": 64, "ci_sweeps": 128})
    assert plot not in plain.plot_config["subplots"]
    assert set(gated.plot_config["subplots"][plot]) <= set(
        gated.advise_all_indicators(data)["BTC/USDT"]
    )
    for strategy in (plain, gated):
        strategy.ft_load_hyper_params()
        found = {name for name, one in strategy.enumerate_parameters("buy") if one.optimize}
        assert (threshold in found) == (strategy is gated)
        assert "buy_margin" in found
    gated.buy_trend.value, gated.sell_trend.value = -9.0, -9.0
    gated.buy_direction.value, gated.buy_margin.value = 0.0, 0.0
    pair = {"pair": "BTC/USDT"}
    frame = gated.populate_indicators(data["BTC/USDT"].copy(), pair)
    entered = gated.populate_entry_trend(frame, pair)["enter_long"] == 1
    assert entered.any()
    assert (frame.loc[entered, column] > 0).all()
    # the class's own, which other strategies share
    monkeypatch.setattr(getattr(gated, threshold), "value", 10.0)
    assert not gated.populate_entry_trend(frame, pair)["enter_long"].any()


def test_in_futures_the_trend_of_one_side_is_searched(load: Load) -> None:
    spot, futures = load(), load(trading_mode="futures")
    assert (spot.buy_trend.low, futures.buy_trend.low) == (-1.0, 0.0)
    assert type(futures).buy_trend.low == -1.0


def test_one_engine_call_per_batch_and_its_log_line(
    load: Load, data: dict[str, pd.DataFrame], caplog: pytest.LogCaptureFixture
) -> None:
    strategy = load()
    with caplog.at_level(logging.INFO, "hyperphysics"):
        strategy.advise_all_indicators(data)
    lines = [line for line in caplog.messages if line.startswith("hyperphysics: analysed")]
    assert len(lines) == 1
    assert f"analysed {3 * ROWS} candles of 3 pairs in " in lines[0]
    assert lines[0].endswith("(families risk, liquidity, trend, lattice)")
    assert strategy._ready == {}


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


def test_a_bad_pair_costs_only_itself(
    load: Load, data: dict[str, pd.DataFrame], caplog: pytest.LogCaptureFixture
) -> None:
    strategy = load()
    bad = data["LTC/USDT"].copy()
    bad["date"] = bad["date"].to_numpy()[::-1]
    strategy._prepare(lambda: data | {"LTC/USDT": bad})
    assert "LTC/USDT" in caplog.text
    assert strategy.populate_indicators(data["BTC/USDT"], {"pair": "BTC/USDT"})["hp_pbit"].any()
    with pytest.raises(ValueError, match="LTC/USDT"):
        strategy.populate_indicators(bad, {"pair": "LTC/USDT"})


def test_signals_only_where_columns_are(load: Load, data: dict[str, pd.DataFrame]) -> None:
    strategy = load()
    strategy.buy_trend.value, strategy.sell_trend.value = -9.0, -9.0
    strategy.buy_direction.value, strategy.buy_margin.value = 0.0, 0.0
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
    for space in ("buy", "sell"):
        for name, value in getattr(kind, f"{space}_params").items():
            assert getattr(HyperPhysicsStrategy, name).value == value


def test_startup_covers_every_column_and_the_spike(
    load: Load, data: dict[str, pd.DataFrame]
) -> None:
    strategy = load()
    frame = strategy.advise_all_indicators(data)["ETH/USDT"]
    first = strategy.startup_candle_count - 1
    needed = ["hp_pbit", "hp_gain", "hp_es_99", "hp_tail", "trade_cost", "hp_es_95_h"]
    assert frame[needed].iloc[first:].notna().all().all()
    assert frame["hp_es_95"].shift(12).iloc[first:].notna().all()
    assert load({}, hyperphysics=None).startup_candle_count <= 2490


def test_startup_of_a_hyperopt_run_covers_the_widest_epoch(load: Load) -> None:
    section = {key: value for key, value in SMALL.items() if key != "past_window"}
    run: dict[str, Any] = {"runmode": RunMode.HYPEROPT, "hyperphysics": section}
    run["spaces"] = ["lattice"]
    fixed = load(**run)
    moving = load(**run, analyze_per_epoch=True)
    assert moving.startup_candle_count > fixed.startup_candle_count
    assert moving.widest_parameters()["past_window"] == moving.lattice_library.high
    run |= {"hyperphysics": {}, "spaces": ["all"]}
    assert load(**run, analyze_per_epoch=True).startup_candle_count <= 2490


def test_configuration_outranks_parameters_unless_optimised(load: Load) -> None:
    strategy = load({"length_scale": 2.0, "risk_budget": 0.02})
    assert strategy.engine_parameters()["length_scale"] == 2.0
    assert strategy.engine_parameters()["paths"] == 200
    assert strategy.budget() == 0.02
    strategy.lattice_lam.in_space = True
    try:
        strategy.lattice_lam.value = 0.7
        assert strategy.engine_parameters()["length_scale"] == 0.7
    finally:
        strategy.lattice_lam.in_space, strategy.lattice_lam.value = False, 1.0


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


@pytest.fixture(autouse=True)
def _no_open_trades(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a bot there is no database of trades."""
    monkeypatch.setattr(Trade, "get_trades_proxy", staticmethod(lambda **_: []))


def ask(strategy: HyperPhysicsStrategy, es: float, **wallets: Any) -> tuple[float, float]:
    """Stake and leverage where the newest candle has a certain tail risk."""
    frame = pd.DataFrame({"hp_es_95_h": [0.01, es]})
    strategy.dp = exchange(get_analyzed_dataframe=lambda *_: (frame, None))
    strategy.wallets = SimpleNamespace(**{"get_total_stake_amount": lambda: 1000.0} | wallets)  # type: ignore[assignment]
    now: Any = None
    common = {"pair": "BTC/USDT", "current_time": now, "current_rate": 1.0, "entry_tag": None}
    stake = strategy.custom_stake_amount(
        **common, proposed_stake=300.0, min_stake=5.0, max_stake=900.0, leverage=1.0, side="long"
    )
    lever = strategy.leverage(**common, proposed_leverage=2.0, max_leverage=20.0, side="long")
    return stake, lever


def test_stake_and_leverage_come_from_the_newest_tail(load: Load) -> None:
    stake, lever = ask(load(), 0.05)
    assert stake == pytest.approx(0.01 * 1000 / 0.05)
    assert lever == pytest.approx(0.1 / 0.05)


@pytest.mark.parametrize(("policy", "expected"), [("closed", (0.0, 1.0)), ("open", (300.0, 2.0))])
def test_callbacks_answer_by_policy_when_they_cannot_know(
    load: Load, policy: str, expected: tuple[float, float], caplog: pytest.LogCaptureFixture
) -> None:
    strategy = load({"policy": policy})
    assert ask(strategy, float("nan")) == expected
    assert "expected shortfall is nan" in caplog.text

    def broken() -> float:
        raise RuntimeError("wallet is gone")

    assert ask(strategy, 0.05, get_total_stake_amount=broken)[0] == expected[0]
    assert "wallet is gone" in caplog.text


def test_stop_is_set_once_at_entry_and_only_when_asked_for(load: Load) -> None:
    assert not load().use_custom_stoploss
    strategy = load({"stop_multiple": 2.0})
    assert strategy.use_custom_stoploss
    ask(strategy, 0.02)
    trade = SimpleNamespace(leverage=1.0, nr_of_successful_exits=0)

    def stop(after_fill: bool) -> float | None:
        return strategy.custom_stoploss("BTC/USDT", trade, None, 1.0, 0.0, after_fill)  # type: ignore[arg-type]

    assert stop(after_fill=True) == pytest.approx(-0.04)
    assert stop(after_fill=False) is None
    trade.nr_of_successful_exits = 1
    assert stop(after_fill=True) is None


class Feed:
    """What live analysis needs of freqtrade's data provider."""

    def __init__(self, data: dict[str, pd.DataFrame]) -> None:
        self.data, self.rows = data, ROWS - 1
        self.cached: dict[str, pd.DataFrame] = {}

    def ohlcv(self, pair: str, *_: Any, **__: Any) -> pd.DataFrame:
        return self.data.get(pair, pd.DataFrame()).iloc[: self.rows].copy()

    def _set_cached_df(self, pair: str, _: str, frame: pd.DataFrame, **__: Any) -> None:
        self.cached[pair] = frame

    def _emit_df(self, *_: Any) -> None:
        pass


def test_live_analysis_is_one_call_per_new_candle(
    load: Load, data: dict[str, pd.DataFrame], caplog: pytest.LogCaptureFixture
) -> None:
    strategy = load({"live_rows": 50}, runmode=RunMode.DRY_RUN)
    feed = Feed(data)
    strategy.dp = exchange(
        ohlcv=feed.ohlcv, _set_cached_df=feed._set_cached_df, _emit_df=feed._emit_df
    )
    calls = []
    for feed.rows in (ROWS - 1, ROWS - 1, ROWS):
        caplog.clear()
        with caplog.at_level(logging.DEBUG, "hyperphysics"):
            strategy.analyze([*data, "NEW/USDT"])
        calls.append([line for line in caplog.messages if line.startswith("hyperphysics: ")])
    assert [len(lines) for lines in calls] == [2, 0, 2]
    for (analysed, cycle), rows in zip((calls[0], calls[2]), (150, 3), strict=True):
        assert f"analysed {rows} candles of 3 pairs" in analysed
        assert "cycle of 4 pairs in " in cycle
        assert cycle.endswith(f" s in the engine ({rows} candles)")
    whole = load().advise_all_indicators(data)
    for pair, frame in feed.cached.items():
        live = frame[whole[pair].columns].tail(50)
        assert_frame_equal(live, whole[pair].tail(50), check_exact=True)
        assert {"enter_long", "exit_long", "enter_tag"} <= set(frame.columns)


def test_a_pair_that_left_is_computed_anew_and_a_bad_one_costs_only_itself(
    load: Load, data: dict[str, pd.DataFrame], caplog: pytest.LogCaptureFixture
) -> None:
    strategy = load({"live_rows": 50}, runmode=RunMode.DRY_RUN)
    bad = data["LTC/USDT"].assign(high=0.01)
    feed, majors = Feed({"BAD/USDT": bad, **data}), ["BTC/USDT", "ETH/USDT"]
    strategy.dp = exchange(
        ohlcv=feed.ohlcv, _set_cached_df=feed._set_cached_df, _emit_df=feed._emit_df
    )
    told = []
    for left, pairs in ((3, [*data]), (2, majors), (1, [*data]), (0, ["BAD/USDT", *data])):
        feed.rows = ROWS - left
        caplog.clear()
        with caplog.at_level(logging.INFO, "hyperphysics"):
            strategy.analyze(pairs)
        told.append(re.findall(r"analysed (\d+) candles of (\d) pairs", caplog.text))
    assert told == [[("150", "3")], [("2", "2")], [("2", "2"), ("50", "1")], [("3", "3")]]
    assert "no batch (BAD/USDT, row 0" in caplog.text
    assert list(feed.cached) == list(data)
    whole = load().advise_all_indicators(data)
    for pair, frame in feed.cached.items():
        live = frame[whole[pair].columns].tail(50)
        assert_frame_equal(live, whole[pair].tail(50), check_exact=True)


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
    modules = {
        sys.modules[base.__module__]
        for base in type(strategy).__mro__[1:]
        if base.__module__.startswith("hyperphysics.")
    }
    assert len(modules) == 7
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
