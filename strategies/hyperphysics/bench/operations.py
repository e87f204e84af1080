"""What a trader asks for in one call, beside the libraries that one would use instead."""

from __future__ import annotations

import numpy as np
import polars as pl

import hyperphysics as hp
from hyperphysics.bench import geometry, options
from hyperphysics.bench.devices import Operation, candles
from hyperphysics.bench.timing import F64

DEPTH = 100


def operations() -> list[Operation]:
    """Order books, VaR, distances and lattices, in calls of the sizes that occur."""
    return [
        _books(1000),
        _value_at_risk(),
        _distances(1000),
        _matrix(1000),
        _lattices(),
        _product(4096),
        _greeks(1_000_000, single=True),
    ]


def on_the_cpu() -> list[Operation]:
    """What is computed there whatever the device: one book, options in double precision."""
    return [_book(), _greeks(1), _greeks(20_000)]


def _sides(count: int) -> tuple[F64, F64]:
    """Distances from a mid price of 100 and sizes, `(2, DEPTH, count)`, bids first."""
    rng = np.random.default_rng(3)
    gaps = rng.exponential(0.01, (2, DEPTH, count)).cumsum(axis=1) + 0.01
    return gaps, rng.lognormal(0, 1, (2, DEPTH, count))


def _book() -> Operation:
    gaps, sizes = _sides(1)
    book = hp.HyperbolicOrderBook()
    bids, asks = (
        np.column_stack([100 + sign * gap[:, 0], size[:, 0]]).tolist()
        for sign, gap, size in zip((-1, 1), gaps, sizes, strict=True)
    )
    book.snapshot(bids, asks)

    def run(_: hp.Engine) -> F64:
        state = book.state(amounts=[10.0])
        return np.array([state.mid, state.imbalance, state.p_up])

    return Operation("state of an order book, 100 levels a side", "book", 1, run, 0.0, {})


def _books(count: int) -> Operation:
    gaps, sizes = _sides(count)
    data = {}
    for level in range(DEPTH):
        for side, name, sign in ((0, "bid", -1), (1, "ask", 1)):
            data[f"{name}_px_{level}"] = 100 + sign * gaps[side, level]
            data[f"{name}_sz_{level}"] = sizes[side, level]
    frame = pl.DataFrame(data)

    def run(engine: hp.Engine) -> F64:
        measured = engine.books(frame, amounts=[10.0])
        return measured.select("mid", "imbalance", "p_up", "buy_slippage_0").to_numpy()

    return Operation(
        f"{count} order books of 100 levels a side, in a frame", "book", count, run, 1e-4, {}
    )


def _value_at_risk() -> Operation:
    frame = candles(2_000)
    names = ["hp_var_95_h", "hp_var_99_h", "hp_es_95_h", "hp_es_99_h"]

    def run(engine: hp.Engine) -> F64:
        made = engine.analyze(frame, timeframe="1h", families=["risk"], last=1, paths=10_000)
        return made.select(names).tail(1).to_numpy()

    return Operation("VaR and ES, 10 000 paths of 12 bars", "call", 1, run, 1e-4, {})


def _points(count: int) -> F64:
    rng = np.random.default_rng(4)
    unit = rng.normal(size=(count, 3))
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    return np.column_stack([rng.uniform(0, 6, count), unit])


def _distances(count: int) -> Operation:
    points, query = _points(count), _points(1)

    def run(engine: hp.Engine) -> F64:
        return engine.distances(points, query).astype(np.float64)

    peers = {"numpy": lambda: _apart(query, points)[None]}
    return Operation(f"{count} hyperbolic distances", "distance", count, run, 1e-4, peers)


def _apart(query: F64, points: F64) -> F64:
    """Distances of polar points to one of them."""
    half = np.sinh((points[:, 0] - query[0, 0]) / 2)
    chord = ((points[:, 1:] - query[0, 1:]) ** 2).sum(axis=1)
    squared = half**2 + np.sinh(points[:, 0]) * np.sinh(query[0, 0]) * chord / 4
    return np.asarray(2 * np.arcsinh(np.sqrt(squared)))


def _matrix(count: int) -> Operation:
    points = _points(count)
    polar = points.T[None].astype(np.float32)

    def run(engine: hp.Engine) -> F64:
        return engine.distances(points).astype(np.float64)

    peers = {
        "numpy": lambda: geometry.distances_numpy_batch(polar)[0],
        "numba": lambda: geometry.distances_numba(polar)[0],
    }
    what = f"distances of {count} points to each other"
    return Operation(what, "distance", count * count, run, 2e-3, peers)


def _lattices() -> Operation:
    tiles = hp.tessellation(3, 7, 3)
    lattice = hp.Lattice.from_polar(tiles.polar, length_scale=1.0)
    count, sweeps = 64, 200

    def run(engine: hp.Engine) -> F64:
        temperature = lattice.temperature(1.25)
        samples = engine.sample_lattices([lattice] * count, temperature, sweeps=sweeps, burn_in=0)
        return np.array([sample.energy for sample in samples])

    updates = count * sweeps * len(tiles.polar)
    return Operation("64 lattices of 48 p-bits, 200 sweeps", "update", updates, run, 0.0, {})


def _product(side: int) -> Operation:
    left, right = np.random.default_rng(5).standard_normal((2, side, side), dtype=np.float32)

    def run(engine: hp.Engine) -> F64:
        return hp.matmul(left, right, device=engine).astype(np.float64)

    peers = {"numpy": lambda: left @ right}
    what = f"product of two matrices, {side} × {side}"
    # sums of the order of 64, each rounded 4096 times
    return Operation(what, "multiply-add", side**3, run, 2e-3, peers)


def _greeks(count: int, *, single: bool = False) -> Operation:
    rng = np.random.default_rng(2)
    spot = 80 + 40 * rng.random(count)
    years = 0.05 + rng.random(count)
    volatility = 0.1 + 0.5 * rng.random(count)
    arguments = (spot, options.STRIKE, years, volatility, options.RATE)

    def run(engine: hp.Engine) -> F64:
        made = hp.greeks(
            spot=spot,
            strike=options.STRIKE,
            years=years,
            volatility=volatility,
            rate=options.RATE,
            measures=options.GREEKS,
            device=engine if single else None,
        )
        return np.stack([made[name] for name in options.GREEKS])

    peers = {
        "scipy": lambda: options.greeks_scipy(*arguments),
        "numba": lambda: options.greeks_numba(*arguments),
    }
    what = "five Greeks of an option" if count == 1 else f"five Greeks of {count} options"
    if single:
        what += ", single precision"
    # A theta of a hundred is right to 1e-6 of it.
    return Operation(what, "option", count, run, 1e-4 if single else 1e-11, peers)
