# ruff: noqa: F401
"""Part of `_engine` that `_engine_geometry.pyi` types: geometry, tilings, complexity, integration.

The stub checker compares a stub with the module of its name and does not look into imported
classes, so that each part of the engine's stub needs a module to be compared with.
"""

from hyperphysics._engine import (
    Bipartition,
    Complexity,
    Tessellation,
    autocorrelation_time,
    ball_dimension,
    ball_distance,
    bipartitions,
    complexity,
    complexity_product,
    correlation_sum,
    exp0,
    exp_map,
    hyperboloid,
    independent_coherence,
    integrated_information,
    log0,
    log_map,
    minimum_information_bipartition,
    mobius_add,
    phi_g,
    phi_star,
    polar_distance,
    shrinkage_intensities,
    takens_dimension,
    tessellation,
    volume_radius,
)
