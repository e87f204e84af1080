"""Shrinkage of sample covariances, in f64 on the CPU whatever the engine's device."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from hyperphysics import _engine
from hyperphysics.verification import Check

ON_HOST = True

F64 = 1e-10
"""Absolute, the file's own tolerance."""


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Intensities of both estimators for standardised columns."""
    del engine, document
    columns = zip(*case["inputs"]["X_rows_are_samples"], strict=True)
    rows = [list(row) for row in zip(*map(_standardised, columns), strict=True)]
    oas, ledoit_wolf = _engine.shrinkage_intensities(rows)
    outputs = case["outputs"]
    yield Check("oas", oas, outputs["oas_shrinkage"], F64)
    yield Check("ledoit_wolf", ledoit_wolf, outputs["ledoit_wolf_shrinkage"], F64)


def _standardised(column: Iterable[float]) -> list[float]:
    values = list(column)
    mean = math.fsum(values) / len(values)
    variance = math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1)
    return [(v - mean) / math.sqrt(variance) for v in values]
