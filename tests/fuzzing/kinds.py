"""Kinds of arguments: what a function takes, and what it may not."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import polars as pl

import hyperphysics as hp
from fuzzing import values
from fuzzing.values import Generator, pick
from support.frames import SHORT, walk

Maker: TypeAlias = Callable[[Generator], Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of argument."""

    good: Maker
    """What a function takes."""
    bad: Maker
    """What it may not."""


@dataclass(frozen=True, slots=True)
class Target:
    """A public callable."""

    call: Callable[..., Any]
    """A function, or a method that takes what it belongs to as `self`."""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    """Its arguments."""
    optional: tuple[str, ...] = ()
    """Arguments that are left out at times."""


def either(bad: Maker) -> Maker:
    return lambda rng: bad(rng) if rng.random() < 0.6 else values.anything(rng)


def number(low: float, high: float) -> Kind:
    return Kind(lambda rng: float(rng.uniform(low, high)), values.scalar)


def whole(low: int, high: int) -> Kind:
    beyond = [*range(-1, 3), high + 1]
    bad = either(lambda rng: pick(rng, beyond))
    return Kind(lambda rng: int(rng.integers(low, high + 1)), bad)


def numbers(shape: tuple[int, ...], low: float = -1.0, high: float = 1.0) -> Kind:
    def good(rng: Generator) -> Any:
        return rng.uniform(low, high, shape)

    return Kind(good, lambda rng: values.numbers(rng, good(rng)))


def one_of(*words: Any) -> Kind:
    return Kind(lambda rng: pick(rng, words), either(lambda rng: pick(rng, words)))


def some_of(words: tuple[str, ...]) -> Kind:
    def good(rng: Generator) -> list[str]:
        return [pick(rng, words) for _ in range(int(rng.integers(1, 3)))]

    return Kind(good, either(lambda rng: [*good(rng), values.scalar(rng)]))


def made(good: Maker) -> Kind:
    return Kind(good, values.anything)


def symmetric(rng: Generator, nodes: int = 0) -> Any:
    count = nodes or int(rng.integers(1, 7))
    matrix = rng.normal(0, 1, (count, count))
    scale = 1.0 if rng.random() < 0.8 else pick(rng, (1e-320, 1e-30, 1e30, 1e300))
    with np.errstate(all="ignore"):
        return np.nan_to_num((matrix + matrix.T) * scale)


def matrix(good: Maker) -> Kind:
    return Kind(good, lambda rng: values.numbers(rng, good(rng)))


def lattice(rng: Generator) -> hp.Lattice:
    """A lattice of a few nodes, at times with couplings of an extreme size."""
    return hp.Lattice(symmetric(rng).tolist())


def book(rng: Generator) -> hp.HyperbolicOrderBook:
    """A book, at times without levels."""
    rules = pick(rng, ("none", "binance", "binance_futures", "okx"))
    made = hp.HyperbolicOrderBook(rules=rules)
    if rng.random() < 0.8:
        made.snapshot([(9.0, 1.0), (8.0, 2.0)], [(10.0, 1.0), (11.0, 3.0)], last_id=5)
    return made


def model(rng: Generator) -> hp.MoveModel:
    hidden = float(rng.uniform(0, 1))
    diffusion = functools.partial(hp.MoveModel.avellaneda_reed_stoikov, rho=-0.5, hidden=hidden)
    return pick(rng, (hp.MoveModel.cont_de_larrard, diffusion))()  # type: ignore[no-any-return]


def covariances(rng: Generator) -> Any:
    factor = rng.normal(0, 1, (6, 12))
    return factor @ factor.T


def polar(rng: Generator, rows: int = 6) -> Any:
    directions = rng.normal(0, 1, (rows, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return np.column_stack([rng.uniform(0, 3, rows), directions])


@functools.cache
def _walk(rows: int, seed: int) -> pd.DataFrame:
    return walk(rows, seed)


def candles(rng: Generator) -> pd.DataFrame:
    return _walk(int(pick(rng, (1, 40, 140))), int(rng.integers(3))).copy()


def either_frame(rng: Generator, made: pd.DataFrame) -> Any:
    return made if rng.random() < 0.5 else pl.from_pandas(made)


def frame(good: Callable[[Generator], pd.DataFrame]) -> Kind:
    return Kind(lambda rng: either_frame(rng, good(rng)), lambda rng: values.frame(rng, good(rng)))


def batch(rng: Generator) -> Any:
    if rng.random() < 0.7:
        return values.frame(rng, candles(rng))
    pairs = ["BTC/USDT", "", "BTC/USDT " * 3, *([1, None] if rng.random() < 0.2 else [])]
    return {pair: values.frame(rng, candles(rng)) for pair in pairs[: int(rng.integers(0, 6))]}


def books(rng: Generator) -> pd.DataFrame:
    levels = int(rng.integers(1, 5))
    depth = np.arange(levels) * 0.1
    columns = {}
    for side, sign in (("bid", -1.0), ("ask", 1.0)):
        for level in range(levels):
            columns[f"{side}_px_{level}"] = 100.0 + sign * (0.05 + depth[level]) + np.zeros(4)
            columns[f"{side}_sz_{level}"] = rng.uniform(0.1, 5, 4)
    return pd.DataFrame(columns)


def returns(rng: Generator) -> pd.DataFrame:
    return pd.DataFrame(
        rng.normal(0, 0.01, (int(pick(rng, (0, 99, 110, 130))), 3)), columns=[*"abc"]
    )


def weights(rng: Generator) -> Any:
    makers: list[Callable[[], Any]] = [
        *(lambda: {"a": 1.0, "b": -2.0, "c": 0.0}, lambda: [1.0, 2.0, 3.0]),
        lambda: pd.Series([1.0, 2.0, 3.0], index=[*"cab"]),
        lambda: {pick(rng, "abcd"): values.scalar(rng), "a": 1.0},
        lambda: pd.Series([1.0, 2.0], index=["a", "a"]),
        lambda: values.numbers(rng, [1.0, 2.0, 3.0]),
    ]
    return pick(rng, makers)()


def scenarios(rng: Generator) -> Any:
    kinds: list[Any] = [{"a": -0.3}, {"d": 1.0}, 4.0, (0, 5), (5, 2), (1 << 70, 2)]
    chosen = pick(rng, kinds) if rng.random() < 0.6 else values.anything(rng)
    return {"fall": chosen}


def levels(rng: Generator) -> Any:
    levels = [[str(9 - i), "1.5"] if rng.random() < 0.5 else [9.0 - i, 1.5] for i in range(3)]
    if rng.random() < 0.6:
        levels[int(rng.integers(3))] = pick(rng, [[values.scalar(rng)], values.anything(rng), []])
    return levels


def delta(rng: Generator) -> Any:
    keys = ("bids", "b", "asks", "a", "U", "u", "pu", "seqId", "prevSeqId", "checksum")
    chosen = {pick(rng, keys): values.scalar(rng) for _ in range(int(rng.integers(0, 4)))}
    sides: dict[str, Any] = {"bids": [[9.0, 2.0]], "a": [["10", "0"]]}
    return {**(sides if rng.random() < 0.7 else {"bids": levels(rng)}), **chosen}


NUMBER = number(0.01, 2.0)
SEED = whole(0, 1 << 40)
COUNT = whole(1, 40)
DEVICE = one_of("cpu", "CPU", "vulkan:no such card", "\0", hp.Engine("cpu", threads=1))
TIMEFRAME = one_of("1h", "1h", "1h", "5m", "1d", "0h", "-1h", "1x", "99999999999h", "")
FAMILIES = some_of(tuple(hp.families()))
FORM = one_of("polar", "polar", "ball", "hyperboloid", "half_space")
ROWS = matrix(polar)
BALL = numbers((4, 3), -0.5, 0.5)
LATTICE = made(lattice)
SPINS = Kind(
    lambda rng: rng.choice([-1, 1], int(rng.integers(1, 7))).tolist(),
    lambda rng: values.numbers(rng, [1.0, -1.0, 1.0]),
)
PATH = Kind(
    lambda rng: [hp.Lattice(symmetric(rng, 3).tolist()) for _ in range(3)],
    either(lambda rng: [lattice(rng), lattice(rng), *([1] if rng.random() < 0.3 else [])]),
)
QUANTITY = numbers((5,), 0.1, 3.0)
OPTION = dict.fromkeys(("spot", "strike", "years", "rate", "dividend"), QUANTITY)
SIDE = Kind(
    lambda rng: pick(rng, (True, "put", ["c", "P", "call", "put", "c"], [True] * 5)),
    lambda rng: values.numbers(rng, [1.0, 0.0, 1.0, 0.0, 1.0]),
)
QUOTES = Kind(lambda _: None, lambda rng: values.frame(rng, books(rng)))


def parameter(rng: Generator) -> dict[str, Any]:
    if rng.random() < 0.5:
        return {}
    name = pick(rng, [param.name for param in hp.params()])
    return {name: values.scalar(rng)}


def analysis(method: str) -> Callable[..., Any]:
    def call(self: hp.Engine, frames: Any, more: Any, **options: Any) -> Any:
        return getattr(self, method)(frames, **options, **{**SHORT, **more})

    return call


ENGINE = Kind(lambda _: hp.Engine("cpu", threads=1), lambda _: hp.Engine("cpu", threads=2))
MORE = Kind(lambda _: {}, parameter)
ANALYSIS = {"self": ENGINE, "frames": Kind(lambda rng: either_frame(rng, candles(rng)), batch)}
ANALYSIS |= {"more": MORE, "timeframe": TIMEFRAME, "families": FAMILIES, "pair": one_of("a")}
ANALYSIS |= {"last": whole(0, 50)}
STATE = {
    "delta": NUMBER,
    "length_scale": NUMBER,
    "amounts": numbers((3,), 0.0, 9.0),
    "unit": NUMBER,
    "moves": made(model),
}
SWEEPS = {"sweeps": COUNT, "burn_in": COUNT, "replicas": whole(1, 3), "seed": SEED}
RELAXED = {
    "self": LATTICE,
    "temperature": NUMBER,
    "start": SPINS,
    "times": numbers((3,), 0, 2),
}
JOINT = {name: matrix(lambda rng: covariances(rng)[:3, :3]) for name in ("past", "present")}
JOINT |= {"across": matrix(lambda rng: covariances(rng)[:3, 3:] * 0.1)}
POINTS = {"self": ENGINE, "points": ROWS, "queries": ROWS, "form": FORM}
HEAT = {"self": LATTICE, "temperature": NUMBER}


def of_(class_: Any, method: str) -> Callable[..., Any]:
    def call(self: Any, **options: Any) -> Any:
        return getattr(self, method)(**options)

    call.__name__ = f"{class_.__name__}.{method}"
    return call
