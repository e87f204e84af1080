import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pandas as pd
import pytest

import hyperphysics as hp
from hyperphysics.commands.install import install
from hyperphysics.venue import Venue, running

# Short windows, so that small frames are enough.
SHORT: dict[str, Any] = {
    "half_life": 2.0,
    "residuals": 100,
    "risk_horizon": 3,
    "paths": 200,
    "library": 64,
    "trend_window": 24,
    "lattice_horizon": 3,
    "open_bits": 12,
    "phi_window": 64,
    "phi_permutations": 2,
    "ci_temperature": 1.5,
    "ci_sweeps": 128,
}


def walk(rows: int, seed: int = 0) -> pd.DataFrame:
    """Hourly candles of a random walk with regimes, typed as freqtrade passes them."""
    rng = np.random.default_rng(seed)
    calm = 0.004 * np.exp(np.cumsum(rng.normal(0, 0.02, rows)).clip(-1, 1))
    drift = 0.003 * np.sin(np.arange(rows) / 60.0)
    close = 100.0 * np.exp(np.cumsum(drift + calm * rng.standard_t(4, rows)))
    opening = np.concatenate([[100.0], close[:-1]])
    wick = calm * rng.exponential(0.5, (2, rows))
    return pd.DataFrame(
        {
            "date": pd.date_range("2023-01-01", periods=rows, freq="1h", tz="UTC").as_unit("ms"),
            "open": opening,
            "high": np.maximum(opening, close) * np.exp(wick[0]),
            "low": np.minimum(opening, close) * np.exp(-wick[1]),
            "close": close,
            "volume": rng.lognormal(3.0, 1.0, rows),
        }
    )


# Machines are shared: no example fails for being slow.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_configure() -> None:
    """Let Ctrl-C be heard: a shell ignores it in its background jobs, and so do their children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _real_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Freqtrade writes no log where this variable says that its own tests are running."""
    monkeypatch.delenv("PYTEST_VERSION", raising=False)


@pytest.fixture
def candles() -> Callable[..., pd.DataFrame]:
    """Maker of random candles: `candles(rows, seed)`."""
    return walk


@pytest.fixture(scope="session")
def vulkan() -> str:
    """A Vulkan adapter that computes; skips where there is none, unless it is required."""
    for device in hp.devices():
        if device.kind not in {"CPU", "null device"}:
            return f"vulkan:{device.name}"
    if os.environ.get("HYPERPHYSICS_REQUIRE_VULKAN"):
        pytest.fail("HYPERPHYSICS_REQUIRE_VULKAN is set and there is no Vulkan adapter")
    pytest.skip("no Vulkan adapter: install mesa-vulkan-drivers")


@dataclass(frozen=True)
class Run:
    """What a freqtrade process said."""

    code: int
    table: str
    log: str


@dataclass(frozen=True)
class Desk:
    """A user directory with our strategy and downloaded candles, and the venue they came from."""

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
    userdir: Path, venue: Venue, pairs: list[str], timerange: str, **changes: Any
) -> Desk:
    install(userdir)
    base = userdir / "config" / f"{venue.mode}.json"
    config = userdir / "config" / "test.json"
    overlay = venue.settings(pairs) | {"dry_run_wallet": 10_000, "add_config_files": [base.name]}
    config.write_text(json.dumps(overlay | changes))
    desk = Desk(userdir, config)
    desk.freqtrade("download-data", "--timeframes", "1h", "--timerange", timerange)
    return desk


# The simulated market is what every process test trades on: half a year after 105 days of warm-up.
DOWNLOAD = "20230101-20231015"


@pytest.fixture(scope="session")
def spot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Two simulated spot pairs, shared by all tests that run freqtrade."""
    with running(mode="spot", clock="2023-10-15T00:00:00+00:00") as venue:
        section = {"device": "cpu"}
        pairs = ["BTC/USDT", "ETH/USDT"]
        userdir = tmp_path_factory.mktemp("spot")
        yield open_desk(userdir, venue, pairs, DOWNLOAD, hyperphysics=section)


@pytest.fixture(scope="session")
def futures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One simulated perpetual."""
    with running(mode="futures", clock="2023-10-15T00:00:00+00:00") as venue:
        section = {"device": "cpu"}
        userdir = tmp_path_factory.mktemp("futures")
        yield open_desk(userdir, venue, ["BTC/USDT:USDT"], DOWNLOAD, hyperphysics=section)
