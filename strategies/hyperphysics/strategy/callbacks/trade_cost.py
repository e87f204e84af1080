# SPDX-License-Identifier: GPL-3.0-or-later
"""What a trade costs: fees, spread and the smallest price step, as fractions of the price."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# ccxt's precision modes
DECIMAL_PLACES, SIGNIFICANT_DIGITS, TICK_SIZE = 2, 3, 4

# Where neither the configuration nor the exchange names a fee: the usual taker fee of
# large exchanges.
FALLBACK_FEE = 0.001


def tick_size(close: Floats, precision: float | None, mode: int) -> Floats:
    """Smallest price step as a fraction of the price.

    Args:
        close: Prices, positive.
        precision: The market's price precision; None where the exchange does not say.
        mode: ccxt's precision mode: 2 decimal places, 3 significant digits, 4 step of the price.

    Returns:
        Fractions, 0 where the step is unknown.
    """
    if precision is None or not np.isfinite(precision) or precision <= 0:
        return np.zeros_like(close)
    if mode == SIGNIFICANT_DIGITS:
        step = 10.0 ** (np.floor(np.log10(close)) + 1 - precision)
    else:
        step = np.full_like(close, 10.0**-precision if mode == DECIMAL_PLACES else precision)
    return np.asarray(step / close, dtype=np.float64)


def cost(spread: Floats, fee: float, tick: Floats) -> Floats:
    """Cost of a round trip as a fraction: two fees and one spread, which is at least one tick."""
    return np.asarray(2.0 * fee + np.maximum(spread, tick), dtype=np.float64)
