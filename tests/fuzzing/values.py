"""Hostile values: of every type, beyond every range, in every layout."""

from __future__ import annotations

import array
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

Generator: TypeAlias = np.random.Generator

NUMBERS: list[Any] = [
    *(0, 1, -1, 2, 255, 256, -(2**63), 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**30),
    *(0.0, -0.0, 0.5, 1.0, -1.0, 1e-9, 5e-324, 1e-310, 1e100, 1.7e308, -1e300, True, False),
    *(float("nan"), float("inf"), float("-inf")),
]
"""Numbers of Python, beyond every range too."""

POKED = [np.nan, np.inf, -np.inf, 5e-324, 1.7e308, -1.7e308, 0.0, -0.0, -1.0, 1e-300, 1e30]
"""What an element may become."""

DTYPES: list[Any] = [
    *("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", ">f8", ">i4", "longdouble"),
    *("c8", "c16", "M8[ns]", "M8[D]", "m8[s]", "S5", "U8", "O", "V8", "f8,i4"),
]

POLARS: list[Any] = [
    *(pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.Int128, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64),
    *(pl.Float32, pl.Float64, pl.Boolean, pl.String, pl.Binary, pl.Date, pl.Time, pl.Null),
    *(pl.Datetime("ns"), pl.Datetime("us", "Asia/Tokyo"), pl.Duration("ms"), pl.Decimal(20, 4)),
    *(pl.Categorical, pl.Enum(["a", "1.0"]), pl.List(pl.Float64), pl.Array(pl.Float64, 2)),
    *(pl.Struct({"a": pl.Float64}), pl.Object),
    *(getattr(pl, name) for name in ("Float16", "UInt128") if hasattr(pl, name)),
]

PANDAS: list[Any] = [
    *("Int64", "Float32", "Float64", "UInt8", "boolean", "string", "category", "object"),
    *("datetime64[ns]", "datetime64[s, UTC]", "timedelta64[ns]", "Sparse[float]", "period[D]"),
    *(pd.ArrowDtype(kind) for kind in (pa.float64(), pa.float32(), pa.int8(), pa.bool_())),
    *(pd.ArrowDtype(kind) for kind in (pa.string(), pa.date32(), pa.timestamp("us", "UTC"))),
    *(pd.ArrowDtype(kind) for kind in (pa.decimal128(20, 4), pa.list_(pa.float64()))),
]


def pick(rng: Generator, among: Any) -> Any:
    """One of a sequence, as it is."""
    return among[int(rng.integers(len(among)))]


def scalar(rng: Generator) -> Any:
    """A number or what might pass for one."""
    odd: list[Callable[[], Any]] = [
        *(lambda: None, lambda: "", lambda: "abc", lambda: "1", lambda: b"1", lambda: 1 + 2j),
        *(lambda: Decimal(1), lambda: Decimal("NaN"), lambda: Fraction(1, 3), lambda: pd.NA),
        *(lambda: pd.NaT, lambda: pd.Timestamp(0), lambda: np.datetime64("NaT"), object),
        *(lambda: float, lambda: lambda x: x, lambda: np.float32(1.5), lambda: np.int64(-3)),
        *(lambda: np.bool_(True), lambda: np.array(2.0), lambda: np.array([1.0]), lambda: "\ud800"),
        *(lambda: "a\0b", lambda: "x" * 10_000),
    ]
    return pick(rng, NUMBERS) if rng.random() < 0.6 else pick(rng, odd)()


def container(rng: Generator) -> Any:
    """A collection of no use."""
    makers: list[Callable[[], Any]] = [
        *(list, tuple, set, dict, lambda: [[]], lambda: [[1.0], [1.0, 2.0]], lambda: range(3)),
        *(lambda: (x for x in (1.0, 2.0)), lambda: iter([None]), lambda: {"a": 1}, lambda: {1: 2}),
        *(lambda: [None, 1.0], lambda: ["a", 1.0], lambda: [[[1.0]]], lambda: [scalar(rng)] * 3),
        *(lambda: np.zeros((2, 2, 2)), lambda: np.array([]), lambda: np.zeros((0, 3))),
        *(pd.DataFrame, pl.DataFrame, lambda: pd.Series(dtype=float)),
        *(lambda: pl.Series([], dtype=pl.Float64), lambda: [{}], lambda: [[float("nan")] * 2] * 2),
        *(lambda: pl.DataFrame({"a": [1.0]}).lazy(), lambda: np.ma.masked_array([1.0], [True])),
    ]
    return pick(rng, makers)()


def anything(rng: Generator) -> Any:
    """Whatever."""
    return scalar(rng) if rng.random() < 0.6 else container(rng)


def poked(rng: Generator, values: Any) -> Any:
    """A copy with some elements replaced."""
    found = np.array(values, np.float64)
    for _ in range(int(rng.integers(1, 4))):
        if found.size:
            found.flat[int(rng.integers(found.size))] = pick(rng, POKED)
    return found


def laid_out(rng: Generator, values: Any) -> Any:
    """The same numbers in another layout, type or shape."""
    base = np.array(values, np.float64)
    flat = base.ravel()

    def unaligned() -> Any:
        raw = bytearray(1 + base.nbytes)
        raw[1:] = base.tobytes()
        return np.frombuffer(raw, np.float64, offset=1).reshape(base.shape)

    def read_only() -> Any:
        kept = base.copy()
        kept.flags.writeable = False
        return kept

    makers: list[Callable[[], Any]] = [
        *(lambda: base[::-1], lambda: base[::2], lambda: np.asfortranarray(base), read_only),
        *(lambda: np.repeat(base, 2, axis=-1)[..., ::2] if base.ndim else base, unaligned),
        *(lambda: np.broadcast_to(flat[:1], base.shape) if base.size else base, base.tolist),
        *(lambda: base[None], lambda: base[..., None], lambda: flat, lambda: base[:0]),
        *(lambda: base[:1], lambda: base[..., :0], lambda: base[:-1], lambda: tuple(base.tolist())),
        *(lambda: memoryview(base.data), lambda: array.array("d", flat.tolist()), lambda: base.T),
        *(lambda: (row for row in base.tolist()) if base.ndim else base, lambda: base * 1e300),
        *(lambda: np.ma.masked_array(base, base > 0.5), lambda: -base, lambda: base * 1e-320),
        *(lambda: np.concatenate([base, base]) if base.ndim else base, lambda: base[0]),
        *(
            lambda: pd.Series(flat, index=[0] * flat.size),
            lambda: pd.DataFrame(np.atleast_2d(base)),
        ),
        *(lambda: pl.Series(flat), lambda: [*base.tolist(), None], lambda: np.float32(base)),
    ]
    return pick(rng, makers)()


def typed(rng: Generator, values: Any) -> Any:
    """The same numbers, as far as they go, in another type of numpy, pandas or polars."""
    base = np.array(values, np.float64)
    with np.errstate(all="ignore"):
        kind = rng.random()
        if kind < 0.4:
            return base.astype(pick(rng, DTYPES))
        if kind < 0.7:
            return pandas_column(rng, base.ravel())
        return polars_column(rng, "x", base.ravel())


def pandas_column(rng: Generator, values: Any) -> pd.Series[Any]:
    """A series of some type of pandas, with a null at times."""
    kind = pick(rng, PANDAS)
    numbers = pd.Series(values, dtype="float64")
    if rng.random() < 0.3 and len(numbers):
        numbers.iloc[0] = np.nan
    for given in (numbers, numbers.fillna(0.0).round(), numbers.astype(str)):
        try:
            return given.astype(kind)
        except (TypeError, ValueError, ArithmeticError, NotImplementedError, pa.ArrowException):
            continue
    return pd.Series([None] * len(values), dtype="object")


def polars_column(rng: Generator, name: str, values: Any) -> pl.Series:
    """A series of some type of polars, with a null at times."""
    kind = pick(rng, POLARS)
    numbers = pl.Series(name, values, dtype=pl.Float64)
    if kind == pl.Object:
        return pl.Series(name, [object()] * len(numbers), dtype=pl.Object)
    try:
        if kind == pl.Struct:
            return numbers.to_frame("a").to_struct(name)
        if kind == pl.Array:
            return numbers.reshape((-1, 1)).alias(name)
        found = numbers.cast(kind, strict=False)
    except (pl.exceptions.PolarsError, ValueError):
        found = numbers.cast(pl.String).cast(pl.Categorical)
    if rng.random() < 0.3 and len(found):
        found = found.clear(1).extend(found[1:])
    return found


def numbers(rng: Generator, good: Any) -> Any:
    """A hostile form of an array of numbers."""
    kind = rng.random()
    if kind < 0.3:
        return poked(rng, good)
    if kind < 0.55:
        return laid_out(rng, good)
    return typed(rng, good) if kind < 0.8 else anything(rng)


def frame(rng: Generator, good: pd.DataFrame) -> Any:
    """A hostile form of a frame, of pandas or polars."""
    columns = [name for name in good.columns if name != "date"]
    found = good.copy()
    chosen = pick(rng, columns) if columns else None
    if chosen is not None and rng.random() < 0.4:
        found[chosen] = poked(rng, found[chosen])
    if rng.random() < 0.5:
        made = _of_polars(rng, pl.from_pandas(found), chosen)
    else:
        made = _of_pandas(rng, found, chosen)
    return made if rng.random() < 0.9 else anything(rng)


def _of_polars(rng: Generator, found: pl.DataFrame, chosen: Any) -> Any:
    name = chosen if rng.random() < 0.8 else found.columns[0]
    changed: list[Callable[[], Any]] = [
        lambda: found,
        *[lambda: found.with_columns(polars_column(rng, name, range(len(found))))] * 4,
        *(lambda: found.drop(name), found.reverse, lambda: found.head(0)),
        *(lambda: found.head(1), found.lazy, lambda: found.select(found.columns[::-1])),
        *(lambda: pl.concat([found, found]), lambda: found.with_columns(pl.lit(None).alias(name))),
        lambda: pl.concat([found[:5], found[5:]], rechunk=False),
    ]
    return pick(rng, changed)()


def _of_pandas(rng: Generator, found: pd.DataFrame, chosen: Any) -> Any:
    name = chosen if rng.random() < 0.8 else found.columns[0]

    def retyped() -> pd.DataFrame:
        column = pandas_column(rng, np.arange(len(found), dtype=float))
        return found.assign(**{name: column.to_numpy() if rng.random() < 0.3 else column.array})

    def nested() -> pd.DataFrame:
        labels = pd.MultiIndex.from_product([found.columns, ["x"]])
        return found.set_axis(labels, axis=1)

    def read_only() -> pd.DataFrame:
        matrix = np.asfortranarray(found[[name]].to_numpy())
        matrix.flags.writeable = False
        return pd.DataFrame(matrix, columns=[name]).combine_first(found)

    changed: list[Callable[[], Any]] = [
        lambda: found,
        *[retyped] * 4,
        *(lambda: found.drop(columns=name), lambda: found[::-1], lambda: found[::2], nested),
        *(lambda: found.head(0), lambda: found.head(1), lambda: pd.concat([found, found])),
        *(lambda: pd.concat([found, found[[name]]], axis=1), lambda: found.set_index(name)),
        *(lambda: found.set_axis(range(found.shape[1]), axis=1), lambda: found[name], read_only),
        *(lambda: found.assign(**{name: None}), lambda: found.set_axis([0] * len(found))),
    ]
    return pick(rng, changed)()
