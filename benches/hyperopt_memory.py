"""Memory of `freqtrade hyperopt --analyze-per-epoch`, epoch after epoch, of the real process.

Two pairs of the simulated market, two months of hours, all spaces of the strategy, one worker.
Prints the resident memory of freqtrade and its workers over the epochs, and the slope of the
second half with its standard error.

    python benches/hyperopt_memory.py [EPOCHS]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from hyperphysics.freqtrade_bridge.process import run_freqtrade
from hyperphysics.freqtrade_bridge.user_directory import install
from hyperphysics.simulated_exchange import running

PAIRS = ["BTC/USDT", "ETH/USDT"]
TIMERANGE = "20230401-20230601"


def resident(process: int) -> int:
    """Bytes of a process and of all that descend from it."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(map(resident, map(int, children)))


def done(userdir: Path) -> int:
    """Epochs in the result file."""
    found = list((userdir / "hyperopt_results").glob("*.fthypt"))
    return sum(1 for path in found for _ in path.open())


def main() -> None:
    """Run and print."""
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder, running(clock="2023-06-01") as exchange:
        userdir = Path(folder)
        install(userdir)
        config = userdir / "exchange.json"
        changes = exchange.settings(PAIRS) | {"timeframe": "1h", "hyperphysics": {"device": "cpu"}}
        config.write_text(json.dumps(changes))
        common = [
            *("--config", str(userdir / "config" / "spot.json"), "--config", str(config)),
            *("--userdir", str(userdir), "--timerange", TIMERANGE),
        ]
        before = ["--timeframes", "1h", "--timerange", "20220901-20230601"]
        run_freqtrade(
            ["download-data", *common[:-2], *before], userdir / "data.log", lambda _: None, 100
        )
        words = [
            *("hyperopt", *common, "--strategy", "HyperPhysics", "--analyze-per-epoch"),
            *("--hyperopt-loss", "HyperPhysicsLoss", "--epochs", str(epochs), "-j", "1"),
            *("--spaces", "buy", "sell", "lattice", "--random-state", "1"),
        ]
        log = (userdir / "hyperopt.log").open("w")
        samples: list[tuple[int, int]] = []
        with (
            log,
            subprocess.Popen(  # noqa: S603 - our interpreter, our arguments
                [sys.executable, "-m", "freqtrade", *words], stdout=log, stderr=log
            ) as process,
        ):
            while process.poll() is None:
                try:
                    samples.append((done(userdir), resident(process.pid)))
                except OSError:
                    break  # a worker that ended while it was looked at
                time.sleep(1)
        if process.returncode:
            raise SystemExit((userdir / "hyperopt.log").read_text()[-2000:])
    taken = np.array([s for s in samples if s[0] > 0], float)
    for share in np.linspace(0.1, 1, 10):
        epoch, size = taken[np.searchsorted(taken[:, 0], share * epochs).clip(max=len(taken) - 1)]
        print(f"epoch {epoch:5.0f}: {size / 2**20:6.0f} MiB")
    late = taken[taken[:, 0] >= epochs / 2]
    (slope, _), covariance = np.polyfit(late[:, 0], late[:, 1] / 2**20, 1, cov=True)
    error = float(np.sqrt(covariance[0, 0]))
    print(f"second half: {1000 * slope:+.1f} ± {1000 * error:.1f} MiB per 1000 epochs")


if __name__ == "__main__":
    main()
