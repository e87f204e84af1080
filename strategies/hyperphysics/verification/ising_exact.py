"""Exact thermodynamics of p-bit networks, in f64 on the CPU whatever the engine's device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hyperphysics import _engine

from . import Check, each

Numbers = dict[str, Any]

EXACT = 1e-9
"""Relative, the file's own tolerance; absolute for means and correlations."""

FLOOR = 1e-12
"""Absolute, for values that are next to 0."""

ERRORS = 4.0
"""Standard errors that a sample may be off."""

SWEEPS = 10_000
"""Recorded sweeps of each of four replicas."""

SAMPLED = 0.6
"""Samples are compared below this ⟨|M|⟩/N: the heat bath must turn the whole network over."""


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Dense networks by enumeration, lattices by elimination, uniform ones by a sum."""
    del engine, document
    inputs, outputs = case["inputs"], case["outputs"]
    if "edges" in inputs:
        return _sparse(inputs, outputs)
    if "n" in inputs:
        return _uniform(inputs, outputs)
    return _dense(inputs, outputs)


def _named(found: object, outputs: Numbers, names: dict[str, str]) -> Iterator[Check]:
    for attribute, name in names.items():
        yield Check(name, getattr(found, attribute), outputs[name], FLOOR, EXACT)


MOMENTS = {
    "magnetisation": "mean_M_per_spin",
    "abs_magnetisation": "mean_abs_M_per_spin",
    "magnetisation_2": "mean_M2_per_spin2",
    "magnetisation_4": "mean_M4_per_spin4",
}
STATE = {
    "log_partition": "log_Z",
    "free_energy": "free_energy",
    "energy": "mean_energy",
    "entropy": "entropy",
}
RESPONSE = {
    "heat_capacity": "heat_capacity",
    "susceptibility": "susceptibility",
    "ground_energy": "ground_energy",
}


def _dense(inputs: Numbers, outputs: Numbers) -> Iterator[Check]:
    lattice = _engine.Lattice.from_ball(
        inputs["positions_ball"], inputs["h"], j0=inputs["J0"], lam=inputs["lambda"]
    )
    exact = lattice.exact(inputs["T"])
    yield from _named(exact, outputs, STATE | RESPONSE | MOMENTS)
    yield from each("mean", exact.mean, outputs["mean_spin"], absolute=EXACT)
    yield from each("pair", exact.pairs[0], outputs["pair_corr_row0"], absolute=EXACT)
    yield from _sampled(lattice, inputs["T"], outputs)


def _uniform(inputs: Numbers, outputs: Numbers) -> Iterator[Check]:
    n, j, h, t = (inputs[name] for name in ("n", "J_ij", "h_all", "T"))
    exact = _engine.uniform_lattice(n, j, h, t)
    names = {"log_partition": "log_Z", "energy": "mean_energy"}
    yield from _named(exact, outputs, names | MOMENTS)
    yield from _sampled(_engine.Lattice([[j] * n] * n, [h] * n), t, outputs)


def _sparse(inputs: Numbers, outputs: Numbers) -> Iterator[Check]:
    fields = inputs["h"]
    couplings = [[0.0] * len(fields) for _ in fields]
    for (a, b), j in zip(inputs["edges"], inputs["J_edge"], strict=True):
        couplings[a][b] = couplings[b][a] = j
    exact = _engine.Lattice(couplings, fields).sparse(inputs["T"])
    yield from _named(exact, outputs, STATE)
    yield from each("mean", exact.mean, outputs["mean_spin"], absolute=EXACT)
    found = dict(zip(exact.edges, exact.correlations, strict=True))
    edges = [found[min(a, b), max(a, b)] for a, b in inputs["edges"]]
    yield from each("edge", edges, outputs["edge_corr"], absolute=EXACT)


def _sampled(lattice: _engine.Lattice, temperature: float, outputs: Numbers) -> Iterator[Check]:
    """The heat bath beside exact values, in its own standard errors."""
    if outputs["mean_abs_M_per_spin"] > SAMPLED:
        return
    sample = lattice.sample(temperature, sweeps=SWEEPS, burn_in=500, replicas=4, seed=7)
    pairs = {
        "mean_energy": sample.energy,
        "mean_M_per_spin": sample.magnetisation,
        "mean_abs_M_per_spin": sample.abs_magnetisation,
        "mean_M2_per_spin2": sample.magnetisation_2,
    }
    for name, (value, error) in pairs.items():
        yield Check(f"{name} (sampled)", value, outputs[name], ERRORS * error)
    means = zip(sample.mean, sample.mean_error, outputs.get("mean_spin", ()), strict=False)
    for at, (value, error, want) in enumerate(means):
        yield Check(f"mean (sampled)[{at}]", value, want, ERRORS * error)
