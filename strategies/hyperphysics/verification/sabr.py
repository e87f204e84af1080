"""SABR volatilities and distances, in f64 on the CPU and in f32 on the engine's device."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hyperphysics import _engine
from hyperphysics.verification import Check

F64 = 1e-10
"""Relative, the file's own tolerance."""

F32 = 2e-5
"""Relative, the file's own tolerance for single precision."""

ZERO = 1e-15
"""Absolute: what rounding leaves of the distance from a forward to a strike that it equals."""

MEASURES = ["volatility", "distance"]


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterator[Check]:
    """Distance from the state to the line of the strike, and Obłój's volatility, twice.

    Normal volatilities and Hagan's approximated distance are not among what the engine computes.
    """
    del document
    inputs, outputs = case["inputs"], case["outputs"]
    option = [[inputs[name]] for name in ("F", "K", "T")] + [[0.0], [0.0], [1.0]]
    smile = [[inputs[name]] for name in ("alpha", "beta", "rho", "nu")]
    for where, function, tolerance in (
        ("", _engine.sabr, F64),
        (" (device, f32)", _engine.device_sabr, F32),
    ):
        found = function(engine, option, smile, MEASURES)
        volatility, distance = found.tolist()
        want = outputs["lognormal_vol_obloj2008"]
        yield Check(f"volatility{where}", volatility, want, relative=tolerance)
        # The file has it without the sign of forward - strike.
        want = outputs["geodesic_distance"]
        yield Check(f"distance{where}", abs(distance), want, ZERO, tolerance)
