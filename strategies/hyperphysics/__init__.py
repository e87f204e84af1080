"""Risk, regime and direction numbers for freqtrade from an embedded Rust engine.

>>> import hyperphysics as hp
>>> engine = hp.Engine("cpu")
>>> hp.startup() <= 2490
True
"""

from hyperphysics import engine
from hyperphysics._engine import (
    Column,
    Device,
    EngineError,
    HyperPhysicsError,
    Param,
    columns,
    devices,
    families,
    params,
    simd,
    startup,
)
from hyperphysics.engine import Engine

__all__ = [
    "Column",
    "Device",
    "Engine",
    "EngineError",
    "HyperPhysicsError",
    "Param",
    "columns",
    "devices",
    "engine",
    "families",
    "params",
    "simd",
    "startup",
]
