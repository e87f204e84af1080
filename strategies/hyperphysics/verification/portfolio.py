"""Risk of portfolios: covariances and history in f64, shocks and products on the device."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from hyperphysics import _engine
from hyperphysics.verification import Check, NotImplementedCase, each

Case = dict[str, Any]

F64 = 1e-9
"""Relative, for sums of some hundred terms in another order, and weights that are nearly equal."""

F32 = 1e-5
"""Absolute, for sums of nineteen products of about one in single precision."""

ERRORS = 4.5
"""Standard errors that a simulation may be off; some thirty numbers are compared."""

PATHS = 400_000


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """What the case's id names."""
    del document
    if (check := PARTS.get(case["id"])) is None:
        raise NotImplementedCase("no such quantity")
    return check(engine, case)


def _risk(engine: _engine.Engine, case: Case, shrinkage: float | None) -> _engine.PortfolioRisk:
    inputs = case["inputs"]
    columns = np.array(inputs["returns"]).T
    count = len(columns)
    return _engine.portfolio_risk(
        engine,
        [f"asset {number}" for number in range(count)],
        columns.tolist(),
        inputs.get("weights", [1.0] * count),
        half_life=inputs["half_life"],
        shrinkage=shrinkage,
        paths=PATHS,
        horizon=1,
        levels=[0.05, 0.025, 0.01],
        seed=0,
        scenarios=[[-0.3, *[0.0] * (count - 1)]],
    )


def _covariance(risk: _engine.PortfolioRisk, case: Case) -> Iterator[Check]:
    want = np.array(case["outputs"]["covariance"])
    deviations = np.sqrt(want.diagonal())
    # Between assets that move apart it is zero but for rounding: their deviations are its scale.
    scales = np.outer(deviations, deviations)
    cells = zip(risk.covariance.tolist(), want.flat, scales.flat, strict=True)
    for at, (got, cell, scale) in enumerate(cells):
        yield Check(f"covariance[{at}]", got, float(cell), F64 * float(scale))


def _shrunk(engine: _engine.Engine, case: Case) -> Iterator[Check]:
    risk = _risk(engine, case, None)
    yield Check("shrinkage", risk.shrinkage, case["outputs"]["shrinkage"], relative=F64)
    yield from _covariance(risk, case)


def _normal(engine: _engine.Engine, case: Case) -> Iterator[Check]:
    risk, weights = _risk(engine, case, 0.0), case["inputs"]["weights"]
    yield from _covariance(risk, case)
    covariance = case["outputs"]["covariance"]
    for tail in risk.simulated:
        want = case["outputs"]["tails"][str(tail.level)]
        yield Check(f"VaR {tail.level}", tail.var, want["VaR"], ERRORS * tail.var_error)
        yield Check(f"ES {tail.level}", tail.es, want["ES"], ERRORS * tail.es_error)
        for at, part in enumerate(want["ES_component"]):
            # Chance in an asset's mean over the tail is that of its standard deviation.
            spread = abs(weights[at]) * math.sqrt(covariance[at][at] / (PATHS * tail.level))
            got = weights[at] * tail.es_marginal[at]
            yield Check(f"component {at} of ES {tail.level}", got, part, ERRORS * spread)


def _history(engine: _engine.Engine, case: Case) -> Iterator[Check]:
    risk = _risk(engine, case, None)
    for tail in risk.historical:
        want = case["outputs"]["tails"][str(tail.level)]
        yield Check(f"VaR {tail.level}", tail.var, want["VaR"], relative=F64)
        yield Check(f"ES {tail.level}", tail.es, want["ES"], relative=F64)
    for (loss, _), (name, want) in zip(risk.stress, case["outputs"]["stress"].items(), strict=True):
        yield Check(name, loss, want, relative=F64)


def _product(engine: _engine.Engine, case: Case) -> Iterator[Check]:
    left, right = (np.array(case["inputs"][side], np.float32) for side in ("left", "right"))
    shape = [left.shape[0], left.shape[1], right.shape[1]]
    got = _engine.matmul(engine, left, right, shape)
    want = np.array(case["outputs"]["product"]).ravel()
    yield from each("product", got.tolist(), want.tolist(), absolute=F32)


PARTS = {
    "shrunk_covariance": _shrunk,
    "normal_tails": _normal,
    "filtered_history": _history,
    "matrix_product": _product,
}
