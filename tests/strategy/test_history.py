"""Candles before a frame's first: from disk, fetched, continued; the bits of a long frame."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from freqtrade.data.history.datahandlers import get_datahandler
from freqtrade.enums import CandleType

from hyperphysics.freqtrade_bridge.startup_limit import startup_limit
from hyperphysics.strategy.base import HyperPhysicsStrategy
from support.feeding import same, torn
from support.loaded import Load

PAIR = "LINK/USDT"
CUT = 600
KRAKEN = {"name": "kraken", "pair_whitelist": [PAIR]}
# more than the 719 candles that Kraken gives
LONG: dict[str, Any] = {"past_window": 700, "live_rows": 50}
Place = Callable[..., Path]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A data directory with candles of the pair."""

    def make(frame: pd.DataFrame, form: str = "feather", kind: str = "spot") -> Path:
        (tmp_path / "data" / "futures").mkdir(parents=True, exist_ok=True)
        handler = get_datahandler(tmp_path / "data", form)
        handler.ohlcv_store(PAIR, "1h", frame, CandleType(kind))
        return tmp_path / "data"

    return make


@pytest.fixture(scope="module")
def market() -> pd.DataFrame:
    """Candles with gaps, more than the windows need, in digits that text can hold."""
    return torn(2200).round(4)


def columns(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[[name for name in map(str, frame) if name.startswith("hp_")]].reset_index(
        drop=True
    )


def analysed(strategy: HyperPhysicsStrategy, frame: pd.DataFrame) -> pd.DataFrame:
    return columns(strategy.advise_all_indicators({PAIR: frame})[PAIR])


@pytest.mark.parametrize(
    ("exchange", "mode", "limit"),
    [
        ("binance", "spot", 4999),
        ("binance", "futures", 2494),
        ("okx", "spot", 1499),
        ("okx", "futures", 1499),
        ("kraken", "spot", 719),
        ("kraken", "futures", 499),
        ("bitget", "spot", 1439),
        ("cryptocom", "spot", 1499),
        ("nowhere", "spot", 9999),
    ],
)
def test_the_limit_of_start_up_candles_is_freqtrades(exchange: str, mode: str, limit: int) -> None:
    config = {"exchange": {"name": exchange}, "trading_mode": mode}
    assert startup_limit(config, "1h", 9999) == limit
    assert startup_limit(config, "1h", 100) == 100
    assert startup_limit({}, "1h", 9999) == 9999


@pytest.mark.parametrize("form", ["feather", "jsongz"])
def test_a_short_frame_with_history_has_the_bits_of_a_long_one(
    load: Load, place: Place, market: pd.DataFrame, form: str
) -> None:
    # later candles are there too and must not be looked at
    folder = place(market, form)
    stored = get_datahandler(folder, form).ohlcv_load(PAIR, "1h", CandleType.SPOT)
    whole = analysed(load(LONG), stored)
    short = load(LONG, exchange=KRAKEN, datadir=folder, dataformat_ohlcv=form)
    assert short.startup_candle_count == 719
    frame = stored.iloc[CUT + 700 :].reset_index(drop=True)
    before = frame.copy(deep=True)
    got = analysed(short, frame)
    same(got, whole.iloc[CUT + 700 :].reset_index(drop=True))
    # the method ewma has neither
    assert got.iloc[0].drop(["hp_season", "hp_range_trend"]).notna().all()
    pd.testing.assert_frame_equal(frame, before)


def test_no_candle_is_read_that_the_frame_has_or_that_comes_later(
    load: Load, place: Place, market: pd.DataFrame
) -> None:
    folder = place(market.assign(close=market["high"]))
    short = load(LONG, exchange=KRAKEN, datadir=folder)
    frame = market.iloc[:1800].reset_index(drop=True)
    # the frame begins with the first candle on disk
    same(analysed(short, frame), analysed(load(LONG), frame))


def test_candles_that_are_missing_before_the_frame_are_a_gap(
    load: Load, place: Place, market: pd.DataFrame
) -> None:
    some = market.drop(index=range(1200, 1300)).reset_index(drop=True)
    short = load(LONG, exchange=KRAKEN, datadir=place(some.iloc[:1200]))
    got = analysed(short, some.iloc[1200:].reset_index(drop=True))
    same(got, analysed(load(LONG), some).iloc[1200:].reset_index(drop=True))


def test_history_is_of_the_candle_type_of_the_configuration(
    load: Load, place: Place, market: pd.DataFrame
) -> None:
    config = {"exchange": KRAKEN, "trading_mode": "futures", "candle_type_def": CandleType.FUTURES}
    frame = market.iloc[1300:].reset_index(drop=True)
    for kind, there in (("spot", False), ("futures", True)):
        strategy = load(LONG, datadir=place(market, kind=kind), **config)
        longer = strategy.longer({PAIR: frame})[PAIR]
        assert (len(longer) > len(frame)) is there


def test_start_up_candles_that_are_enough_need_no_history(
    load: Load, place: Place, market: pd.DataFrame
) -> None:
    strategy = load(LONG, datadir=place(market))
    frame = market.iloc[1300:].reset_index(drop=True)
    assert strategy.longer({PAIR: frame})[PAIR] is frame


@pytest.mark.parametrize(
    ("rows", "section", "said"),
    [
        (
            300,
            {},
            "LINK/USDT: 300 candles, {} needed; download more, or lower residuals/past_window",
        ),
        (
            100,
            {"families": ["risk", "trend"], "residuals": 900},
            "LINK/USDT: 100 candles, {} needed; download more, or lower residuals",
        ),
        (150, {"trend_window": 600}, "lower residuals/trend_window/past_window"),
    ],
)
def test_a_pair_with_too_little_is_told_once_with_the_settings_that_ask_for_more(
    load: Load,
    market: pd.DataFrame,
    caplog: pytest.LogCaptureFixture,
    rows: int,
    section: dict[str, Any],
    said: str,
) -> None:
    strategy = load(section)
    needed = strategy.startup_candle_count
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            strategy.advise_all_indicators({PAIR: market.iloc[:rows]})
    (told,) = [one.getMessage() for one in caplog.records if "needed" in one.getMessage()]
    assert said.format(needed) in told


def test_windows_that_are_not_full_at_the_first_decision_are_told(
    load: Load, place: Place, market: pd.DataFrame, caplog: pytest.LogCaptureFixture
) -> None:
    short = load(LONG, exchange=KRAKEN, datadir=place(market.iloc[1150:]))
    with caplog.at_level(logging.WARNING):
        analysed(short, market.iloc[1200:].reset_index(drop=True))
    assert f"{PAIR}: 769 candles before the first decision, " in caplog.text
    assert "lower past_window" in caplog.text


@pytest.mark.parametrize("form", ["feather", "jsongz"])
def test_damaged_history_is_told_and_is_none(
    load: Load, place: Place, market: pd.DataFrame, caplog: pytest.LogCaptureFixture, form: str
) -> None:
    folder = place(market, form)
    (file,) = folder.glob(f"*.{'json.gz' if form == 'jsongz' else form}")
    file.write_bytes(b"no candles")
    short = load(LONG, exchange=KRAKEN, datadir=folder, dataformat_ohlcv=form)
    frame = market.iloc[1300:].reset_index(drop=True)
    with caplog.at_level(logging.WARNING):
        assert short.longer({PAIR: frame})[PAIR] is frame
    assert str(file if form == "feather" else folder) in caplog.text
