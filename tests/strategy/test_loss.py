"""The hyperopt loss against a plain transcription of its formula."""

from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from support.paths import USERDIR

START = datetime(2024, 1, 1, 7, tzinfo=UTC)
BALANCE = 1000.0


@pytest.fixture(scope="module")
def loss() -> ModuleType:
    path = USERDIR / "hyperopts" / "HyperPhysicsLoss.py"
    spec = spec_from_file_location("HyperPhysicsLoss", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(loss: ModuleType, profits: list[float], days: int = 100, trades: int = 1000) -> float:
    """Loss of a run with one trade a day; `trades` is what freqtrade claims their number is."""
    results = pd.DataFrame(
        {
            "close_date": [START + timedelta(days=day, hours=3) for day in range(len(profits))],
            "profit_abs": profits,
        }
    )
    return float(
        loss.HyperPhysicsLoss.hyperopt_loss_function(
            results=results,
            trade_count=trades,
            min_date=START,
            max_date=START + timedelta(days=days - 1),
            config={},
            processed={},
            backtest_stats={},
            starting_balance=BALANCE,
        )
    )


def test_formula(loss: ModuleType) -> None:
    profits = [5.0, -3.0, 2.0, -8.0, 4.0, 6.0, -1.0, 0.0, 3.0, 2.0] * 10
    wallet = BALANCE + np.cumsum([0.0, *profits])
    returns = wallet[1:] / wallet[:-1] - 1.0
    # 5 % of 100 days are 5 whole days
    tail = -np.sort(returns)[:5].mean()
    peak = np.maximum.accumulate(wallet)
    expected = np.max(1.0 - wallet / peak) - np.sqrt(365.0) * returns.mean() / tail
    # both sides are sums of 100 numbers of order 1e-2
    assert score(loss, profits) == pytest.approx(expected, rel=1e-12)


def test_the_day_on_the_boundary_counts_in_part(loss: ModuleType) -> None:
    # 5 % of 50 days are 2.5 days: the two worst and half of the third
    returns = np.linspace(-0.05, 0.05, 50)
    expected = -(returns[0] + returns[1] + 0.5 * returns[2]) / 2.5
    assert loss.expected_shortfall(returns) == pytest.approx(expected, rel=1e-14)


def test_steady_profit_beats_wild_profit_beats_none_beats_loss(loss: ModuleType) -> None:
    steady, wild = [1.0] * 100, [41.0, -39.0] * 50
    values = [score(loss, profits) for profits in (steady, wild, [0.0] * 100, [-1.0] * 100)]
    assert values == sorted(values)
    assert all(np.isfinite(values))


def test_few_trades_shrink_profit_only(loss: ModuleType) -> None:
    assert score(loss, [1.0] * 100, trades=3) > score(loss, [1.0] * 100, trades=30)
    assert score(loss, [-1.0] * 100, trades=3) == score(loss, [-1.0] * 100, trades=30)


def test_a_run_that_hardly_trades_does_not_beat_a_profit(loss: ModuleType) -> None:
    # in 900 days, 42 that trade for 1 % of the wallet, and 110 for 24 %, with losses of 1 %
    idle = [*[0.6, 0.7, -0.5] * 14, *[0.0] * 858]
    busy = [*[12.0] * 61, *[-10.0] * 49, *[0.0] * 790]
    assert sum(idle) == pytest.approx(11.2)
    assert score(loss, busy, days=900) < score(loss, idle, days=900)


@pytest.mark.parametrize("profits", [[-BALANCE], [-2 * BALANCE, 10.0], [0.0]])
def test_ruin_and_idleness_are_numbers(loss: ModuleType, profits: list[float]) -> None:
    assert np.isfinite(score(loss, profits))


def test_trades_of_one_day_are_added_up(loss: ModuleType) -> None:
    moments = [START, START + timedelta(hours=2), START + timedelta(days=1)]
    results = pd.DataFrame({"close_date": moments, "profit_abs": [10.0, -5.0, 2.0]})
    got = loss.daily_returns(results, START, START + timedelta(days=2), BALANCE)
    np.testing.assert_allclose(got, [0.005, 2.0 / 1005.0, 0.0], rtol=1e-13)
