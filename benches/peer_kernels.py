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


class Lattices:
    """The inputs of the integer sampler, out of its tiles of sixteen lattices."""

    def __init__(self, data: dict[str, bytes], states: NDArray[np.uint64]) -> None:
        def untiled(name: str, width: int) -> NDArray[np.int32]:
            words = np.frombuffer(data[name], np.int32).reshape(-1, width, LANES)
            return np.ascontiguousarray(words.transpose(0, 2, 1)).reshape(-1, width)

        words = untiled("couplings", 576).reshape(-1, 48, 12)
        # Row i begins with the word that holds node i.
        turned = (np.arange(12) - np.arange(48)[:, None] // 4) % 12
        words = np.take_along_axis(words, turned[None], axis=2)
        self.couplings = np.ascontiguousarray(words).view(np.int8)
        rest = untiled("lattices", 51)
        # The fields come with the limit.
        self.fields = np.ascontiguousarray(rest[:, :48] - rest[:, 49:50])
        self.multiplier = rest[:, 48].astype(np.int64)
        self.limit = rest[:, 49].astype(np.int64)
        self.all_up = rest[:, 50].astype(np.int64)
        self.thresholds = np.frombuffer(data["thresholds"], np.uint32).astype(np.int64)
        self.states = states


def pbit_numpy(lattices: Lattices, sweeps: int) -> NDArray[np.int64]:
    """Energy of every lattice after each sweep, one chain each, all lattices in one expression."""
    count = len(lattices.couplings)
    couplings = lattices.couplings.astype(np.int32)
    spins = np.ones((count, 48), np.int32)
    a, b, c = lattices.states.astype(np.uint32).T
    energy = lattices.all_up.copy()
    out = np.empty((count, sweeps), np.int64)
    multiplier = np.zeros_like(lattices.multiplier)
    for sweep in range(sweeps + 1):
        for node in range(48):
            local = lattices.fields[:, node] + (couplings[:, node] * spins).sum(axis=1)
            word = a + b + np.uint32(sweep * 48 + node)
            a = b ^ (b >> np.uint32(9))
            b = c + (c << np.uint32(3))
            c = ((c << np.uint32(21)) | (c >> np.uint32(11))) + word
            place = np.clip(local, -lattices.limit, lattices.limit) * multiplier
            place += (512 << 22) + 512 + ((word & np.uint32(0xFFF)).astype(np.int64) << 10)
            new = np.where(word < lattices.thresholds[place >> 22], 1, -1)
            energy += (spins[:, node] - new) * local
            spins[:, node] = new
        if sweep > 0:
            out[:, sweep - 1] = energy
        multiplier = lattices.multiplier
    return out


@njit
def _pbit(
    couplings: Any,
    fields: Any,
    multipliers: Any,
    limits: Any,
    all_up: Any,
    thresholds: Any,
    states: Any,
    sweeps: int,
) -> Any:
    out = np.empty((couplings.shape[0], sweeps), np.int64)
    spins = np.empty(48, np.int8)
    for item in range(couplings.shape[0]):
        spins[:] = 1
        a, b, c = states[item]
        energy = all_up[item]
        multiplier = np.int64(0)
        limit = limits[item]
        for sweep in range(sweeps + 1):
            for node in range(48):
                row = couplings[item, node]
                local = np.int32(0)
                for j in range(48):
                    local += np.int32(np.int16(row[j]) * np.int16(spins[j]))
                field = np.int64(local) + fields[item, node]
                word = (a + b + np.uint64(sweep * 48 + node)) & np.uint64(0xFFFFFFFF)
                a = b ^ (b >> np.uint64(9))
                b = (c + (c << np.uint64(3))) & np.uint64(0xFFFFFFFF)
                turned = (c << np.uint64(21)) | (c >> np.uint64(11))
                c = (turned + word) & np.uint64(0xFFFFFFFF)
                place = min(max(field, -limit), limit) * multiplier
                place += (512 << 22) + 512 + (np.int64(word & np.uint64(0xFFF)) << 10)
                new = 1 if np.int64(word) < thresholds[place >> 22] else -1
                energy += (spins[node] - new) * field
                spins[node] = new
            if sweep > 0:
                out[item, sweep - 1] = energy
            multiplier = multipliers[item]
    return out


def pbit_numba(lattices: Lattices, sweeps: int) -> NDArray[np.int64]:
    """The same, chain after chain, in numba."""
    out: NDArray[np.int64] = _pbit(
        lattices.couplings,
        lattices.fields.astype(np.int64),
        lattices.multiplier,
        lattices.limit,
        lattices.all_up,
        lattices.thresholds,
        lattices.states,
        sweeps,
    )
    return out
