"""Expected funding against what freqtrade books for a position of that length."""

from __future__ import annotations

from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.exchange import Exchange
from hypothesis import given
from hypothesis import strategies as st

from hyperphysics.strategy.callbacks.funding import Floats, Times, expected
from hyperphysics.strategy.rules.filters import switched_off
from hyperphysics.strategy.rules.signals import LONG, SHORT, passed
from support.paths import SHARED

METALS = SHARED / "data" / "binance-metals" / "futures"
MINUTE, HOUR = 60_000, 3_600_000
MIDNIGHT = 1_700_006_400_000


def booked(closes: Times, horizon: int, times: Times, rates: Floats) -> list[float]:
    """What freqtrade charges longs of one unit, at a mark price of 1, opened at candles' closes."""
    dates = pd.to_datetime(times, unit="ms", utc=True)
    hours = np.arange(times[0], times[-1] + HOUR, HOUR)
    marks = pd.DataFrame({"date": pd.to_datetime(hours, unit="ms", utc=True), "open": 1.0})
    frame = Exchange.combine_funding_and_mark(
        pd.DataFrame({"date": dates, "funding_rate": rates}), marks
    )
    assert len(frame) == len(times)
    exchange: Any = None
    return [
        -Exchange.calculate_funding_fees(
            exchange,
            frame,
            amount=1.0,
            is_short=False,
            open_date=pd.Timestamp(close, unit="ms", tz="UTC"),
            close_date=pd.Timestamp(close + horizon, unit="ms", tz="UTC"),
        )
        for close in closes.tolist()
    ]


@given(
    st.sampled_from([1, 4, 8]),
    st.sampled_from([5, 15, 60, 240]),
    st.integers(0, 48),
    st.integers(0, 300),
    st.floats(-0.02, 0.02),
)
def test_a_constant_rate_is_what_freqtrade_books(
    interval: int, candle: int, bars: int, first: int, rate: float
) -> None:
    closes = MIDNIGHT + (np.arange(20, dtype=np.int64) + first) * candle * MINUTE
    horizon = bars * candle * MINUTE
    start = MIDNIGHT - 3 * interval * HOUR
    times = np.arange(start, closes[-1] + horizon + interval * HOUR, interval * HOUR)
    rates = np.full(len(times), rate)
    got = expected(closes, horizon, times, rates)
    # sums of up to 200 rates against a product
    np.testing.assert_allclose(got, booked(closes, horizon, times, rates), rtol=1e-12, atol=1e-15)


@given(st.data())
def test_each_candle_is_what_the_settlements_before_it_say(data: st.DataObject) -> None:
    steps = data.draw(st.lists(st.sampled_from([1, 2, 4, 8, 24]), max_size=12))
    times = MIDNIGHT + np.cumsum(np.array(steps, dtype=np.int64)) * HOUR
    rates = np.array(
        data.draw(
            st.lists(
                st.floats(-0.01, 0.01) | st.just(float("nan")),
                min_size=len(steps),
                max_size=len(steps),
            )
        )
    )
    # milliseconds late, as exchanges date them
    late = times + np.array(
        data.draw(st.lists(st.integers(0, 900), min_size=len(steps), max_size=len(steps))),
        dtype=np.int64,
    )
    closes = MIDNIGHT + np.arange(-2, 60, dtype=np.int64) * HOUR
    horizon = data.draw(st.integers(0, 30)) * HOUR
    got = expected(closes, horizon, late, rates)
    for close, value in zip(closes.tolist(), got.tolist(), strict=True):
        before = [
            (time, rate)
            for time, rate in zip(times.tolist(), rates.tolist(), strict=True)
            if time < close and not isnan(rate)
        ]
        wanted = 0.0
        if len(before) > 1:
            newest, rate = before[-1]
            gaps = [after[0] - one[0] for one, after in pairwise(before)]
            interval = min(gaps[-2:])
            if close - newest <= 2 * interval:
                due = range(newest, close + horizon + 1, interval)
                wanted = rate * sum(time >= close for time in due)
        assert value == pytest.approx(wanted, rel=1e-12)
        # nothing of what comes later is in it
        seen = late // MINUTE * MINUTE < close
        alone = expected(np.array([close]), horizon, late[seen], rates[seen])
        assert alone.tolist() == [value]


def test_without_rates_or_candles_nothing_is_expected() -> None:
    none, no_rates = np.empty(0, np.int64), np.empty(0)
    closes = MIDNIGHT + np.arange(3, dtype=np.int64) * HOUR
    one = np.array([MIDNIGHT - HOUR])
    for times, rates in [(none, no_rates), (one, np.array([0.01])), (one, np.array([np.nan]))]:
        assert expected(closes, 6 * HOUR, times, rates).tolist() == [0.0] * 3
    assert len(expected(none, 6 * HOUR, MIDNIGHT + np.arange(4) * HOUR, np.full(4, 0.01))) == 0


def test_a_shorter_interval_counts_at_once_and_an_old_rate_no_more() -> None:
    times = MIDNIGHT + np.array([0, 8, 16, 20]) * HOUR
    rates = np.full(4, 0.01)
    closes = MIDNIGHT + np.array([17, 21, 28, 29]) * HOUR
    # due at 24; at 24, 28 and 32; at 28, 32, 36 and 40; and then two intervals of 4 h are over
    np.testing.assert_allclose(expected(closes, 12 * HOUR, times, rates), [0.01, 0.03, 0.04, 0.0])


def test_each_side_of_the_gain_filter_pays_or_receives() -> None:
    gain = np.array([0.004, 0.004, 0.004, -0.004, -0.004, -0.004])
    funding = np.array([0.0, 0.003, -0.003, 0.0, 0.003, -0.003])
    columns = {name: np.sign(gain) for name in ("hp_trend", "hp_pbit")}
    columns |= dict.fromkeys(("hp_gain", "hp_es_99", "hp_tail"), gain)
    columns["trade_cost"] = np.full(6, 0.002)
    rule = switched_off("buy") | {"buy_min_gain_cost_ratio": 1.0}
    with_funding = {**columns, "trade_funding": funding}
    assert passed(columns, rule, LONG)["gain"].tolist() == [True] * 3 + [False] * 3
    assert passed(with_funding, rule, LONG)["gain"].tolist() == [
        *(True, False, True),
        *(False, False, False),
    ]
    assert passed(with_funding, rule, SHORT)["gain"].tolist() == [
        *(False, False, False),
        *(True, True, False),
    ]


@pytest.mark.skipif(not METALS.is_dir(), reason=f"{METALS} is not there")
@pytest.mark.parametrize(
    ("metal", "bars", "correlation", "error"),
    [
        ("XAU", 6, 0.57, 0.90),
        ("XAG", 6, 0.40, 0.90),
        ("XAU", 24, 0.45, 1.05),
        ("XAG", 24, 0.26, 1.14),
    ],
)
def test_recorded_metals(metal: str, bars: int, correlation: float, error: float) -> None:
    settled = pd.read_feather(METALS / f"{metal}_USDT_USDT-1h-funding_rate.feather")
    candles = pd.read_feather(METALS / f"{metal}_USDT_USDT-1h-futures.feather")
    times = settled["date"].dt.as_unit("ms").astype(np.int64).to_numpy() // MINUTE * MINUTE
    closes = candles["date"].dt.as_unit("ms").astype(np.int64).to_numpy() + HOUR
    horizon = bars * HOUR
    closes = closes[(closes > times[2]) & (closes + horizon <= times[-1])]
    assert len(closes) > 900
    # every settlement that freqtrade books was expected
    ones = np.ones(len(times))
    np.testing.assert_allclose(
        expected(closes, horizon, times, ones), booked(closes, horizon, times, ones)
    )
    rates = settled["open"].to_numpy()
    paid = np.array(booked(closes, horizon, times, rates))
    got = expected(closes, horizon, times, rates)
    # as the documents say: the mean error beside that of expecting none
    assert np.corrcoef(got, paid)[0, 1] == pytest.approx(correlation, abs=0.006)
    assert np.abs(paid - got).mean() / np.abs(paid).mean() == pytest.approx(error, abs=0.006)
