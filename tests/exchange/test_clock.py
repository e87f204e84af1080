"""The simulated exchange's clock and the grids of its timeframes."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperphysics.market_data.candles import DAY, TIMEFRAMES, Timeframe
from hyperphysics.simulated_exchange.clock import Clock, parse_date

JUNE = round(datetime(2023, 6, 1, tzinfo=UTC).timestamp() * 1000)


def test_a_date_is_utc_and_runs_from_now_on() -> None:
    clock = Clock.parse("2023-06-01", None)
    assert 0 <= clock.now() - JUNE < 60_000


def test_factor_and_anchor_make_the_clock_fast() -> None:
    anchor = time.time() - 10
    clock = Clock.parse(f"2023-06-01T00:00x150@{anchor}", None)
    # Ten real seconds are 1500 at the exchange; a loaded machine may add some.
    assert 1_500_000 <= clock.now() - JUNE < 1_500_000 + 150 * 60_000
    assert "150 times" in str(clock)


def test_the_clock_never_goes_back() -> None:
    clock = Clock.parse("nowx1000", None)
    seen = [clock.now() for _ in range(1000)]
    assert seen == sorted(seen)


def test_now_and_end() -> None:
    assert abs(Clock.parse("now", None).now() - time.time() * 1000) < 60_000
    assert Clock.parse("endx0", JUNE).now() == JUNE


@pytest.mark.parametrize("text", ["", "yesterday", "2023-13-01", "nowx", "nowx-2", "end", "x150"])
def test_nonsense_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"clock|is not a date"):
        Clock.parse(text, None)


def test_dates_with_a_zone_keep_it() -> None:
    assert parse_date("2023-06-01T02:00+02:00") == JUNE


@given(
    st.sampled_from(sorted(TIMEFRAMES.values(), key=lambda item: item.step)), st.integers(0, 2**42)
)
def test_floor_and_ceil_enclose_a_time(timeframe: Timeframe, at: int) -> None:
    low, high = timeframe.floor(at), timeframe.ceil(at)
    assert low <= at <= high
    assert high - low in {0, timeframe.step}
    assert timeframe.floor(high) == high
    assert timeframe.opens(np.array([at])).tolist() == [low]


def test_weeks_open_on_mondays() -> None:
    opened = TIMEFRAMES["1w"].floor(JUNE)
    assert datetime.fromtimestamp(opened / 1000, UTC).weekday() == 0
    assert JUNE - opened < 7 * DAY
