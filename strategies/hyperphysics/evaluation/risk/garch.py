"""Filtered historical simulation on a GARCH(1,1) volatility with Student's t, fitted by `arch`.

Fitted anew to the last 2000 returns every 240 bars (Barone-Adesi, Giannopoulos and Vosper 1999);
between fits the volatility follows the returns with the parameters of the last one.
"""

from __future__ import annotations

import importlib.util
import logging
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from hyperphysics import _engine
from hyperphysics.evaluation.risk.history import Floats, Tail, historical

logger = logging.getLogger(__name__)

MODEL = "GARCH-t FHS"
FITTED = 2000
"""Returns that parameters are fitted to."""
EVERY = 240
"""Bars between fits."""
RESIDUALS = 1000
PATHS = 10_000
CHUNK = 64
"""Bars that are simulated at once."""


def available() -> bool:
    """Whether `arch` is installed (the extra `study`)."""
    return importlib.util.find_spec("arch") is not None


@dataclass(frozen=True)
class _Block:
    """Bars that share a fit: the first of them, and what each knows."""

    first: int
    sigma: Floats
    """Volatility of the bar after each."""
    residuals: Floats
    """Those of `RESIDUALS` - 1 bars before the first, and of each."""
    model: tuple[float, float, float]
    """Constant, weight of the last squared return, weight of the last variance."""


def next_bar(returns: Floats, levels: Mapping[str, float]) -> dict[str, Tail]:
    """VaR and ES of the next return at each bar.

    Args:
        returns: One for each bar; NaN where there is none.
        levels: Tail probabilities by name.

    Returns:
        Forecasts by name; NaN where fewer than 2000 returns are known.
    """
    tails = {name: _empty(len(returns)) for name in levels}
    for block in _blocks(returns):
        at = slice(block.first, block.first + len(block.sigma))
        for name, level in levels.items():
            own = historical(block.residuals, RESIDUALS, level)
            tails[name].var[at] = block.sigma * own.var[RESIDUALS - 1 :]
            tails[name].es[at] = block.sigma * own.es[RESIDUALS - 1 :]
    return tails


def horizon(
    returns: Floats, rows: NDArray[np.intp], bars: int, levels: Mapping[str, float], seed: int = 0
) -> dict[str, Tail]:
    """VaR and ES of the sum of the next `bars` returns, simulated, at some rows; NaN elsewhere.

    Args:
        returns: As in `next_bar`.
        rows: Where to simulate.
        bars: Bars ahead.
        levels: Tail probabilities by name.
        seed: Of the draws, which all rows share.
    """
    tails = {name: _empty(len(returns)) for name in levels}
    draws = np.random.default_rng(seed).integers(0, RESIDUALS, (bars, PATHS))
    for block in _blocks(returns):
        inside = rows[(rows >= block.first) & (rows < block.first + len(block.sigma))]
        for first in range(0, len(inside), CHUNK):
            chosen = inside[first : first + CHUNK]
            sums = _simulated(block, chosen - block.first, draws)
            for name, level in levels.items():
                var, es = _tail(sums, level)
                tails[name].var[chosen], tails[name].es[chosen] = var, es
    return tails


def _empty(count: int) -> Tail:
    return Tail(*np.full((2, count), np.nan))


def _blocks(returns: Floats) -> Iterator[_Block]:
    from arch import arch_model  # noqa: PLC0415 - an extra

    start: Floats | None = None
    fits, said = 0, Counter[str]()
    for first in range(FITTED, len(returns), EVERY):
        past = returns[first + 1 - FITTED : first + 1]
        span = returns[first + 1 - FITTED : first + EVERY]
        unit = past.std()
        if not (np.isfinite(span).all() and unit > 0):
            continue
        # The optimiser wants returns of about one.
        model = arch_model(past / unit, mean="Zero", p=1, q=1, dist="t", rescale=False)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            fit = model.fit(disp="off", starting_values=start)
        fits += 1
        said.update({" ".join(str(warning.message).split()) for warning in caught})
        omega, alpha, beta, _ = (float(value) for value in fit.params)
        start = _feasible(fit.params.to_numpy()) if fit.convergence_flag == 0 else None
        found = _engine.garch(
            span / unit, omega, alpha, beta, float(fit.conditional_volatility[0] ** 2)
        )
        sigma = unit * np.sqrt(found)
        yield _Block(
            first,
            sigma[FITTED:],
            (span / sigma[:-1])[FITTED - RESIDUALS :],
            (omega * unit**2, alpha, beta),
        )

    for message, count in said.items():
        logger.warning("arch warned in %d of %d fits of %s: %s", count, fits, MODEL, message)


def _feasible(params: Floats) -> Floats:
    """Parameters that the next fit can start from.

    The optimiser keeps α + β ≤ 1 to about 1e-7; `arch` wants starting values that keep it exactly.
    """
    start = params.copy()
    start[1:3] /= max(1.0, start[1:3].sum() / (1 - 1e-12))
    return start


def _simulated(block: _Block, rows: NDArray[np.intp], draws: NDArray[np.int64]) -> Floats:
    """Sums of returns, rows × paths."""
    omega, alpha, beta = block.model
    windows = sliding_window_view(block.residuals, RESIDUALS)[rows]
    variance = np.broadcast_to(block.sigma[rows, None] ** 2, (len(rows), draws.shape[1]))
    total = np.zeros(variance.shape)
    for step in draws:
        returns = np.sqrt(variance) * windows[:, step]
        total += returns
        variance = omega + alpha * returns**2 + beta * variance
    return total


def _tail(sums: Floats, level: float) -> tuple[Floats, Floats]:
    count = round(PATHS * level)
    lowest = np.partition(sums, count - 1, axis=1)[:, :count]
    return -lowest.max(axis=1), -lowest.mean(axis=1)
