"""Regular tilings of the hyperbolic plane, in f64 on the CPU whatever the engine's device."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from hyperphysics import _engine, geometry
from hyperphysics.verification import Check, each

ON_HOST = True

CLOSED = 1e-13
"""Relative, the file's own tolerance for closed forms."""

PLACE = 1e-10
"""Absolute, the file's own tolerance for radii and distances."""


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Counts, degrees, closed forms, radii and pair distances, none of which knows a rotation."""
    del engine, document
    return _tiling(case["inputs"], case["outputs"])


def _tiling(inputs: dict[str, Any], outputs: dict[str, Any]) -> Iterator[Check]:
    tiles = _engine.tessellation(inputs["p"], inputs["q"], inputs["layers"])
    counts = {"vertices": len(tiles), "edges": len(tiles.edges), "faces": len(tiles.faces)}
    for name, count in counts.items():
        yield Check(name, count, outputs[name])
    degrees = Counter(tiles.degrees)
    for degree, count in outputs["degree_histogram"].items():
        yield Check(f"nodes of degree {degree}", degrees[int(degree)], count)
    forms = {
        "edge_length": tiles.edge_length,
        "circumradius": tiles.circumradius,
        "inradius": tiles.inradius,
        "interior_angle": tiles.interior_angle,
        "polygon_area": tiles.area,
    }
    for name, value in forms.items():
        yield Check(name, value, outputs[name], relative=CLOSED)
    radii = sorted(vertex[0] for vertex in tiles.polar)
    yield from each("radius", radii, outputs["sorted_vertex_radii"], absolute=PLACE)
    pairs = zip(*itertools.combinations(tiles.disc, 2), strict=True)
    distances = sorted(geometry.distance(*pairs).tolist())
    first = outputs["sorted_pair_distances_first200"]
    yield from each("distance", distances[: len(first)], first, absolute=PLACE)
    total = outputs["sum_pair_distances"]
    yield Check("sum of distances", math.fsum(distances), total, PLACE * len(distances))
