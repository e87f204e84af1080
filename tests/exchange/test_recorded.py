"""Recorded markets: what is in the files is served, what is not stays missing."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from freqtrade.data.history.datahandlers import get_datahandler
from freqtrade.enums import CandleType
from freqtrade.misc import pair_to_filename

from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.market_arguments import add_market_arguments, market_selection
from hyperphysics.market_data.candles import HOUR, MINUTE, TIMEFRAMES, Candles
from hyperphysics.market_data.files import candle_file, pair_stem, read_frame
from hyperphysics.market_data.market import IntervalError
from hyperphysics.market_data.recorded import Recorded, find_candles
from hyperphysics.market_data.selection import MarketSelection
from hyperphysics.simulated_exchange.view import View

START = round(datetime(2023, 1, 2, tzinfo=UTC).timestamp() * 1000)
H1 = TIMEFRAMES["1h"]
FAR = 2**50


def walk(count: int, step: int, seed: int = 1, start: int = START) -> pl.DataFrame:
    """Candles of a random walk with two decimals."""
    random = np.random.default_rng(seed)
    close = np.round(100 * np.exp(np.cumsum(random.normal(0, 0.01, count))), 2)
    opened = np.round(
        np.concatenate([[100.0], close[:-1]]) + random.integers(-3, 4, count) / 100, 2
    )
    high = np.maximum(opened, close) + random.integers(0, 80, count) / 100
    low = np.minimum(opened, close) - random.integers(0, 80, count) / 100
    return pl.DataFrame(
        {
            "date": pl.Series(start + step * np.arange(count)).cast(pl.Datetime("ms", "UTC")),
            "open": opened,
            "high": high.round(2),
            "low": low.round(2),
            "close": close,
            "volume": random.integers(0, 5000, count) / 1000,
        }
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """200 hours of AAA with three missing, and 100 hours of BBB."""
    hours = walk(200, HOUR)
    pl.concat([hours[:50], hours[53:]]).write_ipc(tmp_path / "AAA_USDT-1h.feather")
    walk(100, HOUR, seed=2).write_ipc(tmp_path / "BBB_USDT-1h.feather", compression="zstd")
    (tmp_path / "notes.txt").write_text("not a candle")
    return tmp_path


def test_recorded_candles_come_back_bit_for_bit(folder: Path) -> None:
    frame = pl.read_ipc(folder / "AAA_USDT-1h.feather")
    candles = Recorded(folder).candles("AAAUSDT", H1, 0, FAR, 10**6)
    assert np.array_equal(candles.time, frame["date"].to_physical().to_numpy())
    for name in ("open", "high", "low", "close", "volume"):
        assert np.array_equal(getattr(candles, name), frame[name].to_numpy())


def test_selection_is_the_exchange_s(folder: Path) -> None:
    market = Recorded(folder)
    everything = market.candles("AAAUSDT", H1, 0, FAR, 10**6).time
    assert market.candles("AAAUSDT", H1, 0, FAR, 7).time.tolist() == everything[:7].tolist()
    assert market.candles("AAAUSDT", H1, None, FAR, 7).time.tolist() == everything[-7:].tolist()
    assert len(market.candles("AAAUSDT", H1, START + 50 * HOUR, START + 52 * HOUR, 7)) == 0
    assert market.candles("AAAUSDT", H1, START + 1, FAR, 1).time[0] == START + HOUR


def test_longer_intervals_are_aggregated_like_polars_does(folder: Path) -> None:
    frame = pl.read_ipc(folder / "AAA_USDT-1h.feather")
    oracle = frame.group_by_dynamic("date", every="4h").agg(
        pl.col("open").first(),
        pl.col("high").max(),
        pl.col("low").min(),
        pl.col("close").last(),
        pl.col("volume").sum(),
    )
    market = Recorded(folder)
    for first, limit in ((0, 10**6), (START + 5 * HOUR, 9), (None, 9)):
        candles = market.candles("AAAUSDT", TIMEFRAMES["4h"], first, FAR, limit)
        dates = oracle["date"].to_physical()
        chosen = oracle if first is None else oracle.filter(dates >= first)
        chosen = chosen[-limit:] if first is None else chosen[:limit]
        assert candles.time.tolist() == chosen["date"].to_physical().to_list()
        for name in ("open", "high", "low", "close"):
            assert getattr(candles, name).tolist() == chosen[name].to_list()
        # Sums of four numbers in another order.
        assert np.allclose(candles.volume, chosen["volume"].to_numpy(), rtol=1e-14)


def test_the_last_long_candle_is_only_served_when_it_is_wgap(tmp_path: Path) -> None:
    walk(10, HOUR).write_ipc(tmp_path / "AAA_USDT-1h.feather")
    candles = Recorded(tmp_path).candles("AAAUSDT", TIMEFRAMES["4h"], 0, FAR, 10)
    assert candles.time.tolist() == [START, START + 4 * HOUR]


def test_an_interval_that_cannot_be_made_is_named(folder: Path) -> None:
    with pytest.raises(IntervalError, match="recorded in 1h"):
        Recorded(folder).candles("AAAUSDT", TIMEFRAMES["15m"], 0, FAR, 10)


def test_trades_add_up_to_the_recorded_candles(folder: Path) -> None:
    market = Recorded(folder)
    recorded = market.candles("AAAUSDT", H1, 0, FAR, 10**6)
    made = market.ticks("AAAUSDT", 0, FAR).candles(H1)
    for name in ("time", "open", "high", "low", "close"):
        assert np.array_equal(getattr(made, name), getattr(recorded, name))
    # Sixty shares of a volume: rounding of the sum only.
    assert np.allclose(made.volume, recorded.volume, rtol=1e-13)
    prices = market.ticks("AAAUSDT", 0, FAR).price
    assert np.array_equal(prices, prices.round(2))


def test_a_part_of_the_trades_is_the_part_of_all(folder: Path) -> None:
    market = Recorded(folder)
    every = market.ticks("AAAUSDT", 0, FAR)
    for first, last in ((START, START), (START + 7 * MINUTE, START + 3 * HOUR + 1), (FAR, FAR)):
        part = market.ticks("AAAUSDT", first, last)
        inside = (every.time >= first) & (every.time <= last)
        assert np.array_equal(part.time, every.time[inside])
        assert np.array_equal(part.price, every.price[inside])


def test_the_shortest_interval_that_covers_a_time_makes_its_trades(tmp_path: Path) -> None:
    walk(48, HOUR).write_ipc(tmp_path / "AAA_USDT-1h.feather")
    fine = walk(120, 5 * MINUTE, start=START + 10 * HOUR)
    fine.write_ipc(tmp_path / "AAA_USDT-5m.feather")
    market = Recorded(tmp_path)
    ticks = market.ticks("AAAUSDT", 0, FAR)
    assert bool((np.diff(ticks.time) > 0).all())
    spacing = np.unique(np.diff(ticks.time))
    assert spacing.tolist() == [5_000, MINUTE]
    inside = market.ticks("AAAUSDT", START + 10 * HOUR, START + 20 * HOUR - 1)
    made = inside.candles(TIMEFRAMES["5m"])
    assert made.close.tolist() == fine["close"].to_list()


def test_the_forming_candle_grows_into_the_recorded_one(folder: Path) -> None:
    market = Recorded(folder)
    wgap = market.candles("AAAUSDT", H1, START + 20 * HOUR, FAR, 1)
    before: Candles | None = None
    for minute in range(60):
        now = START + 20 * HOUR + minute * MINUTE
        forming = View(market, now).forming("AAAUSDT", H1)
        assert forming.time.tolist() == wgap.time.tolist()
        assert forming.open[0] == wgap.open[0]
        assert wgap.low[0] <= forming.low[0] <= forming.high[0] <= wgap.high[0]
        if before is not None:
            assert forming.high[0] >= before.high[0]
            assert forming.low[0] <= before.low[0]
            assert forming.volume[0] >= before.volume[0]
        before = forming
    assert before is not None
    assert (before.high[0], before.low[0], before.close[0]) == (
        wgap.high[0],
        wgap.low[0],
        wgap.close[0],
    )


def test_gaps_have_no_forming_candle_and_the_end_has_an_empty_one(folder: Path) -> None:
    market = Recorded(folder)
    gap = View(market, START + 51 * HOUR + 5 * MINUTE)
    assert len(gap.forming("AAAUSDT", H1)) == 0
    close = market.candles("AAAUSDT", H1, 0, START + 49 * HOUR, 10**6).close[-1]
    assert gap.last("AAAUSDT").price.tolist() == [close]
    after = View(market, market.ends + 30 * MINUTE).candles("AAAUSDT", H1, None, None, 2)
    assert after.time.tolist() == [market.ends - HOUR, market.ends]
    assert after.open[1] == after.high[1] == after.low[1] == after.close[1] == after.close[0]
    assert after.volume[1] == 0


def test_before_the_listing_there_is_nothing(folder: Path) -> None:
    view = View(Recorded(folder), START - 1)
    assert view.instruments() == []
    assert len(view.candles("AAAUSDT", H1, None, None, 10)) == 0
    assert len(view.last("AAAUSDT")) == 0
    assert len(view.trades("AAAUSDT", None, None, 10)) == 0
    assert view.day("AAAUSDT") is None
    assert view.book("AAAUSDT", 5) is None


def test_steps_of_price_and_size_are_read_off_the_recording(folder: Path) -> None:
    item = Recorded(folder).instruments["AAAUSDT"]
    assert (item.price_digits, item.size_digits) == (2, 3)
    assert (item.listed, item.ends) == (START, START + 200 * HOUR)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda frame: frame.drop("volume"), "volume is missing"),
        (lambda frame: frame.with_columns(date=pl.lit("today")), "expected a datetime"),
        (lambda frame: frame[[0, 2, 1, 3]], "row 2 is not later"),
        (lambda frame: frame[[0, 1, 1]], "row 2 is not later"),
        (lambda frame: frame.with_columns(low=-pl.col("low")), "row 0 is no 1h candle"),
        (lambda frame: frame.with_columns(high=pl.col("low") / 2), "row 0 is no 1h candle"),
        (lambda frame: frame.with_columns(close=pl.lit(float("nan"))), "row 0 is no 1h candle"),
        (lambda frame: frame.with_columns(volume=pl.lit(-1.0)), "row 0 is no 1h candle"),
        (lambda frame: frame.with_columns(date=pl.col("date") + pl.duration(minutes=1)), "grid"),
        (lambda frame: frame[:0], "no candles"),
    ],
)
def test_a_broken_file_is_named_with_its_row(
    tmp_path: Path, change: object, complaint: str
) -> None:
    path = tmp_path / "AAA_USDT-1h.feather"
    assert callable(change)
    change(walk(10, HOUR)).write_ipc(path)
    with pytest.raises(ValueError, match=rf"AAA_USDT-1h.*{complaint}"):
        _ = Recorded(tmp_path).instruments


def test_a_folder_without_candles_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such folder"):
        Recorded(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"expected files such as .*BTC_USDT_USDT-1h-futures"):
        Recorded(tmp_path)
    (tmp_path / "AAA_USDT-1h.feather").write_bytes(b"junk")
    with pytest.raises(ValueError, match="not a feather file"):
        _ = Recorded(tmp_path).instruments


def selected(*words: str) -> MarketSelection:
    parser = argparse.ArgumentParser()
    add_market_arguments(parser, "shown")
    return market_selection(parser.parse_args(words))


@pytest.mark.parametrize("damage", [b"", b"junk", None])
def test_a_damaged_file_of_another_pair_is_left_out_with_a_warning(
    folder: Path, damage: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    bad = folder / "CCC_USDT-1h.feather"
    if damage is None:
        walk(0, HOUR).write_ipc(bad)
    else:
        bad.write_bytes(damage)
    assert list(Recorded(folder).instruments) == ["AAAUSDT", "BBBUSDT"]
    assert str(bad) in caplog.text
    assert selected("--data", str(folder), "--pairs", "BBB").pairs == ["BBB/USDT"]
    with pytest.raises(CommandError, match=r"--pairs CCC/USDT: .*CCC_USDT-1h"):
        selected("--data", str(folder), "--pairs", "CCC/USDT")
    with pytest.raises(CommandError, match=r"--pairs DDD/USDT: the recorded .* has AAA/USDT"):
        selected("--data", str(folder), "--pairs", "DDD/USDT")


@pytest.mark.parametrize(
    "pair", ["XAUT.b/USDT", "币安人生/USDT", "kPEPE/USDC", "A@B/USDT", "kPEPE/USDC:USDC"]
)
def test_files_are_found_by_the_names_that_freqtrade_writes(tmp_path: Path, pair: str) -> None:
    path = candle_file(tmp_path, pair, "1h")
    path.parent.mkdir(exist_ok=True)
    assert pair_to_filename(pair) == pair_stem(pair)
    assert path.name.startswith(f"{pair_to_filename(pair)}-1h")
    walk(30, HOUR).write_ipc(path)
    chosen = selected("--data", str(tmp_path), "--pairs", pair)
    assert [pair_stem(name) for name in chosen.pairs] == [pair_stem(pair)]
    assert len(chosen.candles(chosen.pairs[0])) == 24


def test_inverse_and_dated_futures_are_left_out_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pairs = ["AAA/USDT:USDT", "AAA/USD:AAA", "AAA/USDT:USDT-240329", "BBB/USD:BBB-240628"]
    for pair in pairs:
        path = candle_file(tmp_path, pair, "1h")
        path.parent.mkdir(exist_ok=True)
        walk(30, HOUR).write_ipc(path)
    assert list(Recorded(tmp_path).instruments) == ["AAAUSDT"]
    (said,) = caplog.messages
    assert said.endswith("are read: AAA_USDT_USDT-240329, AAA_USD_AAA, BBB_USD_BBB-240628")


@pytest.mark.parametrize(
    ("name", "spot", "pair"),
    [
        ("BTC", True, "BTC/USDT"),
        ("BTC/USDT", True, "BTC/USDT"),
        ("BTC_USDT", True, "BTC/USDT"),
        ("BTC/USDT:USDT", True, "BTC/USDT:USDT"),
        ("BTC", False, "BTC/USDT:USDT"),
        ("BTC/USDT", False, "BTC/USDT:USDT"),
        ("BTC_USDT", False, "BTC/USDT:USDT"),
        ("BTC_USDT_USDT", False, "BTC/USDT:USDT"),
    ],
)
def test_a_pair_has_the_same_names_in_every_command(
    tmp_path: Path, name: str, spot: bool, pair: str
) -> None:
    places = [tmp_path, tmp_path / "futures"] if spot else [tmp_path / "futures"]
    for place in places:
        place.mkdir(exist_ok=True)
        whole = "BTC_USDT-1h" if place == tmp_path else "BTC_USDT_USDT-1h-futures"
        walk(30, HOUR).write_ipc(place / f"{whole}.feather")
    assert selected("--data", str(tmp_path), "--pairs", name).pairs == [pair]
    assert find_candles(tmp_path, name, "1h") == (pair, candle_file(tmp_path, pair, "1h"))
    assert find_candles(tmp_path, "ETH", "1h") == ("ETH", tmp_path / "ETH-1h.feather")


@pytest.mark.parametrize("kind", ["parquet", "json", "jsongz"])
@pytest.mark.parametrize("mode", [CandleType.SPOT, CandleType.FUTURES])
def test_freqtrade_s_other_formats_hold_the_same_candles(
    tmp_path: Path, kind: str, mode: CandleType
) -> None:
    frame = walk(30, HOUR)
    pair = "AAA/USDT" if mode == CandleType.SPOT else "AAA/USDT:USDT"
    get_datahandler(tmp_path, kind).ohlcv_store(pair, "1h", frame.to_pandas(), mode)
    path = candle_file(tmp_path, pair, "1h")
    assert path.is_file()
    assert read_frame(path, tuple(frame.columns)).equals(frame)
    market = Recorded(tmp_path)
    assert len(market.candles("AAAUSDT", H1, 0, FAR, 100)) == 30
    # the last begins like gzip; no such block exists
    for damaged in (b"junk", path.read_bytes()[:40], b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 9):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=f"{path.name}: no"):
            _ = Recorded(tmp_path).instruments


def test_funding_rates_are_read_from_json(tmp_path: Path) -> None:
    handler = get_datahandler(tmp_path, "json")
    frame = walk(30, HOUR).to_pandas()
    handler.ohlcv_store("AAA/USDT:USDT", "1h", frame, CandleType.FUTURES)
    rates = frame[["date"]].assign(funding_rate=1e-4)
    handler.ohlcv_store("AAA/USDT:USDT", "1h", rates, CandleType.FUNDING_RATE)
    assert Recorded(tmp_path).funding("AAAUSDT", FAR).rate.tolist() == [1e-4] * 30


def test_an_empty_folder_and_another_format_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no candles in .*parquet, json"):
        Recorded(tmp_path)
    (tmp_path / "AAA_USDT-1h.h5").write_bytes(b"x")
    with pytest.raises(ValueError, match="unknown format; expected feather, parquet"):
        read_frame(tmp_path / "AAA_USDT-1h.h5")
