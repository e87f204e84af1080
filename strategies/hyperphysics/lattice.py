"""Lattices of p-bits: exact and sampled statistics, thermodynamics, driven protocols.

`Lattice` is an Ising model of couplings and fields; `Engine.sample_lattices` samples many at once.
"""

from hyperphysics._engine import (
    Annealed,
    Driven,
    Driving,
    FixedPoint,
    FreeEnergy,
    Lattice,
    Relaxation,
    Sample,
    Thermodynamics,
    exact_protocol,
    geometric_schedule,
    simulate_protocol,
)

__all__ = [
    "Annealed",
    "Driven",
    "Driving",
    "FixedPoint",
    "FreeEnergy",
    "Lattice",
    "Relaxation",
    "Sample",
    "Thermodynamics",
    "exact_protocol",
    "geometric_schedule",
    "simulate_protocol",
]
