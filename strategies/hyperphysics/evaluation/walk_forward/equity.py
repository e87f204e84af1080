# SPDX-License-Identifier: GPL-3.0-or-later
"""Wallets: marked to market at every close, and what is read off their daily returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hyperphysics.evaluation.walk_forward.statistics import (
    YEAR,
    Floats,
    probabilistic,
    yearly_sharpe,
)
from hyperphysics.evaluation.walk_forward.windows import Span
from hyperphysics.market_data.candles import DAY, Candles


@dataclass(frozen=True)
class Performance:
    """What daily returns came to.

    Attributes:
        days: Their number.
        total: Return over all days, a fraction.
        yearly: The same over a year, compounded; -1 where everything was lost.
        volatility: Standard deviation of a day's return, times the root of a year.
        sharpe: Sharpe ratio over a year; NaN for constant returns.
        prob_sharpe_positive: Probability that the true Sharpe ratio is positive.
        drawdown: Largest fall from a peak at the end of a day, a fraction of the peak.
    """

    days: int
    total: float
    yearly: float
    volatility: float
    sharpe: float
    prob_sharpe_positive: float
    drawdown: float


def performance(returns: Floats) -> Performance:
    """Performance of daily returns, at least one."""
    wallet = curve(returns)
    days = len(returns)
    return Performance(
        days=days,
        total=float(wallet[-1] - 1),
        yearly=float(max(wallet[-1], 0.0) ** (YEAR / days) - 1),
        volatility=float(returns.std(ddof=1) * np.sqrt(YEAR)) if days > 1 else float("nan"),
        sharpe=yearly_sharpe(returns),
        prob_sharpe_positive=probabilistic(returns),
        drawdown=abs(float(underwater(returns).min())),
    )


def curve(returns: Floats) -> Floats:
    """A wallet of 1 before the first return and after each."""
    return np.concatenate([[1.0], np.cumprod(1.0 + returns)])


def underwater(returns: Floats) -> Floats:
    """Wallet over its highest so far, less 1."""
    wallet = curve(returns)
    return np.asarray(wallet / np.maximum.accumulate(wallet) - 1.0, dtype=np.float64)


def mark_to_market(
    trades: pd.DataFrame, candles: Mapping[str, Candles], span: Span, step: int, balance: float
) -> Floats:
    """A wallet at the close of each candle of a span, open positions at the closing price.

    A position counts with its gain so far and the fee of its entry; the fee of the exit, and
    funding, come when it is closed. It is worth what freqtrade says from the candle on in
    which it is closed.

    Args:
        trades: freqtrade's closed trades.
        candles: By pair; where one is missing the last close before it stands.
        span: What was backtested.
        step: Length of a candle, ms.
        balance: The wallet before.
    """
    opens = np.arange(span.start, span.end, step)
    wallet = np.full(len(opens), balance, dtype=np.float64)
    closes = {pair: at(candles[pair], opens) for pair in trades["pair"].unique()}
    first = np.searchsorted(opens, _ms(trades["open_date"]))
    last = np.searchsorted(opens, _ms(trades["close_date"]))
    columns = ("pair", "is_short", "open_rate", "amount", "fee_open", "profit_abs")
    for begin, end, (pair, short, rate, amount, fee, profit) in zip(
        first, last, trades[list(columns)].itertuples(index=False), strict=True
    ):
        side = -1.0 if short else 1.0
        gain = side * (closes[pair][begin:end] - rate) * amount
        wallet[begin:end] += gain - fee * rate * amount
        wallet[end:] += profit
    return wallet


def at(candles: Candles, opens: NDArray[np.int64]) -> Floats:
    """The close of the candles that open at these times (ms), or of the last one before each."""
    rows = np.searchsorted(candles.time, opens, side="right") - 1
    return np.asarray(np.where(rows >= 0, candles.close[rows], np.nan), dtype=np.float64)


def daily(wallet: Floats, step: int, balance: float) -> Floats:
    """Returns by calendar day (UTC) of a wallet at every close, the first after `balance`."""
    ends = wallet[DAY // step - 1 :: DAY // step]
    before = np.concatenate([[balance], ends[:-1]])
    # A wallet that is used up cannot lose more.
    safe = np.where(before > 0, before, 1.0)
    return np.where(before > 0, np.maximum(ends / safe - 1.0, -1.0), 0.0)


def costs(trades: pd.DataFrame) -> float:
    """What fees took, in quote currency."""
    paid = trades["amount"] * (
        trades["open_rate"] * trades["fee_open"] + trades["close_rate"] * trades["fee_close"]
    )
    return float(paid.sum())


def _ms(dates: pd.Series[pd.Timestamp]) -> NDArray[np.int64]:
    return np.asarray(dates.dt.as_unit("ms").astype("int64"), dtype=np.int64)
