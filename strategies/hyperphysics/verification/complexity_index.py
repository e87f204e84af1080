"""The complexity index and its estimators, in f64 on the CPU whatever the engine's device."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from hyperphysics import _engine, geometry
from hyperphysics.verification import Check, each

ON_HOST = True

Numbers = dict[str, Any]

F64 = 1e-9
"""Relative, the file's own tolerance."""

LAG = 1e-12
"""Absolute, for autocorrelations; the reference sums them by Fourier transform."""


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Autocorrelation times, correlation dimensions and products, by the beginning of the id."""
    del engine, document
    for prefix, check in PARTS.items():
        if case["id"].startswith(prefix):
            return check(case["inputs"], case["outputs"])
    raise ValueError(f"unknown case {case['id']}")


def _time(inputs: Numbers, outputs: Numbers) -> Iterator[Check]:
    found = _engine.autocorrelation_time([inputs["series"]], inputs["window_constant"])
    time, window, lags = found or (math.nan, 0, [])
    yield Check("tau", time, outputs["tau_half_plus_sum"], relative=F64)
    yield Check("window", window, outputs["window"])
    count = min(len(lags), len(outputs["acf_lag0_4"]))
    yield from each("rho", lags[:count], outputs["acf_lag0_4"][:count], absolute=LAG)


def _dimension(inputs: Numbers, outputs: Numbers) -> Iterator[Check]:
    points = inputs["positions_ball"]
    distances = geometry.distance(*zip(*itertools.combinations(points, 2), strict=True)).tolist()
    dimension, median, pairs = _engine.takens_dimension(distances) or (math.nan, math.nan, 0)
    yield Check("dimension", dimension, outputs["takens_D"], relative=F64)
    yield Check("median", median, outputs["median_distance_r0"], relative=F64)
    yield Check("pairs", pairs, outputs["pairs_below_r0"])
    volumes = [_engine.volume_radius(d) for d in distances]
    dimension, median, _ = _engine.takens_dimension(volumes) or (math.nan, math.nan, 0)
    corrected = outputs["takens_D_volume_corrected"]
    yield Check("dimension by volume", dimension, corrected, relative=F64)
    yield Check("median by volume", median, outputs["volume_radius_median"], relative=F64)
    shares = _engine.correlation_sum(distances, outputs["gp_radii"])
    yield from each("share", shares, outputs["gp_C"], relative=F64)


def _slope(inputs: Numbers, outputs: Numbers) -> Iterator[Check]:
    slopes = [_engine.ball_dimension(r) for r in inputs["r"]]
    return each("slope", slopes, outputs["dlnV_dlnr"], relative=F64)


def _composite(inputs: Numbers, outputs: Numbers) -> Iterator[Check]:
    names = ("alpha", "D", "G", "C", "beta", "tau")
    index = _engine.complexity_product(*(inputs[name] for name in names))
    yield Check("index", index, outputs["CI"], relative=F64)


PARTS: dict[str, Callable[[Numbers, Numbers], Iterator[Check]]] = {
    "tau_": _time,
    "corrdim_": _dimension,
    "uniform_H3": _slope,
    "composite": _composite,
}
"""Check by the beginning of the case's id."""
