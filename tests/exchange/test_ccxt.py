"""The simulated exchange as a process, read by ccxt, the client that freqtrade uses."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ccxt  # type: ignore[import-untyped]
import pytest

from hyperphysics.market_data.candles import DAY, HOUR, TIMEFRAMES
from hyperphysics.market_data.simulated import EPOCH, Simulated
from hyperphysics.simulated_exchange import SimulatedExchange, SimulatedExchangeError, running
from support.patience import PATIENCE, wait

CLOCK = "2021-03-01T00:30"
NOW = EPOCH + 59 * DAY + 30 * 60_000


def client(exchange: SimulatedExchange) -> Any:
    """A ccxt client configured as freqtrade configures it."""
    options = exchange.settings()["exchange"]["ccxt_config"]
    client = ccxt.binance({**options, "urls": {"api": dict(ccxt.binance().urls["api"])}})
    client.urls["api"].update(options["urls"]["api"])
    return client


@pytest.fixture(scope="module")
def spot() -> Iterator[Any]:
    with running(clock=CLOCK) as exchange:
        yield client(exchange)


@pytest.fixture(scope="module")
def futures() -> Iterator[Any]:
    with running(clock=CLOCK, mode="futures") as exchange:
        yield client(exchange)


def test_spot_markets(spot: Any) -> None:
    market = spot.load_markets()["BTC/USDT"]
    assert (market["spot"], market["active"], market["id"]) == (True, True, "BTCUSDT")
    assert market["precision"]["price"] == 0.01
    assert market["precision"]["amount"] == 1e-5
    assert market["limits"]["cost"]["min"] == 5
    assert len([name for name in spot.markets if name.endswith("/USDT")]) >= 4


def test_futures_markets(futures: Any) -> None:
    market = futures.load_markets()["BTC/USDT:USDT"]
    assert (market["swap"], market["linear"], market["settle"]) == (True, True, "USDT")
    assert market["contractSize"] == 1


@pytest.mark.parametrize(("name", "pair"), [("spot", "ETH/USDT"), ("futures", "ETH/USDT:USDT")])
def test_candles_arrive_as_they_are(request: pytest.FixtureRequest, name: str, pair: str) -> None:
    client = request.getfixturevalue(name)
    rows = client.fetch_ohlcv(pair, "1h", since=0, limit=400)
    market = Simulated(0)
    candles = market.candles("ETHUSDT", TIMEFRAMES["1h"], 0, NOW, 400)
    oracle = zip(
        *(getattr(candles, k).tolist() for k in ("time", "open", "high", "low", "close", "volume")),
        strict=True,
    )
    assert rows == [list(row) for row in oracle]


def test_spot_book_ticker_trades_time(spot: Any) -> None:
    book = spot.fetch_order_book("BTC/USDT", 20)
    assert len(book["bids"]) == len(book["asks"]) == 20
    assert book["bids"][0][0] < book["asks"][0][0]
    ticker = spot.fetch_tickers(["BTC/USDT"])["BTC/USDT"]
    assert ticker["bid"] < ticker["ask"]
    assert abs(ticker["last"] / book["bids"][0][0] - 1) < 0.05
    assert ticker["quoteVolume"] > 0
    trades = spot.fetch_trades("BTC/USDT", since=EPOCH, limit=100)
    assert len(trades) == 100
    assert trades[0]["timestamp"] == EPOCH
    more = spot.fetch_trades("BTC/USDT", limit=3, params={"fromId": trades[-1]["id"]})
    assert more[0]["id"] == trades[-1]["id"]
    assert 0 <= spot.fetch_time() - NOW < 3_600_000


def test_futures_funding_mark_and_tickers(futures: Any) -> None:
    pair = "BTC/USDT:USDT"
    history = futures.fetch_funding_rate_history(pair, since=EPOCH, limit=1000)
    assert [row["timestamp"] for row in history[:2]] == [EPOCH + 8 * HOUR, EPOCH + 16 * HOUR]
    assert history[-1]["timestamp"] == NOW // (8 * HOUR) * 8 * HOUR
    rate = futures.fetch_funding_rates([pair])[pair]
    assert rate["fundingRate"] == history[-1]["fundingRate"]
    assert rate["fundingTimestamp"] == history[-1]["timestamp"] + 8 * HOUR
    marks = futures.fetch_ohlcv(pair, "1h", since=EPOCH, limit=5, params={"price": "mark"})
    assert [row[0] for row in marks] == [EPOCH + k * HOUR for k in range(5)]
    assert futures.fetch_bids_asks([pair])[pair]["bid"] > 0
    assert futures.fetch_tickers([pair])[pair]["last"] > 0
    assert len(futures.fetch_order_book(pair, 50)["asks"]) == 50


def test_errors_become_ccxt_s_own(spot: Any) -> None:
    spot.load_markets()
    with pytest.raises(ccxt.BadSymbol):
        spot.public_get_klines({"symbol": "NOPE", "interval": "1h"})
    with pytest.raises(ccxt.BadRequest):
        spot.public_get_klines({"symbol": "BTCUSDT", "interval": "1x"})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_code_0(number: signal.Signals) -> None:
    command = [
        sys.executable,
        "-m",
        "hyperphysics.cli.main",
        "exchange",
        "--simulate",
        "--port",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("http://127.0.0.1:")
        assert "simulated" in line
        with urllib.request.urlopen(f"{line.split()[0]}/api/v3/ping", timeout=PATIENCE):  # noqa: S310
            process.send_signal(number)
            assert process.wait(PATIENCE) == 0
        assert process.stdout.read() == ""


def test_it_listens_on_the_loopback_interface_only() -> None:
    with running() as exchange:
        port = int(exchange.url.rsplit(":", 1)[1])
        # Second column of /proc/net/tcp: local address and port in hexadecimal.
        rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
        local = {row.split()[1] for row in rows if row.split()[3] == "0A"}
        assert [address for address in local if address.endswith(f":{port:04X}")] == [
            f"0100007F:{port:04X}"
        ]
        assert not [
            row
            for row in Path("/proc/net/tcp6").read_text().splitlines()[1:]
            if row.split()[1].endswith(f":{port:04X}")
        ]


def test_it_ends_with_the_process_that_started_it() -> None:
    script = (
        "from hyperphysics.simulated_exchange import running\n"
        "import os, signal\n"
        "with running() as exchange:\n"
        "    print(exchange.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    output = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    ).stdout
    pid = int(output)

    def ended() -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except (FileNotFoundError, ProcessLookupError):
            return True

    wait(ended, lambda: "the exchange outlived its parent")


def test_failures_say_why(tmp_path: Path) -> None:
    with (
        pytest.raises(SimulatedExchangeError, match="no such folder"),
        running(data=tmp_path / "nowhere"),
    ):
        pass
    with pytest.raises(SimulatedExchangeError, match="BASE"), running(clock="sometime@never"):
        pass
    with running() as exchange:
        port = int(exchange.url.rsplit(":", 1)[1])
        with (
            pytest.raises(SimulatedExchangeError, match="--port 0 takes a free one"),
            running(port=port),
        ):
            pass
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{exchange.url}/api/v3/ping", timeout=5)  # noqa: S310
