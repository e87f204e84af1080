"""Prices and Greeks of European options, in f64 on the CPU whatever the engine's device."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from hyperphysics import _engine

from . import Check

F64 = 1e-11
"""Relative, the file's own tolerance."""

INPUTS = ("S", "K", "T", "sigma", "r", "q")


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Price and the fourteen derivatives."""
    del document
    inputs, outputs = case["inputs"], case["outputs"]
    columns = [[inputs[name]] for name in INPUTS]
    columns.append([1.0 if case["id"].startswith("call") else -1.0])
    names = _engine.greek_names()
    values = np.frombuffer(memoryview(_engine.greeks(engine, *columns, measures=names))).tolist()
    for name, got in zip(names, values, strict=True):
        want = outputs["phi_dividend_rho" if name == "phi" else name]
        yield Check(name, got, want, relative=F64)
