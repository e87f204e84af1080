"""Hyperbolic space H³ of curvature -1: forms of a point, maps, distances and neighbours of arrays.

A point is written in one of four forms, rows of a numpy array:

| form | row | is a point where |
| --- | --- | --- |
| `polar` | r, nx, ny, nz | 0 <= r <= 350 is its distance from the centre, n its unit direction |
| `ball` | x, y, z | x² + y² + z² < 1 (the Poincaré ball) |
| `hyperboloid` | t, x, y, z | t² = 1 + x² + y² + z², t > 0 |
| `half_space` | x, y, z | z > 0 (the upper half-space; the centre is at height 1) |

Everything here computes in double precision on the CPU; coordinates of the ball resolve about
1e-16 e^r, the others keep their accuracy at any radius. Lengths of vectors at the centre are
Riemannian: `exp0(v)` lies `|v|` away from it (geoopt's `expmap0` takes half of that). Batches on
the engine's device: `Engine.distances` and `Engine.neighbours`. A plane is a ball of two
coordinates.

Sources: Cannon, Floyd, Kenyon, Parry 1997; Ungar 2008; Ganea, Bécigneul, Hofmann 2018.

>>> import hyperphysics as hp
>>> hp.geometry.convert([[2.0, 0.0, 0.0, 1.0]], "polar", "half_space").round(4).tolist()
[[0.0, 0.0, 7.3891]]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hyperphysics import _engine
from hyperphysics._array_inputs import array_of, whole_number
from hyperphysics._engine import HyperPhysicsError, Tessellation, axes, tessellation

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "Neighbours",
    "Tessellation",
    "axes",
    "convert",
    "disc",
    "distance",
    "exp0",
    "exp_map",
    "geodesic",
    "log0",
    "log_map",
    "mobius_add",
    "tessellation",
]


STEPS = 1_000_000
"""Most points of a way."""


class Neighbours(NamedTuple):
    """Nearest points of each query, nearest first."""

    indices: NDArray[np.int64]
    """Rows of the points, q × k."""
    distances: Floats
    """Their hyperbolic distances, q × k."""


def convert(points: ArrayLike, source: str, target: str) -> Floats:
    """Points of the form `source` written in the form `target`.

    Args:
        points: One point or an array of points, coordinates along the last axis.
        source: Form of the points: `polar`, `ball`, `hyperboloid` or `half_space`.
        target: Form wanted.

    Raises:
        HyperPhysicsError: A row is no point, or rounds to the edge of the ball (radius above 36);
            it is named, counted over all leading axes.
    """
    rows = _points(points, source)
    shape = (*rows.shape[:-1], _width(target))
    return _engine.convert_rows(rows.ravel(), source, target).reshape(shape)


def distance(x: ArrayLike, y: ArrayLike, *, form: str = "ball") -> Floats:
    """Distances of points, in double precision; leading axes broadcast as numpy's do.

    `distance(x[:, None], y[None])` is a matrix; large ones are `Engine.distances`' work.

    Args:
        x: Points, coordinates along the last axis. In the ball, two coordinates are a plane's.
        y: Points of the same form.
        form: Their form.

    Raises:
        HyperPhysicsError: A row is no point; it is named.
    """
    a, b = _broadcast(_points(x, form, flat=True), _points(y, form, flat=True))
    return _engine.row_distances(a.ravel(), b.ravel(), form).reshape(a.shape[:-1])


def disc(points: ArrayLike, *, form: str = "polar") -> Floats:
    """Feet of the perpendiculars from points onto the plane z = 0, in its Poincaré disc.

    No two feet are farther apart than their points, and points of the plane stay where they are.

    Args:
        points: Points, coordinates along the last axis.
        form: Their form.

    Returns:
        x and y of each foot along the last axis.

    Raises:
        HyperPhysicsError: A row is no point; it is named.
    """
    rows = _points(points, form)
    return _engine.disc_rows(rows.ravel(), form).reshape(*rows.shape[:-1], 2)


def mobius_add(x: ArrayLike, y: ArrayLike) -> Floats:
    """Möbius sums `x ⊕ y` in the ball: `y` moved by the translation that takes 0 to `x`.

    Coordinates (2 or 3) are along the last axis; leading axes broadcast.

    Raises:
        HyperPhysicsError: A row is no point, or a sum rounds to the edge; it is named.
    """
    return _map(_engine.mobius_add_rows, x, y)


def exp0(v: ArrayLike) -> Floats:
    """Points of the ball reached from its centre along vectors, each as far as its length.

    Raises:
        HyperPhysicsError: A row is not finite, or reaches the edge (length above 36).
    """
    return _map(_engine.exp0_rows, v)


def log0(x: ArrayLike) -> Floats:
    """Vectors at the centre that `exp0` takes to points of the ball.

    Raises:
        HyperPhysicsError: A row is no point; it is named.
    """
    return _map(_engine.log0_rows, x)


def exp_map(x: ArrayLike, v: ArrayLike) -> Floats:
    """Points of the ball reached from `x` along the tangent vectors `v`.

    `v` is in coordinates of the ball: its Riemannian length is `2 |v| / (1 - |x|²)`. Leading axes
    broadcast.

    Raises:
        HyperPhysicsError: A row is no point or not finite, or reaches the edge; it is named.
    """
    return _map(_engine.exp_rows, x, v)


def log_map(x: ArrayLike, y: ArrayLike) -> Floats:
    """Tangent vectors at `x`, in coordinates of the ball, that `exp_map` takes to `y`.

    Raises:
        HyperPhysicsError: A row is no point; it is named.
    """
    return _map(_engine.log_rows, x, y)


def geodesic(x: ArrayLike, y: ArrayLike, steps: int = 16) -> Floats:
    """Points of the ball on the shortest ways from `x` to `y`, evenly spaced, both ends included.

    Args:
        x: Points, coordinates (2 or 3) along the last axis.
        y: As many, or broadcasting with them.
        steps: Points of a way, 2 to 1 000 000.

    Returns:
        The ways: one axis of length `steps` before the last.

    Raises:
        HyperPhysicsError: A row is no point, or `steps` is out of range.
    """
    import numpy as np  # noqa: PLC0415 - importing the package does not import numpy

    count = whole_number("steps", steps)
    if not 2 <= count <= STEPS:
        raise HyperPhysicsError(f"steps is {count}, expected 2 to {STEPS}")
    vectors = log_map(x, y)
    start = _array(x, "points")[..., None, :]
    along = vectors[..., None, :] * np.linspace(0.0, 1.0, count)[:, None]
    return exp_map(start, along)


def device_distances(
    engine: _engine.Engine, points: ArrayLike, queries: ArrayLike | None, form: str
) -> NDArray[np.float32]:
    """What `Engine.distances` returns."""
    rows, others = _sets(points, queries, form)
    asked = None if others is None else others.ravel()
    array = _engine.cross_distances(engine, rows.ravel(), asked, form)
    shape = (len(rows) if others is None else len(others), len(rows))
    return array.reshape(shape)


def device_neighbours(
    engine: _engine.Engine, points: ArrayLike, k: int, queries: ArrayLike | None, form: str
) -> Neighbours:
    """What `Engine.neighbours` returns."""
    import numpy as np  # noqa: PLC0415 - as in geodesic

    k = whole_number("k", k)
    if k < 1:
        raise HyperPhysicsError(f"k is {k}, expected at least 1")
    rows, others = _sets(points, queries, form)
    asked = None if others is None else others.ravel()
    indices, distances = _engine.nearest_neighbours(engine, rows.ravel(), asked, k, form)
    shape = (len(rows) if others is None else len(others), k)
    return Neighbours(indices.astype(np.int64).reshape(shape), distances.reshape(shape))


def _sets(points: ArrayLike, queries: ArrayLike | None, form: str) -> tuple[Floats, Floats | None]:
    sets = [_points(points, form)]
    if queries is not None:
        sets.append(_points(queries, form, name="queries"))
    for name, rows in zip(("points", "queries"), sets, strict=False):
        if rows.ndim != 2:
            raise HyperPhysicsError(
                f"{name} have the shape {rows.shape}, expected (n, {_width(form)})"
            )
    return sets[0], sets[1] if len(sets) > 1 else None


def _width(form: str) -> int:
    known = dict(_engine.forms())
    if not isinstance(form, str) or form not in known:
        raise HyperPhysicsError(f"form is `{form}`, expected one of {', '.join(known)}")
    return known[form]


def _points(points: ArrayLike, form: str, *, name: str = "points", flat: bool = False) -> Floats:
    """An array whose last axis holds the coordinates of a form."""
    import numpy as np  # noqa: PLC0415 - as in geodesic

    rows, width = _array(points, name), _width(form)
    if flat and form == "ball" and rows.shape[-1:] == (2,):
        rows = np.concatenate([rows, np.zeros((*rows.shape[:-1], 1))], axis=-1)
    if rows.shape == (0,):
        return rows.reshape(0, width)
    if rows.shape[-1:] != (width,):
        raise HyperPhysicsError(
            f"{name} have the shape {rows.shape}, expected {width} coordinates of the form "
            f"`{form}` along the last axis"
        )
    return rows


def _array(values: ArrayLike, name: str) -> Floats:
    import numpy as np  # noqa: PLC0415 - as in geodesic

    return np.ascontiguousarray(array_of(name, values))


def _broadcast(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    import numpy as np  # noqa: PLC0415 - as in geodesic

    if x.shape[-1:] != y.shape[-1:]:
        raise HyperPhysicsError(f"the shapes {x.shape} and {y.shape} differ in their last axis")
    try:
        a, b = np.broadcast_arrays(x, y)
    except ValueError as error:
        raise HyperPhysicsError(f"the shapes {x.shape} and {y.shape} do not fit") from error
    return np.ascontiguousarray(a), np.ascontiguousarray(b)


def _map(of_rows: Callable[..., Floats], *operands: ArrayLike) -> Floats:
    """A map of the ball over operands that broadcast, coordinates along their last axis."""
    arrays = [_array(operand, "points") for operand in operands]
    for array in arrays:
        if array.shape[-1:] not in {(2,), (3,)}:
            raise HyperPhysicsError(
                f"the shape is {array.shape}, expected 2 or 3 coordinates along the last axis"
            )
    if len(arrays) == 2:
        arrays = list(_broadcast(arrays[0], arrays[1]))
    images = of_rows(*(array.ravel() for array in arrays), arrays[0].shape[-1])
    return images.reshape(arrays[0].shape)
