import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pandas as pd
import pytest

import hyperphysics as hp
from support.desk import Desk, opened
from support.frames import walk
from support.scheduling import ByFile, rank

# Machines are shared: no example fails for being slow.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_configure() -> None:
    """Let Ctrl-C be heard: a shell ignores it in its background jobs, and so do their children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Divide the tests among workers, where there are any."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long."""
    items.sort(key=lambda item: rank(item.path))


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


@pytest.fixture(scope="session")
def spot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Two simulated spot pairs, shared by all tests of a worker that run freqtrade."""
    with opened(tmp_path_factory, "spot", ["BTC/USDT", "ETH/USDT"]) as desk:
        yield desk


@pytest.fixture(scope="session")
def futures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One simulated perpetual."""
    with opened(tmp_path_factory, "futures", ["BTC/USDT:USDT"]) as desk:
        yield desk
