"""A bot's history: fetched from the exchange, continued, kept on disk and taken up again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from socket import socket
from typing import Any

import pandas as pd
import pytest
from freqtrade.enums import CandleType, RunMode
from freqtrade.exchange import common
from freqtrade.resolvers import ExchangeResolver

from hyperphysics.simulated_exchange import running
from hyperphysics.strategy.history.history import LiveHistory
from hyperphysics.strategy.history.shelf import CANDLE, Shelf
from support.feeding import window
from support.patience import PATIENCE, wait

PAIR = "ETH/USDT"
COUNT, LENGTH = 500, 200
FIRST = 1000


class Market:
    """An exchange as freqtrade sees it, and all candles that it has had."""

    def __init__(self, settings: dict[str, Any], **has: Any) -> None:
        config = settings | {
            "dry_run": True,
            "runmode": RunMode.OTHER,
            "candle_type_def": CandleType.SPOT,
        }
        config["exchange"] = config["exchange"] | {"_ft_has_params": has}
        self.exchange = ExchangeResolver.load_exchange(config, validate=False)
        # of 100 candles a call
        self.candles = self.exchange.get_historic_ohlcv(
            PAIR,
            "1h",
            int(pd.Timestamp("2021-01-01", tz="UTC").timestamp() * 1000),
            CandleType.SPOT,
            until_ms=int(pd.Timestamp("2021-03-15", tz="UTC").timestamp() * 1000),
        )[CANDLE]

    def frame(self, first: int = FIRST) -> pd.DataFrame:
        """What freqtrade holds of it in a bot, with dates in another unit than on disk."""
        found = window(self.candles, first, first + LENGTH)
        return found.assign(date=found["date"].dt.as_unit("us"))

    def before(self, first: int = FIRST, count: int = COUNT) -> pd.DataFrame:
        """The candles that belong before and into a frame."""
        return window(self.candles, first - count, first + LENGTH)


@pytest.fixture(scope="module")
def market() -> Iterator[Market]:
    with running(clock="2021-04-01", timeout=PATIENCE) as served:
        yield Market(served.settings([PAIR]), ohlcv_candle_limit=100)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "data").mkdir()
    return Shelf(tmp_path / "data", tmp_path / "own", "feather", CandleType.SPOT, "1h")


def seen(history: LiveHistory, market: Market, first: int = FIRST, *, asks: bool = True) -> Any:
    """What history makes of a frame; it may ask the exchange where it is told so."""
    exchange = market.exchange if asks else None
    return history.longer({PAIR: market.frame(first)}, COUNT, exchange)[PAIR]


def fetched(history: LiveHistory) -> None:
    """Waits until the candles of the pair have come."""
    wait(lambda: PAIR in history.arrived(), lambda: "no candles")


def equal(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    dates = expected["date"].astype(found["date"].dtype)
    pd.testing.assert_frame_equal(found, expected.assign(date=dates), check_exact=True)


def test_what_is_missing_is_fetched_once_in_the_background(
    market: Market, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    history = LiveHistory(shelf)
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            equal(seen(history, market), market.before(count=0))
            assert history.waiting(PAIR)
        fetched(history)
    assert caplog.text.count(f"{PAIR} has no numbers until 500 older candles are fetched") == 1
    assert f"history of 1 of 1 pairs fetched ({PAIR}: 500 candles)" in caplog.text
    # every frame after it is continued, without a question
    for first in (FIRST, FIRST + 1, FIRST + 60, FIRST + 170):
        equal(seen(history, market, first, asks=False), market.before(first))
    assert not history.waiting(PAIR)


def test_a_restart_goes_on_from_disk_and_asks_for_what_is_new(
    market: Market, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    history = LiveHistory(shelf)
    seen(history, market)
    fetched(history)
    seen(history, market, FIRST + 10)
    history.close()
    # within the frame's reach nothing is missing
    equal(seen(LiveHistory(shelf), market, FIRST + 150, asks=False), market.before(FIRST + 150))
    # beyond it the candles in between are
    later = LiveHistory(shelf)
    first = FIRST + 10 + LENGTH + 30
    with caplog.at_level(logging.INFO):
        gap = seen(later, market, first)
        assert (gap["date"].diff().max()) == pd.Timedelta("31h")
        fetched(later)
    assert f"{PAIR} has no numbers until 30 older candles are fetched" in caplog.text
    equal(seen(later, market, first, asks=False), market.before(first))


def test_what_the_user_has_downloaded_is_not_fetched_and_not_touched(
    market: Market, shelf: Shelf
) -> None:
    downloaded = Shelf(shelf.data, shelf.data, shelf.form, shelf.kind, shelf.timeframe)
    downloaded.keep(PAIR, market.candles[: FIRST + 20])
    (file,) = shelf.data.glob("*.feather")
    before = file.read_bytes()
    history = LiveHistory(shelf)
    equal(seen(history, market, asks=False), market.before())
    history.close()
    assert file.read_bytes() == before
    assert shelf.own is not None
    assert [path.name for path in shelf.own.glob("*.feather")] == [file.name]


def test_a_fetch_that_fails_is_told_and_tried_again(
    market: Market,
    shelf: Shelf,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # freqtrade would wait half a minute
    monkeypatch.setattr(common, "API_RETRY_COUNT", 0)
    history = LiveHistory(shelf)
    with caplog.at_level(logging.WARNING), socket() as nobody:
        # taken, and nobody listens
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/api/v3"
        with monkeypatch.context() as away:
            away.setitem(market.exchange._api_async.urls["api"], "public", url)
            seen(history, market)
            wait(lambda: history.arrived() or not history.waiting(PAIR), lambda: caplog.text)
    assert f"history of {PAIR} not fetched" in caplog.text
    seen(history, market)
    fetched(history)
    equal(seen(history, market, asks=False), market.before())


def test_an_exchange_without_history_is_not_asked(market: Market, shelf: Shelf) -> None:
    history = LiveHistory(shelf)
    market.exchange._ft_has["ohlcv_has_history"] = False
    try:
        equal(seen(history, market), market.before(count=0))
        assert not history.waiting(PAIR)
        # it grows with the candles that come
        equal(seen(history, market, FIRST + 50), market.before(FIRST + 50, 50))
    finally:
        market.exchange._ft_has["ohlcv_has_history"] = True


def test_a_pair_that_left_and_comes_back_is_whole_again(market: Market, shelf: Shelf) -> None:
    history = LiveHistory(shelf)
    seen(history, market)
    fetched(history)
    seen(history, market, FIRST + 10)
    history.retain([])
    first = FIRST + 300
    seen(history, market, first)
    if history.waiting(PAIR):
        fetched(history)
    equal(seen(history, market, first, asks=False), market.before(first))


def test_a_folder_that_cannot_be_written_costs_no_candle(
    market: Market, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    assert shelf.own is not None
    shelf.own.write_text("no folder")
    history = LiveHistory(shelf)
    with caplog.at_level(logging.WARNING):
        seen(history, market)
        fetched(history)
        equal(seen(history, market, asks=False), market.before())
        history.close()
    assert "not kept on disk" in caplog.text
