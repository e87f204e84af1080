"""Pauses after losses, in freqtrade's own classes and in its processes on the simulated market."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from freqtrade.data.btanalysis import load_backtest_data, load_backtest_stats
from freqtrade.enums import CandleType, RunMode
from freqtrade.plugins.protectionmanager import ProtectionManager
from freqtrade.resolvers import StrategyResolver

from hyperphysics.strategy.base import HyperPhysicsStrategy
from hyperphysics.strategy.rules.filters import switched_off
from support import parameter_file
from support.paths import USERDIR

TRADED = "20230420-20230720"
# A stop so near that it is met, and thresholds that enter often.
LOSING = {
    "buy": switched_off("buy")
    | {
        "buy_direction": 0.05,
        "buy_min_gain_cost_ratio": 0.0,
        "buy_max_es99": 0.12,
        "buy_tail": 3.0,
    },
    "sell": switched_off("sell")
    | {"sell_direction": -0.5, "sell_max_es95": 0.2, "sell_spike": 6.0},
    "stoploss": {"stoploss": -0.01},
    "protection": {
        "protection_cooldown": 4,
        "protection_stops": 2,
        "protection_drawdown": 0.0,
        "protection_lookback": 48,
        "protection_pause": 24,
    },
}


def load(tmp_path: Path, timeframe: str = "1h", **section: Any) -> HyperPhysicsStrategy:
    settings: dict[str, Any] = {
        "strategy": "HyperPhysics",
        "strategy_path": str(USERDIR / "strategies"),
        "user_data_dir": tmp_path,
        "runmode": RunMode.BACKTEST,
        "candle_type_def": CandleType.SPOT,
        "timeframe": timeframe,
        "exchange": {"pair_whitelist": ["BTC/USDT"]},
        "hyperphysics": {"device": "cpu"} | section,
    }
    strategy = StrategyResolver.load_strategy(settings)
    assert isinstance(strategy, HyperPhysicsStrategy)
    strategy.ft_load_hyper_params()
    return strategy


@pytest.mark.parametrize(("timeframe", "minutes"), [("5m", 5), ("1h", 60)])
def test_freqtrade_takes_them_and_windows_are_candles(
    tmp_path: Path, timeframe: str, minutes: int
) -> None:
    strategy = load(tmp_path, timeframe)
    manager = ProtectionManager(strategy.config, strategy.protections)
    assert manager.name_list == ["StoplossGuard", "MaxDrawdown", "CooldownPeriod"]
    guard, _, cooldown = manager._protection_handlers
    assert guard._lookback_period == strategy.protection_lookback.value * minutes
    assert guard._stop_duration == strategy.protection_pause.value * minutes
    assert cooldown._stop_duration == strategy.protection_cooldown.value * minutes


def test_no_cooldown_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strategy = load(tmp_path)
    monkeypatch.setattr(strategy.protection_cooldown, "value", 0)
    assert {one["method"] for one in strategy.protections} == {"StoplossGuard", "MaxDrawdown"}


def test_the_configuration_switches_them_off_and_out_of_hyperopt(tmp_path: Path) -> None:
    searched = {}
    for word in (True, "true", False, "false"):
        strategy = load(tmp_path, protections=word)
        found = strategy.enumerate_parameters("protection")
        searched[word] = (len(strategy.protections), {one.name for _, one in found if one.optimize})
    names = set(LOSING["protection"])
    assert searched == {
        True: (3, names),
        "true": (3, names),
        False: (0, set()),
        "false": (0, set()),
    }


def test_a_class_of_the_users_has_its_own(tmp_path: Path) -> None:
    kind = type(load(tmp_path))
    fewer: Any = type("Fewer", (kind,), {"protections": [{"method": "CooldownPeriod"}]})
    assert fewer.protections == [{"method": "CooldownPeriod"}]
    more = property(lambda self: [*super(extended, self).protections, {"method": "LowProfitPairs"}])
    extended: Any = type("Extended", (kind,), {"protections": more})
    strategy = extended(load(tmp_path).config)
    manager = ProtectionManager(strategy.config, strategy.protections)
    assert manager.name_list[-2:] == ["CooldownPeriod", "LowProfitPairs"]


def test_knobs_of_the_class_are_the_defaults(tmp_path: Path) -> None:
    strategy = load(tmp_path)
    own = {name: getattr(strategy, name).value for name in LOSING["protection"]}
    assert type(strategy).protection_params == own  # type: ignore[attr-defined]


@pytest.fixture
def losing(spot: Any) -> Iterator[Any]:
    """The spot desk with a parameter file that loses."""
    file = parameter_file.write(spot.userdir, LOSING)
    yield spot
    file.unlink()


def backtest(
    desk: Any, *arguments: str, **environment: str
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Trades and locks."""
    chosen = ["--strategy", "HyperPhysics", "--timerange", TRADED, "--cache", "none"]
    run = desk.freqtrade("backtesting", *chosen, *arguments, **environment)
    assert "Unexpected error" not in run.log
    results = desk.userdir / "backtest_results"
    stats = load_backtest_stats(results)
    return load_backtest_data(results), stats["strategy"]["HyperPhysics"]["locks"]


@pytest.mark.freqtrade
def test_backtests_pause_where_they_are_told_to(losing: Any) -> None:
    free, none = backtest(losing)
    paused, locks = backtest(losing, "--enable-protections")
    off, no = backtest(losing, "--enable-protections", FREQTRADE__HYPERPHYSICS__PROTECTIONS="false")
    assert none == no == []
    pd.testing.assert_frame_equal(free, off)
    assert len(paused) < 0.8 * len(free)
    for reason in ("Cooldown period", "2 stoplosses in 2880 min", "passed 0.0 in 48 candles"):
        assert any(reason in lock["reason"] for lock in locks), reason
    opened = paused["open_date"].dt.as_unit("ms").astype("int64")
    for lock in locks:
        mine = (paused["pair"] == lock["pair"]) | (lock["pair"] == "*")
        # what opened on the lock's own candle may have been there first
        during = (opened > lock["lock_timestamp"]) & (opened < lock["lock_end_timestamp"])
        assert not (mine & during).any(), lock


@pytest.mark.freqtrade
def test_hyperopt_searches_them_with_two_workers(losing: Any) -> None:
    results = losing.userdir / "hyperopt_results"
    before = set(results.glob("*.fthypt"))
    losing.freqtrade(
        "hyperopt",
        *("--strategy", "HyperPhysics", "--hyperopt-loss", "HyperPhysicsLoss", "-j", "2"),
        *("--timerange", TRADED, "--disable-param-export", "--random-state", "1"),
        *("--spaces", "protection", "--epochs", "6"),
    )
    (file,) = set(results.glob("*.fthypt")) - before
    epochs = [json.loads(line) for line in file.read_text().splitlines()]
    file.unlink()
    assert len(epochs) == 6
    for epoch in epochs:
        assert set(epoch["params_details"]["protection"]) == set(LOSING["protection"])
    # nothing but the pauses moves the result
    assert len({epoch["results_metrics"]["total_trades"] for epoch in epochs}) > 2
