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


def halves(channels: int, mask: int) -> tuple[list[int], list[int]]:
    """Channels of both parts of a bipartition."""
    two = [k for k in range(channels) if k > 0 and mask >> (k - 1) & 1]
    return [k for k in range(channels) if k not in two], two


def shrunk_numpy(scores: F64, pairings: NDArray[np.int64]) -> F64:
    """Correlations of past before present, shrunk by OAS: `(candles, pairings, 2 d, 2 d)`."""
    past, present = scores[:, :, :-1][:, :, pairings], scores[:, :, 1:]
    past = past.transpose(0, 2, 1, 3)
    rows = np.concatenate([past, np.broadcast_to(present[:, None], past.shape)], axis=2)
    rows = rows - rows.mean(axis=-1, keepdims=True)
    rows /= np.sqrt((rows * rows).mean(axis=-1, keepdims=True))
    n, p = rows.shape[-1], rows.shape[-2]
    joint = rows @ rows.swapaxes(-1, -2) / n
    square = (joint * joint).mean(axis=(-1, -2))
    rho = np.minimum(1, (square + 1) / ((n + 1) * (square - 1 / p)))[..., None, None]
    shrunk: F64 = (1 - rho) * joint + rho * np.eye(p)
    return shrunk


def phi_numpy_batch(joint: F64) -> F64:
    """Φ_R at its least bipartition and the information of the whole, `(..., 2 d, 2 d)` at once."""
    d = joint.shape[-1] // 2

    def entropy(past: list[int], present: list[int]) -> F64:
        chosen = past + [d + k for k in present]
        half: F64 = np.linalg.slogdet(joint[..., np.array(chosen)[:, None], chosen])[1] / 2
        return half

    def mutual(past: list[int], present: list[int]) -> F64:
        return entropy(past, []) + entropy([], present) - entropy(past, present)

    whole = mutual([*range(d)], [*range(d)])
    least = np.full_like(whole, np.inf)
    for mask in range(1, 2 ** (d - 1)):
        one, two = halves(d, mask)
        own = [mutual(part, part) for part in (one, two)]
        redundant = np.minimum.reduce([*own, mutual(one, two), mutual(two, one)])
        least = np.minimum(least, whole - own[0] - own[1] + redundant)
    return np.stack([least, whole], axis=-1)


def phi_numpy(joint: F64) -> F64:
    """The same matrix by matrix, as PhiToolbox goes about it."""
    flat = joint.reshape(-1, *joint.shape[-2:])
    return np.stack([phi_numpy_batch(one) for one in flat]).reshape(*joint.shape[:-2], 2)


@njit
def _entropy(joint: Any, past: int, present: int, factor: Any) -> float:
    """Half the logarithm of the determinant of the sets of bits, by Cholesky."""
    d = joint.shape[0] // 2
    chosen = np.empty(2 * d, np.int64)
    n = 0
    for k in range(2 * d):
        bits = past if k < d else present
        if bits >> (k % d) & 1:
            chosen[n] = k
            n += 1
    total = 0.0
    for i in range(n):
        for j in range(i + 1):
            left = joint[chosen[i], chosen[j]]
            for k in range(j):
                left -= factor[i, k] * factor[j, k]
            if i > j:
                factor[i, j] = left / factor[j, j]
            else:
                factor[i, i] = math.sqrt(left)
                total += math.log(factor[i, i])
    return total


@njit
def _phi(joint: Any, factor: Any, entropies: Any) -> tuple[float, float]:
    """Φ_R and information; entropies of past, present, both and crossed subsets are made once."""
    d = joint.shape[0] // 2
    every = (1 << d) - 1
    for s in range(1, every + 1):
        entropies[0, s] = _entropy(joint, s, 0, factor)
        entropies[1, s] = _entropy(joint, 0, s, factor)
        entropies[2, s] = _entropy(joint, s, s, factor)
        if s < every:
            entropies[3, s] = _entropy(joint, s, every ^ s, factor)
    past, present, both, cross = entropies
    whole = past[every] + present[every] - both[every]
    least = np.inf
    for mask in range(1, 1 << (d - 1)):
        two = mask << 1
        one = every ^ two
        own_1 = past[one] + present[one] - both[one]
        own_2 = past[two] + present[two] - both[two]
        shared = min(past[one] + present[two] - cross[one], past[two] + present[one] - cross[two])
        least = min(least, whole - own_1 - own_2 + min(own_1, own_2, shared))
    return least, whole


@njit
def phi_numba(joint: Any) -> Any:
    """Φ_R and information of matrices `(matrices, 2 d, 2 d)`, numba."""
    size = joint.shape[1]
    factor = np.empty((size, size))
    entropies = np.zeros((4, 1 << (size // 2)))
    out = np.empty((joint.shape[0], 2))
    for number in range(joint.shape[0]):
        out[number, 0], out[number, 1] = _phi(joint[number], factor, entropies)
    return out


@njit(fastmath=True)
def _standardised(scores: Any, rows: Any) -> None:
    """Past and present of a window, each with mean 0 and variance 1."""
    d, n = scores.shape[0], rows.shape[1]
    for i in range(2 * d):
        mean = 0.0
        for t in range(n):
            rows[i, t] = scores[i, t] if i < d else scores[i - d, t + 1]
            mean += rows[i, t]
        mean /= n
        square = 0.0
        for t in range(n):
            rows[i, t] -= mean
            square += rows[i, t] * rows[i, t]
        scale = 1 / math.sqrt(square / n)
        for t in range(n):
            rows[i, t] *= scale


@njit(fastmath=True)
def _shrunk(raw: Any, n: int, joint: Any) -> None:
    """Correlations times what OAS leaves of them."""
    p = raw.shape[0]
    square = (raw * raw).sum() / (p * p)
    kept = 1 - min(1.0, (square + 1) / ((n + 1) * (square - 1 / p)))
    for i in range(p):
        for j in range(p):
            joint[i, j] = raw[i, j] * kept if i != j else 1.0


@njit(fastmath=True)
def integration_numba(scores: Any, pairings: Any) -> Any:
    """Φ_R, its excess over the other pairings, and information of windows of scores, numba."""
    candles, d, window = scores.shape
    n, p = window - 1, 2 * d
    raw, joint, factor = np.eye(p), np.empty((p, p)), np.empty((p, p))
    rows, past = np.empty((p, n)), np.empty(n)
    entropies = np.zeros((4, 1 << d))
    out = np.zeros((candles, 3))
    for c in range(candles):
        _standardised(scores[c], rows)
        for i in range(p):
            for j in range(i // d * d, i):
                raw[i, j] = raw[j, i] = np.dot(rows[i], rows[j]) / n
        for v in range(pairings.shape[0]):
            for i in range(d):
                for t in range(n):
                    past[t] = rows[i, pairings[v, t]]
                for j in range(d):
                    raw[i, d + j] = raw[d + j, i] = np.dot(past, rows[d + j]) / n
            _shrunk(raw, n, joint)
            phi, whole = _phi(joint, factor, entropies)
            if v == 0:
                out[c, 0], out[c, 1], out[c, 2] = phi, phi, whole
            else:
                out[c, 1] -= phi / (pairings.shape[0] - 1)
    return out


def integration_numpy(scores: F64, pairings: NDArray[np.int64]) -> F64:
    """The same in numpy, matrix by matrix."""
    return _excess(np.stack([phi_numpy(shrunk_numpy(one[None], pairings))[0] for one in scores]))


def integration_numpy_batch(scores: F64, pairings: NDArray[np.int64]) -> F64:
    """The same in numpy, all at once."""
    return _excess(phi_numpy_batch(shrunk_numpy(scores, pairings)))


def _excess(found: F64) -> F64:
    phi, whole = found[..., 0], found[:, 0, 1]
    return np.stack([phi[:, 0], phi[:, 0] - phi[:, 1:].mean(axis=1), whole], axis=1)
