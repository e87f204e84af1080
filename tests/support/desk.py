"""A user directory in which the real freqtrade runs, against the simulated exchange."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hyperphysics.cli.install import install
from hyperphysics.simulated_exchange import SimulatedExchange


@dataclass(frozen=True)
class Run:
    """What a freqtrade process said."""

    code: int
    table: str
    log: str


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
            env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"} | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def freqtrade(self, command: str, *arguments: str, **environment: str) -> Run:
        """Run the real freqtrade and insist that it succeeds."""
        run = self.try_freqtrade(command, *arguments, **environment)
        assert run.code == 0, run.log[-4000:]
        return run


def open_desk(
    userdir: Path, exchange: SimulatedExchange, pairs: list[str], timerange: str, **changes: Any
) -> Desk:
    install(userdir)
    base = userdir / "config" / f"{exchange.mode}.json"
    config = userdir / "config" / "test.json"
    overlay = exchange.settings(pairs) | {"dry_run_wallet": 10_000, "add_config_files": [base.name]}
    config.write_text(json.dumps(overlay | changes))
    desk = Desk(userdir, config)
    desk.freqtrade("download-data", "--timeframes", "1h", "--timerange", timerange)
    return desk
