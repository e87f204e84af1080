# SPDX-License-Identifier: GPL-3.0-or-later
"""What one would have earned without a strategy: buy and hold, plain and volatility-targeted."""

from __future__ import annotations

import numpy as np

from hyperphysics.evaluation.walk_forward.statistics import YEAR, Floats

HALF_LIFE = 30.0
"""Days after which a return weighs half in the volatility."""
HISTORY = 120
"""Days before the first that volatility starts from."""


def buy_and_hold(prices: Floats, cost: float) -> Floats:
    """Daily returns of equal amounts bought before the first day and sold after the last.

    Args:
        prices: Closes, days + 1 × pairs, the first row before the first day.
        cost: Of each side, a fraction.
    """
    wallet = (prices / prices[0]).mean(axis=1)
    wallet[1:] *= 1.0 - cost
    wallet[-1] *= 1.0 - cost
    return np.asarray(wallet[1:] / wallet[:-1] - 1.0, dtype=np.float64)


def exposures(history: Floats, days: int, target: float) -> Floats:
    """Share of the wallet that is invested on each of the last `days` days, in [0, 1].

    Target over forecast volatility (Moreira and Muir 2017, "Volatility-managed portfolios"), the
    forecast an exponentially weighted mean of squared returns up to the day before.

    Args:
        history: Daily returns of equal amounts of all pairs, the days before included.
        days: How many of them are invested.
        target: Volatility over a year, a fraction.

    Raises:
        ValueError: There is no day before the first.
    """
    early = len(history) - days
    if early < 1:
        raise ValueError("no day before the first: its volatility cannot be forecast")
    keep = 0.5 ** (1.0 / HALF_LIFE)
    variance = float((history[:early] ** 2).mean())
    found = []
    for value in history[early:]:
        found.append(min(1.0, target / np.sqrt(variance * YEAR)) if variance > 0 else 1.0)
        variance = keep * variance + (1.0 - keep) * float(value) ** 2
    return np.array(found)


def volatility_targeted(prices: Floats, days: int, target: float, cost: float) -> Floats:
    """Daily returns of equal amounts whose sum is the exposure, set anew before each day.

    Args:
        prices: Closes by day × pairs, the last `days` + 1 rows those of `buy_and_hold`.
        days: Days invested.
        target: Volatility over a year, a fraction.
        cost: Of what is bought or sold, a fraction.
    """
    moves = prices[1:] / prices[:-1] - 1.0
    shares = exposures(moves.mean(axis=1), days, target) / prices.shape[1]
    held = np.zeros(prices.shape[1])
    returns = []
    for number, (move, share) in enumerate(zip(moves[-days:], shares, strict=True)):
        traded = np.abs(share - held).sum()
        gain = float(share * move.sum()) - cost * float(traded)
        held = share * (1.0 + move) / (1.0 + gain)
        if number == days - 1:
            gain -= cost * float(held.sum()) * (1.0 + gain)
        returns.append(gain)
    return np.array(returns)
