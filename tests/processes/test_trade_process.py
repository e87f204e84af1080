"""The real `freqtrade trade`, dry run, on a fast clock.

Its exchange's books decide about entries, and of a new candle only that is computed.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from hyperphysics.simulated_exchange.order_book import LEVEL_VALUE
from hyperphysics.strategy.rules.settings import BookCheck, Settings
from support.trading import LIGHT, trading

pytestmark = pytest.mark.freqtrade

PAIRS = ["BTC/USDT", "ETH/USDT", "SOL/USDT"]
# Of cycles after the first.
CYCLE = re.compile(
    r"hyperphysics: cycle of 3 pairs in (\d+\.\d+) s, (\d+\.\d+) s in the engine \(3 candles\)"
)
REFUSED = re.compile(
    r"hyperphysics: refused (\S+): slippage (\d+\.\d+)% of [\d.]+ USDT is over 0.20%"
)


@dataclass(frozen=True)
class Traded:
    """The log of a bot, and the pairs that it has entered."""

    log: str
    entered: list[str]


def trade(userdir: Path, level_value: float) -> Traded:
    """Trades until an entry is filled or refused and a candle is new."""
    with trading(
        userdir,
        PAIRS,
        level_value=level_value,
        hyperphysics={**LIGHT, "book_check": {"levels": 1000}},
        verbosity=1,
    ) as bot:
        bot.wait(lambda said: bot.entered() or REFUSED.search(said))
        log = bot.wait(CYCLE.search)
        return Traded(log, bot.entered())


@pytest.fixture(scope="module")
def bots(tmp_path_factory: pytest.TempPathFactory) -> list[Traded]:
    """One among books as usual, and one among books of a dollar a level, side by side."""
    folders = [tmp_path_factory.mktemp(name) for name in ("healthy", "thin")]
    with ThreadPoolExecutor() as pool:
        return list(pool.map(trade, folders, [LEVEL_VALUE, 1.0]))


def test_a_healthy_book_lets_the_strategy_in(bots: list[Traded]) -> None:
    healthy = bots[0]
    assert healthy.entered, healthy.log[-3000:]
    assert "refused" not in healthy.log
    assert "no look at the book" not in healthy.log


def test_a_thin_book_is_refused_with_the_reason(bots: list[Traded]) -> None:
    thin = bots[1]
    found = REFUSED.search(thin.log)
    assert found is not None, thin.log[-3000:]
    limit = BookCheck().max_slippage
    assert limit is not None
    assert float(found[2]) > 100 * limit
    assert f"Long signal found: about create a new trade for {found[1]}" in thin.log
    assert thin.entered == []


def test_only_the_new_candle_is_computed(bots: list[Traded]) -> None:
    rows = Settings().live_rows
    assert rows is not None
    for bot in bots:
        first = re.search(rf"hyperphysics: analysed (\d+) candles of {len(PAIRS)} pairs", bot.log)
        assert first is not None, bot.log[-3000:]
        assert int(first[1]) == len(PAIRS) * rows
        found = CYCLE.search(bot.log)
        assert found is not None, bot.log[-3000:]
        assert 0.0 < float(found[2]) <= float(found[1])
        assert "no batch" not in bot.log
