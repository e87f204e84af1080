"""Distances and maps of the Poincaré ball, in polar form and on the hyperboloid."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from hyperphysics import _engine, geometry
from hyperphysics.verification import Check, NotImplementedCase, each

F32 = 5e-6
"""Relative, for polar coordinates rounded to single precision; the file's own tolerance."""

FLOOR = 4e-6
"""Absolute error of the device where distances are small against radii up to 8."""

NEAR_RADIUS = 8.0
"""To which distances across sets are right to `FLOOR`, near points too."""

LARGEST_RADIUS = 20.0
"""Where the device's single-precision form ends."""


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Polar cases on the device in f32; ball cases in f64 by `hyperphysics.geometry`."""
    del document
    inputs, outputs = case["inputs"], case["outputs"]
    if case["id"] == "polar":
        return _polar(engine, inputs, outputs["distance"])
    return _ball(engine, inputs, outputs)


def _polar(engine: _engine.Engine, inputs: dict[str, float], want: float) -> Iterator[Check]:
    r1, r2, theta = inputs["r1"], inputs["r2"], inputs["theta"]
    if max(r1, r2) > LARGEST_RADIUS:
        raise NotImplementedCase(f"radii above {LARGEST_RADIUS} are no points for the device")
    # Half the angle to each side: unit vectors of single precision resolve it best there.
    x, y = math.cos(theta / 2), math.sin(theta / 2)
    matrix = _engine.distances(engine, [[(r1, x, y, 0.0), (r2, x, -y, 0.0)]])
    yield Check("distance (device, f32)", matrix[1], want, FLOOR, F32)
    axis, turned = [r1, 1.0, 0.0, 0.0], [r2, math.cos(theta), math.sin(theta), 0.0]
    yield from _device(engine, axis, turned, "polar", max(r1, r2), want)


def _device(
    engine: _engine.Engine, x: list[float], y: list[float], form: str, radius: float, want: float
) -> Iterator[Check]:
    """Distance across sets, to the last few bits of single precision."""
    across = float(_engine.cross_distances(engine, x, y, form)[0])
    relative = 0.0 if radius <= NEAR_RADIUS else 3e-7
    yield Check("distance across sets (device, f32)", across, want, FLOOR, relative)
    # Decided in double precision, as the distance of the one candidate.
    _, found = _engine.nearest_neighbours(engine, x, y, 1, form)
    bound = max(1e-12, 1e-15 * math.exp(radius))
    yield Check("distance of a neighbour", float(found[0]), want, bound, bound)


def _ball(
    engine: _engine.Engine, inputs: dict[str, Any], outputs: dict[str, Any]
) -> Iterator[Check]:
    x, y, v, at = inputs["x"], inputs["y"], inputs["v"], inputs["v_at_x"]
    distance = outputs["distance"]
    # The file's bound with the radii that occur: of the points, and of one seen from the other.
    cosh = max(outputs["hyperboloid_x"][0], outputs["hyperboloid_y"][0], math.cosh(distance))
    bound = max(1e-12, 1e-16 * 2 * cosh)
    got = {
        "mobius_add_x_y": geometry.mobius_add(x, y),
        "translate_minus_x_of_y": geometry.mobius_add([-a for a in x], y),
        "exp0_v": geometry.exp0(v),
        "log0_y": geometry.log0(y),
        "exp_x_v": geometry.exp_map(x, at),
        "log_x_y": geometry.log_map(x, y),
    }
    space = [[*point, 0.0][:3] for point in (x, y)]
    apart = float(geometry.distance(*space))
    yield Check("distance", apart, distance, bound, bound)
    for name, values in got.items():
        size = math.hypot(*outputs[name])
        yield from each(name, values.tolist(), outputs[name], absolute=bound * max(size, 1.0))
    for point, name in zip(space, ("hyperboloid_x", "hyperboloid_y"), strict=True):
        sheet = geometry.convert(point, "ball", "hyperboloid").tolist()
        want = [*outputs[name], 0.0][:4]
        yield from each(name, sheet, want, absolute=bound * math.hypot(*want))
    radius = math.acosh(max(outputs["hyperboloid_x"][0], outputs["hyperboloid_y"][0]))
    yield from _device(engine, space[0], space[1], "ball", radius, distance)
