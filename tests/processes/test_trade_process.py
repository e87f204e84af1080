"""The real `freqtrade trade`, dry run, on a fast clock.

Its exchange's books decide about entries, and of a new candle only that is computed.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hyperphysics.simulated_exchange.order_book import LEVEL_VALUE
from support.trading import LIGHT, trading

pytestmark = pytest.mark.freqtrade

# Of cycles after the first.
CYCLE = re.compile(
    r"hyperphysics: cycle of 3 pairs in (\d+\.\d+) s, (\d+\.\d+) s in the engine \(3 candles\)"
)
ENTERED = "LIMIT_BUY has been fulfilled"
REFUSED = re.compile(
    r"hyperphysics: refused (\S+): slippage (\d+\.\d+)% of [\d.]+ USDT is over 0.20%"
)


def trade(userdir: Path, level_value: float) -> str:
    """Trades until an entry is filled or refused and a candle is new; the log up to there."""
    with trading(
        userdir,
        ["BTC/USDT", "ETH/USDT", "SOL/USDT"],
        level_value=level_value,
        hyperphysics={**LIGHT, "book_check": {"levels": 1000}},
        verbosity=1,
    ) as bot:
        bot.wait(lambda said: ENTERED in said or REFUSED.search(said))
        return bot.wait(CYCLE.search)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Of a run among books as usual, and of one among books of a dollar a level, side by side."""
    folders = [tmp_path_factory.mktemp(name) for name in ("healthy", "thin")]
    with ThreadPoolExecutor() as pool:
        return list(pool.map(trade, folders, [LEVEL_VALUE, 1.0]))


def test_a_healthy_book_lets_the_strategy_in(logs: list[str]) -> None:
    assert ENTERED in logs[0], logs[0][-3000:]
    assert "refused" not in logs[0]
    assert "no look at the book" not in logs[0]


def test_a_thin_book_is_refused_with_the_reason(logs: list[str]) -> None:
    found = REFUSED.search(logs[1])
    assert found is not None, logs[1][-3000:]
    assert float(found[2]) > 0.2
    assert f"Long signal found: about create a new trade for {found[1]}" in logs[1]
    assert "dry_run_buy" not in logs[1]


def test_only_the_new_candle_is_computed(logs: list[str]) -> None:
    for log in logs:
        first = re.search(r"hyperphysics: analysed (\d+) candles of 3 pairs", log)
        assert first is not None, log[-3000:]
        assert int(first[1]) == 3 * 128
        found = CYCLE.search(log)
        assert found is not None, log[-3000:]
        assert 0.0 < float(found[2]) <= float(found[1])
        assert "no batch" not in log
