# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of freqtrade's backtests, stitched window by window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hyperphysics.evaluation.walk_forward import benchmarks, equity
from hyperphysics.evaluation.walk_forward.epochs import Trial, nearest_trials
from hyperphysics.evaluation.walk_forward.statistics import (
    Floats,
    deflated,
    overfitting,
    sharpe,
    yearly_sharpe,
)
from hyperphysics.evaluation.walk_forward.windows import Span, Window
from hyperphysics.market_data.candles import DAY, Candles


@dataclass(frozen=True)
class Line:
    """One way to have traded all tests, one after another.

    Attributes:
        label: What it is.
        returns: Of the wallet by day, marked to market.
        trades: Their number in each window; empty where nothing of the kind is counted.
        costs: Fees and slippage paid, summed over the windows, over the wallet at the start of
            each; NaN where they are not counted.
    """

    label: str
    returns: Floats
    trades: Sequence[int] = field(default=())
    costs: float = float("nan")


@dataclass(frozen=True)
class Chosen:
    """What choosing parameters on a window's past was worth.

    Attributes:
        window: Where.
        trials: Different epochs that traded.
        inside: Sharpe ratio of the best one over a year, where it was chosen; NaN without trials.
        deflated: Probability that its true Sharpe ratio exceeds what chance makes the best.
        overfitting: Probability of backtest overfitting.
        losses: Hyperopt's loss of the best trial, the median of its nearest, and of all.
        outside: Sharpe ratio of the test over a year.
        total: Return of the test.
        default: Of default parameters; NaN where they were not traded by themselves.
        hold: The same of buy and hold.
        trades: Of the test.
    """

    window: Window
    trials: int
    inside: float
    deflated: float
    overfitting: float
    losses: tuple[float, float, float]
    outside: float
    total: float
    default: float
    hold: float
    trades: int


def stitched(
    label: str,
    folders: Sequence[Path],
    name: str,
    windows: Sequence[Window],
    candles: Mapping[str, Candles],
    step: int,
) -> Line:
    """The line of one class in the backtests of consecutive windows.

    Args:
        label: Its name.
        folders: Of freqtrade's results, window by window.
        name: Of the class.
        windows: What was backtested.
        candles: By pair.
        step: Length of a candle, ms.
    """
    # Here and not above: freqtrade takes seconds to import, and other evaluations need none of it.
    from freqtrade.data.btanalysis import (  # noqa: PLC0415
        load_backtest_data,
        load_backtest_stats,
    )

    returns, counts, costs = [], [], 0.0
    for folder, window in zip(folders, windows, strict=True):
        file = next(folder.glob("*.zip"))
        balance = float(load_backtest_stats(file)["strategy"][name]["starting_balance"])
        trades = load_backtest_data(file, name)
        counts.append(len(trades))
        if trades.empty:
            returns.append(np.zeros(window.test.days))
            continue
        costs += equity.costs(trades) / balance
        wallet = equity.mark_to_market(trades, candles, window.test, step, balance)
        returns.append(equity.daily(wallet, step, balance))
    return Line(label, np.concatenate(returns), counts, costs)


def buy_and_hold(
    candles: Mapping[str, Candles], span: Span, step: int, target: float, cost: float
) -> list[Line]:
    """Buy and hold of all pairs over a span, plain and volatility-targeted.

    Args:
        candles: By pair.
        span: Whole days.
        step: Length of a candle, ms.
        target: Volatility over a year, a fraction.
        cost: Of each side, a fraction.

    Raises:
        ValueError: A pair has no candle before the span.
    """
    days = np.arange(-benchmarks.HISTORY, span.days + 1)
    opens = span.start + days * DAY - step
    prices = np.stack([equity.at(one, opens) for one in candles.values()], axis=1)
    prices = prices[np.isfinite(prices).all(axis=1)]
    if len(prices) < span.days + 2:
        raise ValueError("every pair must have a day of candles before the first test")
    aimed = benchmarks.volatility_targeted(prices, span.days, target, cost)
    return [
        Line("buy and hold", benchmarks.buy_and_hold(prices[-span.days - 1 :], cost)),
        Line(f"buy and hold at {target:.0%} volatility", aimed),
    ]


def chosen(
    windows: Sequence[Window], trials: Sequence[Sequence[Trial]], own: Sequence[Line], hold: Line
) -> list[Chosen]:
    """One row for each window.

    Args:
        windows: Consecutive.
        trials: Of each, best first.
        own: The line that took the best of them, then that of default parameters, if any.
        hold: Buy and hold.
    """
    tuned, *default = own
    rows = []

    def total(line: Line, days: slice) -> float:
        return equity.performance(line.returns[days]).total

    for number, (window, found) in enumerate(zip(windows, trials, strict=True)):
        days = slice(number * window.test.days, (number + 1) * window.test.days)
        inside = dsr = pbo = float("nan")
        losses = (float("nan"),) * 3
        if found:
            returns = np.stack([trial.returns for trial in found], axis=1)
            inside = yearly_sharpe(returns[:, 0])
            dsr = deflated(returns[:, 0], np.array([sharpe(one) for one in returns.T]))
            pbo = overfitting(returns)
            median = float(np.median([trial.loss for trial in found]))
            losses = (found[0].loss, nearest_trials(found), median)
        rows.append(
            Chosen(
                window=window,
                trials=len(found),
                inside=inside,
                deflated=dsr,
                overfitting=pbo,
                losses=losses,
                outside=yearly_sharpe(tuned.returns[days]),
                total=total(tuned, days),
                default=total(default[0], days) if default else float("nan"),
                hold=total(hold, days),
                trades=tuned.trades[number],
            )
        )
    return rows
