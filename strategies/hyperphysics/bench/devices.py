"""Operations and column families through Python on a device: transfers and calls included."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

import hyperphysics as hp
from hyperphysics.bench.timing import F64, WrongResultError, beside

CANDLES = 5_000
CALLS, FEWEST = 200, 3
ENOUGH_S = 0.5
"""Seconds of calls after which an operation is not repeated again."""


@dataclass(frozen=True)
class Timing:
    """Seconds of one operation on one device.

    Attributes:
        what: What was computed.
        unit: What `units` counts.
        units: Units of a call.
        cold: Seconds of the first call, on an engine that has not computed it before.
        warm: Seconds of the fastest call after it.
        peers: Nanoseconds per unit of peers, by name.
    """

    what: str
    unit: str
    units: int
    cold: float
    warm: float
    peers: dict[str, float]


@dataclass(frozen=True)
class Operation:
    """Something to compute on any device.

    Attributes:
        what: What is computed.
        unit: What `units` counts.
        units: Units of a call.
        run: Computes it; its result is compared with the CPU's.
        tolerance: Largest relative or absolute difference of a device from the CPU.
        peers: The same by other libraries, by name; results are compared with the engine's.
    """

    what: str
    unit: str
    units: int
    run: Callable[[hp.Engine], F64]
    tolerance: float
    peers: Mapping[str, Callable[[], object]]


def measure(selector: str, operations: list[Operation]) -> Iterator[Timing]:
    """Times operations on a device, one after the other.

    Raises:
        WrongResultError: The device's result is unlike the CPU's, or a peer's unlike both.
    """
    reference = hp.Engine("cpu")
    for operation in operations:
        yield _measured(operation, selector, operation.run(reference))


def _measured(operation: Operation, selector: str, expected: F64) -> Timing:
    engine = hp.Engine(selector)
    if selector != "cpu" and engine.device.kind == "CPU":
        raise WrongResultError(f"{selector}: {engine.device.why}")
    before = engine.fallbacks

    def timed() -> float:
        start = time.perf_counter()
        result = operation.run(engine)
        took = time.perf_counter() - start
        _compare(operation, result, expected)
        return took

    cold = timed()
    times: list[float] = []
    while len(times) < FEWEST or (len(times) < CALLS and sum(times) < ENOUGH_S):
        times.append(timed())
    if engine.fallbacks != before:
        raise WrongResultError(f"{operation.what}: {selector} left the work to the CPU")
    peers = {}
    if selector == "cpu":
        peers = beside(
            operation.peers, lambda got: _compare(operation, got, expected), operation.units, 3
        )
    return Timing(operation.what, operation.unit, operation.units, cold, min(times), peers)


def _compare(operation: Operation, got: Any, expected: F64) -> None:
    limit = operation.tolerance
    try:
        np.testing.assert_allclose(np.asarray(got), expected, rtol=limit, atol=limit)
    except AssertionError as error:
        raise WrongResultError(f"{operation.what}: {error}") from error


def candles(rows: int) -> pl.DataFrame:
    """Hourly candles of a random walk with heavy tails."""
    rng = np.random.default_rng(1)
    close = 100 * np.exp(np.cumsum(0.004 * rng.standard_t(4, rows)))
    opening = np.concatenate([[100.0], close[:-1]])
    wick = np.exp(0.002 * rng.exponential(1, rows))
    dates = pl.Series(1_577_836_800_000 + 3_600_000 * np.arange(rows))
    return pl.DataFrame(
        {
            "date": dates.cast(pl.Datetime("ms", "UTC")),
            "open": opening,
            "high": np.maximum(opening, close) * wick,
            "low": np.minimum(opening, close) / wick,
            "close": close,
            "volume": rng.lognormal(3, 1, rows),
        }
    )


def families() -> list[Operation]:
    """Each family of columns on 5000 candles of one pair, and all of them."""
    frame = candles(CANDLES)

    def operation(title: str, names: list[str]) -> Operation:
        wanted = [column.name for column in hp.columns() if column.family in names]

        def run(engine: hp.Engine) -> F64:
            made = engine.analyze(frame, timeframe="1h", families=names)
            return np.asarray(np.nan_to_num(made.select(wanted).to_numpy()))

        # The loosest column: VaR of single paths, which differ by an ulp between devices.
        return Operation(title, "candle", CANDLES, run, 2e-3, {})

    every = [operation(family, [family]) for family in hp.families()]
    return [*every, operation("all", list(hp.families()))]
