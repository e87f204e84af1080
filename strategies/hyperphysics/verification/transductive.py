"""Exact marginals of labelled p-bit networks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from hyperphysics import _engine, geometry
from hyperphysics.verification import Check, NotImplementedCase, each

EXACT = 1e-9
"""The file's own tolerance for enumeration in double precision."""

F32 = 2e-5
"""The tolerance of the kernel `marginal`."""

FAR = 25.0
"""Distance at which a label has no weight in single precision."""


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Marginals and approximations in f64, clamped marginals on the device too."""
    del document
    inputs, outputs = case["inputs"], case["outputs"]
    if "soft_exact_mean_spin" not in outputs:
        raise NotImplementedCase("no exact marginals in this case")
    positions, labels = inputs["positions_ball"], inputs["labels"]
    scale, temperature = inputs["lambda"], inputs["T"]
    n = len(positions)
    apart = _distances(positions)
    couplings = [
        [0.0 if a == b else inputs["J0"] * math.exp(-apart[a][b] / scale) for b in range(n)]
        for a in range(n)
    ]
    soft = _engine.ising_means(couplings, [inputs["gamma"] * y for y in labels], temperature)
    yield from each("soft", soft, outputs["soft_exact_mean_spin"], absolute=EXACT)
    free = [a for a in range(n) if labels[a] == 0.0]
    fixed = [int(y) for y in labels]
    hard = _engine.ising_means(couplings, [0.0] * n, temperature, fixed)
    want = outputs["hard_clamped_mean_spin_unlabelled"]
    yield from each("clamped", [hard[a] for a in free], want, absolute=EXACT)
    yield from _device(engine, inputs, free, want)
    yield from _approximate(inputs, free, outputs)


def _approximate(
    inputs: dict[str, Any], free: list[int], outputs: dict[str, Any]
) -> Iterator[Check]:
    """Mean field, TAP and harmonic labels, as far as the case has them."""
    labels, positions = inputs["labels"], inputs["positions_ball"]
    fields = [inputs["gamma"] * y for y in labels]
    lattice = _engine.Lattice.from_ball(
        positions, fields, j0=inputs["J0"], length_scale=inputs["lambda"]
    )
    if "naive_mean_field" in outputs:
        naive = lattice.mean_field(inputs["T"]).mean
        yield from each("mean field", naive, outputs["naive_mean_field"], absolute=EXACT)
    if "tap" in outputs:
        tap = lattice.tap(inputs["T"]).mean
        yield from each("TAP", tap, outputs["tap"], absolute=EXACT)
    if "harmonic_unlabelled" in outputs:
        labelled = lattice.harmonic([y or None for y in labels])
        want = outputs["harmonic_unlabelled"]
        yield from each("harmonic", [labelled[a] for a in free], want, absolute=EXACT)


def _device(
    engine: _engine.Engine, inputs: dict[str, Any], free: list[int], want: list[float]
) -> Iterator[Check]:
    """The kernels `kernel_regression` and `marginal`, each open node in turn as the newest."""
    positions, labels, scale = inputs["positions_ball"], inputs["labels"], inputs["lambda"]
    points = [_polar(x) for x in positions]
    known = [a for a in range(len(points)) if labels[a] != 0.0]
    past_window, votes = [points[a] for a in known], [labels[a] for a in known]
    # The kernel takes the mean label off; far points without weight bring that mean to zero.
    excess = sum(votes)
    while excess != 0.0:
        step = -math.copysign(min(1.0, abs(excess)), excess)
        past_window.append((FAR, 0.0, 0.0, 1.0))
        votes.append(step)
        excess += step
    apart = _distances(positions)
    gram = [[math.exp(-apart[a][b] / scale) for b in free] for a in free]
    temperature = inputs["T"] / inputs["J0"] / _largest_eigenvalue(gram)
    for at, node in enumerate(free):
        others = [points[a] for a in free if a != node]
        spin = _engine.newest_spin(
            engine,
            past_window=past_window,
            labels=votes,
            open_points=[*others, points[node]],
            length_scale=scale,
            temperature=temperature,
            horizon=1.0,
        )
        yield Check(f"clamped (device, f32)[{at}]", spin, want[at], F32)


def _polar(x: list[float]) -> tuple[float, float, float, float]:
    norm = math.hypot(*x)
    return (2.0 * math.atanh(norm), *(a / norm for a in x))  # type: ignore[return-value]


def _largest_eigenvalue(gram: list[list[float]]) -> float:
    """As the kernel defines it: the Rayleigh quotient after 20 products with a vector of ones."""
    vector = [1.0] * len(gram)
    for _ in range(20):
        vector = _product(gram, vector)
    image = _product(gram, vector)
    return _dot(vector, image) / _dot(vector, vector)


def _dot(a: list[float], b: list[float]) -> float:
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def _product(matrix: list[list[float]], vector: list[float]) -> list[float]:
    return [_dot(row, vector) for row in matrix]


def _distances(positions: list[list[float]]) -> list[list[float]]:
    """Distance of every point of the ball to every other."""
    space = np.array(positions)
    apart: list[list[float]] = geometry.distance(space[:, None], space[None]).tolist()
    return apart
