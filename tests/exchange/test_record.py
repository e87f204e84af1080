"""`hyperphysics record` against the exchange: kills, outages, what is on disk."""

from __future__ import annotations

import asyncio
import io
import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from hyperphysics.cli import main
from hyperphysics.cli.record import _pair
from hyperphysics.cli.shared.screen import Screen
from hyperphysics.freqtrade_bridge.exchange_access import exchange_access, read_config
from hyperphysics.order_books.exchange import Source
from hyperphysics.order_books.recorder import Recorder, RecordingSettings
from hyperphysics.order_books.store import BooksError, Store
from hyperphysics.simulated_exchange import SimulatedExchange, running
from support.patience import PATIENCE, wait

pytestmark = pytest.mark.freqtrade

PAIRS = ["BTC/USDT", "ETH/USDT"]


def configured(folder: Path, exchange: SimulatedExchange) -> Path:
    path = folder / "exchange.json"
    path.write_text(json.dumps(exchange.settings(PAIRS)))
    return path


def start(config: Path, into: Path) -> subprocess.Popen[str]:
    words = ["--config", str(config), "--into", str(into)]
    words += ["--every", "0.05", "--depth", "5", "--group", "4"]
    return subprocess.Popen(
        [sys.executable, "-m", "hyperphysics.cli.main", "record", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until(true: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Waits for something to become true while the process runs."""
    wait(lambda: true() or process.poll() is not None, lambda: "the recorder goes on", step=0.05)
    assert true(), process.poll()


def books(into: Path, pair: str) -> pl.DataFrame:
    return pl.concat(Store(into).read(pair, 0, 2**42), how="diagonal").unique("time")


def test_a_killed_recorder_leaves_what_it_wrote_and_the_next_goes_on(tmp_path: Path) -> None:
    into = tmp_path / "books"
    with running(clock="2023-06-01x0") as exchange:
        config = configured(tmp_path, exchange)
        with start(config, into) as process:

            def parts() -> int:
                return min(len(list(Store(into).place(p).glob("*.part.parquet"))) for p in PAIRS)

            until(lambda: into.exists() and parts() >= 5, process)
            process.kill()
        assert process.wait() == -signal.SIGKILL
        left = {pair: books(into, pair) for pair in PAIRS}
        for pair, rows in left.items():
            found = list(Store(into).place(pair).glob("*.parquet"))
            assert len(rows) == 4 * len(found) >= 20
        with urllib.request.urlopen(  # noqa: S310 - the exchange
            f"{exchange.url}/api/v3/depth?symbol=BTCUSDT&limit=5"
        ) as answer:
            served = json.load(answer)
        with start(config, into) as process:
            until(lambda: len(books(into, "BTC/USDT")) > len(left["BTC/USDT"]) + 8, process)
            # a second recorder must not write between
            assert main.main(["record", "-c", str(config), "--into", str(into)]) == 1
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said
        assert "books of binance into" in said
    for pair, rows in left.items():
        after = books(into, pair)
        assert len(after) > len(rows)
        assert rows["time"].is_in(after["time"].implode()).all()
    # the exchange's clock stands still, so every book is the one that it served
    for row in left["BTC/USDT"].iter_rows(named=True):
        for side, levels in (("bid", served["bids"]), ("ask", served["asks"])):
            for level, (price, size) in enumerate(levels):
                assert row[f"{side}_px_{level}"] == float(price)
                assert row[f"{side}_sz_{level}"] == float(size)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_an_outage_is_told_and_outlived(tmp_path: Path) -> None:
    port = free_port()
    said: list[str] = []
    noted: list[str] = []
    store = Store(tmp_path / "books")

    async def record(config: dict[str, Any]) -> Recorder:
        stop = asyncio.Event()
        settings = RecordingSettings(PAIRS, every=0.05, depth=5, group=3)
        recorder = Recorder(
            Source(exchange_access(config)), store, settings, said.append, noted.append
        )
        task = asyncio.create_task(recorder.run(stop))

        async def more(what: str, many: int) -> None:
            least = getattr(recorder, what) + many
            async with asyncio.timeout(PATIENCE):
                while getattr(recorder, what) < least and not task.done():
                    await asyncio.sleep(0.05)

        # no exchange yet
        await more("errors", 1)
        for _ in range(2):
            with running(port=port):
                await more("written", 12)
            await more("errors", 3)
        stop.set()
        await asyncio.wait_for(task, PATIENCE)
        return recorder

    with running(port=port) as exchange:
        config = read_config([configured(tmp_path, exchange)])
    recorder = asyncio.run(record(config))
    assert recorder.written >= 24
    assert any(line.endswith("again in 1 s") and "binance: " in line for line in said)
    assert any(line.endswith("again in 0.05 s") and " BTC/USDT: " in line for line in said)
    assert noted[-1].startswith(f"{recorder.written} books of 2 pairs written, 0 in memory, ")
    kept = [len(books(tmp_path / "books", pair)) for pair in PAIRS]
    assert sum(kept) == recorder.written
    assert all(kept)


def test_a_recorder_that_got_no_book_has_failed(tmp_path: Path) -> None:
    with running(port=free_port()) as exchange:
        config = read_config([configured(tmp_path, exchange)])
    written = io.StringIO()
    screen = Screen(Console(file=written))
    stop = asyncio.Event()

    def say(_: str) -> None:
        stop.set()

    async def record() -> None:
        source = Source(exchange_access(config))
        settings = RecordingSettings(PAIRS, every=0.05, depth=5, group=3)
        with screen.step("books") as note:
            await Recorder(source, Store(tmp_path / "books"), settings, say, note).run(stop)

    with pytest.raises(BooksError, match="no book was recorded: 1 requests failed"):
        asyncio.run(record())
    assert "✗ books" in written.getvalue()
    assert "✓" not in written.getvalue()


def test_sizes_of_futures_are_in_base_currency() -> None:
    with running(mode="futures", clock="2023-06-01x0") as exchange:
        config = exchange.settings(["BTC/USDT:USDT"])

        async def ask() -> Any:
            source = Source(exchange_access(config))
            await source.open(["BTC/USDT:USDT"])
            plain = await source.book("BTC/USDT:USDT", 7)
            # as OKX lists it: a contract is a hundredth of a bitcoin
            source._api.markets["BTC/USDT:USDT"]["contractSize"] = 0.01
            contracts = await source.book("BTC/USDT:USDT", 7)
            await source.close()
            return plain, contracts

        plain, contracts = asyncio.run(ask())
    # Binance knows 5, 10, 20 …
    assert len(plain.bids) == 10
    assert plain.exchange_time is not None
    for (price, size), (same, less) in zip(plain.bids, contracts.bids, strict=True):
        assert price == same
        assert less == pytest.approx(size / 100)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--exchange", "nowhere", "--pairs", "BTC/USDT"], "ccxt knows no exchange 'nowhere'"),
        (["--pairs", "BTC/USDT"], "no exchange"),
        (["--exchange", "binance"], "no pairs"),
        (["--exchange", "binance", "--pairs", "BTC"], "--pairs BTC: expected BASE/QUOTE"),
        (["--exchange", "kraken", "--pairs", "A/B", "--depth", "0"], "--depth is 0"),
        (["--exchange", "kraken", "--pairs", "A/B", "--depth", "1001"], "up to 1000"),
        (["--exchange", "kraken", "--pairs", "A/B", "--every", "nan"], "--every is nan"),
        (["--config", "nowhere.json"], "nowhere.json"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert main.main(["record", "--into", str(tmp_path), *words]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("name", ["BTC", "BTC/USDT", "BTC_USDT", "BTC/USDT:USDT", "BTC_USDT_USDT"])
def test_a_pair_is_named_as_in_other_commands(name: str) -> None:
    config = {"stake_currency": "USDT", "trading_mode": "futures"}
    assert _pair(name, config) == "BTC/USDT:USDT"
    spot = "BTC/USDT:USDT" if name.count("USDT") == 2 else "BTC/USDT"
    assert _pair(name, {"stake_currency": "USDT"}) == spot


def test_a_pair_that_is_not_there_is_named(tmp_path: Path) -> None:
    with running() as exchange:
        recorder = Recorder(
            Source(exchange_access(exchange.settings())),
            Store(tmp_path),
            RecordingSettings(["BTC/USDT", "NONE/USDT"], 1.0, 5, 5),
            print,
            print,
        )
        with pytest.raises(BooksError, match="binance has no NONE/USDT"):
            asyncio.run(recorder.run(asyncio.Event()))


def test_settings_of_another_exchange_are_not_used() -> None:
    config = {"exchange": {"name": "binance", "ccxt_config": {"timeout": 1}}}

    async def timeouts() -> list[int]:
        sources = [Source(exchange_access(config)), Source(exchange_access(config, "kraken"))]
        for source in sources:
            await source.close()
        return [source._api.timeout for source in sources]

    assert asyncio.run(timeouts()) == [1, 10_000]
