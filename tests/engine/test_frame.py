"""pandas and polars in, the same out, and nothing copied on the way."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import hyperphysics as hp
from hyperphysics import frame
from support.frames import SHORT

Maker = Callable[..., pd.DataFrame]
PRICES = ["open", "high", "low", "close", "volume"]


def address(values: Any) -> int:
    pointer: int = values.__array_interface__["data"][0]
    return pointer


def in_polars(candles: pd.DataFrame) -> pl.DataFrame:
    return frame.from_pandas(candles, "X")


def test_polars_views_the_columns_of_pandas(candles: Maker) -> None:
    given = candles(300)
    views = frame.from_pandas(given, "X")
    for name in PRICES:
        assert address(views[name].to_numpy()) == address(given[name].to_numpy())
    ticks = given["date"].array.view("i8")
    assert address(views["date"].to_physical().to_numpy()) == address(ticks)


def test_pandas_views_the_results(candles: Maker) -> None:
    given = candles(300)
    names, values = hp._engine.Engine("cpu").column_arrays(
        [("X", in_polars(given))], timeframe="1h", params=SHORT
    )[0]
    result = frame.with_columns(given, frame.results(given, names, values))
    start = address(values)
    for column, name in enumerate(names):
        assert address(result[name].to_numpy()) == start + 8 * 300 * column
    for name in PRICES:
        assert address(result[name].to_numpy()) == address(given[name].to_numpy())


def test_polars_shares_the_columns_of_the_input(candles: Maker) -> None:
    given = in_polars(candles(300))
    result = hp.Engine("cpu").analyze(given, timeframe="1h", **SHORT)
    for name in PRICES:
        assert address(result[name].to_numpy()) == address(given[name].to_numpy())


def test_both_kinds_hold_the_same_values(candles: Maker) -> None:
    engine = hp.Engine("cpu")
    given = candles(400)
    pandas = engine.analyze(given, timeframe="1h", **SHORT)
    polars = engine.analyze(in_polars(given), timeframe="1h", **SHORT)
    names = [column.name for column in hp.columns()]
    assert list(pandas.columns) == [*given.columns, *names]
    assert polars.columns == [*given.columns, *names]
    for name in names:
        left, right = pandas[name].to_numpy(), polars[name].to_numpy()
        assert left.tobytes() == right.astype(float).tobytes()
        assert polars[name].null_count() == int(np.isnan(left).sum())
        assert polars[name].is_nan().sum() == 0
        assert not np.isnan(left).all()


def test_columns_are_the_results_alone(candles: Maker) -> None:
    engine = hp.Engine("cpu")
    given = candles(300)
    given.index = pd.Index(range(1000, 1300)[::-1], name="odd")
    names = [column.name for column in hp.columns() if column.family in {"risk", "liquidity"}]
    options: dict[str, Any] = {"timeframe": "1h", "families": ["liquidity", "risk"], **SHORT}
    joined = engine.analyze(given, **options)
    alone = engine.columns(given, **options)
    assert list(alone.columns) == names
    pd.testing.assert_frame_equal(alone, joined[names])
    by_pair = engine.columns({"A/B": given, "C/D": given}, **options)
    assert list(by_pair) == ["A/B", "C/D"]
    pd.testing.assert_frame_equal(by_pair["C/D"], alone)
    polars = engine.columns(in_polars(given), **options)
    assert polars.equals(engine.analyze(in_polars(given), **options).select(names))
    assert engine.columns({}, timeframe="1h") == {}
    newest = engine.columns(given, last=3, **options)
    pd.testing.assert_frame_equal(newest.iloc[-3:], alone.iloc[-3:])
    assert newest.iloc[:-3].isna().all(axis=None)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo"])
def test_any_unit_and_zone_of_the_date(candles: Maker, unit: Any, zone: str | None) -> None:
    given = candles(200)
    engine = hp.Engine("cpu")
    expected = engine.analyze(given, timeframe="1h", families=["liquidity"])
    date = given["date"].dt.as_unit(unit)
    given["date"] = date.dt.tz_localize(None) if zone is None else date.dt.tz_convert(zone)
    got = engine.analyze(given, timeframe="1h", families=["liquidity"])
    pd.testing.assert_series_equal(got["hp_spread"], expected["hp_spread"])


def test_inputs_are_not_touched(candles: Maker) -> None:
    given = candles(300)
    copy = given.copy(deep=True)
    result = hp.Engine("cpu").analyze({"X": given}, timeframe="1h", **SHORT)["X"]
    pd.testing.assert_frame_equal(given, copy)
    result.loc[5, "close"] = -1.0
    result.loc[5, "hp_vol"] = -1.0
    result["open"] += 1.0
    pd.testing.assert_frame_equal(given, copy)
    assert result.loc[5, "hp_vol"] == -1.0


def test_writing_to_the_input_leaves_the_result(candles: Maker) -> None:
    given = candles(300)
    result = hp.Engine("cpu").analyze(given, timeframe="1h", **SHORT)
    before = result["close"].iloc[7]
    given.loc[7, "close"] = 1.0
    assert result["close"].iloc[7] == before


def test_a_result_outlives_everything_else(candles: Maker) -> None:
    def vol() -> pd.Series:
        return hp.Engine("cpu").analyze(candles(300), timeframe="1h", **SHORT)["hp_vol"]

    first = vol()
    copy = first.copy(deep=True)
    for _ in range(20):
        vol()
    pd.testing.assert_series_equal(first, copy)


def test_index_and_other_columns_are_kept(candles: Maker) -> None:
    given = candles(300)
    given.index = pd.Index(range(1000, 1300)[::-1], name="odd")
    given["enter_tag"] = pd.Series(["a"] * 300, index=given.index, dtype="str")
    given["open_count"] = 1
    given.attrs["note"] = "kept"
    result = hp.Engine("cpu").analyze(given, timeframe="1h", **SHORT)
    pd.testing.assert_frame_equal(result[given.columns], given)
    assert result.attrs == {"note": "kept"}


def test_a_second_analysis_replaces_the_first(candles: Maker) -> None:
    engine = hp.Engine("cpu")
    once = engine.analyze(candles(300), timeframe="1h", **SHORT)
    pd.testing.assert_frame_equal(engine.analyze(once, timeframe="1h", **SHORT), once)
    polars = engine.analyze(in_polars(candles(300)), timeframe="1h", **SHORT)
    assert engine.analyze(polars, timeframe="1h", **SHORT).equals(polars, null_equal=True)


def test_strided_columns_are_read(candles: Maker) -> None:
    given = candles(300)
    expected = hp.Engine("cpu").analyze(given, timeframe="1h", families=["liquidity"])
    block = np.ascontiguousarray(given[PRICES].to_numpy())
    strided = pd.DataFrame(block, columns=PRICES, copy=False)
    strided.insert(0, "date", given["date"])
    assert not strided["open"].to_numpy().flags.c_contiguous
    got = hp.Engine("cpu").analyze(strided, timeframe="1h", families=["liquidity"])
    pd.testing.assert_series_equal(got["hp_spread"], expected["hp_spread"])


@pytest.mark.parametrize("name", ["date", "close"])
def test_a_column_that_is_there_twice_is_named(candles: Maker, name: str) -> None:
    frame = candles(300)
    twice = pd.concat([frame, frame[[name]]], axis=1)
    with pytest.raises(hp.HyperPhysicsError, match=rf"A: column `{name}` is there more than once"):
        hp.Engine("cpu").analyze({"A": twice}, timeframe="1h", **SHORT)


@pytest.mark.parametrize(("unit", "zone"), [("s", None), ("ms", "UTC"), ("us", "Europe/Berlin")])
def test_dates_of_pyarrow_are_read(candles: Maker, unit: Any, zone: str | None) -> None:
    frame = candles(300)
    dates = frame["date"] if zone else frame["date"].dt.tz_localize(None)
    kind = pd.ArrowDtype(pa.timestamp(unit, zone))
    engine = hp.Engine("cpu")
    expected = engine.columns(frame, timeframe="1h", **SHORT)
    arrow = frame.assign(date=dates.astype(kind))
    found = engine.columns(arrow, timeframe="1h", **SHORT)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    assert arrow["date"].dtype == kind


def test_wrong_types_are_named(candles: Maker) -> None:
    engine = hp.Engine("cpu")
    given = candles(50)
    wrong = {
        "volume` has type int64, expected float64": given.assign(volume=1),
        "close` has type object": given.assign(close=given["close"].astype(object)),
        "open` has type Float64": given.assign(open=given["open"].astype("Float64")),
        "date` has type int64": given.assign(date=range(50)),
        "high` is missing": given.drop(columns="high"),
    }
    for words, bad in wrong.items():
        with pytest.raises(hp.HyperPhysicsError) as caught:
            engine.analyze({"A/B": bad}, timeframe="1h")
        assert str(caught.value).startswith("A/B: column `")
        assert words in str(caught.value)


@pytest.mark.parametrize(
    "dtype",
    [pl.Categorical, pl.Decimal(10, 2), pl.Int8, pl.Int128, pl.Float32, pl.String],
)
def test_wrong_types_of_polars_are_named(candles: Maker, dtype: Any) -> None:
    engine = hp.Engine("cpu")
    given = in_polars(candles(50))
    for name, expected in (("open", "64-bit float"), ("date", "a datetime in UTC")):
        wrong = pl.Series(name, ["1"] * 50).cast(dtype, strict=False)
        with pytest.raises(hp.HyperPhysicsError) as caught:
            engine.analyze({"A/B": given.with_columns(wrong)}, timeframe="1h")
        assert str(caught.value).startswith(f"A/B: column `{name}` has type ")
        assert str(caught.value).endswith(f", expected {expected}")


def test_other_things_are_no_frames(candles: Maker) -> None:
    engine: Any = hp.Engine("cpu")
    with pytest.raises(hp.HyperPhysicsError, match="pandas or polars, got list"):
        engine.analyze([1], timeframe="1h")
    mixed = {"A": candles(10), "B": in_polars(candles(10))}
    with pytest.raises(hp.HyperPhysicsError, match="of one kind"):
        engine.analyze(mixed, timeframe="1h")
    with pytest.raises(hp.HyperPhysicsError, match="X: expected a polars DataFrame"):
        hp._engine.Engine("cpu").columns([("X", engine)], timeframe="1h")
    assert engine.analyze({}, timeframe="1h") == {}
