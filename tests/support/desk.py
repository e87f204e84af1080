"""A user directory in which the real freqtrade runs, against the simulated exchange."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import pytest
from freqtrade.data.btanalysis import load_backtest_data

from hyperphysics.freqtrade_bridge.user_directory import install
from hyperphysics.market_data.market import Mode
from hyperphysics.simulated_exchange import running
from support import parameter_file
from support.once import once
from support.parameter_file import EAGER, Parameters
from support.patience import PATIENCE

# Half a year after 105 days of warm-up.
DOWNLOADED = "20230101-20231015"
TRADED = "20230420-20231001"
# Far above any gain of the simulated market.
DEAR = 0.05
ANALYSED = re.compile(
    r"hyperphysics: analysed (\d+) candles of (\d+) pairs in [\d.]+ s on .* \(families"
)
NO_RATES = "no funding rates of"
NOW = "2023-10-15T00:00:00+00:00"


class Funded(Protocol):
    """Makes candles beside which every funding rate is another; returns options that name them."""

    def __call__(self, rate: float, *, noise: float = 0.0) -> list[str]: ...


@dataclass(frozen=True)
class Run:
    """What a freqtrade process said."""

    code: int
    table: str
    log: str


@dataclass(frozen=True)
class Backtest(Run):
    """What a backtest said, and its trades."""

    trades: pd.DataFrame


@dataclass(frozen=True)
class Desk:
    """A user directory with our strategy and candles downloaded from the exchange."""

    userdir: Path
    config: Path

    def try_freqtrade(self, command: str, *arguments: str, **environment: str) -> Run:
        """Run the real freqtrade."""
        place = ["--userdir", str(self.userdir), "--config", str(self.config)]
        done = subprocess.run(
            [sys.executable, "-m", "freqtrade", command, *place, *arguments],
            env=os.environ | {"COLUMNS": "400", "NO_COLOR": "1"} | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def freqtrade(self, command: str, *arguments: str, **environment: str) -> Run:
        """Run the real freqtrade and insist that it succeeds."""
        run = self.try_freqtrade(command, *arguments, **environment)
        assert run.code == 0, run.log[-4000:]
        return run

    def backtest(self, *arguments: str, **environment: str) -> Backtest:
        """Trade the strategy through half a year; nothing unexpected may happen."""
        chosen = ["--strategy", "HyperPhysics", "--timerange", TRADED, "--cache", "none"]
        run = self.freqtrade("backtesting", *chosen, *arguments, **environment)
        assert "Unexpected error" not in run.log
        trades = load_backtest_data(self.userdir / "backtest_results")
        return Backtest(run.code, run.table, run.log, trades)

    @contextmanager
    def parameters(self, values: Parameters = EAGER) -> Iterator[Desk]:
        """Lay a parameter file beside the strategy for a while."""
        file = parameter_file.write(self.userdir, values)
        try:
            yield self
        finally:
            file.unlink()


@contextmanager
def opened(factory: pytest.TempPathFactory, mode: Mode, pairs: list[str]) -> Iterator[Desk]:
    """A desk of a worker: its own user directory and exchange, candles that all workers share."""
    userdir = factory.mktemp(mode)
    with running(mode=mode, clock=NOW, timeout=PATIENCE) as exchange:
        install(userdir)
        config = userdir / "config" / "test.json"
        overlay: dict[str, Any] = {
            **exchange.settings(pairs),
            "dry_run_wallet": 10_000,
            "add_config_files": [f"{mode}.json"],
            "hyperphysics": {"device": "cpu"},
        }
        config.write_text(json.dumps(overlay))
        desk = Desk(userdir, config)

        def download(folder: Path) -> None:
            place = ["--datadir", str(folder / "binance")]
            desk.freqtrade("download-data", *place, "--timeframes", "1h", "--timerange", DOWNLOADED)

        candles = once(factory, f"{mode}-candles", download)
        data = userdir / "data"
        if data.exists():
            data.rmdir()
        data.symlink_to(candles, target_is_directory=True)
        yield desk
