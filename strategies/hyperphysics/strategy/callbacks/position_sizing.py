# SPDX-License-Identifier: GPL-3.0-or-later
"""Tail risk to stake, leverage and stop: pure functions of a few numbers.

ES is expected shortfall over the horizon of the risk columns (`hp_es_95_h`): the mean loss in the
worst 5 % of outcomes, as a positive log return, used as a fraction of the position.
"""

from __future__ import annotations

from math import inf, isfinite


def checked(es: float) -> float:
    """The tail risk itself.

    Raises:
        ValueError: Where it is null, infinite or not positive: there is nothing to divide by.
    """
    if not isfinite(es) or es <= 0.0:
        raise ValueError(f"expected shortfall is {es}, expected a positive number")
    return es


def stake(
    *,
    wallet: float,
    budget: float,
    es: float,
    leverage: float,
    proposed: float,
    minimum: float | None,
    maximum: float,
    ceiling: float | None,
    raise_to_minimum: bool,
) -> float:
    """Stake whose expected loss in the tail is the risk budget: budget · wallet / (ES · leverage).

    Args:
        wallet: Total stake currency, free and tied up.
        budget: Fraction of the wallet that the trade may lose in its tail.
        es: Expected shortfall over the horizon, as a fraction of the position.
        leverage: Position over stake, at least 1.
        proposed: The stake that freqtrade proposes.
        minimum: The exchange's smallest stake, or None.
        maximum: The largest stake that can be placed.
        ceiling: Largest stake as a multiple of `proposed`, or None.
        raise_to_minimum: Whether a stake under the minimum becomes the minimum; else it becomes 0.

    Returns:
        A stake in [minimum, maximum], or 0 for no trade.

    Raises:
        ValueError: Where `es` is not a positive number.
    """
    floor = minimum or 0.0
    limit = min(maximum, inf if ceiling is None else ceiling * proposed)
    wanted = min(budget * wallet / (checked(es) * max(leverage, 1.0)), limit)
    if wanted < floor:
        wanted = floor if raise_to_minimum and floor <= maximum else 0.0
    return max(wanted, 0.0)


def leverage(*, es: float, cap: float, limit: float, maximum: float) -> float:
    """Largest leverage in [1, min(limit, maximum)] that keeps leverage · ES at or under `cap`.

    Leverage cannot go under 1, so the cap is exceeded where ES alone exceeds it; the stake then
    shrinks instead.

    Raises:
        ValueError: Where `es` is not a positive number.
    """
    return max(1.0, min(cap / checked(es), limit, maximum))


def stop(*, es: float, multiple: float, leverage: float, loosest: float) -> float:
    """Stop relative to the current rate, at the fill the entry price: negative, times leverage.

    Args:
        es: Expected shortfall over the horizon, as a fraction of the position.
        multiple: Distance of the stop in units of ES.
        leverage: The trade's leverage.
        loosest: The strategy's own stop, a negative ratio that is never exceeded.

    Raises:
        ValueError: Where `es` is not a positive number.
    """
    return -min(multiple * checked(es) * max(leverage, 1.0), abs(loosest))
