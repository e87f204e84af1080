"""Other exchanges than Binance in the hands of ccxt: their pages, markets and errors."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import ccxt  # type: ignore[import-untyped]
import pytest
from fastapi.testclient import TestClient

from hyperphysics.cli import main
from hyperphysics.market_data.candles import DAY, HOUR, TIMEFRAMES
from hyperphysics.market_data.simulated import EPOCH, Simulated
from hyperphysics.simulated_exchange.app import build
from hyperphysics.simulated_exchange.clock import Clock
from hyperphysics.simulated_exchange.dialects import NAMES, dialect, settings
from support.loopback import served

PAIR = "BTC/USDT"
H1 = TIMEFRAMES["1h"]
MARKET = Simulated(0)


@pytest.fixture(scope="module", params=["okx", "kraken", "bitget", "cryptocom"])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A ccxt client of the exchange, configured as freqtrade configures it, at the present."""
    with served(build(MARKET, Clock.parse("now", None), exchange=request.param)) as url:
        options = settings(url, "spot", exchange=request.param)["exchange"]["ccxt_config"]
        yield getattr(ccxt, request.param)(options)


def assert_recorded(rows: list[list[float]], first: int) -> None:
    """The rows are the market's candles from `first` on, the open one aside."""
    closed = [row for row in rows if row[0] + HOUR <= time.time() * 1000 - 60_000]
    wanted = MARKET.candles("BTCUSDT", H1, first, int(closed[-1][0]), 10**6)
    columns = (wanted.time, wanted.open, wanted.high, wanted.low, wanted.close, wanted.volume)
    assert closed == [list(row) for row in zip(*(c.tolist() for c in columns), strict=True)]


def test_markets_have_steps_fees_and_the_usual_names(client: Any) -> None:
    market = client.load_markets()[PAIR]
    assert (market["spot"], market["active"], market["base"]) == (True, True, "BTC")
    assert (market["precision"]["price"], market["precision"]["amount"]) == (0.01, 1e-5)
    assert 0 < market["maker"] <= market["taker"] < 0.01
    # Crypto.com tells no time
    if client.has["fetchTime"]:
        assert abs(client.fetch_time() - time.time() * 1000) < 60_000


def test_book_and_tickers(client: Any) -> None:
    book = client.fetch_order_book(PAIR, 100)
    levels = 50 if client.id == "cryptocom" else 100
    assert len(book["bids"]) == len(book["asks"]) == levels
    assert book["bids"][0][0] < book["asks"][0][0]
    for ticker in (client.fetch_ticker(PAIR), client.fetch_tickers([PAIR])[PAIR]):
        assert ticker["bid"] < ticker["ask"]
        assert abs(ticker["last"] / book["bids"][0][0] - 1) < 0.05
        assert ticker["baseVolume"] > 0
    assert len(client.fetch_tickers()) == len(client.markets)


def test_the_latest_candles_come_in_pages_of_the_exchange_s_size(client: Any) -> None:
    page = {"okx": 300, "kraken": 720, "bitget": 1000, "cryptocom": 300}[client.id]
    rows = client.fetch_ohlcv(PAIR, "1h", limit=1500)
    assert len(rows) == page
    now = int(time.time() * 1000)
    assert now - rows[-1][0] < HOUR + 60_000
    assert_recorded(rows, int(rows[0][0]))


def test_old_candles_come_in_pages_of_their_own_or_not_at_all(client: Any) -> None:
    first = int(time.time() * 1000) // DAY * DAY - 100 * DAY
    rows = client.fetch_ohlcv(PAIR, "1h", since=first, limit=1000)
    if client.id == "kraken":
        assert len(rows) == 720
        assert rows[0][0] > first + 60 * DAY
        return
    assert len(rows) == {"okx": 300, "bitget": 200, "cryptocom": 300}[client.id]
    assert_recorded(rows, int(rows[0][0]))
    if client.id != "bitget":
        assert rows[0][0] == first


def test_errors_become_ccxt_s_own(client: Any) -> None:
    client.load_markets()
    method, name = {
        "okx": ("public_get_market_candles", "instId"),
        "kraken": ("public_get_ohlc", "pair"),
        "bitget": ("public_spot_get_v2_spot_market_candles", "symbol"),
        "cryptocom": ("v1_public_get_public_get_candlestick", "instrument_name"),
    }[client.id]
    call = getattr(client, method)
    with pytest.raises(ccxt.ExchangeError, match=r"exist|asset pair"):
        call({name: "NO-SUCH"})
    good = {name: client.market(PAIR)["id"]}
    with pytest.raises(ccxt.BadRequest):
        call({**good, "bar": "7m", "interval": "7", "granularity": "7min", "timeframe": "7m"})


def test_an_unknown_path_is_refused_in_the_exchange_s_words() -> None:
    at = Clock(EPOCH + 20 * DAY, 0.0, 0.0)
    for name in NAMES:
        answer = TestClient(build(MARKET, at, exchange=name)).get("/nowhere")
        assert answer.status_code == 404
        assert "GET /nowhere" in answer.text
        assert "simulated" in answer.headers["X-Market"]


def test_what_is_not_simulated_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="'okx' is not simulated in mode futures"):
        dialect("okx", "futures")
    words = ["exchange", "--simulate", "--port", "0", "--mode", "futures", "--exchange", "okx"]
    assert main.main(words) == 1
    assert "expected one of: binance" in capsys.readouterr().err
