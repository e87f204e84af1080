"""What `hyperphysics install --timeframe` writes."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import rapidjson
from freqtrade.enums import CandleType, RunMode
from freqtrade.resolvers import StrategyResolver

from hyperphysics.cli import main
from hyperphysics.freqtrade_bridge.presets import THRESHOLDS, USUAL, WINDOWS, on_timeframe
from hyperphysics.freqtrade_bridge.user_directory import install, templates
from hyperphysics.strategy.base import HyperPhysicsStrategy
from hyperphysics.strategy.rules.filters import ROWS

MOST = 3000


def loaded(userdir: Path) -> HyperPhysicsStrategy:
    """The installed strategy as freqtrade loads it with the installed configuration."""
    config = rapidjson.loads((userdir / "config" / "spot.json").read_text())
    config |= {
        "strategy": "HyperPhysics",
        "strategy_path": str(userdir / "strategies"),
        "user_data_dir": userdir,
        "runmode": RunMode.BACKTEST,
        "candle_type_def": CandleType.SPOT,
    }
    strategy = StrategyResolver.load_strategy(config)
    assert isinstance(strategy, HyperPhysicsStrategy)
    strategy.ft_load_hyper_params()
    return strategy


@pytest.mark.parametrize("timeframe", WINDOWS)
def test_a_preset_is_complete(
    tmp_path: Path, timeframe: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert main.main(["install", "--userdir", str(tmp_path), "--timeframe", timeframe]) == 0
    with caplog.at_level(logging.WARNING):
        strategy = loaded(tmp_path)
    # no window is left at the default of another timeframe
    assert "windows are those" not in caplog.text
    assert strategy.timeframe == timeframe
    assert strategy.needed_startup() <= MOST
    assert strategy.settings.engine == WINDOWS[timeframe]
    thresholds = strategy.thresholds()
    ranges = {row.parameter: row.range for row in ROWS}
    for name, value in THRESHOLDS[timeframe].items():
        low, high = ranges[name]
        assert thresholds[name] == value
        assert low <= value <= high


def test_the_usual_timeframe_is_what_the_templates_hold(tmp_path: Path) -> None:
    assert on_timeframe(templates(), USUAL) == templates()
    assert install(tmp_path, timeframe=USUAL).written
    assert not install(tmp_path).written


def test_another_timeframe_replaces_nothing_by_itself(tmp_path: Path) -> None:
    install(tmp_path)
    done = install(tmp_path, timeframe="5m")
    assert {path.name for path in done.kept} == {"HyperPhysics.py", "spot.json", "futures.json"}


def test_an_unknown_timeframe_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main.main(["install", "--userdir", "nowhere", "--timeframe", "7m"])
    assert "invalid choice: '7m'" in capsys.readouterr().err
