"""What the real `freqtrade trade` does when something fails while it runs."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from support.bookless import Bookless
from support.rest import Rest
from support.trading import LIGHT, START, Bot, trading

pytestmark = pytest.mark.freqtrade

PAIRS = ["BTC/USDT", "ETH/USDT", "SOL/USDT"]
ENTERED = "LIMIT_BUY has been fulfilled"
REFUSED = "hyperphysics: no look at the book of BTC/USDT"
FAILED = re.compile("(?:Could not|Error|failed|refused).{0,200}(?:127.0.0.1|ticker|candle)", re.I)
# What freqtrade ends with after a signal.
STOPPED = 130
# Entries and exits need no book, only our look at it does.
BY_TICKER = {"price_side": "other", "use_order_book": False}


def analysed(said: str) -> int:
    return len(re.findall("hyperphysics: analysed", said))


def later(bot: Bot, count: int) -> str:
    """The log when the engine has been called `count` times more."""
    before = analysed(bot.said())
    return bot.wait(lambda said: analysed(said) >= before + count)


def trades(bot: Bot) -> int:
    """How many trades the database holds; it must be sound."""
    with closing(sqlite3.connect(f"file:{bot.database}?mode=ro", uri=True)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(database.execute("SELECT count(*) FROM trades").fetchone()[0])


def test_a_bot_sits_out_an_outage_and_is_stopped_and_started_with_its_trades(
    tmp_path: Path,
) -> None:
    with trading(tmp_path, PAIRS) as bot:
        bot.wait(lambda said: ENTERED in said)
        bot.close_exchange()
        told = len(bot.said())
        bot.wait(lambda said: FAILED.search(said[told:]))
        # Several minutes of the market.
        time.sleep(2)
        bot.open_exchange()
        said = later(bot, 3)
        assert "Fatal exception" not in said
        assert bot.stop() == STOPPED
        held, told = trades(bot), len(bot.said())
    assert held > 0
    with trading(tmp_path, PAIRS, start=START + timedelta(days=1)) as bot:
        bot.wait(lambda said: analysed(said[told:]) >= 2)
        assert trades(bot) >= held


def test_a_configuration_that_is_read_anew_counts(tmp_path: Path) -> None:
    rest = Rest()
    with trading(tmp_path, PAIRS, api_server=rest.settings) as bot:
        later(bot, 1)
        path = tmp_path / "exchange.json"
        config = json.loads(path.read_text())
        config["hyperphysics"] = {
            **LIGHT,
            "families": ["risk", "trend", "lattice", "integration"],
            "phi_window": 64,
        }
        path.write_text(json.dumps(config))
        rest.reload()
        said = bot.wait(lambda said: re.search(r"analysed .*families [^)]*integration", said))
        assert said.count("Using resolved strategy") >= 2
        # One that is wrong is refused aloud, and nothing is half-written.
        config["hyperphysics"]["phi_window"] = "many"
        path.write_text(json.dumps(config))
        rest.reload()
        for _ in range(600):
            if bot.process.poll() is not None:
                break
            time.sleep(0.1)
        assert bot.process.poll() not in (None, 0), bot.said()[-3000:]
        assert "phi_window" in bot.said()
        trades(bot)


def test_a_pair_without_a_book_is_not_entered_until_it_has_one(tmp_path: Path) -> None:
    door = Bookless("BTCUSDT")
    with trading(
        tmp_path, PAIRS[:2], through=door, entry_pricing=BY_TICKER, exit_pricing=BY_TICKER
    ) as bot:
        entered = f"{ENTERED} for Trade(id=%d, pair=%s"
        said = bot.wait(lambda said: REFUSED in said and entered % (1, "ETH/USDT") in said)
        assert "the exchange gives no book: Could not get order book" in said
        later(bot, 1)
        assert trades(bot) == 1
        door.missing = False
        bot.wait(lambda said: entered % (2, "BTC/USDT") in said)
