# SPDX-License-Identifier: GPL-3.0-or-later
"""Hyperopt loss: mean daily return over its expected shortfall, less drawdown.

With r the returns of the wallet by calendar day (a trade counts on the day it closes),

    ratio = sqrt(365) · mean(r) / max(ES_95(r), floor)
    loss  = drawdown - ratio · min(1, trades / 30)    for mean(r) > 0
    loss  = drawdown - ratio                          else

where ES_95 is the mean of the worst 5 % of days as a positive number (Acerbi and Tasche 2002, the
day on the boundary counted in part), drawdown the largest fall of the closed-trade wallet from its
peak as a fraction of that peak, and floor = 0.001, ten basis points a day: a run that hardly trades
has a tail of next to nothing, by which a profit of next to nothing would be divided. The ratio is
about half a Sharpe ratio where returns are normal. Few trades shrink a profit but not a loss.
"""

from datetime import datetime
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.optimize.hyperopt import IHyperOptLoss
from numpy.typing import NDArray

LEVEL = 0.05
FLOOR = 1e-3
ENOUGH_TRADES = 30


def expected_shortfall(returns: NDArray[np.float64], level: float = LEVEL) -> float:
    """Mean of the worst `level` of some returns, as a positive loss (Acerbi-Tasche)."""
    ordered = np.sort(returns)
    mass = level * len(ordered)
    whole = int(mass)
    part = (mass - whole) * ordered[whole] if whole < len(ordered) else 0.0
    return float(-(ordered[:whole].sum() + part) / mass)


def daily_returns(
    results: pd.DataFrame, first: datetime, last: datetime, balance: float
) -> NDArray[np.float64]:
    """Returns of the wallet by calendar day, from the profits of the trades closed on it."""
    days = pd.date_range(first, last, freq="1D", normalize=True)
    closed = results["close_date"].dt.normalize()
    profit = results["profit_abs"].groupby(closed).sum().reindex(days, fill_value=0.0)
    wallet = balance + np.concatenate([[0.0], profit.to_numpy(np.float64).cumsum()])
    # a wallet that is used up cannot lose more, and a return on nothing is not a number
    return np.maximum(np.diff(wallet) / np.maximum(wallet[:-1], 0.01 * balance), -1.0)


def drawdown(returns: NDArray[np.float64]) -> float:
    """Largest fall of the wallet from its peak, as a fraction of the peak."""
    wallet = np.concatenate([[1.0], np.cumprod(1.0 + returns)])
    return float(np.max(1.0 - wallet / np.maximum.accumulate(wallet)))


class HyperPhysicsLoss(IHyperOptLoss):
    """See the module's text for the formula; smaller is better."""

    @staticmethod
    def hyperopt_loss_function(
        *,
        results: pd.DataFrame,
        trade_count: int,
        min_date: datetime,
        max_date: datetime,
        starting_balance: float,
        **kwargs: Any,  # noqa: ANN401, ARG004
    ) -> float:
        """Loss of one epoch."""
        returns = daily_returns(results, min_date, max_date, starting_balance)
        ratio = sqrt(365.0) * float(returns.mean()) / max(expected_shortfall(returns), FLOOR)
        if ratio > 0.0:
            ratio *= min(1.0, trade_count / ENOUGH_TRADES)
        return drawdown(returns) - ratio
