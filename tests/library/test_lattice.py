"""Lattices, tilings and the complexity index as Python objects."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import hyperphysics as hp
from support.threads import runs_beside


def region(field: float = 0.0) -> hp.Lattice:
    points = hp.tessellation(3, 7, 3).polar
    return hp.Lattice.from_polar(points, [field] * len(points))


def many(temperatures: Any, **sweeps: int) -> list[Any]:
    return hp.Engine("cpu").sample_lattices([region()], temperatures, **sweeps)


def test_the_region_is_a_lattice_of_48_nodes() -> None:
    tiles = hp.tessellation(3, 7, 3)
    assert (len(tiles), len(tiles.edges), len(tiles.faces)) == (48, 108, 61)
    assert sorted(set(tiles.layers)) == [1, 2, 3]
    lattice = region()
    assert lattice.nodes == 48
    j = np.asarray(lattice.couplings)
    assert np.array_equal(j, j.T)
    assert np.allclose(j.max(), math.exp(-tiles.edge_length), rtol=1e-12)
    largest = np.linalg.eigvalsh(j)[-1]
    assert lattice.largest_eigenvalue() == pytest.approx(largest, rel=1e-11)
    assert lattice.temperature() == pytest.approx(1.25 * largest, rel=1e-11)
    disc = hp.Lattice.from_ball(tiles.disc)
    assert np.allclose(disc.couplings, j, atol=1e-13)


def test_exact_sampled_and_approximate_means_agree() -> None:
    points = hp.tessellation(3, 7, 2).polar
    lattice = hp.Lattice.from_polar(points, np.linspace(-0.2, 0.4, len(points)), length_scale=0.8)
    t = lattice.temperature(2.0)
    exact = lattice.exact(t)
    sample = lattice.sample(t, sweeps=4000, replicas=4, seed=2)
    for value, error, want in zip(sample.mean, sample.mean_error, exact.mean, strict=True):
        assert abs(value - want) < 4 * error
    value, error = sample.energy
    assert abs(value - exact.energy) < 4 * error
    assert sample.heat_capacity == pytest.approx(exact.heat_capacity, rel=0.1)
    # Onsager's reaction brings the means closer to the exact ones.
    naive, tap = (
        np.abs(np.subtract(point.mean, exact.mean)).max()
        for point in (lattice.mean_field(t), lattice.tap(t))
    )
    assert tap < naive < 0.1
    schedule = hp.geometric_schedule(5.0, 0.1, 30)
    found = lattice.anneal(schedule, replicas=4, seed=1)
    assert min(found.energies) == pytest.approx(exact.ground_energy, rel=1e-12)
    best = found.states[int(np.argmin(found.energies))]
    assert lattice.energy(best) == min(found.energies)


def test_samples_repeat() -> None:
    lattice = region(0.1)
    runs = [lattice.sample(9.0, sweeps=50, replicas=2, seed=seed) for seed in (4, 4, 5)]
    assert runs[0].magnetisation_series == runs[1].magnetisation_series
    assert runs[0].states == runs[1].states
    assert runs[0].magnetisation_series != runs[2].magnetisation_series


def test_the_engine_samples_many_lattices_at_once(vulkan: str) -> None:
    lattices = [region(0.1), *(hp.Lattice([[0.0, 0.5], [0.5, 0.0]], [h, 0.2]) for h in (0.3, -0.1))]
    temperatures = [lattices[0].temperature(1.25), 1.0, 2.0]
    engine = hp.Engine("cpu")
    samples = engine.sample_lattices(
        lattices, temperatures, sweeps=2000, burn_in=50, replicas=8, seed=3
    )
    assert [len(sample.mean) for sample in samples] == [48, 2, 2]
    assert [len(series) for series in samples[0].energy_series] == [2000] * 8
    for lattice, t, sample in zip(lattices, temperatures, samples, strict=True):
        own = lattice.sample(t, sweeps=4000, replicas=4, seed=9)
        want = lattice.exact(t).mean if lattice.nodes <= 20 else own.mean
        errors = zip(sample.mean_error, own.mean_error, strict=True)
        for value, mean, (a, b) in zip(sample.mean, want, errors, strict=True):
            assert abs(value - mean) < 4 * math.hypot(a, b) + 0.005
        for state, energies, total in zip(
            sample.states, sample.energy_series, sample.magnetisation_series, strict=True
        ):
            # The energy is that of the rounded lattice.
            assert energies[-1] == pytest.approx(lattice.energy(state), abs=0.05 * lattice.nodes)
            assert total[-1] == sum(state)
    # Alone, in another order, on another device: the same bits.
    few = {"sweeps": 40, "burn_in": 3, "replicas": 3, "seed": 3}
    series = [
        [sample.energy_series, sample.magnetisation_series, sample.mean, sample.states]
        for sample in engine.sample_lattices(lattices, temperatures, **few)
    ]
    for one, order in ((engine, [2, 0]), (hp.Engine(vulkan), [0, 1, 2]), (engine, [1])):
        again = one.sample_lattices(
            [lattices[i] for i in order], [temperatures[i] for i in order], **few
        )
        for i, sample in zip(order, again, strict=True):
            found = [sample.energy_series, sample.magnetisation_series, sample.mean, sample.states]
            assert found == series[i]
        assert one.fallbacks == {}
    assert engine.sample_lattices([], 1.0) == []
    short = engine.sample_lattices(lattices[1:], 1.5, sweeps=1, burn_in=0)
    assert [np.shape(sample.energy_series) for sample in short] == [(1, 1)] * 2


def test_free_energies_by_integration() -> None:
    points = hp.tessellation(3, 7, 2).polar
    lattice = hp.Lattice.from_polar(points, np.linspace(-0.2, 0.4, len(points)), length_scale=0.8)
    t = lattice.temperature(1.25)
    exact = lattice.exact(t)
    found = lattice.free_energy(t, sweeps=2000, replicas=4, seed=1)
    for name in ("log_partition", "free_energy", "energy", "entropy"):
        value, error = getattr(found, name)
        assert error < 0.05
        assert abs(value - getattr(exact, name)) < 4 * error + 1e-4
    assert found.quadrature < 0.1
    free = hp.Lattice([[0.0] * 3] * 3, [0.0] * 3).free_energy(1.0, sweeps=2)
    assert free.entropy == pytest.approx((3 * math.log(2), 0.0))


def test_work_and_heat() -> None:
    path = [hp.Lattice([[0.0]], [0.1 * k]) for k in range(41)]
    exact = hp.exact_protocol(path, 1.0)
    # Erasing a bit gives off ln 2 or more.
    assert -exact.heat > math.log(2) > -exact.entropy_change > 0.69
    assert exact.entropy_production > 0
    runs = hp.simulate_protocol(path, 1.0, runs=2000, seed=3)
    total = np.add(runs.work, runs.heat)
    assert np.allclose(total, runs.energy_change, atol=1e-12)
    error = np.std(runs.work, ddof=1) / math.sqrt(2000)
    assert abs(np.mean(runs.work) - exact.work) < 4 * error


def test_complexity_of_the_region() -> None:
    points, lattice = hp.tessellation(3, 7, 3).polar, region()
    t = lattice.temperature(1.25)
    sample = lattice.sample(t, sweeps=3000, replicas=2)
    index = hp.complexity(points, sample.magnetisation_series)
    factors = (index.dimension, index.gain, index.coherence, index.dwell)
    assert all(0 < factor <= 1 for factor in factors)
    assert index.index == pytest.approx(math.prod(factors), rel=1e-12)
    assert "index=" in repr(index)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hp.Lattice([[0.0, 1.0], [1.0]]), r"couplings\[1\] has 1 values, expected 2"),
        (lambda: hp.Lattice([[0.0, 1.0], [2.0, 0.0]]), r"between \(0, 1\) and \(1, 0\)"),
        (lambda: hp.Lattice([[0.0]], [math.nan]), r"fields\[0\] is NaN"),
        (lambda: hp.Lattice([[0.0]], [1.0, 2.0]), "2 fields for 1 nodes"),
        (lambda: hp.Lattice([]), "no nodes"),
        (lambda: hp.Lattice.from_ball([[0.0, 1.0]]), r"points\[0\] lies 1 from the centre"),
        (lambda: hp.Lattice.from_ball([[0.0]]), "2 or 3 coordinates, not 1"),
        (lambda: hp.Lattice.from_polar([(1.0, 2.0, 0.0, 0.0)]), "direction of length 2"),
        (lambda: hp.Lattice.from_polar([(1.0, 1.0, 0.0, 0.0)], length_scale=0.0), "lambda is 0"),
        (lambda: region().exact(1.0), "48 open spins, at most 20"),
        (lambda: region().sparse(1.0), "too dense"),
        (lambda: region().sample(0.0), "temperature is 0"),
        (lambda: region().sample(1.0, sweeps=0), "sweeps is 0, expected at least 1"),
        (lambda: region().free_energy(1.0, panels=0), "panels is 0, expected at least 1"),
        (lambda: region().free_energy(-1.0), "temperature is -1"),
        (lambda: many(1.0, sweeps=0), "sweeps is 0, expected 1 to 65535"),
        (lambda: many(1.0, burn_in=65_535), "burn_in is 65535, expected at most 64535"),
        (lambda: many(1.0, replicas=0), "replicas is 0, expected 1 to 4096"),
        (lambda: many([1.0, 1.0]), "2 temperatures for 1 lattices"),
        (lambda: many(0.01), r"lattices\[0\]: temperature is 0.01, expected at least 0.0"),
        (lambda: many(math.nan), r"lattices\[0\]: temperature is NaN"),
        (lambda: region().sample(1.0, rule="glauber"), "expected heat_bath or metropolis"),  # type: ignore[arg-type]
        (lambda: region().energy([0] * 48), r"spins\[0\] is 0, expected 1 or -1"),
        (lambda: region().anneal([]), "temperatures is 0"),
        (lambda: region().harmonic([None] * 48), "no label"),
        (lambda: hp.Lattice([[0.0]]).temperature(), "temperature is 0"),
        (lambda: hp.tessellation(4, 4, 2), r"\{4, 4\} is no tiling of the hyperbolic plane"),
        (lambda: hp.tessellation(3, 7, 0), "layers is 0"),
        (lambda: hp.tessellation(3, 7, 20), "more than 10000 vertices"),
        (lambda: hp.complexity([(0.0, 1.0, 0.0, 0.0)] * 3, []), "0 sweeps"),
        (lambda: hp.complexity([(0.0, 1.0, 0.0, 0.0)] * 3, [[4.0]]), "expected -3 to 3"),
    ],
)
def test_wrong_input_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(hp.HyperPhysicsError, match=message):
        call()


def test_other_threads_run_while_a_lattice_is_sampled() -> None:
    lattice = region()
    assert runs_beside(lambda size: lattice.sample(5.0, sweeps=1000 * size))
