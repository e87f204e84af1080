"""What the real `freqtrade trade` does when something fails while it runs."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from support.bookless import Bookless
from support.patience import PATIENCE
from support.rest import Rest
from support.trading import LIGHT, START, Bot, trading

pytestmark = pytest.mark.freqtrade

PAIRS = ["BTC/USDT", "ETH/USDT", "SOL/USDT"]
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


def test_a_bot_sits_out_an_outage_and_is_stopped_and_started_with_its_trades(
    tmp_path: Path,
) -> None:
    with trading(tmp_path, PAIRS) as bot:
        bot.wait(lambda _: bot.entered())
        bot.close_exchange()
        told = len(bot.said())
        bot.wait(lambda said: FAILED.search(said[told:]))
        bot.let_pass(timedelta(minutes=5))
        bot.open_exchange()
        said = later(bot, 3)
        assert "Fatal exception" not in said
        assert bot.stop() == STOPPED
        held, told = bot.entered(), len(bot.said())
    assert held
    with trading(tmp_path, PAIRS, start=START + timedelta(days=1)) as bot:
        bot.wait(lambda said: analysed(said[told:]) >= 2)
        assert bot.entered()[: len(held)] == held


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
        assert bot.process.wait(PATIENCE) != 0, bot.said()[-3000:]
        assert "phi_window" in bot.said()
        bot.entered()


def test_a_pair_without_a_book_is_not_entered_until_it_has_one(tmp_path: Path) -> None:
    door = Bookless("BTCUSDT")
    with trading(
        tmp_path, PAIRS[:2], through=door, entry_pricing=BY_TICKER, exit_pricing=BY_TICKER
    ) as bot:
        said = bot.wait(lambda said: REFUSED in said and bot.entered())
        assert "the exchange gives no book: Could not get order book" in said
        later(bot, 1)
        assert set(bot.entered()) == {"ETH/USDT"}
        door.missing = False
        bot.wait(lambda _: "BTC/USDT" in bot.entered())
