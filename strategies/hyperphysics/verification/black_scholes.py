"""Prices and Greeks of European options, in f64 on the CPU and in f32 on the engine's device."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from hyperphysics import _engine
from hyperphysics.verification import Check

F64 = 1e-11
"""Relative, the file's own tolerance."""

F32 = 5e-6
"""Of a measure's natural scale, the file's own tolerance for single precision."""

INPUTS = ("S", "K", "T", "sigma", "r", "q")


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterator[Check]:
    """Price and the fourteen derivatives, twice."""
    del document
    inputs, outputs = case["inputs"], case["outputs"]
    columns = [[inputs[name]] for name in INPUTS]
    columns.append([1.0 if case["id"].startswith("call") else -1.0])
    names = _engine.greek_names()
    double, single = (
        compute(engine, *columns, measures=names).tolist()
        for compute in (_engine.greeks, _engine.device_greeks)
    )
    scales = _scales(*(inputs[name] for name in INPUTS))
    for name, got, rounded in zip(names, double, single, strict=True):
        want = outputs["phi_dividend_rho" if name == "phi" else name]
        yield Check(name, got, want, relative=F64)
        yield Check(f"{name} (device, f32)", rounded, want, absolute=F32 * scales[name])


def _scales(s: float, k: float, t: float, sigma: float, r: float, q: float) -> dict[str, float]:
    """Natural scales: those of the file, and of what it names none for the derivatives of those.

    Where the drift moves an option, by calendar time, it counts in units of the total volatility.
    """
    root = math.sqrt(t)
    gamma, vega = 1.0 / (s * sigma * root), s * root
    drift = 1.0 + abs(r - q) * root / sigma
    return {
        "price": s,
        "delta": 1.0,
        "gamma": gamma,
        "vega": vega,
        "theta": s * sigma / root,
        "rho": k * t,
        "phi": s * t,
        "vanna": 1.0 / sigma,
        "volga": vega / sigma,
        "charm": drift / t,
        "speed": gamma / (s * sigma * root),
        "zomma": gamma / sigma,
        "color": drift * gamma / t,
        "veta": drift * vega / t,
        "ultima": vega / sigma**2,
    }
