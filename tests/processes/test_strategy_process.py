"""The real freqtrade, as a process, against the exchange's simulated market.

A market without structure gives the default thresholds little to do; an eager parameter file beside
the strategy, as hyperopt writes one, makes enough trades to test with.
"""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import hyperphysics as hp
from hyperphysics.order_books.store import Book, Store
from hyperphysics.strategy.rules.filters import FILTERS
from hyperphysics.strategy.rules.parameters import DEFAULTS
from support.desk import ANALYSED, TRADED, Desk

pytestmark = pytest.mark.freqtrade


EVERY_FAMILY = ",".join(hp.families())


def test_list_strategies_shows_ok(spot: Desk) -> None:
    rows = [
        line for line in spot.freqtrade("list-strategies").table.splitlines() if "HyperP" in line
    ]
    assert len(rows) == 1
    assert "HyperPhysics.py" in rows[0]
    assert "OK" in rows[0]


def record(folder: Path, sizes: dict[str, float]) -> None:
    """A book in the middle of every hour: small sizes refuse every entry, large ones none."""
    hours = pd.date_range("2023-04-01", "2023-10-02", freq="h").as_unit("ms").asi8 + 1_800_000
    store, rng = Store(folder), np.random.default_rng(0)
    for pair, size in sizes.items():
        books = [
            Book(int(time), None, None, [(1000.0, size * bid)], [(1000.1, size * ask)])
            for time, (bid, ask) in zip(hours, rng.uniform(1, 2, (len(hours), 2)), strict=True)
        ]
        store.write(pair, books, 1)
        store.merge(pair, now=2**42, size=1)


def test_recorded_books_are_columns_of_a_backtest(eager_spot: Desk, tmp_path: Path) -> None:
    record(tmp_path, {"BTC/USDT": 1e-9, "ETH/USDT": 1e9})
    done = eager_spot.backtest(FREQTRADE__HYPERPHYSICS__BOOKS=str(tmp_path)).trades
    assert set(done["pair"]) == {"ETH/USDT"}
    assert len(done) >= 5


def epochs(userdir: Path) -> list[dict[str, Any]]:
    newest = max(
        (userdir / "hyperopt_results").glob("*.fthypt"), key=lambda file: file.stat().st_mtime
    )
    found = [json.loads(line) for line in newest.read_text().splitlines()]
    newest.unlink()
    return found


def hyperopt(desk: Desk, *arguments: str) -> Any:
    chosen = ["--strategy", "HyperPhysics", "--hyperopt-loss", "HyperPhysicsLoss"]
    chosen += ["--timerange", TRADED, "--disable-param-export", "--random-state", "1"]
    return desk.freqtrade("hyperopt", *chosen, "-j", "2", "--epochs", "8", *arguments)


# Those of families that are not computed are left alone.
SEARCHED = {row.parameter for row in FILTERS if row.counts(None)}
STATIC = "used during indicator calculation"


def test_hyperopt_with_two_workers(eager_spot: Desk) -> None:
    run = hyperopt(eager_spot, "--spaces", "buy", "sell", "risk")
    found = epochs(eager_spot.userdir)
    assert len(found) == 8
    assert len({epoch["loss"] for epoch in found}) > 1
    # one batch for all epochs, and no parameter that would have changed it
    assert len(ANALYSED.findall(run.log)) == 1
    assert STATIC not in run.log
    assert set(found[0]["params_details"]["risk"]) == set(DEFAULTS["risk"])
    assert set(found[0]["params_details"]["buy"]) == SEARCHED < set(DEFAULTS["buy"])


def test_hyperopt_with_two_workers_and_analysis_per_epoch(eager_spot: Desk) -> None:
    run = hyperopt(eager_spot, "--analyze-per-epoch", "--spaces", "lattice", "risk")
    found = epochs(eager_spot.userdir)
    assert len(found) == 8
    assert STATIC not in run.log
    assert len(ANALYSED.findall(run.log)) >= 8
    # the columns themselves move the result
    assert len({epoch["results_metrics"]["total_trades"] for epoch in found}) > 1


def test_lookahead_analysis_finds_nothing(eager_spot: Desk, tmp_path: Path) -> None:
    record(tmp_path, {"BTC/USDT": 1e9, "ETH/USDT": 1e9})
    run = eager_spot.freqtrade(
        "lookahead-analysis",
        *("--strategy", "HyperPhysics", "--timerange", TRADED),
        *("--minimum-trade-amount", "10", "--targeted-trade-amount", "10"),
        FREQTRADE__HYPERPHYSICS__BOOKS=str(tmp_path),
        FREQTRADE__HYPERPHYSICS__FAMILIES=EVERY_FAMILY,
    )
    assert "HyperPhysics: no bias detected" in run.log
    row = next(line for line in run.table.splitlines() if "HyperPhysics.py" in line)
    assert re.search(r"HyperPhysics\s*[│|]\s*No\s*[│|]\s*10\s*[│|]\s*0\s*[│|]\s*0", row), row


def test_recursive_analysis_finds_nothing(eager_spot: Desk) -> None:
    run = eager_spot.freqtrade(
        "recursive-analysis",
        *("--strategy", "HyperPhysics", "--timerange", TRADED, "--startup-candle", "3000"),
        FREQTRADE__HYPERPHYSICS__FAMILIES=EVERY_FAMILY,
    )
    assert "No variance on indicator(s) found due to recursive formula." in run.log
    assert "No lookahead bias on indicators found." in run.log
    assert "%" not in run.table


def test_wrong_keys_from_the_environment_stop_the_run(spot: Desk) -> None:
    run = spot.try_freqtrade(
        "backtesting", "--strategy", "HyperPhysics", FREQTRADE__HYPERPHYSICS__DEVISE="cpu"
    )
    assert run.code != 0
    assert '"hyperphysics" has no key "devise"' in run.log
    assert "Traceback" not in run.log
