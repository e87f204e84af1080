"""Hyperbolic space as arrays, beside numpy and scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

import hyperphysics as hp
from hyperphysics import _engine, geometry

FORMS = [name for name, _ in _engine.forms()]


def cloud(count: int, reach: float, seed: int = 0) -> Any:
    """Points in polar form, radii to `reach`, random directions."""
    rng = np.random.default_rng(seed)
    normal = rng.normal(size=(count, 3))
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    return np.column_stack([rng.uniform(0, reach, count), normal])


def law_of_cosines(a: Any, b: Any) -> Any:
    """Distance of polar points in extended precision, by a formula the engine does not use."""
    a, b = np.asarray(a, np.longdouble), np.asarray(b, np.longdouble)
    cosine = (a[..., 1:] * b[..., 1:]).sum(-1)
    r, q = a[..., 0], b[..., 0]
    cosh = np.cosh(r - q) + np.sinh(r) * np.sinh(q) * (1 - cosine)
    return np.arccosh(np.maximum(cosh, 1))


@pytest.fixture(params=["cpu", "vulkan"])
def engine(request: pytest.FixtureRequest) -> hp.Engine:
    if request.param == "cpu":
        return hp.Engine("cpu")
    return hp.Engine(request.getfixturevalue("vulkan"))


@pytest.mark.parametrize("source", FORMS)
@pytest.mark.parametrize("target", FORMS)
def test_forms_lead_to_each_other(source: str, target: str) -> None:
    points = geometry.convert(cloud(200, 6.0), "polar", source)
    there = geometry.convert(points, source, target)
    back = geometry.convert(there, target, source)
    assert np.allclose(back, points, rtol=1e-12, atol=1e-12)
    a, b = points[:100], points[100:]
    want = geometry.distance(a, b, form=source)
    got = geometry.distance(there[:100], there[100:], form=target)
    assert np.allclose(got, want, rtol=1e-11)
    polar = cloud(200, 6.0)
    assert np.allclose(want, law_of_cosines(polar[:100], polar[100:]).astype(float), rtol=1e-10)


def test_forms_are_what_they_say() -> None:
    polar = cloud(50, 5.0)
    sheet = geometry.convert(polar, "polar", "hyperboloid")
    assert np.allclose((sheet[:, 1:] ** 2).sum(1) - sheet[:, 0] ** 2, -1, atol=1e-10)
    ball = geometry.convert(polar, "polar", "ball")
    assert np.allclose(ball, sheet[:, 1:] / (1 + sheet[:, :1]), rtol=1e-13)
    # The inversion of geomstats and Ratcliffe, 4.4: the pole of the third axis goes to infinity.
    x, y, z = geometry.convert(polar, "polar", "half_space").T
    below = x**2 + y**2 + (z + 1) ** 2
    want = np.column_stack([2 * x, 2 * y, x**2 + y**2 + z**2 - 1]) / below[:, None]
    assert np.allclose(ball, want, rtol=1e-11, atol=1e-12)
    one = geometry.convert(polar[7], "polar", "ball")
    assert one.shape == (3,)
    assert np.array_equal(one, ball[7])
    assert geometry.convert(polar.reshape(5, 10, 4), "polar", "ball").shape == (5, 10, 3)


def geoopt_mobius_add(x: Any, y: Any) -> Any:
    """As geoopt writes it, curvature -1."""
    xy, x2, y2 = ((a * b).sum(-1, keepdims=True) for a, b in ((x, y), (x, x), (y, y)))
    return ((1 + 2 * xy + y2) * x + (1 - x2) * y) / (1 + 2 * xy + x2 * y2)


@pytest.mark.parametrize("width", [2, 3])
def test_maps_follow_geoopt(width: int) -> None:
    rng = np.random.default_rng(3)
    x, y, v = rng.uniform(-0.5, 0.5, (3, 40, width))
    assert np.allclose(geometry.mobius_add(x, y), geoopt_mobius_add(x, y), atol=1e-14)
    norm = np.linalg.norm(v, axis=1, keepdims=True)
    # geoopt's expmap0 takes half of our vector.
    assert np.allclose(geometry.exp0(v), np.tanh(norm / 2) * v / norm, atol=1e-15)
    assert np.allclose(geometry.log0(geometry.exp0(v)), v, atol=1e-14)
    factor = 2 / (1 - (x**2).sum(1, keepdims=True))
    second = np.tanh(factor * norm / 2) * v / norm
    assert np.allclose(geometry.exp_map(x, v), geoopt_mobius_add(x, second), atol=1e-14)
    assert np.allclose(geometry.exp_map(x, geometry.log_map(x, y)), y, atol=1e-13)
    length = factor[:, 0] * np.linalg.norm(geometry.log_map(x, y), axis=1)
    assert np.allclose(length, geometry.distance(x, y), atol=1e-13)
    ways = geometry.geodesic(x, y, 5)
    assert ways.shape == (40, 5, width)
    assert np.allclose(ways[:, [0, -1]], np.stack([x, y], 1), atol=1e-13)
    steps = geometry.distance(ways[:, :-1], ways[:, 1:])
    assert np.allclose(steps, length[:, None] / 4, atol=1e-12)


def test_leading_axes_broadcast() -> None:
    x = geometry.convert(cloud(6, 3.0), "polar", "ball")
    matrix = geometry.distance(x[:, None], x)
    assert matrix.shape == (6, 6)
    assert np.array_equal(matrix, matrix.T)
    assert np.array_equal(np.diag(matrix), np.zeros(6))
    assert geometry.mobius_add(x[0], x).shape == (6, 3)
    assert geometry.distance(x[0], x[1]).shape == ()
    assert geometry.disc(x, form="ball").shape == (6, 2)


def test_feet_are_no_farther_apart_than_their_points() -> None:
    polar = cloud(300, 6.0)
    feet = geometry.disc(polar)
    a, b = feet[:150], feet[150:]
    assert (
        geometry.distance(a, b) <= geometry.distance(polar[:150], polar[150:], form="polar")
    ).all()
    plane = polar * [1, 1, 1, 0]
    plane[:, 1:] /= np.linalg.norm(plane[:, 1:], axis=1, keepdims=True)
    assert np.allclose(geometry.disc(plane), geometry.convert(plane, "polar", "ball")[:, :2])


BAD: list[tuple[Callable[[], object], str]] = [
    (
        lambda: geometry.convert([[0.0, 0, 0], [0.6, 0.8, 0]], "ball", "polar"),
        r"points\[1\] lies 1 ",
    ),
    (lambda: geometry.convert([[0, 0, np.nan]], "ball", "polar"), r"points\[0\] lies NaN"),
    (lambda: geometry.convert([[-1, 1, 0, 0]], "polar", "ball"), r"points\[0\] has radius -1"),
    (lambda: geometry.convert([[1, 1, 0, 0], [40, 1, 0, 0]], "polar", "ball"), r"points\[1\] at"),
    (lambda: geometry.convert([[2, 0, 0, 0]], "hyperboloid", "ball"), r"points\[0\] has t = 2"),
    (lambda: geometry.convert([[0, 0, -1]], "half_space", "ball"), r"points\[0\] has height -1"),
    (lambda: geometry.convert([[0, 0]], "ball", "polar"), r"expected 3 coordinates"),
    (lambda: geometry.convert([[0, 0, 0]], "sphere", "polar"), "expected one of polar, ball"),
    (lambda: geometry.convert("abc", "ball", "polar"), "expected numbers"),
    (lambda: geometry.distance([[0, 0, 0]], [[0, 0, 0], [0, 2, 0]]), r"y\[1\] lies 2"),
    (lambda: geometry.distance(np.zeros((2, 3)), np.zeros((4, 3))), "do not fit"),
    (lambda: geometry.mobius_add([0, 0], [0, 0, 0]), "differ in their last axis"),
    (lambda: geometry.exp0([[0, 0], [99, 0]]), r"results\[1\] .* edge of the ball"),
    (lambda: geometry.exp_map([0, 0], [np.inf, 0]), r"v\[0\] has the coordinate inf"),
    (lambda: geometry.log0([1, 2, 3, 4]), "expected 2 or 3 coordinates"),
    (lambda: geometry.geodesic([0, 0], [0.5, 0], 1), "steps is 1"),
]


@pytest.mark.parametrize(("call", "text"), BAD)
def test_what_is_no_point_is_named(call: Callable[[], object], text: str) -> None:
    with pytest.raises(hp.HyperPhysicsError, match=text):
        call()


def test_no_points_are_no_error(engine: hp.Engine) -> None:
    empty = np.empty((0, 4))
    assert geometry.convert(empty, "polar", "ball").shape == (0, 3)
    assert geometry.convert([], "polar", "ball").shape == (0, 3)
    assert geometry.exp0(np.empty((0, 2))).shape == (0, 2)
    assert engine.distances(empty).shape == (0, 0)
    assert engine.distances(cloud(3, 1.0), empty).shape == (0, 3)
    assert engine.neighbours(cloud(3, 1.0), 2, empty).indices.shape == (0, 2)


def test_distances_beside_extended_precision(engine: hp.Engine) -> None:
    for reach, count in ((8.0, 150), (20.0, 40)):
        points = cloud(count, reach, 1)
        # Near points far out, where radii of single precision would be off by 2e-7.
        points[0, 0] = reach - 1.0
        points[1] = points[0] + [1e-5, 0, 0, 0]
        points[2] = points[0]
        got = engine.distances(points)
        want = geometry.distance(points[:, None], points, form="polar")
        allowed = 4e-6 if reach == 8.0 else 4e-6 + 3e-7 * want
        assert got.dtype == np.float32
        assert (np.abs(got - want) <= allowed).all()
        assert np.array_equal(got, got.T)
        assert got[0, 2] == 0
        assert got[0, 1] == pytest.approx(1e-5, rel=1e-6)
        # The law of cosines cancels for near points.
        peer = law_of_cosines(points[:, None], points).astype(float)
        assert np.allclose(want[want > 0.01], peer[want > 0.01], atol=1e-7)
    assert engine.fallbacks == {}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_same_neighbours(engine: hp.Engine, form: str) -> None:
    points = cloud(400, 5.0, 2)
    found = engine.neighbours(geometry.convert(points, "polar", form), 6, form=form)
    want = engine.neighbours(points, 6)
    assert np.array_equal(found.indices, want.indices)
    assert np.allclose(found.distances, want.distances, rtol=1e-9)


def test_neighbours_beside_scikit_learn(engine: hp.Engine) -> None:
    points, queries = cloud(300, 8.0, 3), cloud(70, 8.0, 4)
    brute: Any = NearestNeighbors
    peer = brute(algorithm="brute", metric=lambda a, b: float(law_of_cosines(a, b)))
    distances, indices = peer.fit(points).kneighbors(queries, 9)
    found = engine.neighbours(points, 9, queries)
    assert np.array_equal(found.indices, indices)
    assert np.allclose(found.distances, distances, atol=1e-7)
    distances, indices = peer.kneighbors(None, 4)
    found = engine.neighbours(points, 4)
    assert np.array_equal(found.indices, indices)
    assert engine.fallbacks == {}


def test_ties_go_to_the_smaller_index(engine: hp.Engine) -> None:
    points = np.tile(cloud(5, 20.0, 5), (30, 1))
    found = engine.neighbours(points, 3, points[:5])
    assert np.array_equal(found.indices, np.arange(5)[:, None] + [0, 5, 10])
    assert np.array_equal(found.distances, np.zeros((5, 3)))
    own = engine.neighbours(points, 2)
    assert own.indices[0].tolist() == [5, 10]
    assert own.indices[5].tolist() == [0, 10]


@settings(max_examples=30)
@given(st.integers(1, 90), st.floats(0, 20), st.integers(0, 10**6), st.data())
def test_neighbours_are_a_sorted_matrix(count: int, reach: float, seed: int, data: Any) -> None:
    points = cloud(count, reach, seed)
    k = data.draw(st.integers(1, count))
    matrix = geometry.distance(points[:, None], points, form="polar")
    found = hp.Engine("cpu").neighbours(points, k, points)
    order = np.argsort(matrix, axis=1, kind="stable")[:, :k]
    assert np.array_equal(found.indices, order)
    assert np.array_equal(found.distances, np.take_along_axis(matrix, order, axis=1))


def test_devices_refuse_what_is_wrong(engine: hp.Engine) -> None:
    points = cloud(5, 3.0)
    for k, text in ((0, "k is 0"), (5, "expected 1 to 4: each query has so many others")):
        with pytest.raises(hp.HyperPhysicsError, match=text):
            engine.neighbours(points, k)
    with pytest.raises(hp.HyperPhysicsError, match="k is 6, expected 1 to 5"):
        engine.neighbours(points, 6, points)
    with pytest.raises(hp.HyperPhysicsError, match="expected 4 coordinates"):
        engine.distances(points[:, :3])
    with pytest.raises(hp.HyperPhysicsError, match="expected \\(n, 4\\)"):
        engine.distances(points[0])
    with pytest.raises(hp.HyperPhysicsError, match=r"queries\[0\] has radius nan|NaN"):
        engine.distances(points, [[np.nan, 1, 0, 0]])
    with pytest.raises(hp.HyperPhysicsError, match="point 1: radius is 21, expected 0 to 20"):
        engine.neighbours([[1, 1, 0, 0], [21, 1, 0, 0]], 1)


def test_tilings_are_within_reach() -> None:
    assert geometry.tessellation is hp.tessellation
    tiles = geometry.tessellation(3, 7, 3)
    edges = np.asarray(tiles.edges)
    disc = np.asarray(tiles.disc)
    assert np.allclose(geometry.distance(disc[edges[:, 0]], disc[edges[:, 1]]), tiles.edge_length)
