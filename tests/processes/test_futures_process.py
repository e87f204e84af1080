"""Funding in the real freqtrade, as a process, against the simulated exchange's perpetuals."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import hyperphysics as hp
from support.desk import DEAR, NO_RATES, TRADED, Desk, Funded
from support.trading import trading

pytestmark = pytest.mark.freqtrade


def test_default_parameters_trade_the_trend_of_either_side(futures: Desk) -> None:
    done = futures.backtest().trades
    assert set(done["is_short"]) == {True, False}
    engine, hour = hp.Engine("cpu"), pd.Timedelta("1h")
    lost = 0
    for pair, own in done.groupby("pair"):
        name = str(pair).translate({ord(c): "_" for c in "/:"})
        (file,) = (futures.userdir / "data").rglob(f"{name}-1h-futures.feather")
        frame = pd.read_feather(file)
        found = engine.analyze(frame, timeframe="1h", families=["trend"])["hp_trend"]
        trend = pd.Series(found.to_numpy(), pd.DatetimeIndex(frame["date"]))
        side = np.where(own["is_short"], -1.0, 1.0)
        assert (side * trend.reindex(own["open_date"] - hour).to_numpy() > 0.5).all()
        left = own["exit_reason"].str.contains("trend lost").to_numpy()
        at_exit = side * trend.reindex(own["close_date"] - hour).to_numpy()
        assert (at_exit[left] < -0.5).all()
        lost += int(left.sum())
    assert lost


def test_lookahead_analysis_finds_nothing(eager_futures: Desk, funded: Funded) -> None:
    run = eager_futures.freqtrade(
        "lookahead-analysis",
        *("--strategy", "HyperPhysics", "--timerange", TRADED),
        *("--minimum-trade-amount", "10", "--targeted-trade-amount", "10"),
        *funded(0.0, noise=0.005),
    )
    assert "HyperPhysics: no bias detected" in run.log
    assert NO_RATES not in run.log


def test_workers_of_hyperopt_know_the_rates(eager_futures: Desk, funded: Funded) -> None:
    run = eager_futures.freqtrade(
        "hyperopt",
        *("--strategy", "HyperPhysics", "--hyperopt-loss", "HyperPhysicsLoss", "-j", "2"),
        *("--timerange", "20230901-20231001", "--disable-param-export", "--random-state", "1"),
        *("--analyze-per-epoch", "--spaces", "lattice", "--epochs", "5"),
        *funded(DEAR),
    )
    assert NO_RATES not in run.log
    assert len(re.findall(r"hyperphysics: analysed", run.log)) >= 5


# What the strategy sees, told by one that a user might write.
TELLING = """
import logging

from hyperphysics.strategy import HyperPhysicsStrategy


class HyperPhysics(HyperPhysicsStrategy):
    timeframe = "5m"
    minimal_roi = {"0": 10}
    stoploss = -0.15

    def populate_entry_trend(self, dataframe, metadata):
        due = dataframe[dataframe["trade_funding"] != 0.0]
        hours = sorted(set(due["date"].dt.hour))
        logging.getLogger("hyperphysics").info("told %s %d %s", metadata["pair"], len(due), hours)
        return super().populate_entry_trend(dataframe, metadata)
"""


def test_a_dry_run_fetches_the_rates(tmp_path: Path) -> None:
    with trading(tmp_path, ["BTC/USDT:USDT"], mode="futures", strategy=TELLING) as bot:
        said = bot.wait(re.compile(r"told BTC/USDT:USDT (\d+) (\[.*\])").search)
    assert NO_RATES not in said
    found = re.search(r"told BTC/USDT:USDT (\d+) \[(.*)\]", said)
    assert found is not None
    # a settlement is due within six bars of the seven candles that close in the half hour before it
    assert int(found[1]) >= 7 * 5
    assert found[2] == "7, 15, 23"
