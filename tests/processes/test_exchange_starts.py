"""The shipped strategy starts at exchanges that give fewer candles than its windows need."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hyperphysics.freqtrade_bridge.user_directory import install
from hyperphysics.market_data.candles import DAY, HOUR, TIMEFRAMES
from hyperphysics.market_data.simulated import Simulated
from hyperphysics.simulated_exchange.app import build
from hyperphysics.simulated_exchange.clock import Clock
from hyperphysics.simulated_exchange.dialects import settings
from support import parameter_file
from support.loopback import served
from support.parameter_file import EAGER
from support.patience import PATIENCE, wait

pytestmark = pytest.mark.freqtrade

PAIR = "BTC/USDT"
NEEDED = 2327
GIVEN = {"okx": 1499, "kraken": 719, "bitget": 1439, "cryptocom": 1499, "binance": 4999}
BACKTESTS = """
import json, sys
from freqtrade.data.btanalysis import load_backtest_data
from freqtrade.main import main

for name, words in json.loads(sys.argv[1]).items():
    folder = words[words.index("--backtest-directory") + 1]
    try:
        main(words)
    except SystemExit as ended:
        assert not ended.code, name
    trades = load_backtest_data(folder)[["pair", "open_date", "close_date", "open_rate"]]
    print("trades", name, trades.to_json(orient="split"))
"""


@pytest.fixture(scope="module")
def market() -> Simulated:
    return Simulated(0)


@pytest.fixture(scope="module")
def userdir(tmp_path_factory: pytest.TempPathFactory, market: Simulated) -> Path:
    """The strategy with parameters that trade, and 3000 recorded hours up to the present."""
    userdir = tmp_path_factory.mktemp("starts")
    install(userdir)
    parameter_file.write(userdir, EAGER)
    last = int(time.time() * 1000) // HOUR * HOUR - HOUR
    found = market.candles("BTCUSDT", TIMEFRAMES["1h"], None, last, 3000)
    prices = {name: getattr(found, name) for name in ("open", "high", "low", "close", "volume")}
    date = pl.Series("date", found.time).cast(pl.Datetime("ms", "UTC"))
    (userdir / "recorded").mkdir()
    (userdir / "empty").mkdir()
    pl.DataFrame({"date": date} | prices).write_ipc(userdir / "recorded" / "BTC_USDT-1h.feather")
    return userdir


@contextmanager
def exchanges(userdir: Path, market: Simulated, *names: str) -> Iterator[dict[str, list[str]]]:
    """Options that lead freqtrade to each exchange at the present."""
    with ExitStack() as stack:
        options = {}
        for name in names:
            app = build(market, Clock.parse("now", None), exchange=name)
            config: dict[str, Any] = settings(
                stack.enter_context(served(app)), "spot", [PAIR], exchange=name
            )
            # one fee, so that costs decide alike everywhere
            config |= {"fee": 0.001, "hyperphysics": {"device": "cpu", "paths": 200}}
            file = userdir / f"{name}.json"
            file.write_text(json.dumps(config))
            options[name] = [
                *("--config", str(userdir / "config" / "spot.json"), "--config", str(file)),
                *("--userdir", str(userdir), "--strategy", "HyperPhysics"),
            ]
        yield options


def capped(name: str) -> str:
    return f"of {NEEDED} start-up candles {name} gives {GIVEN[name]}, the rest comes from history"


def test_backtests_start_everywhere_and_trade_alike(userdir: Path, market: Simulated) -> None:
    end = int(time.time() * 1000) // DAY * DAY
    timerange = f"{(end - 12 * DAY) // 1000}-{end // 1000}"
    with exchanges(userdir, market, *GIVEN) as options:
        results = {name: userdir / "backtest_results" / name for name in options}
        for folder in results.values():
            folder.mkdir(parents=True)
        runs = {
            name: [
                *("backtesting", *words, "--datadir", str(userdir / "recorded")),
                *("--timerange", timerange, "--cache", "none", "--export", "trades"),
                *("--backtest-directory", str(results[name])),
            ]
            for name, words in options.items()
        }
        done = subprocess.run(
            [sys.executable, "-c", BACKTESTS, json.dumps(runs)],
            env=os.environ | {"COLUMNS": "400", "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    assert done.returncode == 0, done.stderr[-4000:]
    assert {name for name in GIVEN if capped(name) in done.stderr} == {*GIVEN} - {"binance"}
    assert "needed" not in done.stderr
    trades = dict(re.findall(r"^trades (\w+) (.*)$", done.stdout, re.MULTILINE))
    assert trades.keys() == GIVEN.keys()
    assert len(json.loads(trades["binance"])["data"]) >= 3
    assert len(set(trades.values())) == 1


def follow(bot: subprocess.Popen[bytes], log: Path, sign: str) -> str:
    """A bot's log once it has analysed and says `sign`, or has ended."""

    def said() -> str:
        return log.read_text() if log.exists() else ""

    def reached() -> bool:
        found = re.search(sign, said()) and "hyperphysics: analysed" in said()
        return bool(found) or bot.poll() is not None

    wait(reached, lambda: said()[-3000:])
    return said()


def test_dry_runs_start_at_okx_kraken_and_bitget(userdir: Path, market: Simulated) -> None:
    # Kraken gives no older candles: they are those of the data directory.
    places = {"okx": "empty", "kraken": "recorded", "bitget": "empty"}
    signs = {
        "okx": r"history of 1 of 1 pairs fetched \(BTC/USDT: \d{3,} candles\)",
        "kraken": "hyperphysics: analysed",
        "bitget": r"history of 1 of 1 pairs fetched \(BTC/USDT: \d{3,} candles\)",
    }
    logs = {name: userdir / f"{name}.log" for name in places}
    with exchanges(userdir, market, *places) as options, ExitStack() as stack:
        bots = {
            name: stack.enter_context(
                subprocess.Popen(
                    [
                        *(sys.executable, "-m", "freqtrade", "trade", *options[name]),
                        *("--datadir", str(userdir / place), "--db-url", "sqlite://"),
                        *("--logfile", str(logs[name])),
                    ],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            for name, place in places.items()
        }
        try:
            said = {name: follow(bot, logs[name], signs[name]) for name, bot in bots.items()}
        finally:
            for bot in bots.values():
                bot.send_signal(signal.SIGTERM)
            # freqtrade's own code after an orderly stop
            assert [bot.wait(PATIENCE) for bot in bots.values()] == [130] * len(bots)
    for name, text in said.items():
        assert capped(name) in text
        assert re.search(signs[name], text), text[-3000:]
        assert "hyperphysics: analysed" in text
        assert "ERROR" not in text
        assert "needed;" not in text
