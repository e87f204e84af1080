"""Hyperbolic space: distance matrices, and the kernel vote over a past window of states."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hyperphysics.bench.timing import F32, F64, Row, beside, buffers, compiled, floats, twin

POINTS, WINDOW, POWER = 48, 1920, 2.0


def distances() -> list[Row]:
    """Distance matrices of 48 points, per set."""
    items, data = buffers("distances")
    polar = floats(data["polar"]).reshape(items, 4, POINTS)
    ours = floats(data["matrix"]).reshape(items, POINTS, POINTS)

    def close(got: F32) -> None:
        np.testing.assert_allclose(got, ours, atol=2e-3)

    engine = twin("distances", items, 50)
    loop = beside({"numba": lambda: distances_numba(polar)}, close, items)

    def row(what: str, form: Any, **goals: float) -> Row:
        times = beside({"numpy": lambda: form(polar)}, close, items)
        return Row(what, "set", engine, times | loop, goals)

    return [
        row("hyperbolic distances, 48 points", distances_numpy_ball, numpy=35.0, numba=5.0),
        row("the same, numpy in polar coordinates", distances_numpy),
        row("the same, numpy in one batch", distances_numpy_batch),
    ]


def vote() -> list[Row]:
    """Kernel vote over a past window of 1920 bars, per candle."""
    items, data = buffers("kernel_regression")
    points = floats(data["points"]).reshape(7, -1)
    labels = floats(data["labels"])
    rows, starts = (np.frombuffer(data[n], np.uint32).astype(np.int64) for n in ("row", "start"))
    ours = floats(data["votes"])[: 4 * items].reshape(items, 4)[:, :2]
    times = beside(
        {
            "numpy": lambda: field_numpy(points, labels, rows, starts, WINDOW, POWER),
            "numba": lambda: field_numba(points, labels, rows, starts, WINDOW, POWER),
        },
        lambda got: np.testing.assert_allclose(got, ours, rtol=1e-3, atol=1e-2),
        items,
    )
    what = "hyperbolic kernel vote, past window of 1920"
    return [Row(what, "candle", twin("kernel_regression", items, 50), times)]


def distances_numpy_ball(polar: F32) -> F64:
    """Distance matrix of each set, `(sets, 4, points)` → `(sets, points, points)`, in the ball."""
    out = np.empty((len(polar), polar.shape[2], polar.shape[2]))
    for to, (radius, *unit) in zip(out, polar.astype(np.float64), strict=True):
        p = np.stack(unit, axis=-1) * np.tanh(radius / 2)[:, None]
        apart = p[:, None, :] - p[None, :, :]
        gap = 1 - (p * p).sum(-1)
        to[:] = np.arccosh(1 + 2 * (apart * apart).sum(-1) / (gap[:, None] * gap[None, :]))
    return out


def distances_numpy(polar: F32) -> F32:
    """The same in polar coordinates."""
    return np.stack([distances_numpy_batch(one[None])[0] for one in polar])


def distances_numpy_batch(polar: F32) -> F32:
    """The same, all sets in one expression."""
    radius, unit = polar[:, 0], polar[:, 1:]
    half = np.sinh((radius[:, :, None] - radius[:, None, :]) / 2)
    chord = ((unit[:, :, :, None] - unit[:, :, None, :]) ** 2).sum(axis=1)
    sinh = np.sinh(radius)
    squared = half**2 + sinh[:, :, None] * sinh[:, None, :] * chord / 4
    out: F32 = 2 * np.arcsinh(np.sqrt(squared))
    return out


@compiled()
def distances_numba(polar: Any) -> Any:
    """The same as the engine computes it: half of the matrix, one logarithm a pair."""
    sets, _, points = polar.shape
    out = np.zeros((sets, points, points), np.float32)
    sinh, grown, shrunk = np.empty((3, points), np.float32)
    for s in range(sets):
        for i in range(points):
            sinh[i] = np.float32(0.5) * math.sinh(polar[s, 0, i])
            grown[i] = math.exp(np.float32(0.5) * polar[s, 0, i])
            shrunk[i] = np.float32(0.5) / grown[i]
        for i in range(points):
            for j in range(i + 1, points):
                half = grown[i] * shrunk[j] - shrunk[i] * grown[j]
                dx = polar[s, 1, i] - polar[s, 1, j]
                dy = polar[s, 2, i] - polar[s, 2, j]
                dz = polar[s, 3, i] - polar[s, 3, j]
                chord = dx * dx + dy * dy + dz * dz
                y = half * half + sinh[i] * sinh[j] * chord
                out[s, i, j] = math.log(np.float32(1) + np.float32(2) * (y + math.sqrt(y * y + y)))
            for j in range(i):
                out[s, i, j] = out[s, j, i]
    return out


@compiled()
def _field(points: Any, labels: Any, rows: Any, starts: Any, window: int, power: Any) -> Any:
    out = np.empty((rows.shape[0], 2), np.float32)
    for item in range(rows.shape[0]):
        row = rows[item]
        votes = np.float32(0)
        mass = np.float32(0)
        for j in range(starts[item], starts[item] + window):
            half = np.float32(0.5) * (points[0, row] * points[1, j] - points[1, row] * points[0, j])
            dx = points[4, row] - points[4, j]
            dy = points[5, row] - points[5, j]
            dz = points[6, row] - points[6, j]
            squared = half * half + points[2, row] * points[2, j] * (dx * dx + dy * dy + dz * dz)
            kernel = (math.sqrt(squared) + math.sqrt(squared + np.float32(1))) ** (-power)
            votes += kernel * labels[j]
            mass += kernel
        out[item, 0] = votes
        out[item, 1] = mass
    return out


def field_numba(
    points: F32,
    labels: F32,
    rows: NDArray[np.int64],
    starts: NDArray[np.int64],
    window: int,
    power: float,
) -> F32:
    """Kernel votes and kernel mass of each row over its past window, numba."""
    out: F32 = _field(points, labels, rows, starts, window, np.float32(power))
    return out


def field_numpy(
    points: F32,
    labels: F32,
    rows: NDArray[np.int64],
    starts: NDArray[np.int64],
    window: int,
    power: float,
) -> F32:
    """The same in numpy, one row at a time."""
    out = np.empty((len(rows), 2), np.float32)
    for item, (row, start) in enumerate(zip(rows, starts, strict=True)):
        span = slice(start, start + window)
        own = points[:, row]
        half = np.float32(0.5) * (own[0] * points[1, span] - own[1] * points[0, span])
        chord = ((own[4:7, None] - points[4:7, span]) ** 2).sum(axis=0)
        squared = half * half + own[2] * points[2, span] * chord
        kernel = (np.sqrt(squared) + np.sqrt(squared + np.float32(1))) ** np.float32(-power)
        out[item] = kernel @ labels[span], kernel.sum()
    return out
