"""How work is timed, and how it stands beside its peers."""

from __future__ import annotations

import importlib
import importlib.metadata
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hyperphysics import _engine

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

PEERS = ("numpy", "scipy", "numba", "jax", "dwave-samplers", "QuantLib")
"""Libraries that stand beside the engine where they are installed."""

REPEATS = 15


class WrongResultError(Exception):
    """A peer and the engine disagree: nothing about their speed can be said."""


@dataclass(frozen=True)
class Row:
    """A measurement beside its peers, in nanoseconds per unit.

    Attributes:
        what: What was computed.
        unit: What the times are per.
        engine: Time of the engine, one thread.
        peers: Times of its peers by their names.
        goals: Ratios to the engine to be reached, by peer.
    """

    what: str
    unit: str
    engine: float
    peers: Mapping[str, float]
    goals: Mapping[str, float] = field(default_factory=dict)


def optional(module: str) -> Any:
    """A peer's module, or None where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


numba = optional("numba")


def best(tries: Sequence[Row]) -> Row:
    """Each time's least over the rounds: a shared machine is slow for seconds on end."""
    first = tries[0]
    peers = {name: min(row.peers[name] for row in tries) for name in first.peers}
    engine = min(row.engine for row in tries)
    return Row(first.what, first.unit, engine, peers, first.goals)


def installed() -> dict[str, str]:
    """Versions of the peers that are installed."""
    found = {}
    for name in PEERS:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def compiled(*, fastmath: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Numba's compiler, or nothing where it is not installed: such a peer is then left out."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        made: Callable[..., Any] = function
        if numba is not None:
            made = numba.njit(fastmath=fastmath)(function)
        return made

    return decorate


def least(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Seconds of the fastest of several runs, after one to warm up or compile."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def beside(
    peers: Mapping[str, Callable[[], object]],
    check: Callable[[Any], None],
    units: int,
    repeats: int = REPEATS,
) -> dict[str, float]:
    """Nanoseconds per unit of each peer that is installed, after a look at its result.

    Raises:
        WrongResultError: `check` found a result unlike the engine's.
    """
    known = installed()
    times = {}
    for name, work in peers.items():
        if name not in known:
            continue
        try:
            check(work())
        except AssertionError as error:
            raise WrongResultError(f"{name}: {error}") from error
        times[name] = least(work, repeats) / units * 1e9
    return times


def twin(kernel: str, units: int, repeats: int = REPEATS) -> float:
    """Nanoseconds per unit of a kernel's CPU twin on its timing case, one thread."""
    return min(_engine.time_twin(kernel, repeats)) / units * 1e9


def buffers(kernel: str) -> tuple[int, dict[str, bytes]]:
    """Items and buffers of a twin's timing case."""
    items, named = _engine.twin(kernel)
    return items, dict(named)


def floats(buffer: bytes) -> F32:
    """A buffer as single precision."""
    return np.frombuffer(buffer, np.float32)


def untiled(buffer: bytes, items: int, width: int) -> F32:
    """`(width, items)` from tiles of sixteen items."""
    tiles = floats(buffer).reshape(-1, width, 16)
    return np.ascontiguousarray(tiles.transpose(1, 0, 2).reshape(width, -1)[:, :items])
