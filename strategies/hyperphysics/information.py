"""Integrated information of Gaussian processes, and the complexity index of a lattice's samples.

Regime measures of a market's channels; they claim nothing about consciousness.
"""

from hyperphysics._engine import (
    Bipartition,
    Complexity,
    bipartitions,
    complexity,
    integrated_information,
    phi_g,
    phi_star,
)

__all__ = [
    "Bipartition",
    "Complexity",
    "bipartitions",
    "complexity",
    "integrated_information",
    "phi_g",
    "phi_star",
]
