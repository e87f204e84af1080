"""The real `freqtrade trade`, dry run, on a fast clock against the simulated exchange."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hyperphysics.freqtrade_bridge.user_directory import install
from hyperphysics.market_data.market import Mode
from hyperphysics.simulated_exchange import SimulatedExchange, running
from hyperphysics.simulated_exchange.order_book import LEVEL_VALUE
from support import parameter_file
from support.parameter_file import ANY, Parameters
from support.patience import PATIENCE, wait

START = datetime(2023, 6, 1, 0, 3, tzinfo=UTC)
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
# freqtrade writes no log where it is set.
UNLOGGED = "PYTEST_VERSION"
ENTRIES = """
SELECT trades.pair FROM trades JOIN orders ON orders.ft_trade_id = trades.id
WHERE orders.ft_order_side = 'buy' AND orders.status = 'closed' ORDER BY trades.id
"""
# Little to compute, for a candle takes a few seconds.
LIGHT = {"device": "cpu", "past_window": 480, "paths": 500, "trend_window": 240}


@dataclass
class Bot:
    """A running bot and its exchange."""

    process: subprocess.Popen[bytes]
    userdir: Path
    clock: str
    speed: float
    level_value: float
    exchange: SimulatedExchange
    _exchange: ExitStack = field(repr=False)

    @property
    def database(self) -> Path:
        """Its trades."""
        return self.userdir / "trades.sqlite"

    def said(self) -> str:
        """Its log so far."""
        log = self.userdir / "trade.log"
        return log.read_text() if log.exists() else ""

    def wait(self, until: Callable[[str], object]) -> str:
        """Waits until the log is as wanted, and returns it.

        Raises:
            AssertionError: The bot ended, or never got there.
        """
        said = ""

        def reached() -> object:
            nonlocal said
            ended = self.process.poll()
            said = self.said()
            found = until(said)
            assert found or ended is None, f"ended with {ended}: {said[-3000:]}"
            return found

        wait(reached, lambda: said[-3000:])
        return said

    def let_pass(self, span: timedelta) -> None:
        """Lets so much time of the market pass."""
        time.sleep(span.total_seconds() / self.speed)

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def entered(self) -> list[str]:
        """Pairs of its trades in their order, as far as their entries are filled.

        The database must be sound whenever it is looked at.
        """
        if not self.database.exists():
            return []
        address = f"file:{self.database}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'orders'").fetchone():
                return []
            return [pair for (pair,) in database.execute(ENTRIES)]

    def memory(self) -> int:
        """Resident bytes."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def close_exchange(self) -> None:
        """Ends the exchange; its port refuses connections from now on."""
        self._exchange.close()

    def open_exchange(self) -> None:
        """Starts it again where it was: its clock went on."""
        port = int(self.exchange.url.rpartition(":")[2])
        self._exchange.enter_context(
            running(
                mode=self.exchange.mode,
                clock=self.clock,
                level_value=self.level_value,
                port=port,
                timeout=PATIENCE,
            )
        )


@contextmanager
def trading(
    userdir: Path,
    pairs: Sequence[str],
    *,
    speed: float = 150,
    level_value: float = LEVEL_VALUE,
    parameters: Parameters = ANY,
    start: datetime = START,
    mode: Mode = "spot",
    strategy: str | None = None,
    environment: Mapping[str, str] | None = None,
    through: Callable[[str], AbstractContextManager[str]] = nullcontext,
    candle_limit: int | None = None,
    **changes: Any,
) -> Iterator[Bot]:
    """A bot on 5m candles of a simulated market; ends with SIGTERM on the way out.

    Args:
        userdir: Where strategy, configuration, log and trades go.
        pairs: What it trades.
        speed: Market seconds in a real one.
        level_value: As `running`.
        parameters: Values by space.
        start: Where the clock starts.
        mode: Spot or futures.
        strategy: Source of a class to trade instead of the shipped one, of the same name.
        environment: Variables of the bot's process over our own.
        through: Opens a door to the exchange's address; the bot goes to that of the door.
        candle_limit: Candles that freqtrade asks for in a call, or None for its own limit.
        changes: Keys of the configuration.
    """
    if FAKETIME is None:
        pytest.skip("no libfaketime")
    install(userdir)
    if strategy is not None:
        (userdir / "strategies" / "HyperPhysics.py").write_text(strategy)
    parameter_file.write(userdir, parameters)
    anchor = time.time()
    clock = f"{start.isoformat()}x{speed:g}@{anchor}"
    with ExitStack() as stack:
        serving = running(mode=mode, clock=clock, level_value=level_value, timeout=PATIENCE)
        exchange = stack.enter_context(serving)
        door = replace(exchange, url=stack.enter_context(through(exchange.url)))
        config = settings(door, pairs, speed) | changes
        if candle_limit is not None:
            config["exchange"]["_ft_has_params"] = {"ohlcv_candle_limit": candle_limit}
        (userdir / "exchange.json").write_text(json.dumps(config))
        words = [
            *("--config", str(userdir / "config" / f"{mode}.json")),
            *("--config", str(userdir / "exchange.json")),
            *("--userdir", str(userdir), "--strategy", "HyperPhysics"),
            *("--db-url", f"sqlite:///{userdir / 'trades.sqlite'}"),
            *("--logfile", str(userdir / "trade.log")),
        ]
        now = start + speed * timedelta(seconds=time.time() - anchor)
        fast = {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME": f"@{now:%Y-%m-%d %H:%M:%S} x{speed:g}",
            "TZ": "UTC",
        }
        with subprocess.Popen(
            [sys.executable, "-m", "freqtrade", "trade", *words],
            env={name: os.environ[name] for name in os.environ if name != UNLOGGED}
            | fast
            | dict(environment or {}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                yield Bot(process, userdir, clock, speed, level_value, exchange, stack)
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                    try:
                        process.wait(PATIENCE)
                    except subprocess.TimeoutExpired:
                        process.kill()


def settings(exchange: SimulatedExchange, pairs: Sequence[str], speed: float = 1) -> dict[str, Any]:
    """A bot's configuration, which another process at the exchange takes as well.

    Args:
        exchange: Where it trades.
        pairs: What it trades.
        speed: Of the process's clock, by which ccxt counts how long it waits for an answer.
    """
    config = exchange.settings(list(pairs)) | {
        "timeframe": "5m",
        "dry_run_wallet": 10_000,
        "max_open_trades": len(pairs),
        "entry_pricing": {"price_side": "other"},
        "exit_pricing": {"price_side": "other"},
        "hyperphysics": LIGHT,
    }
    config["exchange"]["ccxt_config"]["timeout"] = round(1000 * PATIENCE * speed)
    return config
