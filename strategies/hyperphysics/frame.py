"""pandas to polars and back without copying a numeric column."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard, TypeVar, cast

import numpy as np
import pandas as pd
import polars as pl

from hyperphysics._engine import HyperPhysicsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

PRICES = ("open", "high", "low", "close", "volume")

Bits: TypeAlias = "NDArray[np.int64]"
Frame = TypeVar("Frame", pd.DataFrame, pl.DataFrame)


def is_pandas(item: object) -> TypeGuard[pd.DataFrame]:
    """Whether `item` is a pandas frame."""
    return isinstance(item, pd.DataFrame)


def is_series(item: object) -> TypeGuard[pd.Series[float]]:
    """Whether `item` is a pandas series."""
    return isinstance(item, pd.Series)


def is_polars(item: object) -> TypeGuard[pl.DataFrame]:
    """Whether `item` is a polars frame."""
    return isinstance(item, pl.DataFrame)


def from_pandas(frame: pd.DataFrame, pair: str) -> pl.DataFrame:
    """Views the candle columns of a pandas frame as a polars frame; other columns are ignored.

    Args:
        frame: `date` as datetime64 or a timestamp of pyarrow (any unit; with a zone, it is
            converted to UTC) and OHLCV as float64.
        pair: Name for error messages.

    Raises:
        HyperPhysicsError: A column is missing, is there twice or has another type.
    """
    date, prices = _candles(frame, pair)
    views = [pl.Series(name, values) for name, values in zip(PRICES, prices, strict=True)]
    return pl.DataFrame([_dates(date, pair), *views])


def bits(frame: pd.DataFrame, pair: str) -> Bits:
    """Copies the candle columns of a pandas frame bit by bit: `date` in its unit, then OHLCV.

    Args:
        frame: As in `from_pandas`.
        pair: Name for error messages.

    Returns:
        A row for each column.

    Raises:
        HyperPhysicsError: A column is missing, is there twice or has another type.
    """
    result = np.empty((1 + len(PRICES), len(frame)), np.int64)
    date, prices = _candles(frame, pair)
    result[0] = _stamps(date, pair).view("i8")
    for row, values in zip(result[1:], prices, strict=True):
        row[:] = values.view(np.int64)
    return result


def _candles(
    frame: pd.DataFrame, pair: str
) -> tuple[pd.Series[pd.Timestamp], list[NDArray[np.float64]]]:
    """The date, of any type, and views of the prices."""
    date, *prices = [_column(frame, name, pair) for name in ("date", *PRICES)]
    views = []
    for name, column in zip(PRICES, prices, strict=True):
        if column.dtype != np.float64:
            raise HyperPhysicsError(
                f"{pair}: column `{name}` has type {column.dtype}, expected float64"
            )
        views.append(column.to_numpy())
    return date, views


def _column(frame: pd.DataFrame, name: str, pair: str) -> pd.Series[Any]:
    if name not in frame.columns:
        raise HyperPhysicsError(
            f"{pair}: column `{name}` is missing, expected date, {', '.join(PRICES)}"
        )
    column = frame[name]
    if column.ndim != 1:
        raise HyperPhysicsError(f"{pair}: column `{name}` is there more than once")
    return column


def _stamps(column: pd.Series[pd.Timestamp], pair: str) -> Any:  # noqa: ANN401 - pandas' own array
    # the accessor `dt` would take longer than all else here
    stamps: Any = column.array
    if isinstance(column.dtype, pd.ArrowDtype) and "timestamp" in column.dtype.name:
        stamps = pd.DatetimeIndex(column).array
    if getattr(stamps.dtype, "kind", "O") != "M" or not hasattr(stamps, "unit"):
        raise HyperPhysicsError(
            f"{pair}: column `date` has type {column.dtype}, expected datetime64[ms, UTC]"
        )
    return stamps


def _dates(column: pd.Series[pd.Timestamp], pair: str) -> pl.Series:
    stamps = _stamps(column, pair)
    times = cast("NDArray[np.int64]", stamps.view("i8"))
    unit = stamps.unit
    if unit == "s":  # polars has no such unit
        times, unit = times * 1000, "ms"
    zone = None if stamps.tz is None else "UTC"
    return pl.Series("date", times).cast(pl.Datetime(unit, zone))


def results(frame: pd.DataFrame, names: list[str], values: NDArray[np.float64]) -> pd.DataFrame:
    """Views results as a frame with the index of the input.

    Args:
        frame: Input of the analysis.
        names: Names of the results.
        values: The results, column after column.
    """
    return block(values.reshape(len(names), len(frame)), tuple(names), frame.index)


def with_columns(frame: Frame, columns: Frame) -> Frame:
    """Returns a new frame of the kind of both: the input's columns and, by position, the results.

    Columns of the same names are replaced. The input is left as it is; its columns are shared, in
    pandas until one side writes (it copies on write).

    Args:
        frame: Input of the analysis.
        columns: Its results.
    """
    if isinstance(frame, pl.DataFrame):
        return frame.with_columns(columns.get_columns())
    return join(frame, columns)


def block(
    values: NDArray[np.float64] | NDArray[np.int64], names: tuple[str, ...], index: pd.Index[Any]
) -> pd.DataFrame:
    """Views an array, a row for each name, as a frame with a column for each name."""
    return pd.DataFrame(values.T, index=index, columns=_labels(names), copy=False)


@cache
def _labels(names: tuple[str, ...]) -> pd.Index[str]:
    # making labels takes pandas longer than making the frame
    return pd.Index(names)


def join(frame: pd.DataFrame, *others: pd.DataFrame) -> pd.DataFrame:
    """Returns a new frame: the columns of all, those of `frame` replaced where a name comes again.

    All at once: for each column that is set singly, pandas makes the labels anew.

    Args:
        frame: Left as it is.
        *others: Frames with its index.
    """
    known = {name for other in others for name in other.columns}.intersection(frame.columns)
    kept = frame.drop(columns=list(known)) if known else frame
    joined = pd.concat([kept, *others], axis=1)
    joined.attrs = frame.attrs
    return joined


def as_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """Copies a small frame of a date and numbers to pandas, null as NaN."""
    dates = frame["date"]
    unit = getattr(dates.dtype, "time_unit", "ms")
    zone = None if getattr(dates.dtype, "time_zone", None) is None else "UTC"
    stamps = pd.DatetimeIndex(dates.to_physical().to_numpy().view(f"M8[{unit}]"), tz=zone)
    numbers = {name: frame[name].to_numpy() for name in frame.columns if name != "date"}
    return pd.DataFrame({"date": stamps, **numbers})
