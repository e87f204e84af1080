"""Portfolios and matrix products in numpy: the engine's algorithm, the library's own generator."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

import hyperphysics as hp
from hyperphysics import _engine

Floats = NDArray[np.float64]

SIDE = 4096
ASSETS, ROWS, PATHS, LEVEL, HALF_LIFE = 20, 1000, 100_000, 0.01, 72.0
# What is measured, its unit, nanoseconds of the engine, numpy and numba, and the ratios to reach.
Numbers = tuple[str, str, float, float, float, float, float]


def covariance(returns: Floats, half_life: float) -> Floats:
    """EWMA covariance of returns."""
    weights = 0.5 ** (np.arange(len(returns))[::-1] / half_life)
    return (returns * (weights / weights.sum())[:, None]).T @ returns


def shortfall(matrix: Floats, weights: Floats, paths: int) -> tuple[float, float, Floats]:
    """VaR, ES and the assets' components of ES under normal shocks, in single precision."""
    factor = np.linalg.cholesky(matrix).astype(np.float32)
    rng = np.random.Generator(np.random.SFC64(1))
    rows = rng.standard_normal((paths, len(weights)), dtype=np.float32) @ factor.T
    losses = -(rows @ weights.astype(np.float32))
    count = int(paths * LEVEL)
    worst = np.argpartition(losses, -count)[-count:]
    component = -rows[worst].mean(axis=0) * weights
    return float(losses[worst].min()), float(losses[worst].mean()), component


def measure(least: Callable[[Callable[[], object], int], float]) -> Iterator[Numbers]:
    """Times on one thread, results compared first; numba multiplies by numpy's library."""
    rng = np.random.default_rng(0)
    engine = _engine.Engine("cpu", threads=1)
    left, right = rng.standard_normal((2, SIDE, SIDE), dtype=np.float32)
    words = _engine.matrix_product(engine, left, right, [SIDE] * 3)
    ours = np.frombuffer(memoryview(words), np.float32).reshape(SIDE, SIDE)
    # either side rounds 4096 times
    np.testing.assert_allclose(ours, left @ right, atol=0.02)
    steps = SIDE**3 / 1e9
    yield (
        f"product of two matrices, {SIDE} x {SIDE}",
        "multiply-add",
        least(lambda: _engine.matrix_product(engine, left, right, [SIDE] * 3), 2) / steps,
        least(lambda: left @ right, 2) / steps,
        float("nan"),
        0.9,
        0.0,
    )
    common = 0.005 * rng.standard_normal((ROWS, 1))
    returns = common + 0.01 * rng.standard_normal((ROWS, ASSETS))
    weights = rng.standard_normal(ASSETS)
    names = [f"asset {i}" for i in range(ASSETS)]
    columns = list(np.ascontiguousarray(returns.T))

    def simulated() -> _engine.PortfolioTail:
        risk = _engine.portfolio_risk(
            engine,
            names,
            columns,
            weights,
            half_life=HALF_LIFE,
            shrinkage=0.0,
            paths=PATHS,
            horizon=1,
            levels=[LEVEL],
            seed=0,
            scenarios=[],
        )
        return risk.simulated[0]

    def peer() -> tuple[float, float, Floats]:
        return shortfall(covariance(returns, HALF_LIFE), weights, PATHS)

    tail, (_, es, component) = simulated(), peer()
    chance = 8 * tail.es_error
    np.testing.assert_allclose(tail.es, es, atol=chance)
    np.testing.assert_allclose(weights * np.array(tail.es_marginal), component, atol=4 * chance)
    yield (
        f"portfolio of {ASSETS} assets, {PATHS:,} paths, contributions",
        "path",
        least(simulated, 5) / PATHS * 1e9,
        least(peer, 5) / PATHS * 1e9,
        float("nan"),
        0.0,
        0.0,
    )


if __name__ == "__main__":
    from timeit import repeat

    for what, unit, ours, theirs, *_ in measure(
        lambda work, n: min(repeat(work, number=1, repeat=n))
    ):
        print(
            f"{what}: {ours:.4g} ns a {unit}, numpy {theirs / ours:.2f} times as long; {hp.simd()}"
        )
