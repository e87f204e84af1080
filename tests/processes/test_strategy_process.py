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
from support.parameter_file import EAGER

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
    chosen += ["--timerange", TRADED, "--random-state", "1"]
    return desk.freqtrade("hyperopt", *chosen, "-j", "2", "--epochs", "8", *arguments)


# Those of families that are not computed are left alone.
SEARCHED = {row.parameter for row in FILTERS if row.counts(None)}
UNSEARCHED = {name: DEFAULTS["buy"][name] for name in set(DEFAULTS["buy"]) - SEARCHED}
STATIC = "used during indicator calculation"


def test_hyperopt_with_two_workers(spot: Desk) -> None:
    present = {**EAGER, "lattice": {"lattice_horizon": 8}, "roi": {"0": 0.08, "600": 0.03}}
    with spot.parameters(present):
        # all but the number of trades, which the configuration decides
        asked = ["buy", "sell", "risk", "lattice", "roi", "stoploss", "trailing"]
        run = hyperopt(spot, "--spaces", *asked)
        written = json.loads((spot.userdir / "strategies" / "HyperPhysics.json").read_text())
        traded = spot.backtest().trades
    found = epochs(spot.userdir)
    assert len(found) == 8
    assert len({epoch["loss"] for epoch in found}) > 1
    # one batch for all epochs, and no parameter that would have changed it
    assert len(ANALYSED.findall(run.log)) == 1
    assert STATIC not in run.log
    assert "left out of the search: lattice" in run.log
    # the first epoch is what it began with, within what is searched or not
    first = found[0]["params_details"]
    assert "lattice" not in first
    assert first["risk"] == DEFAULTS["risk"]
    assert set(first["buy"]) == SEARCHED < set(DEFAULTS["buy"])
    assert first["buy"] == {name: EAGER["buy"][name] for name in SEARCHED}
    assert first["sell"] == EAGER["sell"]
    assert first["roi"] == present["roi"]
    assert first["stoploss"] == {"stoploss": -0.15}
    assert first["trailing"]["trailing_stop"] is False
    # what was written is what was found, and what was there
    best = min(found, key=lambda epoch: float(epoch["loss"]))
    assert written["params"]["lattice"] == present["lattice"]
    assert written["params"]["buy"] == {**best["params_details"]["buy"], **UNSEARCHED}
    assert len(traded) == best["results_metrics"]["total_trades"]
    assert traded["profit_abs"].sum() == pytest.approx(best["results_metrics"]["profit_total_abs"])


def test_hyperopt_with_two_workers_and_analysis_per_epoch(eager_spot: Desk) -> None:
    run = hyperopt(
        eager_spot,
        *("--analyze-per-epoch", "--spaces", "lattice", "risk", "--disable-param-export"),
    )
    found = epochs(eager_spot.userdir)
    assert len(found) == 8
    assert STATIC not in run.log
    assert len(ANALYSED.findall(run.log)) >= 8
    assert found[0]["params_details"]["lattice"] == DEFAULTS["lattice"]
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
