# ruff: noqa: F401
"""Part of `_engine` that `_engine_lattice.pyi` types: networks of p-bits.

The stub checker compares a stub with the module of its name and does not look into imported
classes, so that each part of the engine's stub needs a module to be compared with.
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
    Sparse,
    Thermodynamics,
    Uniform,
    drive,
    drive_exactly,
    geometric_schedule,
    uniform_lattice,
)
