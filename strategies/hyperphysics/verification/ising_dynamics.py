"""Transition laws and driven protocols in f64 on the CPU, the integer sampler on any device.

The exact laws are compared to the file's tolerance, the samplers in their standard errors.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import numpy as np

from hyperphysics import _engine
from hyperphysics.verification import Check, each
from hyperphysics.verification.ising_exact import eight_bit_sample

Numbers = dict[str, Any]

EXACT = 1e-9
"""The file's own tolerance: absolute, and relative for exponentials of the work."""

ERRORS = 4.0
"""Standard errors that a sample may be off."""

SWEEPS = 25_000
"""Recorded sweeps of each of four replicas."""

ROUNDING = 0.005
"""What rounding couplings to 8 bits may cost a mean spin."""

RUNS = 10_000
"""Runs of a driven or relaxing network."""

LAGS = 400
"""Lags of an exact autocorrelation; those of the file's networks fall below 1e-20 by then."""


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Compares one case, by the beginning of its id."""
    del document
    for prefix, check in PARTS.items():
        if case["id"].startswith(prefix):
            return check(engine, case)
    raise ValueError(f"unknown case {case['id']}")


def _lattice(inputs: Numbers) -> _engine.Lattice:
    if "J" in inputs:
        return _engine.Lattice(inputs["J"], inputs["h"])
    points, fields = inputs["positions_ball"], inputs["h"]
    return _engine.Lattice.from_ball(points, fields, j0=inputs["J0"], length_scale=inputs["lambda"])


def _sweeps(engine: _engine.Engine, case: Numbers) -> Iterator[Check]:
    inputs, outputs = case["inputs"], case["outputs"]
    rule: Literal["heat_bath", "metropolis"]
    rule = "metropolis" if "metropolis" in case["id"] else "heat_bath"
    lattice, t = _lattice(inputs), inputs["T"]
    want = outputs["mean_magnetisation_after_k_sweeps_from_all_up"]
    up = [1] * lattice.nodes
    after = lattice.magnetisation_after(t, up, len(want) - 1, rule=rule)
    yield from each("relaxation", after, want, absolute=EXACT)
    lags = lattice.magnetisation_lags(t, LAGS, rule=rule)
    want = outputs["autocorrelation_lag0_5"]
    yield from each("autocorrelation", lags[: len(want)], want, absolute=EXACT)
    time = 0.5 + math.fsum(lags[1:])
    yield Check("tau", time, outputs["tau_int_magnetisation_sweeps"], EXACT)
    exact = lattice.exact(t).magnetisation
    yield Check("magnetisation", exact, outputs["equilibrium_magnetisation"], EXACT)
    sample = lattice.sample(t, sweeps=SWEEPS, replicas=4, seed=11, rule=rule)
    value, error = sample.magnetisation
    want = outputs["equilibrium_magnetisation"]
    yield Check("magnetisation (sampled)", value, want, ERRORS * error)
    if rule == "heat_bath":
        value, error = eight_bit_sample(engine, lattice, t, replicas=32, seed=11).magnetisation
        yield Check("magnetisation (8 bits)", value, want, ERRORS * error + ROUNDING)


def _order(engine: _engine.Engine, case: Numbers) -> Iterator[Check]:
    """One node after the other: the values of synchronous updates are many errors away."""
    inputs, outputs = case["inputs"], case["outputs"]
    lattice, want = _lattice(inputs), outputs["boltzmann_mean_spin"]
    exact = lattice.exact(inputs["T"])
    yield from each("mean", exact.mean, want, absolute=EXACT)
    yield Check("pair", exact.pairs[0][1], outputs["boltzmann_corr01"], EXACT)
    sample = lattice.sample(inputs["T"], sweeps=SWEEPS, replicas=4, seed=11)
    for at, (value, error) in enumerate(zip(sample.mean, sample.mean_error, strict=True)):
        yield Check(f"mean (sampled)[{at}]", value, want[at], ERRORS * error)
    integers = eight_bit_sample(engine, lattice, inputs["T"], replicas=32, seed=11)
    for at, (value, error) in enumerate(zip(integers.mean, integers.mean_error, strict=True)):
        yield Check(f"mean (8 bits)[{at}]", value, want[at], ERRORS * error + ROUNDING)


def _continuous(engine: _engine.Engine, case: Numbers) -> Iterator[Check]:
    del engine
    inputs, outputs = case["inputs"], case["outputs"]
    lattice, t, times = _lattice(inputs), inputs["T"], outputs["times"]
    up = [1] * lattice.nodes
    exact = lattice.relax_exactly(t, up, times)
    sampled = lattice.relax(t, up, times, runs=RUNS, seed=5)
    yield from each("energy", exact.energy, outputs["mean_energy"], absolute=EXACT)
    entropy = exact.entropy or []
    yield from each("entropy", entropy, outputs["entropy_of_law"], absolute=EXACT)
    for at, want in enumerate(outputs["mean_spin"]):
        yield from each(f"mean[{at}]", exact.mean[at], want, absolute=EXACT)
        pairs = zip(sampled.mean[at], sampled.mean_error[at], want, strict=True)
        for node, (value, error, spin) in enumerate(pairs):
            yield Check(f"mean (sampled)[{at}][{node}]", value, spin, ERRORS * error)
        value, error = sampled.energy[at], sampled.energy_error[at]
        yield Check(f"energy (sampled)[{at}]", value, outputs["mean_energy"][at], ERRORS * error)


DRIVEN = {
    "free_energy_change": "delta_F",
    "work": "mean_work",
    "work_variance": "var_work",
    "heat": "mean_heat_absorbed",
    "energy_change": "delta_U",
    "entropy_change": "delta_S_system_nats",
    "entropy_production": "total_entropy_production_nats",
    "dissipated_work": "dissipated_work",
}


def _driven(engine: _engine.Engine, case: Numbers) -> Iterator[Check]:
    del engine
    inputs, outputs = case["inputs"], case["outputs"]
    found = re.fullmatch(r"drive_n\d+_K(\d+)_hmax([\d.]+)", case["id"])
    if found is None:
        raise ValueError(f"unknown protocol {case['id']}")
    steps, highest = int(found[1]), float(found[2])
    j, t, sweeps = inputs["J"], inputs["T"], inputs["sweeps_per_step"]
    path = [_engine.Lattice(j, [highest * k / steps] * len(j)) for k in range(steps + 1)]
    exact = _engine.exact_protocol(path, t, sweeps=sweeps)
    for attribute, name in DRIVEN.items():
        yield Check(name, getattr(exact, attribute), outputs[name], EXACT)
    promised = outputs["exp_minus_dF_over_T"]
    yield Check("Jarzynski", exact.jarzynski, promised, relative=EXACT)
    runs = _engine.simulate_protocol(path, t, sweeps=sweeps, runs=RUNS, seed=17)
    work, heat = np.asarray(runs.work), np.asarray(runs.heat)
    first_law = np.abs(work + heat - np.asarray(runs.energy_change)).max()
    yield Check("first law (sampled)", float(first_law), 0.0, EXACT)
    wanted = {
        "mean_work": (work, outputs["mean_work"]),
        "mean_heat_absorbed": (heat, outputs["mean_heat_absorbed"]),
        "Jarzynski": (np.exp(-work / t), promised),
    }
    for name, (values, want) in wanted.items():
        error = float(values.std(ddof=1)) / math.sqrt(RUNS)
        yield Check(f"{name} (sampled)", float(values.mean()), want, ERRORS * error)


PARTS: dict[str, Callable[[_engine.Engine, Numbers], Iterator[Check]]] = {
    "sequential_": _sweeps,
    "synchronous_": _order,
    "continuous_time_": _continuous,
    "drive_": _driven,
}
"""Check by the beginning of the case's id."""
