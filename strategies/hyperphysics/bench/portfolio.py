"""Portfolios and matrix products, through Python, on one thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from hyperphysics import _engine
from hyperphysics.bench.timing import F32, F64, Row, beside, least, optional

# Read when jax is imported: one thread, as everybody here.
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)
jax = optional("jax")

SIDE = 4096
ASSETS, ROWS, PATHS, LEVEL, HALF_LIFE = 20, 1000, 100_000, 0.01, 72.0


def products() -> list[Row]:
    """A product of two large matrices, per multiply-add."""
    rng = np.random.default_rng(0)
    left, right = rng.standard_normal((2, SIDE, SIDE), dtype=np.float32)
    engine = _engine.Engine("cpu", threads=1)

    def ours() -> F32:
        words = _engine.matmul(engine, left, right, [SIDE] * 3)
        return words.reshape(SIDE, SIDE)

    expected = ours()

    def close(got: F32) -> None:
        # either side rounds 4096 times, sums are of the order of 64
        np.testing.assert_allclose(got, expected, atol=2e-3)

    steps = SIDE**3
    peers: dict[str, Callable[[], F32]] = {"numpy": lambda: left @ right}
    if jax is not None:
        on_jax = [jax.device_put(side) for side in (left, right)]
        multiply = jax.jit(jax.numpy.matmul)
        peers["jax"] = lambda: np.asarray(multiply(*on_jax))
    times = beside(peers, close, steps, 2)
    what = f"product of two matrices, {SIDE} × {SIDE}"
    return [Row(what, "multiply-add", least(ours, 2) / steps * 1e9, times, {"numpy": 0.9})]


def portfolios() -> list[Row]:
    """Tail and contributions of a portfolio under normal shocks, per path."""
    rng = np.random.default_rng(0)
    returns = 0.005 * rng.standard_normal((ROWS, 1)) + 0.01 * rng.standard_normal((ROWS, ASSETS))
    weights = rng.standard_normal(ASSETS)
    engine = _engine.Engine("cpu", threads=1)
    names = [f"asset {i}" for i in range(ASSETS)]
    columns = list(np.ascontiguousarray(returns.T))

    def ours() -> _engine.PortfolioTail:
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

    tail = ours()

    def close(got: F64) -> None:
        # sums over 1000 other paths: eight standard errors
        np.testing.assert_allclose(got.sum(), tail.es, atol=8 * tail.es_error)
        own = weights * np.array(tail.es_marginal)
        np.testing.assert_allclose(got, own, atol=32 * tail.es_error)

    peers = {"numpy": lambda: components_numpy(returns, weights)}
    if jax is not None:
        components = jax.jit(components_jax)
        arguments = [values.astype(np.float32) for values in (returns, weights)]
        peers["jax"] = lambda: np.asarray(components(*arguments))
    times = beside(peers, close, PATHS, 5)
    what = f"portfolio of {ASSETS} assets, {PATHS:,} paths, ES and contributions"
    return [Row(what, "path", least(ours, 5) / PATHS * 1e9, times)]


def components_numpy(returns: F64, weights: F64) -> F64:
    """Components of ES, in single precision, from numpy's fastest generator."""
    age = np.arange(len(returns))[::-1]
    decay = 0.5 ** (age / HALF_LIFE)
    covariance = (returns * (decay / decay.sum())[:, None]).T @ returns
    factor = np.linalg.cholesky(covariance).astype(np.float32)
    rng = np.random.Generator(np.random.SFC64(1))
    rows = rng.standard_normal((PATHS, len(weights)), dtype=np.float32) @ factor.T
    losses = -(rows @ weights.astype(np.float32))
    count = int(PATHS * LEVEL)
    worst = np.argpartition(losses, -count)[-count:]
    return np.asarray(-rows[worst].mean(axis=0) * weights)


def components_jax(returns: Any, weights: Any) -> Any:
    """The same, compiled by XLA."""
    age = jax.numpy.arange(len(returns))[::-1]
    decay = 0.5 ** (age / HALF_LIFE)
    covariance = (returns * (decay / decay.sum())[:, None]).T @ returns
    factor = jax.numpy.linalg.cholesky(covariance)
    rows = jax.random.normal(jax.random.key(1), (PATHS, len(weights))) @ factor.T
    _, worst = jax.lax.top_k(-(rows @ weights), int(PATHS * LEVEL))
    return -rows[worst].mean(axis=0) * weights
