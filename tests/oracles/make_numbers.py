"""Makes the reference numbers that the package carries, without the engine.

Everything is computed from definitions: integers for Philox, 50-digit decimals for geometry,
sorting for the estimators, full enumeration for spins. Run it to write the files again:

    python tests/oracles/make_numbers.py strategies/hyperphysics/verification/numbers
"""

from __future__ import annotations

import json
import math
import random
import sys
from decimal import Decimal, getcontext
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

getcontext().prec = 50
WORD = 2**32


def philox(counter: list[int], key: list[int]) -> list[int]:
    """Philox4x32-10 as published (Salmon et al. 2011)."""
    c, (k0, k1) = list(counter), key
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b // WORD) ^ c[1] ^ k0, b % WORD, (a // WORD) ^ c[3] ^ k1, a % WORD]
        k0, k1 = (k0 + 0x9E3779B9) % WORD, (k1 + 0xBB67AE85) % WORD
    return c


def normals(words: list[int]) -> list[float]:
    """Box-Muller pairs of the midpoints of 32-bit cells."""
    u = [(w + 0.5) / WORD for w in words]
    out = []
    for a, b in ((u[0], u[1]), (u[2], u[3])):
        radius = math.sqrt(-2.0 * math.log(a))
        out += [radius * math.cos(2 * math.pi * b), radius * math.sin(2 * math.pi * b)]
    return out


def rng() -> dict[str, Any]:
    """Known answers of Random123, and words of our own."""
    cases = []
    pi = ([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0])
    ones = ([WORD - 1] * 4, [WORD - 1] * 2)
    for counter, key in [([0] * 4, [0] * 2), ones, pi, ([7, 1, 2**31, 3], [42, 0])]:
        words = philox(counter, key)
        outputs = {"words": words, "normal_box_muller": normals(words)}
        cases.append(
            {"id": "philox4x32_10", "inputs": {"counter": counter, "key": key}, "outputs": outputs}
        )
    return {"name": "rng_philox", "cases": cases}


def _series(x: Decimal, first: int) -> Decimal:
    """Sine (`first` = 1) or cosine (`first` = 0) by its Taylor series."""
    term = x if first else Decimal(1)
    total, n = Decimal(0), first
    while abs(term) > Decimal(10) ** -48:
        total += term
        n += 2
        term *= -x * x / (n * (n - 1))
    return total


def geometry() -> dict[str, Any]:
    """Distances from the hyperbolic law of cosines, 50 digits."""
    cases = []
    for r1, r2, theta in [(0.5, 0.75, 1.0), (3.0, 2.5, 0.125), (8.0, 8.0, 3.125), (6.0, 1.0, 2.0)]:
        a, b, angle = Decimal(r1), Decimal(r2), Decimal(theta)
        cosh = [(x.exp() + (-x).exp()) / 2 for x in (a, b)]
        sinh = [(x.exp() - (-x).exp()) / 2 for x in (a, b)]
        c = cosh[0] * cosh[1] - sinh[0] * sinh[1] * _series(angle, 0)
        distance = float((c + (c * c - 1).sqrt()).ln())
        inputs = {"r1": r1, "r2": r2, "theta": theta}
        cases.append({"id": "polar", "inputs": inputs, "outputs": {"distance": distance}})
    return {"name": "hyperbolic_geometry", "cases": cases}


def risk() -> dict[str, Any]:
    """Order statistics of a fat-tailed sample with ties, and Kupiec's published tests."""
    draw = random.Random(11)  # noqa: S311 - a fixed sample, not a secret
    sample = sorted(
        round(draw.gauss(0, 1) / max(0.2, abs(draw.gauss(0, 1))), 3) for _ in range(501)
    )
    levels: dict[str, Any] = {}
    for text in ("0.05", "0.025", "0.01"):
        mass = Fraction(text) * len(sample)
        whole = math.floor(mass)
        exact = [Fraction(str(x)) for x in sample]
        shortfall = -(sum(exact[:whole]) + (mass - whole) * exact[whole]) / mass
        levels[text] = {
            "VaR_inverted_cdf": -sample[math.ceil(mass) - 1],
            "ES_acerbi_tasche": float(shortfall),
        }
    cases: list[dict[str, Any]] = [
        {"id": "quantile_es_estimators", "inputs": {"sample_sorted": sample}, "outputs": levels}
    ]
    # MathWorks' documentation of the proportion-of-failures test prints these two.
    for n, x, p, lr, p_value in [
        (1043, 57, 0.05, 0.46147, 0.49694),
        (1043, 17, 0.01, 3.5118, 0.060933),
    ]:
        cases.append(
            {
                "id": "kupiec",
                "inputs": {"n": n, "x": x, "p": p},
                "outputs": {"LR": lr, "p_value": p_value},
                "tolerance": 5e-5,
            }
        )
    return {"name": "risk", "cases": cases}


def transductive() -> dict[str, Any]:
    """Exact marginals of a small network by full enumeration."""
    draw = random.Random(5)  # noqa: S311 - a fixed network, not a secret
    positions: list[list[float]] = []
    while len(positions) < 9:
        point = [draw.uniform(-0.7, 0.7) for _ in range(3)]
        if math.hypot(*point) < 0.8:
            positions.append(point)
    labels = [0.0, 0.0, 0.0] + [draw.choice((-1.0, 1.0)) for _ in range(6)]
    scale, temperature, gamma = 0.9, 1.4, 0.6

    def coupling(a: list[float], b: list[float]) -> float:
        apart = math.dist(a, b)
        inside = (1 - math.hypot(*a) ** 2) * (1 - math.hypot(*b) ** 2)
        return math.exp(-2 * math.asinh(apart / math.sqrt(inside)) / scale)

    n = len(positions)
    j = [[coupling(a, b) if a is not b else 0.0 for b in positions] for a in positions]

    def means(free: list[int], fixed: dict[int, float], fields: list[float]) -> list[float]:
        total, sums = 0.0, [0.0] * len(free)
        for state in product((-1.0, 1.0), repeat=len(free)):
            spins = {**fixed, **dict(zip(free, state, strict=True))}
            energy = -math.fsum(j[a][b] * spins[a] * spins[b] for a in range(n) for b in range(a))
            energy -= math.fsum(fields[a] * spins[a] for a in range(n))
            weight = math.exp(-energy / temperature)
            total += weight
            sums = [s + weight * x for s, x in zip(sums, state, strict=True)]
        return [s / total for s in sums]

    soft = means(list(range(n)), {}, [gamma * y for y in labels])
    hard = means([0, 1, 2], {i: labels[i] for i in range(3, n)}, [0.0] * n)
    inputs = {
        "positions_ball": positions,
        "labels": labels,
        "J0": 1.0,
        "lambda": scale,
        "T": temperature,
        "gamma": gamma,
    }
    outputs = {"soft_exact_mean_spin": soft, "hard_clamped_mean_spin_unlabelled": hard}
    return {"name": "transductive", "cases": [{"id": "n9", "inputs": inputs, "outputs": outputs}]}


def main(folder: Path) -> None:
    """Writes the four files into `folder`."""
    for document in (rng(), geometry(), risk(), transductive()):
        text = json.dumps(document, indent=1) + "\n"
        (folder / f"{document['name']}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
