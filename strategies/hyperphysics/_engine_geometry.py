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
    convert_rows,
    correlation_sum,
    cross_distances,
    disc_rows,
    exp0,
    exp0_rows,
    exp_map,
    exp_rows,
    forms,
    hyperboloid,
    independent_coherence,
    integrated_information,
    log0,
    log0_rows,
    log_map,
    log_rows,
    minimum_information_bipartition,
    mobius_add,
    mobius_add_rows,
    nearest_neighbours,
    phi_g,
    phi_star,
    polar_distance,
    row_distances,
    shrinkage_intensities,
    takens_dimension,
    tessellation,
    volume_radius,
)
