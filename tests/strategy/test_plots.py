"""What freqtrade's charts show: columns beside their thresholds, and where an entry begins."""

from __future__ import annotations

import json
import operator
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.enums import CandleType, RunMode
from freqtrade.plot.plotting import generate_candlestick_graph
from freqtrade.rpc import RPC
from pandas.testing import assert_frame_equal

import hyperphysics as hp
from hyperphysics.strategy import plots
from hyperphysics.strategy.rules import filters
from hyperphysics.strategy.rules.filters import EXITS, FILTERS, ROWS
from hyperphysics.strategy.rules.settings import Settings
from hyperphysics.strategy.rules.signals import LONG, SHORT, entries
from hyperphysics.strategy.rules.thresholds import Exit, Filter, Threshold
from support.loaded import SMALL, Load
from support.paths import USERDIR
from support.thresholds import set_thresholds

PAIR = "BTC/USDT"
COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt}
MIRRORED = {">": operator.lt, ">=": operator.le, "<": operator.gt}
EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.parameter)


def on() -> dict[str, float]:
    """Thresholds at which every row decides something."""
    return {row.parameter: row.default if row.on_by_default else row.tried or 0.0 for row in ROWS}


def charts(thresholds: dict[str, float], *, can_short: bool = True) -> plots.Charts:
    return plots.charts(thresholds, tuple(hp.families()), can_short=can_short, book=False)


def panel(config: dict[str, Any], line: str) -> list[str]:
    """The lines of the panel that has this one, the column first; none where no panel has it."""
    return next(([*lines] for lines in config["subplots"].values() if line in lines), [])


@EVERY_ROW
def test_a_row_that_decides_has_its_column_and_thresholds_in_one_panel(row: Threshold) -> None:
    column, *lines = panel(charts(on()).config(), row.parameter)
    grown = isinstance(row, Exit) and row.bars
    assert column == ("es_95_growth" if grown else row.column)
    assert (f"{row.parameter}_short" in lines) == row.mirrored
    spot = charts(on(), can_short=False).config()
    assert f"{row.parameter}_short" not in panel(spot, row.parameter)


@EVERY_ROW
def test_a_row_that_is_off_is_not_drawn(row: Threshold) -> None:
    off = charts(on() | {row.parameter: row.off})
    assert panel(off.config(), row.parameter) == []
    assert charts(filters.switched_off()).config()["subplots"] == {}


def test_by_default_the_panels_are_those_of_the_default_rules() -> None:
    shown = plots.charts(
        filters.defaults(), filters.required_families(), can_short=False, book=False
    )
    assert [[*lines] for lines in shown.config()["subplots"].values()] == [
        ["hp_trend", "buy_trend", "sell_trend"],
        ["hp_es_99", "buy_max_es99"],
        ["hp_tail", "buy_tail"],
        ["es_95_growth", "sell_spike"],
        ["hp_es_95", "sell_max_es95"],
    ]


def test_lines_are_where_rules_decide() -> None:
    rng = np.random.default_rng(0)
    known = {row.column: rng.normal(0.0, 1.0, 2000) for row in ROWS}
    known["hp_es_95"] = rng.lognormal(-1.0, 1.0, 2000)
    known |= {"trade_cost": rng.uniform(0.1, 1.0, 2000), "trade_funding": rng.normal(0, 1, 2000)}
    thresholds = on() | {"buy_max_es99": 1.0, "sell_max_es95": 1.0, "buy_ci": -2.0, "buy_phi": -2.0}
    shown = charts(thresholds)
    drawn = known | shown.columns(known)

    def holds(row: Threshold, side: float) -> Any:
        column = panel(shown.config(), row.parameter)[0]
        if row.mirrored and side == SHORT:
            return MIRRORED[row.comparison](drawn[column], drawn[f"{row.parameter}_short"])
        return COMPARE[row.comparison](drawn[column], drawn[row.parameter])

    found = entries(known, thresholds)
    sides = {
        side: np.all([holds(row, side) for row in FILTERS], axis=0)
        & ~np.any([holds(row, side) for row in EXITS], axis=0)
        for side in (LONG, SHORT)
    }
    assert np.array_equal(found.long, sides[LONG] & ~sides[SHORT])
    assert np.array_equal(found.short, sides[SHORT] & ~sides[LONG])
    assert found.long.sum() > 5
    assert found.short.sum() > 5


@pytest.mark.parametrize("mode", ["spot", "futures"])
def test_freqtrade_finds_every_column_of_the_charts(
    load: Load,
    data: dict[str, pd.DataFrame],
    caplog: pytest.LogCaptureFixture,
    mode: str,
) -> None:
    section = {"families": hp.families(), "phi_window": 64, "ci_sweeps": 128}
    strategy = load(section, runmode=RunMode.PLOT, trading_mode=mode)
    set_thresholds(strategy, **on())
    frame = strategy.ft_advise_signals(
        strategy.advise_indicators(data[PAIR], {"pair": PAIR}), {"pair": PAIR}
    )
    with caplog.at_level("INFO", "freqtrade.plot"):
        figure = generate_candlestick_graph(PAIR, frame, plot_config=strategy.plot_config)
    assert "ignored" not in caplog.text
    drawn = {trace.name for trace in figure.data}
    short = {f"{row.parameter}_short" for row in ROWS if row.mirrored}
    assert {row.parameter for row in ROWS} <= drawn
    assert short & drawn == (short if mode == "futures" else set())
    # freqtrade writes into what it is given
    strategy.plot_config["main_plot"].clear()
    strategy.plot_config["subplots"]["trend"].clear()
    assert load(section).plot_config["main_plot"].keys() == {"var_floor", "es_floor"}
    assert "hp_trend" in strategy.plot_config["subplots"]["trend"]


def test_only_charts_have_thresholds_and_mark_the_first_candle(
    load: Load, data: dict[str, pd.DataFrame]
) -> None:
    def decided(runmode: RunMode) -> pd.DataFrame:
        strategy = load(runmode=runmode, trading_mode="futures")
        set_thresholds(strategy, buy_max_es99=0.12, buy_tail=3.0)
        frame = strategy.advise_indicators(data[PAIR], {"pair": PAIR})
        return strategy.ft_advise_signals(frame, {"pair": PAIR})

    backtest, plot = decided(RunMode.BACKTEST), decided(RunMode.PLOT)
    lines = {str(name) for name in set(plot) - set(backtest)}
    assert "buy_trend" in lines
    assert all(name.startswith(("buy_", "sell_", "es_95_growth")) for name in lines)
    marks = [f"{word}_{side}" for word in ("enter", "exit") for side in ("long", "short")]
    tags = ["enter_tag", "exit_tag"]
    same = plot.drop(columns=[*lines, *marks, *tags])
    assert_frame_equal(same, backtest.drop(columns=[*marks, *tags]), check_exact=True)
    for name in marks:
        first = (backtest[name] == 1) & (backtest[name].shift(1) != 1)
        assert first.sum() < backtest[name].sum(), "no run of several candles"
        assert (plot[name] == first).all()
    assert (plot["enter_tag"] == "").equals((plot["enter_long"] + plot["enter_short"]) == 0)
    live = decided(RunMode.DRY_RUN)
    assert lines <= set(live)
    tail = Settings().live_rows
    assert tail is not None
    # the first computed candle has none before it that a tag could compare it with
    for name in (*marks, *tags):
        assert live[name].tail(tail - 1).equals(backtest[name].tail(tail - 1)), name


def test_the_web_server_shows_the_thresholds_of_the_parameter_file(tmp_path: Path) -> None:
    folder = tmp_path / "strategies"
    shutil.copytree(USERDIR / "strategies", folder, ignore=shutil.ignore_patterns("__pycache__"))
    changed = {"buy_direction": 0.25, "buy_tail": filters.FAR}
    parameters = {"strategy_name": "HyperPhysics", "params": {"buy": changed}}
    (folder / "HyperPhysics.json").write_text(json.dumps(parameters), "utf-8")
    config: dict[str, Any] = {
        "strategy": "HyperPhysics",
        "strategy_path": str(folder),
        "user_data_dir": tmp_path,
        "runmode": RunMode.WEBSERVER,
        "candle_type_def": CandleType.SPOT,
        "exchange": {"pair_whitelist": [PAIR]},
        "hyperphysics": SMALL,
    }
    shown = RPC._rpc_plot_config_with_strategy(config)
    assert panel(shown, "buy_direction") == ["hp_pbit", "buy_direction"]
    assert panel(shown, "buy_tail") == []
    assert panel(shown, "buy_max_es99") == ["hp_es_99", "buy_max_es99"]


def test_a_chart_opens_full(load: Load, candles: Callable[..., pd.DataFrame]) -> None:
    # FreqUI opens with the newest 250 candles
    strategy = load(runmode=RunMode.DRY_RUN)
    frame = strategy.advise_indicators(candles(900), {"pair": PAIR})
    for lines in strategy.plot_config["subplots"].values():
        assert frame[[*lines]].tail(250).notna().all(axis=None)


@pytest.mark.parametrize("row", FILTERS, ids=lambda row: row.parameter)
def test_a_filter_decides_from_the_threshold_on_that_signals_look_at(row: Filter) -> None:
    assert row.decides(row.default) == row.on_by_default
    assert not row.decides(row.off)
    if row.looked_at_from is not None:
        assert row.decides(row.looked_at_from)
        assert not row.decides(row.looked_at_from - 0.1)
