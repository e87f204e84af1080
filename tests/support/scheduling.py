"""How tests are divided among the workers of pytest-xdist."""

from __future__ import annotations

from pathlib import PurePath

from xdist.scheduler import LoadScopeScheduling

# Each test of these runs freqtrade for itself, so they go one by one to whichever worker is free.
SPREAD = {
    "test_freqtrade.py",
    "test_futures_process.py",
    "test_hyperopt_study.py",
    "test_strategy_process.py",
    "test_trade_faults.py",
}
# Folders and files whose tests take long, longest first: no worker shall be left with them.
FIRST = (
    "test_trade_backtest.py",
    "test_walk_forward.py",
    "test_hyperopt_study.py",
    "processes",
    "exchange",
    "evaluation",
)


def rank(path: PurePath) -> int:
    """Where the tests of a file stand in the order of all."""
    places = [FIRST.index(name) for name in (path.name, path.parent.name) if name in FIRST]
    return min(places, default=len(FIRST))


class ByFile(LoadScopeScheduling):
    """Keeps a file's tests, and the fixtures they share, on one worker; those of `SPREAD` apart."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return nodeid if PurePath(file).name in SPREAD else file
