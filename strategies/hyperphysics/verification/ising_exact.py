"""Exact thermodynamics of p-bit networks, in f64 on the CPU whatever the engine's device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hyperphysics import _engine
from hyperphysics.verification import Check, NotImplementedCase, each

Numbers = dict[str, Any]

EXACT = 1e-9
"""Relative, the file's own tolerance; absolute for means and correlations."""

FLOOR = 1e-12
"""Absolute, for values that are next to 0."""

ERRORS = 4.0
"""Standard errors that a sample may be off."""

SWEEPS = 10_000
"""Recorded sweeps of each of four replicas."""

EIGHT_BITS = 48
"""Most nodes of the integer sampler."""

MEAN = 0.005
"""What rounding couplings to 8 bits may cost a mean spin at temperatures next to λ_max(J)."""

COLD = 0.02
"""The same at a quarter of it."""

ENERGY = 0.001
"""What it may cost the energy, of N T."""

QUADRATURE = 1e-4
"""Error of the integral over inverse temperatures, of ln Z."""

SAMPLED = 0.6
"""Samples are compared below this ⟨|M|⟩/N: the heat bath must turn the whole network over."""


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Dense networks by enumeration, lattices by elimination, uniform ones by a sum."""
    del document
    inputs, outputs = case["inputs"], case["outputs"]
    if "edges" in inputs:
        return _sparse(engine, inputs, outputs)
    if "n" in inputs:
        return _uniform(engine, inputs, outputs)
    return _dense(engine, inputs, outputs)


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


def _dense(engine: _engine.Engine, inputs: Numbers, outputs: Numbers) -> Iterator[Check]:
    lattice = _engine.Lattice.from_ball(
        inputs["positions_ball"], inputs["h"], j0=inputs["J0"], length_scale=inputs["lambda"]
    )
    exact = lattice.exact(inputs["T"])
    yield from _named(exact, outputs, STATE | RESPONSE | MOMENTS)
    yield from each("mean", exact.mean, outputs["mean_spin"], absolute=EXACT)
    yield from each("pair", exact.pairs[0], outputs["pair_corr_row0"], absolute=EXACT)
    yield from _sampled(engine, lattice, inputs["T"], outputs)


def _uniform(engine: _engine.Engine, inputs: Numbers, outputs: Numbers) -> Iterator[Check]:
    n, j, h, t = (inputs[name] for name in ("n", "J_ij", "h_all", "T"))
    exact = _engine.uniform_lattice(n, j, h, t)
    names = {"log_partition": "log_Z", "energy": "mean_energy"}
    yield from _named(exact, outputs, names | MOMENTS)
    yield from _sampled(engine, _engine.Lattice([[j] * n] * n, [h] * n), t, outputs)


def _sparse(engine: _engine.Engine, inputs: Numbers, outputs: Numbers) -> Iterator[Check]:
    fields = inputs["h"]
    couplings = [[0.0] * len(fields) for _ in fields]
    for (a, b), j in zip(inputs["edges"], inputs["J_edge"], strict=True):
        couplings[a][b] = couplings[b][a] = j
    lattice, t = _engine.Lattice(couplings, fields), inputs["T"]
    exact = lattice.sparse(t)
    yield from _named(exact, outputs, STATE)
    yield from each("mean", exact.mean, outputs["mean_spin"], absolute=EXACT)
    found = dict(zip(exact.edges, exact.correlations, strict=True))
    edges = [found[min(a, b), max(a, b)] for a, b in inputs["edges"]]
    yield from each("edge", edges, outputs["edge_corr"], absolute=EXACT)
    # No enumeration reaches these, and elimination is left out: the integral over temperatures.
    integrated = lattice.free_energy(t, sweeps=1000, replicas=4, seed=7)
    for name in ("log_partition", "free_energy", "energy", "entropy"):
        value, error = getattr(integrated, name)
        allowed = ERRORS * error + QUADRATURE
        yield Check(f"{STATE[name]} (integrated)", value, outputs[STATE[name]], allowed)
    yield from _eight_bits(engine, lattice, t, outputs)


def _sampled(
    engine: _engine.Engine, lattice: _engine.Lattice, temperature: float, outputs: Numbers
) -> Iterator[Check]:
    """The heat bath beside exact values, in its own standard errors."""
    if outputs["mean_abs_M_per_spin"] > SAMPLED:
        return
    sample = lattice.sample(temperature, sweeps=SWEEPS, burn_in=500, replicas=4, seed=7)
    yield from _compared("sampled", sample, outputs, 0.0, 0.0)
    yield from _eight_bits(engine, lattice, temperature, outputs)


def _eight_bits(
    engine: _engine.Engine, lattice: _engine.Lattice, temperature: float, outputs: Numbers
) -> Iterator[Check]:
    """The integer sampler on the engine's device, with what its couplings' rounding may add."""
    sample = eight_bit_sample(engine, lattice, temperature, replicas=16, seed=7)
    energy = ENERGY * lattice.nodes * temperature
    cold = temperature < 0.5 * lattice.largest_eigenvalue()
    yield from _compared("8 bits", sample, outputs, COLD if cold else MEAN, energy)


def eight_bit_sample(
    engine: _engine.Engine,
    lattice: _engine.Lattice,
    temperature: float,
    *,
    replicas: int,
    seed: int,
) -> _engine.Sample:
    """2500 sweeps of the integer sampler on the engine's device.

    Raises:
        NotImplementedCase: The lattice has more nodes than the sampler holds.
    """
    if lattice.nodes > EIGHT_BITS:
        raise NotImplementedCase(
            f"the sampler with 8-bit couplings holds {EIGHT_BITS} nodes, not {lattice.nodes}"
        )
    (sample,) = _engine.sample_lattices(
        engine, [lattice], [temperature], sweeps=2500, burn_in=500, replicas=replicas, seed=seed
    )
    return sample


def _compared(
    how: str, sample: _engine.Sample, outputs: Numbers, mean: float, energy: float
) -> Iterator[Check]:
    pairs = {
        "mean_energy": (sample.energy, energy),
        "mean_M_per_spin": (sample.magnetisation, mean),
        "mean_abs_M_per_spin": (sample.abs_magnetisation, mean),
        "mean_M2_per_spin2": (sample.magnetisation_2, mean),
    }
    for name, ((value, error), rounding) in pairs.items():
        if name in outputs:
            yield Check(f"{name} ({how})", value, outputs[name], ERRORS * error + rounding)
    means = zip(sample.mean, sample.mean_error, outputs.get("mean_spin", ()), strict=False)
    for at, (value, error, want) in enumerate(means):
        yield Check(f"mean ({how})[{at}]", value, want, ERRORS * error + mean)
