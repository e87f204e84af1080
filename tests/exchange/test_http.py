"""Answers of the simulated exchange in Binance's dialect; none of them knows the future."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from fastapi.testclient import TestClient

from hyperphysics.market_data.candles import DAY, HOUR, MINUTE
from hyperphysics.market_data.market import Instrument, Market
from hyperphysics.market_data.recorded import Recorded
from hyperphysics.market_data.simulated import EPOCH, Simulated
from hyperphysics.simulated_exchange.app import build
from hyperphysics.simulated_exchange.clock import Clock
from hyperphysics.simulated_exchange.order_book import book
from hyperphysics.simulated_exchange.query import text

NOW = EPOCH + 20 * DAY + 20 * MINUTE + 3_123

ASKED = {"symbol": "BTCUSDT", "limit": 5}
BOOK = Instrument("AAAUSDT", "AAA", "USDT", 2, 3, 0, None)


def client(market: Market, now: int = NOW) -> TestClient:
    """The simulated exchange with its clock stopped at `now`."""
    return TestClient(build(market, Clock(now, 0.0, 0.0)))


@pytest.fixture(scope="module")
def spot() -> TestClient:
    return client(Simulated(0))


@pytest.fixture(scope="module")
def futures() -> TestClient:
    return client(Simulated(0, "futures"))


def get(at: TestClient, path: str, **query: object) -> Any:
    answer = at.get(path, params={name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_time_is_the_clock_s(spot: TestClient) -> None:
    assert get(spot, "/api/v3/ping") == {}
    assert get(spot, "/api/v3/time") == {"serverTime": NOW}


def test_every_answer_says_that_it_is_simulated(spot: TestClient, futures: TestClient) -> None:
    assert "simulated" in spot.get("/api/v3/ping").headers["X-Market"]
    assert "simulated" in futures.get("/nowhere").headers["X-Market"]
    assert "simulated" in get(futures, "/fapi/v1/exchangeInfo")["market"]


def test_klines_have_twelve_fields_and_end_with_the_forming_candle(spot: TestClient) -> None:
    rows = get(spot, "/api/v3/klines", symbol="BTCUSDT", interval="15m")
    assert len(rows) == 500
    assert {len(row) for row in rows} == {12}
    opened = [row[0] for row in rows]
    assert opened[-1] == NOW // (15 * MINUTE) * 15 * MINUTE
    assert {right - left for left, right in pairwise(opened)} == {15 * MINUTE}
    assert all(row[6] == row[0] + 15 * MINUTE - 1 for row in rows)
    assert all(isinstance(value, str) for value in rows[0][1:6])


@pytest.mark.parametrize(
    ("query", "count", "first"),
    [
        ({"startTime": 0, "limit": 3}, 3, EPOCH),
        ({"startTime": EPOCH + 1, "limit": 3}, 3, EPOCH + HOUR),
        ({"startTime": 0, "limit": 5000}, 481, EPOCH),
        ({"endTime": EPOCH + 5 * HOUR, "limit": 2}, 2, EPOCH + 4 * HOUR),
        ({"startTime": EPOCH, "endTime": EPOCH + 2 * HOUR}, 3, EPOCH),
        ({"startTime": NOW}, 0, None),
        ({"startTime": NOW + DAY}, 0, None),
        ({"endTime": 5}, 0, None),
        ({"startTime": 2**62}, 0, None),
    ],
)
def test_klines_select_as_binance_does(
    spot: TestClient, query: dict[str, int], count: int, first: int | None
) -> None:
    rows = get(spot, "/api/v3/klines", symbol="BTCUSDT", interval="1h", **query)
    assert len(rows) == count
    assert (rows[0][0] if rows else None) == first


def test_limits_are_capped(spot: TestClient, futures: TestClient) -> None:
    query = {"symbol": "BTCUSDT", "interval": "1m", "limit": 9999}
    assert len(get(spot, "/api/v3/klines", **query)) == 1000
    assert len(get(futures, "/fapi/v1/klines", **query)) == 1500
    assert len(get(spot, "/api/v3/depth", symbol="BTCUSDT", limit=99999)["bids"]) == 5000


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("klines", -1102, "Mandatory parameter 'symbol' was not sent"),
        ("klines?symbol=", -1102, "Mandatory parameter 'symbol'"),
        ("klines?symbol=BTCUSDT", -1102, "Mandatory parameter 'interval'"),
        ("klines?symbol=NOPE&interval=1h", -1121, "Invalid symbol."),
        ("klines?symbol=BTCUSDT&interval=7m", -1120, "Invalid interval."),
        ("klines?symbol=BTCUSDT&interval=1h&limit=many", -1100, "Illegal characters"),
        ("klines?symbol=BTCUSDT&interval=1h&limit=-1", -1100, "Illegal characters"),
        ("klines?symbol=BTCUSDT&interval=1h&limit=0", -1130, "'limit' is not valid"),
        ("klines?symbol=BTCUSDT&interval=1h&startTime=²", -1100, "'startTime'"),
        ("depth", -1102, "Mandatory parameter 'symbol'"),
        ("ticker/24hr?symbol=NOPE", -1121, "Invalid symbol."),
        ("ticker/24hr?symbols=BTCUSDT", -1100, "'symbols'"),
        ("aggTrades?symbol=BTCUSDT&fromId=1&startTime=1", -1128, "Combination"),
        ("aggTrades?symbol=BTCUSDT&startTime=0&endTime=3600001", -1127, "More than 1 hours"),
    ],
)
def test_errors_are_binance_s(spot: TestClient, path: str, code: int, message: str) -> None:
    answer = spot.get(f"/api/v3/{path}")
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "msg"}
    assert answer.json()["code"] == code
    assert message in answer.json()["msg"]


@pytest.mark.parametrize("path", ["/api/v3/order", "/fapi/v1/klines", "/", "/sapi/v1/account"])
def test_what_it_does_not_do_it_says(spot: TestClient, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = spot.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, -1020)


def test_futures_know_only_some_depths(futures: TestClient) -> None:
    assert len(get(futures, "/fapi/v1/depth", symbol="BTCUSDT", limit=20)["asks"]) == 20
    answer = futures.get("/fapi/v1/depth?symbol=BTCUSDT&limit=7")
    assert answer.json() == {"code": -4021, "msg": "7 is not valid depth limit."}


def test_trades_are_paged_by_number_without_gap_or_repeat(spot: TestClient) -> None:
    first = EPOCH + DAY
    query = {"startTime": first, "endTime": first + HOUR, "limit": 100}
    trades = get(spot, "/api/v3/aggTrades", symbol="BTCUSDT", **query)
    while len(trades) < 360:
        more = get(spot, "/api/v3/aggTrades", symbol="BTCUSDT", fromId=trades[-1]["a"], limit=100)
        assert more[0] == trades[-1]
        trades += more[1:]
    rows = get(spot, "/api/v3/klines", symbol="BTCUSDT", interval="1h", startTime=first, limit=1)
    hour = [trade for trade in trades if trade["T"] < first + HOUR]
    assert len(hour) == 360
    prices = [float(trade["p"]) for trade in hour]
    assert [prices[0], max(prices), min(prices), prices[-1]] == [float(x) for x in rows[0][1:5]]


def test_trades_without_window_are_the_latest(spot: TestClient) -> None:
    trades = get(spot, "/api/v3/aggTrades", symbol="BTCUSDT", limit=1000)
    assert len(trades) == 1000
    assert NOW - 10_000 < trades[-1]["T"] <= NOW


def test_the_day_is_the_last_24_hours(spot: TestClient) -> None:
    day = get(spot, "/api/v3/ticker/24hr", symbol="ETHUSDT")
    rows = get(
        spot, "/api/v3/klines", symbol="ETHUSDT", interval="1m", startTime=NOW - DAY + 60_000
    )
    rows += get(spot, "/api/v3/klines", symbol="ETHUSDT", interval="1m", limit=1000)
    assert float(day["highPrice"]) >= max(float(row[2]) for row in rows)
    assert float(day["lowPrice"]) <= min(float(row[3]) for row in rows)
    assert day["lastPrice"] == rows[-1][4]
    assert float(day["bidPrice"]) < float(day["askPrice"])
    everything = get(spot, "/api/v3/ticker/24hr")
    assert len(everything) == len(get(spot, "/api/v3/exchangeInfo")["symbols"])
    some = get(spot, "/api/v3/ticker/24hr", symbols='["ETHUSDT","BTCUSDT"]')
    assert [row["symbol"] for row in some] == ["ETHUSDT", "BTCUSDT"]
    assert some[0] == day


def test_ccxt_tells_the_markets_by_these_fields(spot: TestClient, futures: TestClient) -> None:
    assert "bidQty" in get(spot, "/api/v3/ticker/24hr", symbol="BTCUSDT")
    assert "bidQty" not in get(futures, "/fapi/v1/ticker/24hr", symbol="BTCUSDT")
    assert get(futures, "/fapi/v1/ticker/bookTicker", symbol="BTCUSDT")["time"] == NOW
    assert "time" not in get(spot, "/api/v3/ticker/bookTicker", symbol="BTCUSDT")


def test_funding_and_premium(futures: TestClient) -> None:
    rows = get(futures, "/fapi/v1/fundingRate", symbol="BTCUSDT", startTime=0, limit=1000)
    assert [row["fundingTime"] for row in rows] == [EPOCH + 8 * HOUR * k for k in range(1, 61)]
    assert len(get(futures, "/fapi/v1/fundingRate", symbol="BTCUSDT", limit=7)) == 7
    premium = get(futures, "/fapi/v1/premiumIndex", symbol="BTCUSDT")
    assert premium["lastFundingRate"] == rows[-1]["fundingRate"]
    assert premium["nextFundingTime"] == rows[-1]["fundingTime"] + 8 * HOUR
    marks = get(futures, "/fapi/v1/markPriceKlines", symbol="BTCUSDT", interval="1h", limit=2)
    assert premium["markPrice"] == marks[-1][4]
    assert marks[-1][5] == "0.0"


def test_numbers_are_written_without_exponent_and_read_back_the_same() -> None:
    for value in (1e-8, 1.5e-07, 0.1 + 0.2, 1e22, 123456.789, 5e-324):
        assert "e" not in text(value)
        assert float(text(value)) == value


def test_the_book_is_a_book() -> None:
    for price in (0.01, 0.37, 3.14, 101.5, 70_000.0):
        made = book(BOOK, price, NOW, 0, 5000)
        bids, asks = made.bids.price, made.asks.price
        assert bids[0] < asks[0]
        assert bids.min() >= 0.01
        assert bool((np.diff(bids) < 0).all() and (np.diff(asks) > 0).all())
        assert bool((made.bids.size > 0).all() and (made.asks.size > 0).all())
        assert np.array_equal(asks, asks.round(2))
        assert len(asks) == 5000
    assert abs((bids[0] + asks[0]) / 2 / price - 1) < 1e-4
    assert asks[4999] / asks[0] > 1.05


def test_the_book_is_a_function_of_seed_pair_and_time() -> None:
    long, short = book(BOOK, 50.0, NOW, 0, 1000), book(BOOK, 50.0, NOW, 0, 20)
    assert np.array_equal(long.bids.price[:20], short.bids.price)
    assert np.array_equal(long.asks.size[:20], short.asks.size)
    same_beat = NOW // 250 * 250
    assert np.array_equal(book(BOOK, 50.0, same_beat, 0, 20).bids.size, short.bids.size)
    for other in (book(BOOK, 50.0, NOW, 1, 20), book(BOOK, 50.0, NOW + 250, 0, 20)):
        assert not np.array_equal(other.bids.size, short.bids.size)


def test_a_thin_book_has_the_same_prices_and_smaller_sizes() -> None:
    usual, thin = book(BOOK, 50.0, NOW, 0, 200), book(BOOK, 50.0, NOW, 0, 200, 20.0)
    for wide, narrow in ((usual.bids, thin.bids), (usual.asks, thin.asks)):
        assert np.array_equal(wide.price, narrow.price)
        # rounded up to lots of 0.001
        assert bool((narrow.size >= wide.size / 1000 - 1e-9).all())
        assert bool((narrow.size <= wide.size / 1000 + BOOK.lot).all())
    market = Simulated(0)
    served = [
        get(TestClient(build(market, Clock(NOW, 0.0, 0.0), value)), "/api/v3/depth", **ASKED)
        for value in (20_000.0, 20.0)
    ]
    assert served[0] == get(client(market), "/api/v3/depth", **ASKED)
    assert float(served[1]["bids"][0][1]) < float(served[0]["bids"][0][1]) / 100


def recording(folder: Path, *, futures: bool, changed_from: int) -> Path:
    """Two weeks of candles, whose rows from `changed_from` on are another market's."""
    place = folder / "futures" if futures else folder
    place.mkdir(parents=True)
    names = ["AAA_USDT_USDT-1h-futures", "AAA_USDT_USDT-1h-mark"] if futures else ["AAA_USDT-1h"]
    time = EPOCH + HOUR * np.arange(24 * 14)
    rates = np.where(time < changed_from, 1e-4, 3e-4)
    columns: dict[str, Any] = {"date": pl.Series(time).cast(pl.Datetime("ms", "UTC"))}
    for seed, name in enumerate(names):
        random = np.random.default_rng(seed)
        close = np.round(50 + np.cumsum(random.normal(0, 0.1, len(time))), 2)
        close = np.where(time < changed_from, close, np.round(2 * close, 2))
        values = {"open": close - 0.01, "high": close + 0.37, "low": close - 0.41, "close": close}
        prices = {key: value.round(2) for key, value in values.items()}
        volume = np.where(time < changed_from, 5.5, 7.5)
        pl.DataFrame(columns | prices | {"volume": volume}).write_ipc(place / f"{name}.feather")
    if futures:
        frame = pl.DataFrame(columns | {"funding_rate": rates})
        frame[::8].write_ipc(place / "AAA_USDT_USDT-1h-funding_rate.feather")
    return folder


@pytest.mark.parametrize("mode", ["spot", "futures"])
def test_another_future_changes_no_answer(tmp_path: Path, mode: str) -> None:
    future = mode == "futures"
    turn = EPOCH + 9 * DAY
    now = turn - 1
    worlds = [
        client(Recorded(recording(tmp_path / name, futures=future, changed_from=when)), now)
        for name, when in (("one", turn), ("other", EPOCH + 99 * DAY))
    ]
    paths = ["exchangeInfo", "time", "ticker/24hr", "ticker/bookTicker"]
    pair = "symbol=AAAUSDT"
    paths += [f"klines?{pair}&interval={name}&startTime=0" for name in ("1h", "4h", "1d", "1w")]
    paths += [f"klines?{pair}&interval={name}&limit=1500" for name in ("1h", "12h", "3d")]
    paths += [f"klines?{pair}&interval=1h&startTime={turn}", f"depth?{pair}&limit=100"]
    paths += [f"aggTrades?{pair}", f"aggTrades?{pair}&fromId={(turn - HOUR) // 1000}"]
    paths += [f"klines?{pair}&interval=1h&endTime={2**50}"]
    if future:
        paths += [f"markPriceKlines?{pair}&interval=1h", f"fundingRate?{pair}", "premiumIndex"]
        paths += [f"fundingRate?{pair}&startTime=0", f"markPriceKlines?{pair}&interval=1d"]
    root = "/fapi/v1" if future else "/api/v3"
    for path in paths:
        one, other = (world.get(f"{root}/{path}") for world in worlds)
        assert one.status_code == 200, one.text
        bodies = [
            answer.text.replace(str(tmp_path / name), "")
            for answer, name in ((one, "one"), (other, "other"))
        ]
        assert bodies[0] == bodies[1], path
    later = client(Recorded(tmp_path / "one"), turn + 1)
    ahead = client(Recorded(tmp_path / "other"), turn + 1)
    path = f"{root}/klines?{pair}&interval=1h&limit=1"
    assert later.get(path).text != ahead.get(path).text


def test_a_file_that_breaks_later_is_a_server_error(tmp_path: Path) -> None:
    folder = recording(tmp_path / "one", futures=True, changed_from=0)
    market = Recorded(folder)
    (folder / "futures" / "AAA_USDT_USDT-1h-mark.feather").write_bytes(b"junk")
    answer = client(market).get("/fapi/v1/markPriceKlines?symbol=AAAUSDT&interval=1h")
    assert answer.status_code == 500
    assert "not a feather file" in answer.json()["msg"]
