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

ZERO = 1e-15
"""What rounding leaves of a derivative that is zero, of its natural scale times exp(-d₁²/2)."""

SIGNED = ("theta", "vanna", "volga", "charm", "speed", "zomma", "color", "veta", "ultima")
"""Derivatives that change their sign, and are zero somewhere."""

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
    density = _density(*(inputs[name] for name in INPUTS))
    for name, got, rounded in zip(names, double, single, strict=True):
        want = outputs["phi_dividend_rho" if name == "phi" else name]
        zero = ZERO * scales[name] * density if name in SIGNED else 0.0
        yield Check(name, got, want, zero, F64)
        yield Check(f"{name} (device, f32)", rounded, want, absolute=F32 * scales[name])


def _density(s: float, k: float, t: float, sigma: float, r: float, q: float) -> float:
    """exp(-d₁²/2), which every signed derivative is a multiple of but for terms of r and q."""
    deviation = sigma * math.sqrt(t)
    d1 = (math.log(s / k) + (r - q) * t) / deviation + 0.5 * deviation
    return math.exp(-0.5 * d1 * d1)


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
