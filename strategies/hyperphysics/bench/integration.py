"""Integrated information of candles: nine pairings of six channels in a window of 256 bars."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hyperphysics.bench.timing import F64, Row, beside, buffers, compiled, floats, twin

FEW = 4


def integration() -> list[Row]:
    """Integrated information of six channels in windows of 256 bars, nine pairings a candle."""
    items, data = buffers("integration")
    table = floats(data["table"]).reshape(2, -1).astype(np.float64).sum(axis=0)
    window = len(table) // 2
    words = np.frombuffer(data["ranks"], np.uint32)[: 3 * window * items].reshape(items, 3, window)
    ranks = np.stack([words & 0xFFFF, words >> 16], axis=2).reshape(items, 6, window)
    scores = table[ranks]
    pairings = np.frombuffer(data["pairings"], np.uint32).reshape(-1, window - 1).astype(np.int64)
    ours = floats(data["measures"])[: 4 * items].reshape(items, 4)[:, [0, 1, 3]]

    def close(got: F64) -> None:
        np.testing.assert_allclose(got, ours[: len(got)], rtol=1e-5, atol=1e-7)

    engine = twin("integration", items)
    loop = beside({"numba": lambda: integration_numba(scores, pairings)}, close, items, 3)
    one = beside({"numpy": lambda: integration_numpy(scores[:FEW], pairings)}, close, FEW, 1)
    batch = beside({"numpy": lambda: integration_numpy_batch(scores, pairings)}, close, items, 2)
    what = "integrated information, nine pairings of six channels in 256 bars"
    return [
        Row(what, "candle", engine, one | loop, {"numba": 15.0}),
        Row("the same, numpy in one batch", "candle", engine, batch | loop, {"numpy": 70.0}),
    ]


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


@compiled(fastmath=False)
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


@compiled(fastmath=False)
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


@compiled(fastmath=False)
def phi_numba(joint: Any) -> Any:
    """Φ_R and information of matrices `(matrices, 2 d, 2 d)`, numba."""
    size = joint.shape[1]
    factor = np.empty((size, size))
    entropies = np.zeros((4, 1 << (size // 2)))
    out = np.empty((joint.shape[0], 2))
    for number in range(joint.shape[0]):
        out[number, 0], out[number, 1] = _phi(joint[number], factor, entropies)
    return out


@compiled()
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


@compiled()
def _shrunk(raw: Any, n: int, joint: Any) -> None:
    """Correlations times what OAS leaves of them."""
    p = raw.shape[0]
    square = (raw * raw).sum() / (p * p)
    kept = 1 - min(1.0, (square + 1) / ((n + 1) * (square - 1 / p)))
    for i in range(p):
        for j in range(p):
            joint[i, j] = raw[i, j] * kept if i != j else 1.0


@compiled()
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
