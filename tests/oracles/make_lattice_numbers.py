"""Makes the reference numbers of tilings, lattices and complexity that the package carries.

Without the engine, from definitions: reflections of a polygon, sums over all states, transition
probabilities state by state. Run it to write the files again:

    python tests/oracles/make_lattice_numbers.py strategies/hyperphysics/verification/numbers
"""

from __future__ import annotations

import cmath
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path
from typing import Any

State = tuple[int, ...]
Law = dict[State, float]
Matrix = list[list[float]]


def disc_distance(a: complex, b: complex) -> float:
    """Distance in the Poincaré disc."""
    return 2 * math.atanh(abs((a - b) / (1 - a.conjugate() * b)))


def turned(point: complex, about: complex, angle: float) -> complex:
    """A point of the disc turned about another."""
    moved = (point - about) / (1 - about.conjugate() * point) * cmath.exp(1j * angle)
    return (moved + about) / (1 + about.conjugate() * moved)


def tiling(p: int, q: int, layers: int) -> dict[str, Any]:
    """Polygons turned about their corners; corners and polygons are told apart by rounding."""
    circumradius = math.acosh(1 / math.tan(math.pi / p) / math.tan(math.pi / q))
    radius = math.tanh(circumradius / 2)
    faces = [[radius * cmath.exp(2j * math.pi * k / p) for k in range(p)]]

    def key(z: complex) -> tuple[int, int]:
        return round(z.real * 1e6), round(z.imag * 1e6)

    def name(face: list[complex]) -> frozenset[tuple[int, int]]:
        return frozenset(map(key, face))

    known = {name(faces[0])}
    for _ in range(1, layers):
        for face in list(faces):
            for corner in face:
                for k in range(1, q):
                    new = [turned(z, corner, 2 * math.pi * k / q) for z in face]
                    if name(new) not in known:
                        known.add(name(new))
                        faces.append(new)
    corners = {key(z): z for face in faces for z in face}
    edges = {
        frozenset((key(a), key(b)))
        for face in faces
        for a, b in zip(face, face[1:] + face[:1], strict=True)
    }
    degrees = Counter(Counter(end for edge in edges for end in edge).values())
    distances = sorted(disc_distance(a, b) for a, b in combinations(corners.values(), 2))
    outputs = {
        "vertices": len(corners),
        "faces": len(faces),
        "edges": len(edges),
        "edge_length": 2 * math.acosh(math.cos(math.pi / p) / math.sin(math.pi / q)),
        "circumradius": circumradius,
        "inradius": math.acosh(math.cos(math.pi / q) / math.sin(math.pi / p)),
        "interior_angle": 2 * math.pi / q,
        "polygon_area": math.pi * (p - 2 - 2 * p / q),
        "sorted_vertex_radii": sorted(2 * math.atanh(abs(z)) for z in corners.values()),
        "degree_histogram": {str(degree): count for degree, count in sorted(degrees.items())},
        "sorted_pair_distances_first200": distances[:200],
        "sum_pair_distances": math.fsum(distances),
    }
    inputs = {"p": p, "q": q, "layers": layers}
    return {"id": f"tess_{p}_{q}_layers{layers}", "inputs": inputs, "outputs": outputs}


def tessellations() -> dict[str, Any]:
    """Two small tilings."""
    cases = [tiling(3, 7, 2), tiling(5, 4, 2)]
    return {"name": "hyperbolic_tessellation", "cases": cases}


def energy(state: State, j: Matrix, h: list[float]) -> float:
    """Energy of a state, pair by pair."""
    pairs = combinations(range(len(h)), 2)
    bonds = math.fsum(j[a][b] * state[a] * state[b] for a, b in pairs)
    return -bonds - math.fsum(x * s for x, s in zip(h, state, strict=True))


def boltzmann(j: Matrix, h: list[float], t: float) -> tuple[Law, float]:
    """Boltzmann's law and ln Z."""
    weights = {s: math.exp(-energy(s, j, h) / t) for s in product((-1, 1), repeat=len(h))}
    z = math.fsum(weights.values())
    return {s: w / z for s, w in weights.items()}, math.log(z)


def mean(law: Law, of: Callable[[State], float]) -> float:
    """Mean of a quantity."""
    return math.fsum(w * of(s) for s, w in law.items())


def moments(law: Law, n: int) -> dict[str, float]:
    """Moments of the magnetisation per node."""
    return {
        "mean_M_per_spin": mean(law, lambda s: sum(s) / n),
        "mean_abs_M_per_spin": mean(law, lambda s: abs(sum(s)) / n),
        "mean_M2_per_spin2": mean(law, lambda s: (sum(s) / n) ** 2),
        "mean_M4_per_spin4": mean(law, lambda s: (sum(s) / n) ** 4),
    }


def thermodynamics(j: Matrix, h: list[float], t: float) -> dict[str, Any]:
    """What sums over all states give."""
    n = len(h)
    law, log_z = boltzmann(j, h, t)
    u = mean(law, lambda s: energy(s, j, h))
    m = mean(law, sum)
    return {
        "log_Z": log_z,
        "free_energy": -t * log_z,
        "mean_energy": u,
        "entropy": -math.fsum(w * math.log(w) for w in law.values()),
        "heat_capacity": mean(law, lambda s: (energy(s, j, h) - u) ** 2) / t**2,
        "susceptibility": mean(law, lambda s: (sum(s) - m) ** 2) / (n * t),
        "ground_energy": min(energy(s, j, h) for s in law),
        "mean_spin": [mean(law, lambda s, i=i: s[i]) for i in range(n)],  # type: ignore[misc]
        "pair_corr_row0": [mean(law, lambda s, i=i: s[0] * s[i]) for i in range(n)],  # type: ignore[misc]
    } | moments(law, n)


def exact() -> dict[str, Any]:
    """A dense, a sparse and a uniform network."""
    draw = random.Random(8)  # noqa: S311 - a fixed network, not a secret
    points = [[draw.uniform(-0.5, 0.5) for _ in range(3)] for _ in range(7)]
    h = [draw.uniform(-0.4, 0.4) for _ in points]

    def apart(a: list[float], b: list[float]) -> float:
        inside = (1 - math.hypot(*a) ** 2) * (1 - math.hypot(*b) ** 2)
        return 2 * math.asinh(math.dist(a, b) / math.sqrt(inside))

    j = [
        [0.8 * math.exp(-apart(a, b) / 1.1) if a is not b else 0.0 for b in points] for a in points
    ]
    dense = {"positions_ball": points, "J0": 0.8, "lambda": 1.1, "T": 1.7, "h": h}
    edges = [[0, 1], [0, 2], [1, 2], [1, 3], [2, 3], [3, 4], [4, 5], [3, 5], [5, 6]]
    bonds = [draw.uniform(-1.0, 1.0) for _ in edges]
    few = [[0.0] * 7 for _ in range(7)]
    for (a, b), bond in zip(edges, bonds, strict=True):
        few[a][b] = few[b][a] = bond
    law, _ = boltzmann(few, h, 0.9)
    correlations = [mean(law, lambda s, a=a, b=b: s[a] * s[b]) for a, b in edges]  # type: ignore[misc]
    sparse = {"edges": edges, "J_edge": bonds, "h": h, "T": 0.9}
    equal = thermodynamics([[0.15] * 8] * 8, [0.06] * 8, 1.2)
    uniform = {"n": 8, "J_ij": 0.15, "h_all": 0.06, "T": 1.2}
    cases = [
        {"id": "dense_n7", "inputs": dense, "outputs": thermodynamics(j, h, 1.7)},
        {
            "id": "edges_n7",
            "inputs": sparse,
            "outputs": thermodynamics(few, h, 0.9) | {"edge_corr": correlations},
        },
        {
            "id": "curie_weiss_n8",
            "inputs": uniform,
            "outputs": {k: v for k, v in equal.items() if k in MOMENTS},
        },
    ]
    return {"name": "ising_exact", "cases": cases}


MOMENTS = {"log_Z", "mean_energy"} | {
    "mean_M_per_spin",
    "mean_abs_M_per_spin",
    "mean_M2_per_spin2",
    "mean_M4_per_spin4",
}
"""Numbers that a uniform case has."""


def sweep(law: Law, j: Matrix, h: list[float], t: float) -> Law:
    """Every node in turn takes its value from its law given the others."""
    for i in range(len(h)):
        new = dict.fromkeys(law, 0.0)
        for state, weight in law.items():
            local = h[i] + math.fsum(j[i][k] * state[k] for k in range(len(h)) if k != i)
            up = 1 / (1 + math.exp(-2 * local / t))
            for spin, p in ((1, up), (-1, 1 - up)):
                new[(*state[:i], spin, *state[i + 1 :])] += weight * p
        law = new
    return law


def driven(j: Matrix, t: float, steps: int, highest: float) -> dict[str, Any]:
    """Raises equal fields step by step, one sweep after each."""
    n = len(j)
    law, log_first = boltzmann(j, [0.0] * n, t)
    start = law
    # The law times 1, W and W², and times exp(-W/T).
    parts = [law, dict.fromkeys(law, 0.0), dict.fromkeys(law, 0.0), law]
    heat = 0.0
    for k in range(1, steps + 1):
        rise = {s: -highest / steps * sum(s) for s in law}
        p, w, ww, tilted = parts
        parts = [
            p,
            {s: w[s] + rise[s] * p[s] for s in p},
            {s: ww[s] + 2 * rise[s] * w[s] + rise[s] ** 2 * p[s] for s in p},
            {s: tilted[s] * math.exp(-rise[s] / t) for s in p},
        ]
        h = [highest * k / steps] * n
        before = mean(parts[0], lambda s, h=h: energy(s, j, h))  # type: ignore[misc]
        parts = [sweep(part, j, h, t) for part in parts]
        heat += mean(parts[0], lambda s, h=h: energy(s, j, h)) - before  # type: ignore[misc]
    last, log_last = boltzmann(j, [highest] * n, t)
    del last
    work = mean(parts[1], lambda _: 1.0)
    change = -t * (log_last - log_first)
    entropy = [-math.fsum(w * math.log(w) for w in each.values()) for each in (start, parts[0])]
    ends = [mean(start, lambda s: energy(s, j, [0.0] * n))]
    ends.append(mean(parts[0], lambda s: energy(s, j, [highest] * n)))
    outputs = {
        "delta_F": change,
        "mean_work": work,
        "var_work": mean(parts[2], lambda _: 1.0) - work**2,
        "mean_exp_minus_W_over_T": mean(parts[3], lambda _: 1.0),
        "exp_minus_dF_over_T": math.exp(-change / t),
        "mean_heat_absorbed": heat,
        "delta_U": ends[1] - ends[0],
        "delta_S_system_nats": entropy[1] - entropy[0],
        "total_entropy_production_nats": entropy[1] - entropy[0] - heat / t,
        "dissipated_work": work - change,
    }
    inputs = {"J": j, "T": t, "sweeps_per_step": 1}
    return {"id": f"drive_n{n}_K{steps}_hmax{highest}", "inputs": inputs, "outputs": outputs}


def dynamics() -> dict[str, Any]:
    """Sweeps of three nodes and a driven pair."""
    j, h, t = [[0.0, 0.6, -0.2], [0.6, 0.0, 0.3], [-0.2, 0.3, 0.0]], [0.2, -0.1, 0.05], 0.9
    law, _ = boltzmann(j, h, t)
    m = mean(law, sum)
    moved = {s: w * (sum(s) - m) for s, w in law.items()}
    lags: list[float] = []
    for _ in range(200):
        lags.append(mean(moved, lambda s: sum(s) - m))
        moved = sweep(moved, j, h, t)
    lags = [lag / lags[0] for lag in lags]
    after: Law = dict.fromkeys(law, 0.0) | {(1, 1, 1): 1.0}
    path = []
    for _ in range(5):
        path.append(mean(after, sum) / 3)
        after = sweep(after, j, h, t)
    outputs = {
        "tau_int_magnetisation_sweeps": 0.5 + math.fsum(lags[1:]),
        "autocorrelation_lag0_5": lags[:6],
        "mean_magnetisation_after_k_sweeps_from_all_up": path,
        "equilibrium_magnetisation": m / 3,
    }
    inputs = {"J": j, "h": h, "T": t}
    gibbs = {"id": "sequential_gibbs_n3", "inputs": inputs, "outputs": outputs}
    pair = driven([[0.0, 0.5], [0.5, 0.0]], 0.8, 6, 1.25)
    return {"name": "ising_dynamics", "cases": [gibbs, pair]}


def main(folder: Path) -> None:
    """Writes the files of this script into `folder`."""
    for document in (tessellations(), exact(), dynamics()):
        text = json.dumps(document, indent=1) + "\n"
        (folder / f"{document['name']}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
