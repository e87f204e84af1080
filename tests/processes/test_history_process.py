"""The real freqtrade at an exchange that gives fewer candles than the windows need."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from freqtrade.enums import CandleType

from hyperphysics import engine
from hyperphysics.frame import PRICES
from hyperphysics.strategy.history.history import LiveHistory
from hyperphysics.strategy.history.shelf import Shelf
from hyperphysics.strategy.rules.parameters import ENGINE_PARAMETERS, HyperPhysicsParameters
from support.desk import Desk
from support.rest import Rest
from support.trading import LIGHT, trading

pytestmark = pytest.mark.freqtrade

# Two months, which begin long after the first candle on disk.
MONTHS = ["--timerange", "20230701-20230901"]
# Calls of 100 candles: freqtrade starts with 499 at most.
FEW = {"exchange": {"_ft_has_params": {"ohlcv_candle_limit": 100}}}
CAPPED = "of 2327 start-up candles binance gives 499, the rest comes from history"


@pytest.fixture
def few(tmp_path: Path) -> list[str]:
    """Options that make the exchange one of short answers."""
    file = tmp_path / "few.json"
    file.write_text(json.dumps(FEW))
    return ["--config", str(file)]


def test_a_backtest_trades_as_with_long_answers(eager_spot: Desk, few: list[str]) -> None:
    long = eager_spot.backtest(*MONTHS)
    short = eager_spot.backtest(*MONTHS, *few)
    assert CAPPED in short.log
    assert CAPPED not in long.log
    assert "needed" not in short.log
    assert len(long.trades) >= 5
    pd.testing.assert_frame_equal(long.trades, short.trades)


def test_recursive_analysis_finds_nothing_at_any_start_up(eager_spot: Desk, few: list[str]) -> None:
    run = eager_spot.freqtrade(
        "recursive-analysis",
        *("--strategy", "HyperPhysics", *MONTHS, *few),
        *("--startup-candle", "50", "399"),
    )
    assert CAPPED in run.log
    assert "No variance on indicator(s) found due to recursive formula." in run.log
    assert "No lookahead bias on indicators found." in run.log
    assert "%" not in run.table


PAIRS = ["BTC/USDT", "ETH/USDT"]
MISSING = re.compile(r"hyperphysics: (\S+) has no numbers until (\d+) older candles are fetched")
FETCHED = re.compile(r"hyperphysics: history of 2 of 2 pairs fetched \(ETH/USDT: (\d+) candles\)")


def kept(userdir: Path, pair: str) -> pd.DataFrame:
    """What a bot has kept on disk of a pair."""
    name = f"{pair.replace('/', '_')}-5m.feather"
    return pd.read_feather(userdir / "hyperphysics" / "history" / "binance" / name)


def test_a_dry_run_fetches_once_and_goes_on_from_there(tmp_path: Path) -> None:
    rest = Rest()
    common: dict[str, Any] = {"candle_limit": 100, "api_server": rest.settings}
    with trading(tmp_path, PAIRS, **common) as bot:
        said = bot.wait(FETCHED.search)
        bot.wait(lambda _: bot.entered())
        seen = rest.candles("ETH/USDT", "5m")
        assert bot.stop() == 130
    # all that the frame of at most 500 candles lacks, and once only
    found = MISSING.findall(bot.said())
    assert sorted(pair for pair, _ in found) == PAIRS
    assert "needed" not in said
    assert "no batch" not in said
    for pair in PAIRS:
        candles = kept(tmp_path, pair)
        assert (candles["date"].diff().dropna() == pd.Timedelta("5m")).all()
        assert len(candles) > int(found[0][1]) + 400
    # the bits of all candles at once
    own = {
        name: getattr(HyperPhysicsParameters, attribute).value
        for name, attribute in ENGINE_PARAMETERS.items()
    }
    parameters = own | {name: value for name, value in LIGHT.items() if name != "device"}
    whole = engine.shared({"device": "cpu"}).analyze(
        kept(tmp_path, "ETH/USDT")[["date", *PRICES]],
        timeframe="5m",
        families=["risk", "trend"],
        **parameters,
    )
    both = seen.merge(whole, on="date", suffixes=("", "_whole")).tail(50)
    for name in ("hp_trend", "hp_es_95_h", "hp_es_99"):
        assert both[name].notna().all()
        assert both[name].to_numpy().tobytes() == both[f"{name}_whole"].to_numpy().tobytes()
    # a start within the frame's reach asks nothing of the exchange
    data = tmp_path / "data" / "binance"
    place = tmp_path / "hyperphysics" / "history" / "binance"
    shelf = Shelf(data, place, "feather", CandleType.SPOT, "5m")
    later = kept(tmp_path, "ETH/USDT").tail(300).reset_index(drop=True)
    again = LiveHistory(shelf).longer({"ETH/USDT": later}, 1000, exchange=None)["ETH/USDT"]
    assert len(again) == 1300
