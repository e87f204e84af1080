"""SABR volatilities and hyperbolic distances, in f64 on the CPU whatever the engine's device."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from hyperphysics import _engine

from . import Check

F64 = 1e-10
"""Relative, the file's own tolerance."""


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Distance from the state to the line of the strike, and Obłój's volatility.

    Normal volatilities and Hagan's approximated distance are not among what the engine computes.
    """
    del document
    inputs, outputs = case["inputs"], case["outputs"]
    option = [[inputs[name]] for name in ("F", "K", "T")] + [[0.0], [0.0], [1.0]]
    smile = [[inputs[name]] for name in ("alpha", "beta", "rho", "nu")]
    found = _engine.sabr(engine, option, smile, ["volatility", "distance"])
    volatility, distance = np.frombuffer(memoryview(found)).tolist()
    yield Check("volatility", volatility, outputs["lognormal_vol_obloj2008"], relative=F64)
    # The file has it without the sign of forward - strike.
    yield Check("distance", abs(distance), outputs["geodesic_distance"], relative=F64)
