"""Risk: random normals, and filtered historical simulation with its tail."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hyperphysics.bench.timing import (
    F32,
    F64,
    Row,
    beside,
    buffers,
    compiled,
    floats,
    twin,
    untiled,
)

PATHS, HORIZON, WINDOW = 10_000, 12, 1000
DECAY = 0.943_874_3
LEVELS = (0.05, 0.025, 0.01)
LANES = 16


def normals() -> list[Row]:
    """Standard normals, per number."""
    items, data = buffers("normals")
    _standard(floats(data["normals"]))
    many = 1 << 20
    times = beside(
        {"numpy": lambda: normals_numpy(many), "numba": lambda: normals_numba(many)},
        _standard,
        many,
    )
    fast = beside({"numpy": lambda: normals_numpy_fast(many)}, _standard, many)
    engine = twin("normals", 4 * items, 200)
    return [
        Row("normals (Philox, Box-Muller)", "normal", engine, times, {"numpy": 9.0}),
        Row("the same beside numpy's SFC64", "normal", engine, fast),
    ]


def _standard(sample: F32) -> None:
    error = 5 / len(sample) ** 0.5
    np.testing.assert_allclose([sample.mean(), sample.std()], [0, 1], atol=error)


def simulation() -> list[Row]:
    """VaR and ES at three levels over 12 bars by 10 000 paths, per candle."""
    items, data = buffers("fhs_paths")
    residuals = floats(data["residuals"])
    draws = np.frombuffer(data["draws"], np.uint32).reshape(PATHS, HORIZON).astype(np.int64)
    starts = np.frombuffer(data["start"], np.uint32)
    seasons = floats(data["seasons"]).reshape(items, HORIZON)
    windows = np.stack([residuals[s : s + WINDOW] for s in starts])
    ours = tail_numpy(untiled(data["sums"], items, PATHS))
    times = beside(
        {
            "numpy": lambda: fhs_numpy(windows, draws, seasons, DECAY),
            "numba": lambda: fhs_numba(windows, draws, seasons, DECAY),
        },
        lambda got: np.testing.assert_allclose(got, ours, rtol=1e-4),
        items,
        3,
    )
    samples, tail = buffers("var_es")
    measures = floats(tail["measures"])[: 6 * samples].reshape(samples, 6)
    expected = tail_numpy(untiled(tail["sample"], samples, PATHS))
    np.testing.assert_allclose(measures, expected, rtol=1e-5)
    engine = twin("fhs_paths", items) + twin("var_es", samples)
    what = "FHS VaR and ES, 10 000 paths of 12 bars"
    return [Row(what, "candle", engine, times, {"numpy": 25.0, "numba": 5.0})]


def normals_numpy(count: int) -> F32:
    """Standard normals in single precision from numpy's default generator."""
    return np.random.default_rng(1).standard_normal(count, dtype=np.float32)


def normals_numpy_fast(count: int) -> F32:
    """The same from numpy's fastest generator."""
    return np.random.Generator(np.random.SFC64(1)).standard_normal(count, dtype=np.float32)


@compiled()
def normals_numba(count: int) -> Any:
    """Box-Muller on numba's own generator."""
    out = np.empty(count, np.float32)
    for i in range(0, count - 1, 2):
        radius = math.sqrt(-2.0 * math.log(1.0 - np.random.random()))
        angle = 2.0 * math.pi * np.random.random()
        out[i] = radius * math.cos(angle)
        out[i + 1] = radius * math.sin(angle)
    return out


def tail_numpy(sums: F32) -> F64:
    """VaR and ES at 95, 97.5 and 99 % of each column of `(paths, candles)`; integer `n·a` only."""
    paths = sums.shape[0]
    ordered = np.partition(sums, [math.ceil(paths * a) - 1 for a in LEVELS], axis=0)
    var = [-ordered[math.ceil(paths * a) - 1] for a in LEVELS]
    shortfall = [-ordered[: math.ceil(paths * a)].mean(axis=0) for a in LEVELS]
    return np.asarray(var + shortfall, dtype=np.float64).T


def fhs_numpy(windows: F32, draws: NDArray[np.int64], seasons: F32, decay: float) -> F64:
    """Filtered historical simulation of `(candles, window)` standardised residuals, numpy.

    `seasons`, `(candles, steps)`, are factors of the volatility of each step.
    """
    decay32 = np.float32(decay)
    sums = np.zeros((draws.shape[0], windows.shape[0]), np.float32)
    scale = np.ones_like(sums)
    columns = np.ascontiguousarray(windows.T)
    for step in range(draws.shape[1]):
        shock = columns[draws[:, step]]
        sums += scale * shock * seasons[:, step]
        scale *= np.sqrt(decay32 + (np.float32(1) - decay32) * shock * shock)
    return tail_numpy(sums)


@compiled()
def _fhs_tiles(columns: Any, draws: Any, seasons: Any, decay: Any) -> Any:
    """Lane = candle, shared draws, table of multipliers: the engine's own algorithm."""
    window, candles = columns.shape
    paths, horizon = draws.shape
    factors = np.empty((window, LANES), np.float32)
    shocks = np.empty((window, LANES), np.float32)
    sums = np.empty((LANES, paths), np.float32)
    total = np.empty(LANES, np.float32)
    scale = np.empty(LANES, np.float32)
    out = np.empty((candles, 6), np.float64)
    ranks = np.array([math.ceil(paths * 0.05), math.ceil(paths * 0.025), math.ceil(paths * 0.01)])
    for first in range(0, candles, LANES):
        for i in range(window):
            for lane in range(LANES):
                z = columns[i, first + lane]
                shocks[i, lane] = z
                factors[i, lane] = math.sqrt(decay + (np.float32(1) - decay) * z * z)
        for path in range(paths):
            for lane in range(LANES):
                total[lane] = np.float32(0)
                scale[lane] = np.float32(1)
            for step in range(horizon):
                i = draws[path, step]
                for lane in range(LANES):
                    season = seasons[step, first + lane]
                    total[lane] += scale[lane] * shocks[i, lane] * season
                    scale[lane] *= factors[i, lane]
            for lane in range(LANES):
                sums[lane, path] = total[lane]
        for lane in range(LANES):
            ordered = np.sort(np.partition(sums[lane], ranks[0] - 1)[: ranks[0]])
            for level in range(3):
                out[first + lane, level] = -ordered[ranks[level] - 1]
                out[first + lane, 3 + level] = -ordered[: ranks[level]].mean()
    return out


def fhs_numba(windows: F32, draws: NDArray[np.int64], seasons: F32, decay: float) -> F64:
    """The same by numba; the number of candles is a multiple of 16."""
    columns, by_step = np.ascontiguousarray(windows.T), np.ascontiguousarray(seasons.T)
    out: F64 = _fhs_tiles(columns, draws.astype(np.uint16), by_step, np.float32(decay))
    return out
