"""A dry run enters and leaves where a backtest over the same candles does.

`HYPERPHYSICS_DRY_RUN=500x10` makes it long: candles and pairs.
"""

from __future__ import annotations

import json
import os
import re
import time
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from freqtrade.data.btanalysis import load_backtest_data, load_trades_from_db

from hyperphysics.cli.shared import freqtrade
from hyperphysics.market_data.simulated import ASSETS
from hyperphysics.simulated_exchange import running
from support.trading import LIGHT, START, settings, trading

pytestmark = [pytest.mark.freqtrade, pytest.mark.timeout(7200)]

CANDLE = timedelta(minutes=5)
# Every cycle must be over well before the next candle: one of five minutes takes five seconds.
SPEED = 60
CANDLES, COUNT = (int(n) for n in os.environ.get("HYPERPHYSICS_DRY_RUN", "24x4").split("x"))
PAIRS = [f"{asset.base}/USDT" for asset in ASSETS[:COUNT]]
# A limit order may miss a price that moves on in the seconds that a fast clock makes of a moment.
MARKET = {"entry": "market", "exit": "market", "stoploss": "market", "stoploss_on_exchange": False}
# In and out often.
BUSY = {
    "buy": {
        "buy_trend": -99.0,
        "buy_direction": 0.0,
        "buy_margin": 0.0,
        "buy_es": 0.5,
        "buy_tail": 9.0,
    },
    "sell": {"sell_trend": -99.0, "sell_direction": 0.0, "sell_es": 0.5, "sell_spike": 99.0},
}
ENGINE = {**LIGHT, "past_window": 240, "trend_window": 120}
ANALYSED = re.compile(r"^(\S+ \S+),\d+ - \S+ - INFO - hyperphysics: analysed", re.MULTILINE)
# Bytes that caches of libraries may still grow by.
SLACK = 48 << 20


def dry_run(userdir: Path) -> tuple[pd.DataFrame, pd.Timestamp]:
    """The trades of a bot, and when it first looked at candles."""
    memory: list[int] = []
    with trading(
        userdir,
        PAIRS,
        speed=SPEED,
        parameters=BUSY,
        order_types=MARKET,
        hyperphysics=ENGINE,
    ) as bot:
        bot.wait(ANALYSED.search)
        began = time.monotonic()
        for candle in range(1, CANDLES + 1):
            until = began + candle * CANDLE.total_seconds() / SPEED
            time.sleep(max(until - time.monotonic(), 0.0))
            memory.append(bot.memory())
            assert bot.process.poll() is None, bot.said()[-3000:]
        said = bot.said()
        bot.stop()
    times = [pd.Timestamp(text, tz="UTC") for text in ANALYSED.findall(said)]
    missed = set(pd.date_range(times[0].floor(CANDLE), times[-1].floor(CANDLE), freq=CANDLE)) - {
        when.floor(CANDLE) for when in times
    }
    print(
        f"{len(times)} cycles, {len(missed)} candles without one; MiB resident:",
        [f"{size >> 20}" for size in memory[:: max(CANDLES // 10, 1)]],
    )
    assert memory[-1] - memory[len(memory) // 2] < SLACK
    return load_trades_from_db(f"sqlite:///{bot.database}"), times[0]


def backtest(userdir: Path) -> pd.DataFrame:
    """The trades of a backtest from the bot's start on."""
    end = START + (CANDLES + 60) * CANDLE
    begin = START - timedelta(days=7)
    with running(clock=end.isoformat()) as exchange:
        config = userdir / "backtest.json"
        changes = settings(exchange, PAIRS) | {"hyperphysics": ENGINE}
        config.write_text(json.dumps(changes))
        common = [
            *("--config", str(userdir / "config" / "spot.json"), "--config", str(config)),
            *("--userdir", str(userdir)),
        ]
        span = f"{begin.timestamp():.0f}-{end.timestamp():.0f}"
        steps = {
            "download-data": ["--timeframes", "5m", "--timerange", span],
            "backtesting": [
                *("--strategy", "HyperPhysics", "--cache", "none", "--export", "trades"),
                # which a bot always has
                "--enable-protections",
            ],
        }
        for name, words in steps.items():
            if name == "backtesting":
                words += ["--timerange", f"{START.timestamp():.0f}-"]
            freqtrade.run([name, *common, *words], userdir / f"{name}.log", lambda _: None, 120)
    return load_backtest_data(userdir / "backtest_results")


def of_pair(trades: pd.DataFrame, pair: str) -> pd.DataFrame:
    own = trades[trades["pair"] == pair].sort_values("open_date")
    for name in ("open_date", "close_date"):
        own[name] = pd.to_datetime(own[name], utc=True).dt.floor(CANDLE)
    return own


def compare(lived: pd.DataFrame, tested: pd.DataFrame, began: pd.Timestamp) -> tuple[int, int]:
    """How many trades of a bot and of a backtest are alike, and how many a candle late.

    A candle takes the fast clock a few seconds, and a machine that is busy may take longer to place
    an order: such a trade is a candle late.
    """
    ends = pd.Timestamp(lived["close_date"].max()).floor(CANDLE)
    alike = late = 0
    for pair in sorted(set(tested["pair"]) | set(lived["pair"])):
        mine, theirs = of_pair(lived, pair), of_pair(tested, pair)
        # What the backtest held when the bot began, the bot could only join late; its first cycle
        # takes more than a candle.
        first = began.floor(CANDLE) + 3 * CANDLE
        held = theirs[(theirs["open_date"] < first) & (theirs["close_date"] >= first)]
        first = held["close_date"].max() if len(held) else first
        # Trades that end together with the run are in the one or in the other.
        inside = [
            trades[(trades["open_date"] >= first) & (trades["close_date"] < ends - CANDLE)]
            for trades in (mine, theirs)
        ]
        assert len(inside[0]) == len(inside[1]), pair
        for (_, own), (_, other) in zip(*(part.iterrows() for part in inside), strict=True):
            delays = [own[name] - other[name] for name in ("open_date", "close_date")]
            assert set(delays) <= {timedelta(0), CANDLE}, (pair, own, other)
            assert own["exit_reason"] == other["exit_reason"], pair
            if CANDLE in delays:
                late += 1
                continue
            assert own["enter_tag"] == other["enter_tag"], pair
            for rate in ("open_rate", "close_rate"):
                # The exchange's spread, and what moves between a candle's opening and the order.
                assert own[rate] == pytest.approx(other[rate], rel=0.01), (pair, rate)
            alike += 1
    return alike, late


def test_a_dry_run_trades_as_its_backtest(tmp_path: Path) -> None:
    lived, began = dry_run(tmp_path)
    alike, late = compare(lived, backtest(tmp_path), began)
    print(f"{alike} trades alike, {late} a candle late")
    assert alike >= CANDLES * COUNT / 60
    assert late <= 1 + 0.02 * alike
