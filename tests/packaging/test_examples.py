"""The examples run as they stand: in the real freqtrade, or as a script."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from freqtrade.data.btanalysis import load_backtest_data

import hyperphysics as hp
from hyperphysics.freqtrade_bridge.user_directory import install_example
from support.desk import Desk
from support.paths import PACKAGE, ROOT

FEW_DAYS = "20230915-20230922"
DOWNLOADED = "20230913-20230922"
FORETOLD = "20230901-20230911"
TRADED = "20230420-20230801"
WINDOWS = {"trend_window": 168, "residuals": 240}

pytestmark = pytest.mark.freqtrade


@pytest.fixture(scope="module")
def desk(spot: Desk) -> Desk:
    """Two simulated spot pairs with candles of 4 hours too."""
    of_four = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    for file in (spot.userdir / "data" / "binance").glob("*-1h.feather"):
        hours = pd.read_feather(file).resample("4h", on="date").agg(of_four)
        hours.reset_index().to_feather(file.with_name(file.name.replace("-1h", "-4h")))
    return spot


def backtest(
    desk: Desk, example: str, strategy: str, timerange: str, *more: str, **parameters: float
) -> pd.DataFrame:
    """Installs an example, backtests it and returns its trades."""
    installed = install_example(desk.userdir, example, force=True)
    placed = [*installed.written, *installed.unchanged]
    (file,) = (path for path in placed if path.suffix == ".py")
    placed.append(file.with_suffix(".json"))
    if parameters:
        chosen = {"strategy_name": strategy, "params": {"buy": parameters}}
        placed[-1].write_text(json.dumps(chosen))
    try:
        run = desk.freqtrade(
            "backtesting", "--strategy", strategy, "--timerange", timerange, *more,
            "--cache", "none",
        )  # fmt: skip
    finally:
        for path in placed:
            path.unlink(missing_ok=True)
    assert "Unexpected error" not in run.log
    assert f"Result for strategy {strategy}" in run.table
    return load_backtest_data(desk.userdir / "backtest_results")


def columns(desk: Desk, pair: str, timeframe: str, *families: str, **windows: Any) -> pd.DataFrame:
    """The engine's columns of the candles that a backtest reads, by the date they open."""
    folder = desk.userdir / "data" / "binance"
    candles = pd.read_feather(folder / f"{pair.replace('/', '_')}-{timeframe}.feather")
    made = hp.Engine("cpu").analyze(
        candles, timeframe=timeframe, families=families, pair=pair, **windows
    )
    return made.set_index("date")


def test_a_plain_strategy_merges_hours_and_btc_into_5m(spot: Desk) -> None:
    spot.freqtrade("download-data", "--timeframes", "5m", "--timerange", DOWNLOADED)
    done = backtest(spot, "plain", "PlainStrategy", FEW_DAYS)
    assert set(done["pair"]) == {"BTC/USDT", "ETH/USDT"}
    assert (done["enter_tag"] == "trend").all()
    btc = columns(spot, "BTC/USDT", "1h", "trend", **WINDOWS)["hp_trend"]
    for pair, some in done.groupby("pair"):
        # an entry is filled at the open of the candle after the signal
        fine = columns(spot, str(pair), "5m", "risk", **WINDOWS)["hp_es_99"]
        assert (fine.loc[some["open_date"] - pd.Timedelta("5m")] < 0.01).all()
        # the newest hour that had closed
        hours = some["open_date"].dt.floor("h") - pd.Timedelta("1h")
        own = columns(spot, str(pair), "1h", "trend", **WINDOWS)["hp_trend"]
        assert (own.loc[hours] > 0.5).all()
        assert (btc.loc[hours] > 0).all()


def test_filters_of_one_s_own_refuse_entries(spot: Desk) -> None:
    def signals(spread: float, turnover: int) -> pd.DataFrame:
        """Spread and turnover at the candles that signalled the entries, with these limits."""
        done = backtest(
            spot, "filtered", "FilteredStrategy", TRADED,
            buy_trend=0.0, buy_max_spread=spread, buy_min_turnover=turnover,
        )  # fmt: skip
        found = []
        for pair, times in (done["open_date"] - pd.Timedelta("1h")).groupby(done["pair"]):
            made = columns(spot, str(pair), "1h", "liquidity")
            made["turnover"] = (made["volume"] * made["close"]).rolling(24).median()
            found.append(made.loc[pd.Index(times)])
        return pd.concat(found)

    free = signals(1.0, 0)
    narrow, least = free["hp_spread"].median(), int(free["turnover"].quantile(0.2) / 1000) + 1
    assert (free["turnover"] < 1000 * least).any()
    refused = signals(narrow, least)
    assert (refused["hp_spread"] < narrow).all()
    assert (refused["turnover"] >= 1000 * least).all()


def test_freqai_trains_on_the_columns_of_each_timeframe(desk: Desk, tmp_path: Path) -> None:
    try:
        # an OSError where the system has no libgomp
        for name in ("datasieve", "lightgbm", "xgboost"):
            importlib.import_module(name)
    except (ImportError, OSError) as error:
        pytest.skip(f"the extra `freqai` is not usable here: {error}")
    overlay = tmp_path / "small.json"
    small = {"train_period_days": 30, "identifier": "test"}
    overlay.write_text(json.dumps({"freqai": small, "add_config_files": [str(desk.config)]}))
    done = backtest(
        desk, "freqai", "FreqaiStrategy", FORETOLD,
        "--config", str(desk.userdir / "config" / "freqai.json"), "--config", str(overlay),
    )  # fmt: skip
    assert len(done) > 0
    for pair, some in done.groupby("pair"):
        es = columns(desk, str(pair), "1h", "risk", **WINDOWS)["hp_es_99"]
        assert (es.loc[some["open_date"] - pd.Timedelta("1h")] < 0.06).all()
    families = {"risk", "trend", "liquidity"}
    known = {column.name for column in hp.columns() if column.family in families}
    known -= {"hp_season", "hp_range_trend"}
    models = [*(desk.userdir / "models" / "test").rglob("*_metadata.json")]
    assert models
    for model in models:
        features = json.loads(model.read_text())["training_features_list"]
        for name in known:
            for timeframe in ("1h", "4h"):
                assert any(
                    one.startswith(f"%-{name}_gen") and one.endswith(f"_{timeframe}")
                    for one in features
                ), (name, timeframe)


def script(file: Path, folder: Path) -> str:
    """What a script says that is run in a folder."""
    done = subprocess.run(
        [sys.executable, str(file)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_notebook_draws_its_plot(tmp_path: Path) -> None:
    (notebook,) = install_example(tmp_path, "notebook").written
    said = script(notebook, tmp_path)
    assert "below the 99 % value at risk" in said
    page = (tmp_path / "risk_notebook.html").read_text("utf-8")
    assert all(name in page for name in ("hp_es_99", "hp_var_99", "hp_trend"))


@pytest.mark.skipif(not (ROOT / "examples").is_dir(), reason="runs in the repository only")
def test_the_library_script_runs(tmp_path: Path) -> None:
    said = script(ROOT / "examples" / "library.py", tmp_path)
    assert "hp_es_99" in said
    assert "VaR" in said
