"""A dry run enters and leaves where a backtest over the same candles does.

A drill is long: more candles, of more pairs.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from freqtrade.data.btanalysis import load_backtest_data, load_trades_from_db

from hyperphysics.freqtrade_bridge.process import run_freqtrade
from hyperphysics.market_data.simulated import ASSETS
from hyperphysics.simulated_exchange import running
from support.drill import sized
from support.parameter_file import BUSY
from support.trading import LIGHT, START, settings, trading

pytestmark = [pytest.mark.freqtrade, pytest.mark.timeout(7200)]

CANDLE = timedelta(minutes=5)
# How many times as fast as ours the bot's clock may be: the first with which it keeps up counts.
SPEEDS = (60, 30, 15)
CANDLES, COUNT = map(int, sized("24x4", "500x10").split("x"))
PAIRS = [f"{asset.base}/USDT" for asset in ASSETS[:COUNT]]
# A limit order may miss a price that moves on in the seconds that a fast clock makes of a moment.
MARKET = {"entry": "market", "exit": "market", "stoploss": "market", "stoploss_on_exchange": False}
ENGINE = {**LIGHT, "past_window": 240, "trend_window": 120}
ANALYSED = re.compile(r"^(\S+ \S+),\d+ - \S+ - INFO - hyperphysics: analysed", re.MULTILINE)
# Bytes that caches of libraries may still grow by.
SLACK = 48 << 20


@dataclass(frozen=True)
class Lived:
    """The trades of a bot, and when it looked at candles."""

    trades: pd.DataFrame
    looked: pd.DatetimeIndex

    @property
    def began(self) -> pd.Timestamp:
        return pd.Timestamp(self.looked[0])

    def behind(self) -> int:
        """Candles of which the bot had no columns in their first half, while orders had time."""
        candles = pd.date_range(self.began.ceil(CANDLE), self.looked[-1].floor(CANDLE), freq=CANDLE)
        late = pd.Timedelta(CANDLE / 2)
        in_time = self.looked[self.looked - self.looked.floor(CANDLE) < late]
        return len(candles.difference(in_time.floor(CANDLE)))


def dry_run(userdir: Path, speed: float) -> Lived:
    """A bot that trades for so many candles."""
    memory: list[int] = []
    with trading(
        userdir,
        PAIRS,
        speed=speed,
        parameters=BUSY,
        order_types=MARKET,
        hyperphysics=ENGINE,
    ) as bot:
        bot.wait(ANALYSED.search)
        began = time.monotonic()
        for candle in range(1, CANDLES + 1):
            until = began + candle * CANDLE.total_seconds() / speed
            time.sleep(max(until - time.monotonic(), 0.0))
            memory.append(bot.memory())
            assert bot.process.poll() is None, bot.said()[-3000:]
        said = bot.said()
        bot.stop()
    print("MiB resident:", [f"{size >> 20}" for size in memory[:: max(CANDLES // 10, 1)]])
    assert memory[-1] - memory[len(memory) // 2] < SLACK
    looked = pd.DatetimeIndex([pd.Timestamp(text, tz="UTC") for text in ANALYSED.findall(said)])
    return Lived(load_trades_from_db(f"sqlite:///{bot.database}"), looked)


def keeping_up(folder: Path) -> tuple[Path, Lived]:
    """A dry run and its user directory, on a clock that leaves this machine the time it needs."""
    for speed in SPEEDS:
        userdir = folder / f"{speed}x"
        userdir.mkdir()
        lived = dry_run(userdir, speed)
        behind = lived.behind()
        print(f"{speed}x: {len(lived.looked)} cycles, {behind} candles late or without one")
        if behind == 0:
            return userdir, lived
    pytest.fail(f"{behind} candles without columns in time, even at {SPEEDS[-1]}x")


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
            run_freqtrade([name, *common, *words], userdir / f"{name}.log", lambda _: None, 120)
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
    userdir, lived = keeping_up(tmp_path)
    alike, late = compare(lived.trades, backtest(userdir), lived.began)
    print(f"{alike} trades alike, {late} a candle late")
    assert alike >= CANDLES * COUNT / 60
    assert late <= 1 + 0.02 * alike
