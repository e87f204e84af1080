"""The real freqtrade, as a process, against the exchange's simulated market.

A market without structure gives the default thresholds little to do; an eager parameter file beside
the strategy, as hyperopt writes one, makes enough trades to test with.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.data.btanalysis import load_backtest_data

import hyperphysics as hp
from hyperphysics.order_books.store import Book, Store
from support import parameter_file

TRADED = "20230420-20231001"
ANALYSED = re.compile(
    r"hyperphysics: analysed (\d+) candles of (\d+) pairs in [\d.]+ s on .*lattice"
)

pytestmark = pytest.mark.freqtrade


EVERY_FAMILY = ",".join(hp.families())


@pytest.fixture
def eager(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The spot or futures desk with the eager parameter file."""
    desk = request.getfixturevalue(getattr(request, "param", "spot"))
    file = parameter_file.write(desk.userdir)
    yield desk
    file.unlink()


def trades(userdir: Path) -> pd.DataFrame:
    return load_backtest_data(userdir / "backtest_results")


def backtest(desk: Any, *arguments: str, **environment: str) -> tuple[Any, pd.DataFrame]:
    chosen = ["--strategy", "HyperPhysics", "--timerange", TRADED, "--cache", "none"]
    run = desk.freqtrade("backtesting", *chosen, *arguments, **environment)
    return run, trades(desk.userdir)


def test_list_strategies_shows_ok(spot: Any) -> None:
    rows = [
        line for line in spot.freqtrade("list-strategies").table.splitlines() if "HyperP" in line
    ]
    assert len(rows) == 1
    assert "HyperPhysics.py" in rows[0]
    assert "OK" in rows[0]


def test_backtesting_trades_on_the_engines_columns(eager: Any) -> None:
    run, done = backtest(eager)
    assert "Result for strategy HyperPhysics" in run.table
    analysed = ANALYSED.findall(run.log)
    assert [pairs for _, pairs in analysed] == ["2"]
    assert len(done) >= 10
    assert not done["is_short"].any()
    assert done["enter_tag"].str.fullmatch(r"long: (held|(direction|gain|tail)(\+\w+)*)").all()
    reasons = {"direction lost", "risk cap", "risk spike", "stop_loss", "force_exit"}
    assert set(done["exit_reason"]) <= reasons
    # stakes are sized one by one
    assert done["stake_amount"].nunique() > len(done) / 2
    assert "Unexpected error" not in run.log


def test_a_cap_on_all_trades_cuts_the_later_ones(eager: Any) -> None:
    _, free = backtest(eager, FREQTRADE__HYPERPHYSICS__PORTFOLIO_ES="none")
    run, capped = backtest(eager, FREQTRADE__HYPERPHYSICS__PORTFOLIO_ES="0.012")
    both = free.merge(capped, on=["pair", "open_date"], suffixes=("", "_capped"))
    assert len(both) >= 10
    # a trade that opens while the other pair's is open, and one that opens alone
    starts, ends = both["open_date"], both["close_date"]
    beside = pd.Series(
        [bool(((starts < start) & (ends > start)).any()) for start in starts], both.index
    )
    cut = both["stake_amount_capped"] < 0.98 * both["stake_amount"]
    assert cut[beside].any()
    assert "no stake of" not in run.log
    assert "Unexpected error" not in run.log


@pytest.mark.parametrize("eager", ["futures"], indirect=True)
def test_futures_go_both_ways_with_leverage(eager: Any) -> None:
    run, done = backtest(eager)
    assert done["is_short"].any()
    assert (~done["is_short"]).any()
    assert (done.loc[done["is_short"], "enter_tag"].str.startswith("short: ")).all()
    assert done["leverage"].between(1.0, 3.0).all()
    assert done["leverage"].max() > 1.0
    assert "Unexpected error" not in run.log


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


def test_recorded_books_are_columns_of_a_backtest(eager: Any, tmp_path: Path) -> None:
    record(tmp_path, {"BTC/USDT": 1e-9, "ETH/USDT": 1e9})
    chosen = ["--strategy", "HyperPhysics", "--timerange", TRADED, "--cache", "none"]
    run = eager.freqtrade("backtesting", *chosen, FREQTRADE__HYPERPHYSICS__BOOKS=str(tmp_path))
    assert "Unexpected error" not in run.log
    done = trades(eager.userdir)
    assert set(done["pair"]) == {"ETH/USDT"}
    assert len(done) >= 5


def epochs(userdir: Path) -> list[dict[str, Any]]:
    newest = max(
        (userdir / "hyperopt_results").glob("*.fthypt"), key=lambda file: file.stat().st_mtime
    )
    found = [json.loads(line) for line in newest.read_text().splitlines()]
    newest.unlink()
    return found


def hyperopt(desk: Any, *arguments: str) -> Any:
    chosen = ["--strategy", "HyperPhysics", "--hyperopt-loss", "HyperPhysicsLoss"]
    chosen += ["--timerange", TRADED, "--disable-param-export", "--random-state", "1"]
    return desk.freqtrade("hyperopt", *chosen, "-j", "2", "--epochs", "8", *arguments)


# Those of families that are not computed are left alone.
SEARCHED = ("trend", "direction", "margin", "es", "tail")
STATIC = "used during indicator calculation"


def test_hyperopt_with_two_workers(eager: Any) -> None:
    run = hyperopt(eager, "--spaces", "buy", "sell", "risk")
    found = epochs(eager.userdir)
    assert len(found) == 8
    assert len({epoch["loss"] for epoch in found}) > 1
    # one batch for all epochs, and no parameter that would have changed it
    assert len(ANALYSED.findall(run.log)) == 1
    assert STATIC not in run.log
    assert set(found[0]["params_details"]["risk"]) == {"risk_budget"}
    assert set(found[0]["params_details"]["buy"]) == {f"buy_{name}" for name in SEARCHED}


def test_hyperopt_with_two_workers_and_analysis_per_epoch(eager: Any) -> None:
    run = hyperopt(eager, "--analyze-per-epoch", "--spaces", "lattice", "risk")
    found = epochs(eager.userdir)
    assert len(found) == 8
    assert STATIC not in run.log
    assert len(ANALYSED.findall(run.log)) >= 8
    # the columns themselves move the result
    assert len({epoch["results_metrics"]["total_trades"] for epoch in found}) > 1


def test_lookahead_analysis_finds_nothing(eager: Any, tmp_path: Path) -> None:
    record(tmp_path, {"BTC/USDT": 1e9, "ETH/USDT": 1e9})
    run = eager.freqtrade(
        "lookahead-analysis",
        *("--strategy", "HyperPhysics", "--timerange", TRADED),
        *("--minimum-trade-amount", "10", "--targeted-trade-amount", "10"),
        FREQTRADE__HYPERPHYSICS__BOOKS=str(tmp_path),
        FREQTRADE__HYPERPHYSICS__FAMILIES=EVERY_FAMILY,
    )
    assert "HyperPhysics: no bias detected" in run.log
    row = next(line for line in run.table.splitlines() if "HyperPhysics.py" in line)
    assert re.search(r"HyperPhysics\s*[│|]\s*No\s*[│|]\s*10\s*[│|]\s*0\s*[│|]\s*0", row), row


def test_recursive_analysis_finds_nothing(eager: Any) -> None:
    run = eager.freqtrade(
        "recursive-analysis",
        *("--strategy", "HyperPhysics", "--timerange", TRADED, "--startup-candle", "3000"),
        FREQTRADE__HYPERPHYSICS__FAMILIES=EVERY_FAMILY,
    )
    assert "No variance on indicator(s) found due to recursive formula." in run.log
    assert "No lookahead bias on indicators found." in run.log
    assert "%" not in run.table


def test_wrong_keys_from_the_environment_stop_the_run(spot: Any) -> None:
    run = spot.try_freqtrade(
        "backtesting", "--strategy", "HyperPhysics", FREQTRADE__HYPERPHYSICS__DEVISE="cpu"
    )
    assert run.code != 0
    assert '"hyperphysics" has no key "devise"' in run.log
    assert "Traceback" not in run.log
