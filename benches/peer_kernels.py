"""The engine's definitions written again in numpy and numba, as peers of the benchmark.

Each function takes the inputs of the engine's own entry point and returns the same numbers, so
that results are compared before a time is printed.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtr

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
LEVELS = (0.05, 0.025, 0.01)
LANES = 16


def normals_numpy(count: int) -> F32:
    """Standard normals in single precision from numpy's default generator."""
    return np.random.default_rng(1).standard_normal(count, dtype=np.float32)


def normals_numpy_fast(count: int) -> F32:
    """The same from numpy's fastest generator."""
    return np.random.Generator(np.random.SFC64(1)).standard_normal(count, dtype=np.float32)


@njit(fastmath=True)
def normals_numba(count: int) -> Any:
    """Box-Muller on numba's own generator."""
    out = np.empty(count, np.float32)
    for i in range(0, count - 1, 2):
        radius = math.sqrt(-2.0 * math.log(1.0 - np.random.random()))
        angle = 2.0 * math.pi * np.random.random()
        out[i] = radius * math.cos(angle)
        out[i + 1] = radius * math.sin(angle)
    return out


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


@njit(fastmath=True)
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


def tail_numpy(sums: F32) -> F64:
    """VaR and ES at 95, 97.5 and 99 % of each column of `(paths, candles)`; integer `n·a` only."""
    paths = sums.shape[0]
    ordered = np.partition(sums, [math.ceil(paths * a) - 1 for a in LEVELS], axis=0)
    var = [-ordered[math.ceil(paths * a) - 1] for a in LEVELS]
    shortfall = [-ordered[: math.ceil(paths * a)].mean(axis=0) for a in LEVELS]
    return np.asarray(var + shortfall, dtype=np.float64).T


def fhs_numpy(windows: F32, draws: NDArray[np.int64], decay: float) -> F64:
    """Filtered historical simulation of `(candles, window)` standardised residuals, numpy."""
    decay32 = np.float32(decay)
    sums = np.zeros((draws.shape[0], windows.shape[0]), np.float32)
    scale = np.ones_like(sums)
    columns = np.ascontiguousarray(windows.T)
    for step in range(draws.shape[1]):
        shock = columns[draws[:, step]]
        sums += scale * shock
        scale *= np.sqrt(decay32 + (np.float32(1) - decay32) * shock * shock)
    return tail_numpy(sums)


@njit(fastmath=True)
def _fhs_tiles(columns: Any, draws: Any, decay: Any) -> Any:
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
                    total[lane] += scale[lane] * shocks[i, lane]
                    scale[lane] *= factors[i, lane]
            for lane in range(LANES):
                sums[lane, path] = total[lane]
        for lane in range(LANES):
            ordered = np.sort(np.partition(sums[lane], ranks[0] - 1)[: ranks[0]])
            for level in range(3):
                out[first + lane, level] = -ordered[ranks[level] - 1]
                out[first + lane, 3 + level] = -ordered[: ranks[level]].mean()
    return out


def fhs_numba(windows: F32, draws: NDArray[np.int64], decay: float) -> F64:
    """The same by numba; the number of candles is a multiple of 16."""
    columns = np.ascontiguousarray(windows.T)
    out: F64 = _fhs_tiles(columns, draws.astype(np.uint16), np.float32(decay))
    return out


@njit(fastmath=True)
def _field(points: Any, labels: Any, rows: Any, starts: Any, library: int, power: Any) -> Any:
    out = np.empty((rows.shape[0], 2), np.float32)
    for item in range(rows.shape[0]):
        row = rows[item]
        votes = np.float32(0)
        mass = np.float32(0)
        for j in range(starts[item], starts[item] + library):
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
    library: int,
    power: float,
) -> F32:
    """Kernel votes and kernel mass of each row over its library, numba."""
    out: F32 = _field(points, labels, rows, starts, library, np.float32(power))
    return out


def field_numpy(
    points: F32,
    labels: F32,
    rows: NDArray[np.int64],
    starts: NDArray[np.int64],
    library: int,
    power: float,
) -> F32:
    """The same in numpy, one row at a time."""
    out = np.empty((len(rows), 2), np.float32)
    for item, (row, start) in enumerate(zip(rows, starts, strict=True)):
        span = slice(start, start + library)
        own = points[:, row]
        half = np.float32(0.5) * (own[0] * points[1, span] - own[1] * points[0, span])
        chord = ((own[4:7, None] - points[4:7, span]) ** 2).sum(axis=0)
        squared = half * half + own[2] * points[2, span] * chord
        kernel = (np.sqrt(squared) + np.sqrt(squared + np.float32(1))) ** np.float32(-power)
        out[item] = kernel @ labels[span], kernel.sum()
    return out


def greeks_numpy(spot: F64, strike: float, years: F64, volatility: F64, rate: float) -> F64:
    """Delta, gamma, vega, theta and rho of calls, `(5, options)`, with scipy's normal law."""
    root = np.sqrt(years)
    total = volatility * root
    d1 = (np.log(spot / strike) + rate * years) / total + total / 2
    density = np.exp(-0.5 * d1 * d1) / math.sqrt(2 * math.pi)
    inside = strike * np.exp(-rate * years) * ndtr(d1 - total)
    return np.stack(
        [
            ndtr(d1),
            density / (spot * total),
            spot * density * root,
            -spot * density * volatility / (2 * root) - rate * inside,
            years * inside,
        ]
    )


@njit(fastmath=True)
def greeks_numba(spot: Any, strike: float, years: Any, volatility: Any, rate: float) -> Any:
    """The same, option by option."""
    out = np.empty((5, len(spot)))
    for i in range(len(spot)):
        root = math.sqrt(years[i])
        total = volatility[i] * root
        d1 = (math.log(spot[i] / strike) + rate * years[i]) / total + total / 2
        density = math.exp(-0.5 * d1 * d1) / math.sqrt(2 * math.pi)
        within = 0.5 * math.erfc((total - d1) * math.sqrt(0.5))
        inside = strike * math.exp(-rate * years[i]) * within
        out[0, i] = 0.5 * math.erfc(-d1 * math.sqrt(0.5))
        out[1, i] = density / (spot[i] * total)
        out[2, i] = spot[i] * density * root
        out[3, i] = -spot[i] * density * volatility[i] / (2 * root) - rate * inside
        out[4, i] = years[i] * inside
    return out


@njit(fastmath=True)
def books_numba(levels: Any, amounts: Any, inverse_delta: Any, rate: Any) -> Any:
    """Sums over the levels of each side and costs of fills, `(books, 2, 5 + 2 amounts)`."""
    books, _, depth, _ = levels.shape
    orders = amounts.shape[1]
    one = np.float32(1)
    out = np.empty((books, 2, 5 + 2 * orders), np.float32)
    for book in range(books):
        for side in range(2):
            first = first_log = np.float32(0)
            weighted = sizes = dd = dl = moved = np.float32(0)
            for level in range(depth):
                y = levels[book, side, level, 1]
                xi = math.log1p(levels[book, side, level, 0]) * inverse_delta[book]
                square = np.float32(0.25) * (xi * xi + (y - one) * (y - one)) / y
                grown = square + math.sqrt(square * (square + one))
                d = math.log1p(grown + grown)
                log = math.log(y)
                if level == 0:
                    first, first_log = d, log
                weighted += y * math.exp(-d * rate)
                sizes += y
                moved += d - first
                dd += (d - first) * (d - first)
                dl += (d - first) * (log - first_log)
            out[book, side, 0] = weighted
            out[book, side, 1] = sizes
            out[book, side, 2] = moved
            out[book, side, 3] = dd
            out[book, side, 4] = dl
            for order in range(orders):
                left = amounts[book, order]
                cost = np.float32(0)
                for level in range(depth):
                    taken = min(left, levels[book, side, level, 1])
                    cost += taken * abs(levels[book, side, level, 0])
                    left -= taken
                    if left <= 0:
                        break
                out[book, side, 5 + 2 * order] = cost
                out[book, side, 6 + 2 * order] = left
    return out


def books_numpy(levels: F32, amounts: F32, inverse_delta: F32, rate: float) -> F32:
    """The same in numpy, book by book."""
    out = np.empty((len(levels), 2, 5 + 2 * amounts.shape[1]), np.float32)
    for to, book, sizes, inverse in zip(out, levels, amounts, inverse_delta, strict=True):
        for side, (u, y) in zip(to, book.transpose(0, 2, 1), strict=True):
            xi = np.log1p(u) * inverse
            square = np.float32(0.25) * (xi * xi + (y - 1) ** 2) / y
            grown = square + np.sqrt(square * (square + 1))
            d = np.log1p(grown + grown)
            away, log = d - d[0], np.log(y / y[0])
            side[0], side[1] = y @ np.exp(-d * np.float32(rate)), y.sum()
            side[2], side[3], side[4] = away.sum(), away @ away, away @ log
            before = np.cumsum(y) - y
            for order, size in enumerate(sizes):
                taken = np.clip(size - before, 0, y)
                side[5 + 2 * order], side[6 + 2 * order] = taken @ np.abs(u), size - taken.sum()
    return out
