import os
import signal
from collections.abc import Callable, Iterator

import hypothesis
import pandas as pd
import pytest

import hyperphysics as hp
from hyperphysics.simulated_exchange import running
from support.desk import Desk, open_desk
from support.frames import walk

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


# The simulated market is what every process test trades on: half a year after 105 days of warm-up.
DOWNLOAD = "20230101-20231015"


@pytest.fixture(scope="session")
def spot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Two simulated spot pairs, shared by all tests that run freqtrade."""
    with running(mode="spot", clock="2023-10-15T00:00:00+00:00") as exchange:
        section = {"device": "cpu"}
        pairs = ["BTC/USDT", "ETH/USDT"]
        userdir = tmp_path_factory.mktemp("spot")
        yield open_desk(userdir, exchange, pairs, DOWNLOAD, hyperphysics=section)


@pytest.fixture(scope="session")
def futures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One simulated perpetual."""
    with running(mode="futures", clock="2023-10-15T00:00:00+00:00") as exchange:
        section = {"device": "cpu"}
        userdir = tmp_path_factory.mktemp("futures")
        yield open_desk(userdir, exchange, ["BTC/USDT:USDT"], DOWNLOAD, hyperphysics=section)
