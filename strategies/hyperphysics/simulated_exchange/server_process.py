"""A simulated exchange as a child process: for tests, the demo and notebooks."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from hyperphysics.market_data.market import Mode
from hyperphysics.simulated_exchange.dialects import dialect, settings
from hyperphysics.simulated_exchange.order_book import LEVEL_VALUE


class SimulatedExchangeError(RuntimeError):
    """The simulated exchange ended before it answered; the message is what it said."""


@dataclass(frozen=True, slots=True)
class SimulatedExchange:
    """A simulated exchange that answers."""

    url: str
    line: str
    """What it said about itself."""
    mode: Mode
    pid: int
    exchange: str = "binance"
    """As which exchange it answers."""

    def settings(self, pairs: list[str] | None = None) -> dict[str, Any]:
        """Freqtrade settings that make it trade here."""
        return settings(self.url, self.mode, pairs, self.exchange)


@contextlib.contextmanager
def running(
    *,
    data: Path | None = None,
    mode: Mode | None = None,
    seed: int = 0,
    structure: bool = True,
    clock: str | None = None,
    shift: bool = False,
    exchange: str = "binance",
    level_value: float = LEVEL_VALUE,
    port: int = 0,
    timeout: float = 60.0,
) -> Iterator[SimulatedExchange]:
    """Start `hyperphysics exchange`, wait until it answers, and end it on the way out.

    Args:
        data: folder of recorded candles; None simulates a market.
        mode: spot or futures; None takes what `data` holds, or spot.
        seed: seed of what is not recorded.
        structure: whether a simulated market has any; without, it is a random walk.
        clock: as `Clock.parse`; None is `end` for recorded candles, `now` for simulated ones.
        shift: whether recorded candles move by whole weeks to the clock's start.
        exchange: as which exchange it answers, one of `dialects.NAMES`.
        level_value: what the best level of a book is worth on average, in quote currency.
        port: 0 takes a free one.
        timeout: seconds it may take to answer.

    Raises:
        SimulatedExchangeError: it ended first, or did not answer in time.
    """
    made = "--simulate" if structure else "--random-walk"
    source = [made] if data is None else ["--data", str(data)]
    command = [sys.executable, "-m", "hyperphysics.cli.main", "exchange", *source]
    command += ["--port", str(port), "--seed", str(seed), "--parent", str(os.getpid())]
    command += ["--level-value", str(level_value)]
    command += ["--mode", mode] if mode else []
    command += ["--clock", clock] if clock else []
    command += ["--shift"] if shift else []
    command += ["--exchange", exchange]
    with subprocess.Popen(  # noqa: S603 - our interpreter, our arguments
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        alarm = threading.Timer(timeout, process.kill)
        alarm.start()
        errors = _Drain(process.stderr)
        try:
            line = process.stdout.readline().strip() if process.stdout else ""
            if not line.startswith("http://"):
                process.wait()
                raise SimulatedExchangeError(
                    errors.text() or f"the exchange did not answer in {timeout:g} s"
                )
            url, shown, *_ = line.split()
            found: Mode = "spot" if shown == "spot" else "futures"
            ping = url + dialect(exchange, found).ping
            with urllib.request.urlopen(ping, timeout=timeout) as answer:  # noqa: S310
                answer.read()
            alarm.cancel()
            yield SimulatedExchange(url, line, found, process.pid, exchange)
        finally:
            alarm.cancel()
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


class _Drain:
    """Reads a stream to its end, so that the writer never blocks."""

    def __init__(self, stream: IO[str] | None) -> None:
        self._lines: list[str] = []
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream: IO[str] | None) -> None:
        self._lines.extend(stream or ())

    def text(self) -> str:
        """Everything read, once the stream has ended."""
        self._thread.join(5)
        return "".join(self._lines).strip()
