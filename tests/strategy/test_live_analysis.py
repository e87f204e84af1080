"""Analysis candle by candle, as a dry run and a live bot have it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from freqtrade.enums import RunMode
from pandas.testing import assert_frame_equal

from support.loaded import ROWS, Load, calls_of, exchange


class Feed:
    """What live analysis needs of freqtrade's data provider."""

    def __init__(self, data: dict[str, pd.DataFrame]) -> None:
        self.data, self.rows = data, ROWS - 1
        self.cached: dict[str, pd.DataFrame] = {}

    def ohlcv(self, pair: str, *_: Any, **__: Any) -> pd.DataFrame:
        return self.data.get(pair, pd.DataFrame()).iloc[: self.rows].copy()

    def _set_cached_df(self, pair: str, _: str, frame: pd.DataFrame, **__: Any) -> None:
        self.cached[pair] = frame

    def _emit_df(self, *_: Any) -> None:
        pass


def test_live_analysis_is_one_call_per_new_candle(
    load: Load, data: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = calls_of(monkeypatch)
    strategy = load({"live_rows": 50}, runmode=RunMode.DRY_RUN)
    feed = Feed(data)
    strategy.dp = exchange(
        ohlcv=feed.ohlcv, _set_cached_df=feed._set_cached_df, _emit_df=feed._emit_df
    )
    rows = []
    for feed.rows in (ROWS - 1, ROWS - 1, ROWS):
        strategy.analyze([*data, "NEW/USDT"])
        rows.append((len(calls), strategy._live_cache.rows))
    assert rows == [(1, 150), (1, 150), (2, 153)]
    assert calls == [list(data)] * 2
    whole = load().advise_all_indicators(data)
    for pair, frame in feed.cached.items():
        live = frame[whole[pair].columns].tail(50)
        assert_frame_equal(live, whole[pair].tail(50), check_exact=True)
        assert {"enter_long", "exit_long", "enter_tag"} <= set(frame.columns)


def test_a_pair_that_left_is_computed_anew_and_a_bad_one_costs_only_itself(
    load: Load, data: dict[str, pd.DataFrame]
) -> None:
    strategy = load({"live_rows": 50}, runmode=RunMode.DRY_RUN)
    bad = data["LTC/USDT"].assign(high=0.01)
    feed, majors = Feed({"BAD/USDT": bad, **data}), ["BTC/USDT", "ETH/USDT"]
    strategy.dp = exchange(
        ohlcv=feed.ohlcv, _set_cached_df=feed._set_cached_df, _emit_df=feed._emit_df
    )
    rows = []
    for left, pairs in ((3, [*data]), (2, majors), (1, [*data]), (0, ["BAD/USDT", *data])):
        feed.rows = ROWS - left
        before = strategy._live_cache.rows
        strategy.analyze(pairs)
        rows.append(strategy._live_cache.rows - before)
    # of new pairs as many as charts show, of the others the new candle
    assert rows == [3 * 50, 2, 2 + 50, 3]
    assert list(feed.cached) == list(data)
    whole = load().advise_all_indicators(data)
    for pair, frame in feed.cached.items():
        live = frame[whole[pair].columns].tail(50)
        assert_frame_equal(live, whole[pair].tail(50), check_exact=True)
