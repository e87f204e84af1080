"""Backtests of the real freqtrade; what several tests look at is run once."""

from __future__ import annotations

import pandas as pd
import pytest

from support.desk import ANALYSED, DEAR, NO_RATES, Backtest, Desk, Funded

pytestmark = pytest.mark.freqtrade


@pytest.fixture(scope="module")
def spot_backtest(spot: Desk) -> Backtest:
    """Of the eager parameters on the spot desk."""
    with spot.parameters():
        return spot.backtest()


@pytest.fixture(scope="module")
def futures_backtest(futures: Desk) -> Backtest:
    """Of the eager parameters on the futures desk."""
    with futures.parameters():
        return futures.backtest()


def test_backtesting_trades_on_the_engines_columns(spot_backtest: Backtest) -> None:
    assert "Result for strategy HyperPhysics" in spot_backtest.table
    analysed = ANALYSED.findall(spot_backtest.log)
    assert [pairs for _, pairs in analysed] == ["2"]
    done = spot_backtest.trades
    assert len(done) >= 10
    assert not done["is_short"].any()
    assert done["enter_tag"].str.fullmatch(r"long: (held|(direction|gain|tail)(\+\w+)*)").all()
    reasons = {"direction lost", "risk cap", "risk spike", "stop_loss", "force_exit"}
    assert set(done["exit_reason"]) <= reasons
    # stakes are sized one by one
    assert done["stake_amount"].nunique() > len(done) / 2


def test_a_cap_on_all_trades_cuts_the_later_ones(spot_backtest: Backtest, eager_spot: Desk) -> None:
    free = spot_backtest.trades
    run = eager_spot.backtest(FREQTRADE__HYPERPHYSICS__PORTFOLIO_ES="0.012")
    both = free.merge(run.trades, on=["pair", "open_date"], suffixes=("", "_capped"))
    assert len(both) >= 10
    # a trade that opens while the other pair's is open, and one that opens alone
    starts, ends = both["open_date"], both["close_date"]
    beside = pd.Series(
        [bool(((starts < start) & (ends > start)).any()) for start in starts], both.index
    )
    cut = both["stake_amount_capped"] < 0.98 * both["stake_amount"]
    assert cut[beside].any()
    assert "no stake of" not in run.log


def test_futures_go_both_ways_with_leverage(futures_backtest: Backtest) -> None:
    done = futures_backtest.trades
    assert done["is_short"].any()
    assert (~done["is_short"]).any()
    assert (done.loc[done["is_short"], "enter_tag"].str.startswith("short: ")).all()
    assert done["leverage"].between(1.0, 3.0).all()
    assert done["leverage"].max() > 1.0


def test_no_side_opens_a_trade_that_funding_eats(
    eager_futures: Desk, futures_backtest: Backtest, funded: Funded
) -> None:
    assert NO_RATES not in futures_backtest.log
    counts = {}
    for rate in (DEAR, -DEAR):
        run = eager_futures.backtest(*funded(rate))
        assert NO_RATES not in run.log
        done = run.trades
        # in the six bars from an hour past a settlement on there is no other
        pays = done[done["is_short"] == (rate < 0)]
        assert set(pays["open_date"].dt.hour % 8) <= {1}
        assert len(pays) >= 3
        counts[rate] = done["is_short"].value_counts()
    usual = futures_backtest.trades["is_short"].value_counts()
    assert counts[DEAR][False] < usual[False]
    assert counts[DEAR][True] > usual[True]
    assert counts[-DEAR][True] < usual[True]
    assert counts[-DEAR][False] > usual[False]
