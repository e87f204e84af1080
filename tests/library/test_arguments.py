"""Arguments of another type, or beyond what the engine holds, are errors of input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

import hyperphysics as hp

GIVEN: Any = hp  # types are wrong on purpose
LATTICE: Any = hp.Lattice([[0.0, 0.5], [0.5, 0.0]])
BOOK: Any = hp.HyperbolicOrderBook()

CALLS: list[tuple[str, Callable[[], object]]] = [
    ("couplings", lambda: GIVEN.Lattice("abc")),
    ("fields", lambda: GIVEN.Lattice([[0.0]], object())),
    ("temperature", lambda: LATTICE.exact("warm")),
    ("seed", lambda: LATTICE.sample(1.0, seed=-1)),
    ("sweeps", lambda: LATTICE.sample(1.0, sweeps=2.5)),
    ("replicas", lambda: LATTICE.sample(1.0, replicas=1 << 32)),
    ("spins", lambda: LATTICE.energy([300, 1])),
    ("layers", lambda: GIVEN.tessellation(3, 7, None)),
    ("path", lambda: GIVEN.exact_protocol([1], 1.0)),
    ("params", lambda: GIVEN.startup(["trend"], [1])),
    ("families", lambda: GIVEN.startup(3)),
    ("delta", lambda: BOOK.apply([1])),
    ("depth", lambda: GIVEN.HyperbolicOrderBook(depth=-1)),
    ("past", lambda: GIVEN.phi_g({}, [], [], 1)),
    ("threads", lambda: GIVEN.Engine("cpu", threads=-1)),
    ("device", lambda: GIVEN.Engine(None)),
]


def test_levels_that_cannot_be_gone_through_are_an_error_of_input() -> None:
    levels = pl.DataFrame({"price": [1.0]}).lazy()
    with pytest.raises(hp.HyperPhysicsError, match="LazyFrame"):
        BOOK.snapshot(levels, [(2.0, 1.0)])


@pytest.mark.parametrize(("name", "call"), CALLS, ids=[name for name, _ in CALLS])
def test_what_cannot_be_read_is_named(name: str, call: Callable[[], object]) -> None:
    with pytest.raises(hp.HyperPhysicsError, match="got ") as found:
        call()
    assert f"while processing '{name}'" in found.value.__notes__
