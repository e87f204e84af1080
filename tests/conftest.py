import os
import signal
from collections.abc import Callable, Iterator

import hypothesis
import pandas as pd
import pytest

import hyperphysics as hp
from support.desk import Backtest, Desk, opened
from support.frames import walk

# Machines are shared: no example fails for being slow.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_configure() -> None:
    """Let Ctrl-C be heard: a shell ignores it in its background jobs, and so do their children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


# Fixtures of a session that cost a run of freqtrade: tests that look at one share a worker.
RUNS = ("spot_backtest", "futures_backtest")
# What takes long comes first, so that no worker is left with it at the end.
FIRST = ("processes", "evaluation", "exchange", "strategy", "packaging")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Divide the tests among workers (`--dist loadgroup`).

    Tests that run freqtrade go one by one to the worker that is free; those of another module stay
    together, as do those that share a run.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            shared = [name for name in RUNS if name in getattr(item, "fixturenames", ())]
            alone = item.get_closest_marker("freqtrade") is not None
            group = shared[0] if shared else item.name if alone else item.path.stem
            item.add_marker(pytest.mark.xdist_group(group))
    rank = {folder: number for number, folder in enumerate(FIRST)}
    items.sort(key=lambda item: rank.get(item.path.parent.name, len(FIRST)))


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


# What several tests look at is run once.


@pytest.fixture(scope="session")
def spot_backtest(spot: Desk) -> Backtest:
    """Of the eager parameters on the spot desk."""
    with spot.parameters():
        return spot.backtest()


@pytest.fixture(scope="session")
def futures_backtest(futures: Desk) -> Backtest:
    """Of the eager parameters on the futures desk."""
    with futures.parameters():
        return futures.backtest()
