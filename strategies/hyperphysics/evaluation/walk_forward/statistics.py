# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a Sharpe ratio can be believed that was the best of many.

Bailey and López de Prado (2012), "The Sharpe ratio efficient frontier", Journal of Risk 15(2);
(2014), "The deflated Sharpe ratio", Journal of Portfolio Management 40(5); Bailey, Borwein, López
de Prado and Zhu (2017), "The probability of backtest overfitting", Journal of Computational Finance
20(4). Ratios are per period of the returns unless a name says otherwise.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import kurtosis, skew

Floats = NDArray[np.float64]

YEAR = 365
"""Days of a year: these markets never close."""
BLOCKS = 16
FLAT = 1e-12
"""Standard deviation of returns under which they are constant: rounding is near 1e-16."""


def sharpe(returns: Floats) -> float:
    """Mean over standard deviation (n - 1); NaN for constant returns or fewer than two."""
    if len(returns) < 2 or (deviation := float(returns.std(ddof=1))) < FLAT:
        return float("nan")
    return float(returns.mean()) / deviation


def yearly_sharpe(returns: Floats) -> float:
    """Sharpe ratio of daily returns over a year."""
    return sharpe(returns) * float(np.sqrt(YEAR))


def probability(
    ratio: float, count: int, skewness: float, kurtosis_: float, threshold: float
) -> float:
    """Probability that the true Sharpe ratio exceeds a threshold (2012, eq. 9).

    Args:
        ratio: Observed Sharpe ratio.
        count: Number of returns.
        skewness: Of the returns.
        kurtosis_: Of the returns, 3 for normal ones.
        threshold: Sharpe ratio to exceed.

    Returns:
        A probability; NaN where the moments leave no variance.
    """
    variance = 1.0 - skewness * ratio + (kurtosis_ - 1.0) / 4.0 * ratio**2
    if not variance > 0.0:
        return float("nan")
    return float(ndtr((ratio - threshold) * np.sqrt((count - 1) / variance)))


def probabilistic(returns: Floats, threshold: float = 0.0) -> float:
    """`probability` of observed returns; NaN for constant ones."""
    ratio = sharpe(returns)
    if np.isnan(ratio):
        return ratio
    third, fourth = float(skew(returns)), float(kurtosis(returns, fisher=False))
    return probability(ratio, len(returns), third, fourth, threshold)


def expected_maximum(trials: int, variance: float) -> float:
    """Expected best Sharpe ratio of independent trials whose true ratio is 0 (2014, eq. 1).

    Args:
        trials: How many, at least 1; the best of one is expected to be 0.
        variance: Of their Sharpe ratios.
    """
    if trials < 2:
        return 0.0
    euler = float(np.euler_gamma)
    first, second = ndtri(1 - 1 / trials), ndtri(1 - 1 / (trials * np.e))
    return float(np.sqrt(variance) * ((1 - euler) * first + euler * second))


def deflated(chosen: Floats, trials: Floats) -> float:
    """Probability that the chosen trial's true Sharpe ratio exceeds what chance makes the best.

    Trials of an optimiser are alike, so that their number overstates how many are independent and
    the probability is on the careful side.

    Args:
        chosen: Returns of the chosen trial.
        trials: Sharpe ratios of all trials, the chosen one among them.
    """
    known = trials[np.isfinite(trials)]
    variance = float(known.var(ddof=1)) if len(known) > 1 else 0.0
    return probabilistic(chosen, expected_maximum(len(known), variance))


def overfitting(returns: Floats, blocks: int = BLOCKS) -> float:
    """Probability of backtest overfitting by combinatorially symmetric cross-validation (2017).

    Of all ways to put half of the blocks of time aside: the share in which the trial that is best
    on the one half is no better than the median trial on the other, by Sharpe ratio.

    Args:
        returns: Returns, times × trials.
        blocks: Blocks of time, even.

    Returns:
        A probability; NaN for fewer than two trials or fewer than two times a block.

    Raises:
        ValueError: The number of blocks is odd or under 2.
    """
    if blocks < 2 or blocks % 2:
        raise ValueError(f"blocks is {blocks}, expected an even number from 2 on")
    times, trials = returns.shape
    if trials < 2 or times < 2 * blocks:
        return float("nan")
    starts = [part[0] for part in np.array_split(np.arange(times), blocks)]
    count = np.diff([*starts, times]).astype(np.float64)
    first = np.add.reduceat(returns, starts, axis=0)
    second = np.add.reduceat(returns**2, starts, axis=0)
    halves = np.array(list(combinations(range(blocks), blocks // 2)))
    chosen = np.zeros((len(halves), blocks))
    np.put_along_axis(chosen, halves, 1.0, axis=1)

    def ratios(weights: Floats) -> Floats:
        size = (weights @ count)[:, None]
        total = weights @ first
        variance = (weights @ second - total**2 / size) / (size - 1)
        deviation = np.sqrt(np.maximum(variance, 0.0))
        flat = deviation < FLAT
        ratio = total / size / np.where(flat, 1.0, deviation)
        return np.asarray(np.where(flat, 0.0, ratio), dtype=np.float64)

    inside, outside = ratios(chosen), ratios(1.0 - chosen)
    best = inside.argmax(axis=1)
    own = outside[np.arange(len(best)), best][:, None]
    # Rank from the bottom, ties in the middle: ω = rank / (N + 1), overfitted where ω <= 1/2.
    rank = (outside < own).sum(axis=1) + ((outside == own).sum(axis=1) + 1) / 2
    return float(np.mean(rank / (trials + 1) <= 0.5))
