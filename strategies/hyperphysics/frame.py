"""pandas to polars and back without copying a numeric column."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

import numpy as np
import pandas as pd
import polars as pl

from hyperphysics._engine import HyperPhysicsError

if TYPE_CHECKING:
    from hyperphysics._engine import Array

PRICES = ("open", "high", "low", "close", "volume")


def is_pandas(item: object) -> TypeGuard[pd.DataFrame]:
    """Whether `item` is a pandas frame."""
    return isinstance(item, pd.DataFrame)


def is_polars(item: object) -> TypeGuard[pl.DataFrame]:
    """Whether `item` is a polars frame."""
    return isinstance(item, pl.DataFrame)


def from_pandas(frame: pd.DataFrame, pair: str) -> pl.DataFrame:
    """Views the candle columns of a pandas frame as a polars frame; other columns are ignored.

    Args:
        frame: `date` as datetime64 (any unit; with a zone, it is converted to UTC) and OHLCV as
            float64.
        pair: Name for error messages.

    Raises:
        HyperPhysicsError: A column is missing or has another type.
    """
    for name in ("date", *PRICES):
        if name not in frame.columns:
            raise HyperPhysicsError(
                f"{pair}: column `{name}` is missing, expected date, {', '.join(PRICES)}"
            )
    views = [_dates(frame["date"], pair)]
    for name in PRICES:
        column = frame[name]
        if column.dtype != np.float64:
            raise HyperPhysicsError(
                f"{pair}: column `{name}` has type {column.dtype}, expected float64"
            )
        views.append(pl.Series(name, column.to_numpy()))
    return pl.DataFrame(views)


def _dates(column: pd.Series[pd.Timestamp], pair: str) -> pl.Series:
    if getattr(column.dtype, "kind", "O") != "M":
        raise HyperPhysicsError(
            f"{pair}: column `date` has type {column.dtype}, expected datetime64[ms, UTC]"
        )
    unit = column.dt.unit
    if unit == "s":  # polars has no such unit
        column, unit = column.dt.as_unit("ms"), "ms"
    zone = None if column.dt.tz is None else "UTC"
    return pl.Series("date", column.array.view("i8")).cast(pl.Datetime(unit, zone))


def to_pandas(frame: pd.DataFrame, names: list[str], values: Array) -> pd.DataFrame:
    """Returns a new frame: the input's columns and, by position, views of the results.

    Columns of the same names are replaced. The input is left as it is; its columns are shared
    until one side writes (pandas copies on write).

    Args:
        frame: Input of the analysis.
        names: Names of the results.
        values: The results, column after column.
    """
    block = np.frombuffer(memoryview(values), dtype=np.float64).reshape(len(names), len(frame))
    results = pd.DataFrame(block.T, index=frame.index, columns=names, copy=False)
    known = frame.columns.intersection(results.columns)
    kept = frame.drop(columns=known) if len(known) else frame
    joined = pd.concat([kept, results], axis=1)
    joined.attrs = frame.attrs
    return joined


def to_polars(frame: pl.DataFrame, columns: pl.DataFrame) -> pl.DataFrame:
    """Returns a new frame: the input's columns and, by position, the results."""
    return frame.with_columns(columns.get_columns())


def as_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """Copies a small frame of a date and numbers to pandas, null as NaN."""
    dates = frame["date"]
    unit = getattr(dates.dtype, "time_unit", "ms")
    zone = None if getattr(dates.dtype, "time_zone", None) is None else "UTC"
    stamps = pd.DatetimeIndex(dates.to_physical().to_numpy().view(f"M8[{unit}]"), tz=zone)
    numbers = {name: frame[name].to_numpy() for name in frame.columns if name != "date"}
    return pd.DataFrame({"date": stamps, **numbers})
