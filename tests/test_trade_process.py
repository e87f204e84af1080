"""The real `freqtrade trade`, dry run, on a fast clock.

Its venue's books decide about entries, and of each new candle only that is computed.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hyperphysics.commands.install import install
from hyperphysics.venue import running
from hyperphysics.venue.book import LEVEL_VALUE

pytestmark = pytest.mark.freqtrade

START = datetime(2023, 6, 1, 0, 3, tzinfo=UTC)
# Market seconds in a real one: a candle of five minutes takes two.
SPEED = 150
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
# freqtrade writes no log where it is set.
UNLOGGED = "PYTEST_VERSION"
# Any direction will do: what is tested comes after the signal.
EAGER = {
    "buy": {"buy_direction": 0.0, "buy_margin": 0.0, "buy_es": 0.5, "buy_tail": 9.0},
    "sell": {"sell_direction": -1.0, "sell_es": 0.5, "sell_spike": 99.0},
}
# The second cycle and later ones: a candle of each pair.
CYCLE = re.compile(
    r"hyperphysics: cycle of 3 pairs in (\d+\.\d+) s, (\d+\.\d+) s in the engine \(3 candles\)"
)
ENTERED = "LIMIT_BUY has been fulfilled"
REFUSED = re.compile(
    r"hyperphysics: refused (\S+): slippage (\d+\.\d+)% of [\d.]+ USDT is over 0.20%"
)


def trade(userdir: Path, level_value: float) -> str:
    """Trades until an entry is filled or refused and a candle is new; the log up to there."""
    install(userdir)
    parameters = {"strategy_name": "HyperPhysics", "params": EAGER}
    (userdir / "strategies" / "HyperPhysics.json").write_text(json.dumps(parameters))
    log = userdir / "trade.log"
    anchor = time.time()
    clock = f"{START.isoformat()}x{SPEED}@{anchor}"
    with running(clock=clock, level_value=level_value) as venue:
        changes = venue.settings(["BTC/USDT", "ETH/USDT", "SOL/USDT"]) | {
            "timeframe": "5m",
            "dry_run_wallet": 10_000,
            "entry_pricing": {"price_side": "other"},
            "hyperphysics": {
                "device": "cpu",
                "library": 480,
                "paths": 500,
                "book_check": {"levels": 1000},
            },
        }
        changes["exchange"]["ccxt_config"]["timeout"] = 600_000
        config = userdir / "venue.json"
        config.write_text(json.dumps(changes))
        words = [
            *("--config", str(userdir / "config" / "spot.json"), "--config", str(config)),
            *("--userdir", str(userdir), "--strategy", "HyperPhysics"),
            *("--db-url", "sqlite://", "--logfile", str(log), "-v"),
        ]
        now = START + SPEED * timedelta(seconds=time.time() - anchor)
        fast = {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME": f"@{now:%Y-%m-%d %H:%M:%S} x{SPEED}",
            "TZ": "UTC",
        }
        with subprocess.Popen(
            [sys.executable, "-m", "freqtrade", "trade", *words],
            env={name: os.environ[name] for name in os.environ if name != UNLOGGED} | fast,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                for _ in range(3000):
                    said = log.read_text() if log.exists() else ""
                    decided = ENTERED in said or REFUSED.search(said)
                    if (decided and CYCLE.search(said)) or process.poll() is not None:
                        break
                    time.sleep(0.1)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(60)
    return said


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Of a run among books as usual, and of one among books of a dollar a level, side by side."""
    if FAKETIME is None:
        pytest.skip("no libfaketime")
    folders = [tmp_path_factory.mktemp(name) for name in ("healthy", "thin")]
    with ThreadPoolExecutor() as pool:
        return list(pool.map(trade, folders, [LEVEL_VALUE, 1.0]))


def test_a_healthy_book_lets_the_strategy_in(logs: list[str]) -> None:
    assert ENTERED in logs[0], logs[0][-3000:]
    assert "refused" not in logs[0]
    assert "no look at the book" not in logs[0]


def test_a_thin_book_is_refused_with_the_reason(logs: list[str]) -> None:
    found = REFUSED.search(logs[1])
    assert found is not None, logs[1][-3000:]
    assert float(found[2]) > 0.2
    assert f"Long signal found: about create a new trade for {found[1]}" in logs[1]
    assert "dry_run_buy" not in logs[1]


def test_only_the_new_candle_is_computed(logs: list[str]) -> None:
    for log in logs:
        first = re.search(r"hyperphysics: analysed (\d+) candles of 3 pairs", log)
        assert first is not None, log[-3000:]
        assert int(first[1]) == 3 * 128
        found = CYCLE.search(log)
        assert found is not None, log[-3000:]
        assert 0.0 < float(found[2]) <= float(found[1])
        assert "no batch" not in log
