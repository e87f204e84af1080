# ruff: noqa: F401
"""Part of `_engine` that `_engine_options.pyi` types: options.

The stub checker compares a stub with the module of its name and does not look into imported
classes, so that each part of the engine's stub needs a module to be compared with.
"""

from hyperphysics._engine import (
    SabrFit,
    calibrate_sabr,
    device_greeks,
    device_sabr,
    greek_names,
    greeks,
    implied_volatility,
    sabr,
    sabr_names,
)
