"""The engine's CPU twins beside numpy and numba, one thread, in one run.

Peers take the inputs of the twin's own timing case; their results are compared before a time is
printed. Times are the least of several runs in several rounds. Prints a table and writes JSON:

    python benches/peers.py [FILE]
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import numba
import numpy as np
import polars as pl
from numpy.typing import NDArray

import hyperphysics as hp
import peer_kernels as peers
import peer_lattice
import peer_phi
import peer_portfolio
from hyperphysics import _engine

try:
    from dwave.samplers import SimulatedAnnealingSampler
except ImportError:
    SimulatedAnnealingSampler = None

REPEATS = 15
ROUNDS = 5
PATHS, HORIZON, WINDOW, POINTS, LIBRARY = 10_000, 12, 1000, 48, 1920
NODES, SWEEPS = 48, 200


@dataclass(frozen=True)
class Row:
    """One measurement beside its peers, in nanoseconds per unit."""

    what: str
    unit: str
    engine: float
    numpy: float
    numba: float
    numpy_gate: float
    numba_gate: float


def best(tries: Sequence[Row]) -> Row:
    """Each time's least over the rounds: a shared machine is slow for seconds on end."""
    least = {
        name: min(getattr(row, name) for row in tries) for name in ("engine", "numpy", "numba")
    }
    return replace(tries[0], **least)


def least(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Seconds of the fastest of several runs, after one to warm up or compile."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def buffers(kernel: str) -> tuple[int, dict[str, bytes]]:
    """Items and buffers of a twin's timing case."""
    items, named = _engine.twin(kernel)
    return items, dict(named)


def floats(buffer: bytes) -> NDArray[np.float32]:
    """A buffer as single precision."""
    return np.frombuffer(buffer, np.float32)


def untiled(buffer: bytes, items: int, width: int) -> NDArray[np.float32]:
    """`(width, items)` from tiles of sixteen items."""
    tiles = floats(buffer).reshape(-1, width, 16)
    return np.ascontiguousarray(tiles.transpose(1, 0, 2).reshape(width, -1)[:, :items])


def normals() -> list[Row]:
    """Standard normals, per number."""
    items, data = buffers("normals")
    count = 4 * items
    sample = floats(data["normals"])
    if abs(sample.mean()) > 5 / count**0.5 or abs(sample.std() - 1) > 5 / count**0.5:
        raise SystemExit("normals: wrong moments")
    many = 1 << 20
    engine = min(_engine.time_twin("normals", 200)) / count * 1e9
    loop = least(lambda: peers.normals_numba(many)) / many * 1e9
    default = least(lambda: peers.normals_numpy(many)) / many * 1e9
    fast = least(lambda: peers.normals_numpy_fast(many)) / many * 1e9
    return [
        Row("normals (Philox, Box-Muller)", "normal", engine, default, loop, 9.0, 0.0),
        Row("the same beside numpy's SFC64", "normal", engine, fast, loop, 0.0, 0.0),
    ]


def distances() -> list[Row]:
    """Distance matrices of 48 points, per set."""
    items, data = buffers("distances")
    polar = floats(data["polar"]).reshape(items, 4, POINTS)
    ours = floats(data["matrix"]).reshape(items, POINTS, POINTS)
    forms = {
        "hyperbolic distances, 48 points": peers.distances_numpy_ball,
        "the same, numpy in polar coordinates": peers.distances_numpy,
        "the same, numpy in one batch": peers.distances_numpy_batch,
    }
    for peer in (*forms.values(), peers.distances_numba):
        np.testing.assert_allclose(peer(polar), ours, atol=2e-3)
    engine = min(_engine.time_twin("distances", 50)) / items * 1e9
    loop = least(lambda: peers.distances_numba(polar)) / items * 1e9
    gates = iter([(35.0, 5.0)])
    return [
        Row(
            what,
            "set",
            engine,
            least(lambda form=form: form(polar)) / items * 1e9,
            loop,
            *next(gates, (0.0, 0.0)),
        )
        for what, form in forms.items()
    ]


def simulation() -> Row:
    """VaR and ES at three levels over 12 bars by 10 000 paths, per candle."""
    items, data = buffers("paths")
    residuals = floats(data["residuals"])
    draws = np.frombuffer(data["draws"], np.uint32).reshape(PATHS, HORIZON).astype(np.int64)
    starts = np.frombuffer(data["start"], np.uint32)
    windows = np.stack([residuals[s : s + WINDOW] for s in starts])
    decay = 0.943_874_3
    ours = peers.tail_numpy(untiled(data["sums"], items, PATHS))
    for peer in (peers.fhs_numpy, peers.fhs_numba):
        np.testing.assert_allclose(peer(windows, draws, decay), ours, rtol=1e-4)
    size, tail = buffers("tail")
    measures = floats(tail["measures"])[: 6 * size].reshape(size, 6)
    sample = untiled(tail["sample"], size, PATHS)
    np.testing.assert_allclose(peers.tail_numpy(sample), measures, rtol=1e-5)
    seconds = min(_engine.time_twin("paths", REPEATS)) / items
    seconds += min(_engine.time_twin("tail", REPEATS)) / size
    return Row(
        "FHS VaR and ES, 10 000 paths of 12 bars",
        "candle",
        seconds * 1e9,
        least(lambda: peers.fhs_numpy(windows, draws, decay), 3) / items * 1e9,
        least(lambda: peers.fhs_numba(windows, draws, decay), 5) / items * 1e9,
        25.0,
        5.0,
    )


def vote() -> Row:
    """Kernel vote over a library of 1920 bars, per candle."""
    items, data = buffers("field")
    points = floats(data["points"]).reshape(7, -1)
    labels = floats(data["labels"])
    rows, starts = (np.frombuffer(data[n], np.uint32).astype(np.int64) for n in ("row", "start"))
    ours = floats(data["votes"])[: 4 * items].reshape(items, 4)[:, :2]
    arguments = (points, labels, rows, starts, LIBRARY, 2.0)
    for peer in (peers.field_numpy, peers.field_numba):
        np.testing.assert_allclose(peer(*arguments), ours, rtol=1e-3, atol=1e-2)
    return Row(
        "hyperbolic kernel vote, library of 1920",
        "candle",
        min(_engine.time_twin("field", 50)) / items * 1e9,
        least(lambda: peers.field_numpy(*arguments)) / items * 1e9,
        least(lambda: peers.field_numba(*arguments)) / items * 1e9,
        0.0,
        0.0,
    )


def lattices() -> Row:
    """Heat-bath updates of 64 dense lattices of 48 nodes, one chain each, per update."""
    items, data = buffers("pbit")
    chains = np.frombuffer(data["chains"], np.uint32).reshape(items, 6)
    states = [
        _engine.philox((0, *(int(word) for word in chain[3:])), [int(word) for word in chain[1:3]])
        for chain in chains
    ]
    inputs = peer_lattice.Lattices(data, np.array(states, np.uint64)[:, :3])
    ours = np.frombuffer(data["energy"], np.int32)[: items * SWEEPS].reshape(items, SWEEPS)
    for peer in (peer_lattice.pbit_numpy, peer_lattice.pbit_numba):
        np.testing.assert_array_equal(peer(inputs, SWEEPS), ours)
    updates = items * NODES * (SWEEPS + 1)
    return Row(
        "heat bath, 64 lattices of 48 nodes",
        "update",
        min(_engine.time_twin("pbit", REPEATS)) / updates * 1e9,
        least(lambda: peer_lattice.pbit_numpy(inputs, SWEEPS), 1) / updates * 1e9,
        least(lambda: peer_lattice.pbit_numba(inputs, SWEEPS), 3) / updates * 1e9,
        0.0,
        4.0,
    )


def annealer() -> dict[str, float] | str:
    """D-Wave's sampler at one temperature, ns per update, beside ours; or why there is none.

    It flips by Metropolis' rule and its own fast generator, read after read of one lattice.
    """
    if SimulatedAnnealingSampler is None:
        return "dwave-samplers is not installed"
    rng = np.random.default_rng(1)
    j = np.triu(rng.normal(0, 0.12, (NODES, NODES)), 1)
    h = rng.normal(0, 0.3, NODES)
    lattice, temperature, reads = hp.Lattice(j + j.T, h), 1.5, 512
    sampler = SimulatedAnnealingSampler()
    # Its energy has the opposite sign of both.
    bonds = {(a, b): -j[a, b] for a in range(NODES) for b in range(a + 1, NODES)}
    fields = dict(enumerate(-h))

    def run() -> NDArray[np.float64]:
        return np.asarray(
            sampler.sample_ising(
                fields,
                bonds,
                num_reads=reads,
                beta_schedule_type="custom",
                beta_schedule=[1 / temperature],
                num_sweeps_per_beta=SWEEPS,
                seed=3,
            ).record.energy
        )

    energies = run()
    engine = hp.Engine("cpu", threads=1)

    def ours() -> _engine.Sample:
        (sample,) = engine.sample_lattices(
            [lattice], temperature, sweeps=SWEEPS, burn_in=0, replicas=reads
        )
        return sample

    value, error = ours().energy
    spread = float(np.hypot(energies.std() / reads**0.5, error))
    if abs(energies.mean() - value) > 5 * spread + 0.001 * NODES * temperature:
        raise SystemExit(f"annealer: energy {energies.mean()}, ours {value} ± {spread}")
    updates = NODES * SWEEPS * reads
    return {
        "dwave-samplers, ns/update": least(run, 3) / updates * 1e9,
        "engine with its call, ns/update": least(ours, 3) / updates * 1e9,
    }


def integration() -> list[Row]:
    """Integrated information of six channels in windows of 256 bars, nine pairings a candle."""
    items, data = buffers("integration")
    table = floats(data["table"]).reshape(2, -1).astype(np.float64).sum(axis=0)
    window = len(table) // 2
    words = np.frombuffer(data["ranks"], np.uint32)[: 3 * window * items].reshape(items, 3, window)
    ranks = np.stack([words & 0xFFFF, words >> 16], axis=2).reshape(items, 6, window)
    scores = table[ranks]
    pairings = np.frombuffer(data["pairings"], np.uint32).reshape(-1, window - 1).astype(np.int64)
    ours = floats(data["measures"])[: 4 * items].reshape(items, 4)[:, [0, 1, 3]]
    few = 4
    for peer in (peer_phi.integration_numpy_batch, peer_phi.integration_numba):
        np.testing.assert_allclose(peer(scores, pairings), ours, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(
        peer_phi.integration_numpy(scores[:few], pairings), ours[:few], rtol=1e-5, atol=1e-7
    )
    engine = min(_engine.time_twin("integration", REPEATS)) / items * 1e9
    numba_time = least(lambda: peer_phi.integration_numba(scores, pairings), 3) / items * 1e9
    batch = least(lambda: peer_phi.integration_numpy_batch(scores, pairings), 2) / items * 1e9
    loop = least(lambda: peer_phi.integration_numpy(scores[:few], pairings), 1) / few * 1e9
    what = "integrated information, nine pairings of six channels in 256 bars"
    return [
        Row(what, "candle", engine, loop, numba_time, 0.0, 15.0),
        Row("the same, numpy in one batch", "candle", engine, batch, numba_time, 70.0, 15.0),
    ]


def greeks() -> Row:
    """Five derivatives of 20 000 calls through Python, per option."""
    items, strike, rate = 20_000, 100.0, 0.03
    rng = np.random.default_rng(2)
    spot = 80 + 40 * rng.random(items)
    years = 0.05 + rng.random(items)
    volatility = 0.1 + 0.5 * rng.random(items)
    engine = _engine.Engine("cpu", threads=1)
    names = ["delta", "gamma", "vega", "theta", "rho"]
    columns = (spot, [strike], years, volatility, [rate], [0.0], [1.0])

    def ours() -> _engine.Array:
        return _engine.greeks(engine, *columns, measures=names)

    expected = np.frombuffer(memoryview(ours())).reshape(len(names), items)
    arguments = (spot, strike, years, volatility, rate)
    for peer in (peers.greeks_numpy, peers.greeks_numba):
        np.testing.assert_allclose(peer(*arguments), expected, rtol=1e-11, atol=1e-14)
    return Row(
        "five Greeks in double precision, beside scipy",
        "option",
        least(ours, 100) / items * 1e9,
        least(lambda: peers.greeks_numpy(*arguments), 30) / items * 1e9,
        least(lambda: peers.greeks_numba(*arguments), 30) / items * 1e9,
        6.0 if hp.simd() == "AVX-512" else 4.0,
        0.0,
    )


def books() -> Row:
    """Sums over 100 levels a side in H³ and three fills each way, per book."""
    items, data = buffers("book")
    depth, orders = 100, 3
    levels = untiled(data["levels"], items, 4 * depth).T.reshape(items, 2, depth, 2).copy()
    amounts = untiled(data["amounts"], items, orders).T.copy()
    inverse_delta = floats(data["inverse_delta"])[:items]
    sums = untiled(data["sums"], items, 16).T.reshape(items, 2, 8)[:, :, [0, 1, 4, 5, 7]]
    fills = untiled(data["fills"], items, 4 * orders).T.reshape(items, 2, 2 * orders)
    arguments = (levels, amounts, inverse_delta, np.float32(0.8))
    for peer in (peers.books_numpy, peers.books_numba):
        got = peer(*arguments)
        np.testing.assert_allclose(got[:, :, :5], sums, rtol=1e-3, atol=1e-2)
        # What is left of a thousand times the book is a difference of large numbers.
        np.testing.assert_allclose(got[:, :, 5:], fills, rtol=1e-4, atol=1e-2)
    return Row(
        "order books, 100 levels a side, three fills each way",
        "book",
        min(_engine.time_twin("book", 50)) / items * 1e9,
        least(lambda: peers.books_numpy(*arguments), 5) / items * 1e9,
        least(lambda: peers.books_numba(*arguments)) / items * 1e9,
        100.0,
        6.0,
    )


def families() -> dict[str, float]:
    """Candles per second and family of the whole engine, all threads, on a random walk."""
    rng = np.random.default_rng(1)
    rows = 20_000
    close = 100 * np.exp(np.cumsum(0.004 * rng.standard_t(4, rows)))
    opening = np.concatenate([[100.0], close[:-1]])
    wick = np.exp(0.002 * rng.exponential(1, rows))
    frame = pl.DataFrame(
        {
            "date": pl.Series(1_577_836_800_000 + 3_600_000 * np.arange(rows)).cast(
                pl.Datetime("ms", "UTC")
            ),
            "open": opening,
            "high": np.maximum(opening, close) * wick,
            "low": np.minimum(opening, close) / wick,
            "close": close,
            "volume": rng.lognormal(3, 1, rows),
        }
    )
    engine = hp.Engine("cpu")
    every = [*hp.families(), None]
    return {
        family or "all": rows
        / least(lambda f=family: engine.analyze(frame, timeframe="1h", families=f and [f]), 7)
        for family in every
    }


def main() -> None:
    """Measure, print, write."""
    rounds = [
        [
            *normals(),
            *distances(),
            simulation(),
            vote(),
            lattices(),
            *integration(),
            greeks(),
            books(),
            *(Row(*numbers) for numbers in peer_portfolio.measure(least)),
        ]
        for _ in range(ROUNDS)
    ]
    beside = annealer()
    rows = [best(tries) for tries in zip(*rounds, strict=True)]
    speeds = families()
    print(f"{platform.processor() or platform.machine()}, {hp.simd()}, one thread")
    print("| work | unit | engine, µs | numpy / engine (gate) | numba / engine (gate) |")
    print("| --- | --- | --: | --: | --: |")
    for row in rows:
        by_numpy, by_numba = row.numpy / row.engine, row.numba / row.engine
        print(
            f"| {row.what} | {row.unit} | {row.engine / 1e3:.4g} "
            f"| {by_numpy:.1f} ({row.numpy_gate or '-'}) "
            f"| {by_numba:.1f} ({row.numba_gate or '-'}) |"
        )
    print(f"\nsimulated annealing at one temperature: {beside}")
    print(f"\n| family | candles/s, {os.cpu_count()} threads |\n| --- | --: |")
    for family, speed in speeds.items():
        print(f"| {family} | {speed:,.0f} |")
    record = {
        "machine": platform.platform(),
        "simd": hp.simd(),
        "versions": {"numpy": np.__version__, "numba": numba.__version__},
        "peers": [asdict(row) for row in rows],
        "annealer": beside,
        "candles_per_second": speeds,
    }
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("peers.json")
    target.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
