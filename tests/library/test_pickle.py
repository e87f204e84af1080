"""What users keep: pickles and copies hold the same numbers, bit for bit."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import hyperphysics as hp
from support import children
from support.patience import PATIENCE

COUPLINGS = [[0.0, 0.3, -0.1], [0.3, 0.0, 1 / 3], [-0.1, 1 / 3, 0.0]]


def lattice() -> object:
    return hp.Lattice(COUPLINGS, [0.1, -0.0, 1e-310])


def sample() -> object:
    return hp.Lattice(COUPLINGS).sample(1.0, sweeps=64, replicas=2, seed=7)


def frozen_sample() -> object:
    # Its node never turns over: the autocorrelation time is NaN.
    return hp.Lattice([[0.0]], [1e6]).sample(1.0, sweeps=64)


def small_tiling() -> object:
    return hp.tessellation(3, 7, 3)


def wide_tiling() -> object:
    return hp.tessellation(7, 3, 4)


def smile() -> object:
    # NaN residuals and errors: one quote without weight, three with
    strikes = [80.0, 90.0, 100.0, 110.0]
    volatilities = [0.55, 0.5, 0.48, 0.47]
    return hp.calibrate_sabr(
        strikes, volatilities, forward=100.0, years=0.25, weights=[1.0, 1.0, 1.0, 0.0]
    )


MAKERS: list[Callable[[], object]] = [
    lattice,
    sample,
    frozen_sample,
    small_tiling,
    wide_tiling,
    smile,
]


def pickled(kept: Any, protocol: int) -> Any:
    return pickle.loads(pickle.dumps(kept, protocol))  # noqa: S301 - our own bytes


COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"protocol {number}": partial(pickled, protocol=number) for number in range(2, 6)},
}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("make", MAKERS)
def test_a_copy_holds_the_same_bits(make: Callable[[], object], how: str) -> None:
    kept = make()
    same = COPIES[how](kept)
    assert type(same) is type(kept)
    assert same is not kept
    assert children.bits(same) == children.bits(kept)


def test_a_copied_lattice_samples_the_same() -> None:
    kept = hp.Lattice(COUPLINGS, [0.1, 0.0, -0.2])
    same = copy.deepcopy(kept)
    taken = [one.sample(1.0, sweeps=64, seed=3) for one in (kept, same)]
    assert children.bits(taken[0]) == children.bits(taken[1])


def test_a_spawned_process_gets_and_gives_the_same_bits() -> None:
    kept = [make() for make in MAKERS]
    context = multiprocessing.get_context("spawn")
    queue: Any = context.Queue()
    child = context.Process(target=children.returned, args=(queue, kept))
    child.start()
    try:
        seen, back = queue.get(timeout=PATIENCE)
    finally:
        child.join(PATIENCE)
        child.kill()
    expected = [children.bits(one) for one in kept]
    assert seen == expected
    assert [children.bits(one) for one in back] == expected
