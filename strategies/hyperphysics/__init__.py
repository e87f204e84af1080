"""Risk, regime and direction numbers for freqtrade from an embedded Rust engine.

>>> import hyperphysics as hp
>>> engine = hp.Engine("cpu")
>>> hp.startup() <= 2490
True
"""

from hyperphysics import engine
from hyperphysics._engine import (
    Bipartition,
    BookSide,
    BookState,
    Column,
    Complexity,
    Device,
    EngineError,
    Fill,
    HyperbolicOrderBook,
    HyperPhysicsError,
    Lattice,
    MoveModel,
    Param,
    SequenceError,
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
    simd,
    startup,
    tessellation,
)
from hyperphysics.engine import Engine

__all__ = [
    "Bipartition",
    "BookSide",
    "BookState",
    "Column",
    "Complexity",
    "Device",
    "Engine",
    "EngineError",
    "Fill",
    "HyperPhysicsError",
    "HyperbolicOrderBook",
    "Lattice",
    "MoveModel",
    "Param",
    "SequenceError",
    "Tessellation",
    "bipartitions",
    "columns",
    "complexity",
    "devices",
    "drive",
    "drive_exactly",
    "engine",
    "families",
    "geometric_schedule",
    "integrated_information",
    "params",
    "simd",
    "startup",
    "tessellation",
]
