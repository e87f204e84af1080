"""Risk, regime and direction numbers for freqtrade from an embedded Rust engine.

>>> import hyperphysics as hp
>>> engine = hp.Engine("cpu")
>>> hp.startup() <= 2490
True
"""

from hyperphysics import engine, geometry
from hyperphysics._engine import (
    Bipartition,
    Column,
    Complexity,
    Device,
    EngineError,
    HyperPhysicsError,
    Lattice,
    Param,
    SabrFit,
    Tessellation,
    bipartitions,
    columns,
    complexity,
    devices,
    drive,
    drive_exactly,
    families,
    geometric_schedule,
    integrated_information,
    params,
    phi_g,
    phi_star,
    simd,
    startup,
    tessellation,
)
from hyperphysics.engine import Engine
from hyperphysics.options import calibrate_sabr, greeks, implied_volatility, sabr

__all__ = [
    "Bipartition",
    "Column",
    "Complexity",
    "Device",
    "Engine",
    "EngineError",
    "HyperPhysicsError",
    "Lattice",
    "Param",
    "SabrFit",
    "Tessellation",
    "bipartitions",
    "calibrate_sabr",
    "columns",
    "complexity",
    "devices",
    "drive",
    "drive_exactly",
    "engine",
    "families",
    "geometric_schedule",
    "geometry",
    "greeks",
    "implied_volatility",
    "integrated_information",
    "params",
    "phi_g",
    "phi_star",
    "sabr",
    "simd",
    "startup",
    "tessellation",
]
