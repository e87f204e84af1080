"""A recording moved to the present: the same market, whole weeks later."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hyperphysics.cli import main
from hyperphysics.market_data.candles import DAY, HOUR, TIMEFRAMES
from hyperphysics.market_data.recorded import Recorded
from hyperphysics.market_data.shifted import AHEAD, WEEK, Shifted
from hyperphysics.market_data.simulated import Simulated
from hyperphysics.simulated_exchange import running
from hyperphysics.simulated_exchange.view import View

START = round(datetime(2023, 1, 2, tzinfo=UTC).timestamp() * 1000)
NOW = round(datetime(2026, 3, 5, 17, 23, tzinfo=UTC).timestamp() * 1000)
PAIR = "AAAUSDT"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """70 days of futures: 15m and 1h candles of one pair, hourly marks, funding."""
    place = tmp_path / "futures"
    place.mkdir()
    random = np.random.default_rng(5)
    quarters = 70 * 96
    close = np.round(100 * np.exp(np.cumsum(random.normal(0, 0.002, quarters))), 2)
    date = pl.Series(START + 15 * 60_000 * np.arange(quarters)).cast(pl.Datetime("ms", "UTC"))
    frame = pl.DataFrame({"date": date} | dict.fromkeys(("open", "high", "low", "close"), close))
    frame = frame.with_columns(volume=pl.Series(random.integers(1, 9, quarters).astype(float)))
    hours = frame.group_by_dynamic("date", every="1h").agg(
        pl.col("open").first(),
        pl.col("high").max(),
        pl.col("low").min(),
        pl.col("close").last(),
        pl.col("volume").sum(),
    )
    frame.write_ipc(place / "AAA_USDT_USDT-15m-futures.feather")
    hours.write_ipc(place / "AAA_USDT_USDT-1h-futures.feather")
    marks = hours.with_columns(pl.col("open", "high", "low", "close") * 1.001, volume=0.0)
    marks.write_ipc(place / "AAA_USDT_USDT-1h-mark.feather")
    rates = pl.DataFrame(
        {"date": hours["date"][::8], "funding_rate": random.normal(0, 1e-4, len(hours[::8]))}
    )
    rates.write_ipc(place / "AAA_USDT_USDT-1h-funding_rate.feather")
    return tmp_path


def test_it_covers_now_and_a_day_by_the_fewest_weeks(folder: Path) -> None:
    market = Shifted.to(Recorded(folder), NOW)
    assert market.shift % WEEK == 0
    assert market.ends is not None
    assert AHEAD <= market.ends - NOW < AHEAD + WEEK
    item = market.instruments[PAIR]
    assert (item.listed, item.ends) == (START + market.shift, market.ends)
    assert f"shifted by {market.shift // WEEK} weeks" in market.label


@pytest.mark.parametrize("name", ["15m", "1h", "4h", "1d", "1w"])
def test_candles_of_every_interval_move_alike(folder: Path, name: str) -> None:
    recorded = Recorded(folder)
    market = Shifted.to(recorded, NOW)
    grid = TIMEFRAMES[name]
    before = recorded.candles(PAIR, grid, 0, 2**50, 10**6)
    after = market.candles(PAIR, grid, 0, 2**50, 10**6)
    assert np.array_equal(after.time, before.time + market.shift)
    for column in ("open", "high", "low", "close", "volume"):
        assert np.array_equal(getattr(after, column), getattr(before, column))


def test_three_days_are_aggregated_on_their_own_grid(folder: Path) -> None:
    market = Shifted(Recorded(folder), 100 * WEEK)
    days = market.candles(PAIR, TIMEFRAMES["1d"], 0, 2**50, 10**6)
    long = market.candles(PAIR, TIMEFRAMES["3d"], None, 2**50, 20)
    assert np.all(long.time % (3 * DAY) == 0)
    row = int(np.flatnonzero(days.time == long.time[4])[0])
    assert long.high[4] == days.high[row : row + 3].max()
    assert long.close[4] == days.close[row + 2]


def test_marks_funding_and_the_open_candle_move_with_them(folder: Path) -> None:
    recorded = Recorded(folder)
    market = Shifted.to(recorded, NOW)
    past, present = View(recorded, NOW - market.shift), View(market, NOW)
    assert present.mark(PAIR) == past.mark(PAIR)
    assert present.mark(PAIR) != float(present.last(PAIR).price[0])
    rates = present.funding(PAIR, None, None, 5)
    assert np.array_equal(rates.rate, past.funding(PAIR, None, None, 5).rate)
    assert np.all(rates.time % (8 * HOUR) == 0)
    assert NOW - 8 * HOUR < rates.time[-1] <= NOW
    forming = present.forming(PAIR, TIMEFRAMES["1h"])
    assert forming.time.tolist() == [NOW // HOUR * HOUR]
    assert np.array_equal(forming.close, past.forming(PAIR, TIMEFRAMES["1h"]).close)


def test_the_command_serves_a_recording_that_ends_now(folder: Path) -> None:
    with running(data=folder, clock="now", shift=True) as exchange:
        assert "shifted by" in exchange.line
        said = exchange.line.rpartition("clock ")[2]
        shown = datetime.strptime(said, "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)
        assert abs(time.time() - shown.timestamp()) < 600


def test_a_simulated_market_is_not_shifted(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="no end"):
        Shifted.to(Simulated(0), NOW)
    assert main.main(["exchange", "--simulate", "--shift", "--port", "0"]) == 1
    assert "a simulated market needs no shift" in capsys.readouterr().err
