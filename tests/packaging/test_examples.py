"""The examples run as they stand: in the real freqtrade, or as a script."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from freqtrade.data.btanalysis import load_backtest_data

import hyperphysics as hp
from support.paths import PACKAGE, ROOT

EXAMPLES = ROOT / "examples"
TRADED = "20230420-20230801"

pytestmark = [
    pytest.mark.freqtrade,
    pytest.mark.skipif(not EXAMPLES.is_dir(), reason="runs in the repository only"),
]


@pytest.fixture
def trades(spot: Any) -> Callable[[str], pd.DataFrame]:
    """Backtests an example on two simulated pairs and returns its trades."""

    def backtest(file: str, parameters: dict[str, Any] | None = None) -> pd.DataFrame:
        name = "".join(word.title() for word in file.split("_"))
        place = spot.userdir / "strategies"
        placed = [Path(shutil.copy(EXAMPLES / f"{file}.py", place))]
        if parameters is not None:
            chosen = {"strategy_name": name, "params": parameters}
            placed.append(place / f"{file}.json")
            placed[-1].write_text(json.dumps(chosen))
        try:
            run = spot.freqtrade(
                "backtesting", "--strategy", name, "--timerange", TRADED, "--cache", "none"
            )
        finally:
            for path in placed:
                path.unlink()
        assert "Unexpected error" not in run.log
        assert f"Result for strategy {name}" in run.table
        return load_backtest_data(spot.userdir / "backtest_results")

    return backtest


def columns(spot: Any, pair: str, *families: str) -> pd.DataFrame:
    """The engine's columns of the candles that a backtest reads, by the date they open."""
    file = spot.userdir / "data" / "binance" / f"{pair.replace('/', '_')}-1h.feather"
    engine = hp.Engine("cpu")
    made = engine.analyze(pd.read_feather(file), timeframe="1h", families=families, pair=pair)
    return made.set_index("date")


def test_a_plain_strategy_trades_on_two_timeframes(
    spot: Any, trades: Callable[..., pd.DataFrame]
) -> None:
    spot.freqtrade("download-data", "--timeframes", "4h", "--timerange", "20230101-20231015")
    done = trades("plain_strategy")
    assert len(done) > 0
    assert (done["enter_tag"] == "trend").all()
    for pair, some in done.groupby("pair"):
        es = columns(spot, str(pair), "risk")["hp_es_99"]
        # an entry is filled at the open of the candle after the signal
        assert (es.loc[some["open_date"] - pd.Timedelta("1h")] < 0.05).all()


def test_a_filter_of_one_s_own_refuses_entries(
    spot: Any, trades: Callable[..., pd.DataFrame]
) -> None:
    def spreads(limit: float) -> pd.Series[float]:
        """Spreads of the candles that signalled the entries, with this limit."""
        done = trades("filtered_strategy", {"buy": {"buy_trend": 0.0, "buy_max_spread": limit}})
        signals = done["open_date"] - pd.Timedelta("1h")
        found = [
            columns(spot, str(pair), "liquidity")["hp_spread"].loc[times]
            for pair, times in signals.groupby(done["pair"])
        ]
        joined: pd.Series[float] = pd.concat(found)
        return joined

    assert (spreads(0.01) > 0.0002).any()
    assert (spreads(0.0002) < 0.0002).all()


def test_features_for_freqai_have_values(candles: Callable[..., pd.DataFrame]) -> None:
    example = runpy.run_path(str(EXAMPLES / "freqai_strategy.py"))
    strategy = example["FreqaiStrategy"]({"stake_currency": "USDT"})
    frame = candles(strategy.startup_candle_count + 50)
    made = strategy.feature_engineering_standard(frame, {"pair": "BTC/USDT"})
    features = [name for name in made if name.startswith("%-hp_")]
    known = [column.name for column in hp.columns() if column.family in example["FAMILIES"]]
    assert features == [f"%-{name}" for name in known]
    assert made[features].iloc[-1].notna().all()


def test_the_library_script_runs() -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "library.py")],
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "hp_es_99" in done.stdout
    assert "VaR" in done.stdout
