"""What exchanges give at a start, by freqtrade's own classes, and the table that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from hyperphysics.freqtrade_bridge.exchange_limits import exchange_limits
from hyperphysics.reference import tables
from hyperphysics.strategy.rules.filters import searched_families
from support.loaded import load_strategy


def test_limits_are_freqtrade_s() -> None:
    found = {(one.exchange, one.mode): one for one in exchange_limits()}
    # What freqtrade 2026.9 prints in its refusals; Bitget gives 1000 a call in the last 60 days.
    hours = {
        ("binance", "spot"): 4999,
        ("binance", "futures"): 2494,
        ("okx", "spot"): 1499,
        ("okx", "futures"): 1499,
        ("kraken", "spot"): 719,
        ("bitget", "spot"): 1439,
        ("cryptocom", "spot"): 1499,
        ("kucoin", "spot"): 7499,
    }
    assert {key: found[key].startup["1h"] for key in hours} == hours
    assert {one.exchange for one in found.values() if not one.past} >= {"kraken", "hyperliquid"}
    assert {one.exchange for one in found.values() if not one.official} == {"cryptocom", "kucoin"}
    assert len(found) >= 20


CAPPED = [("okx", 1499), ("kraken", 719), ("cryptocom", 1499), ("bitget", 1439), ("binance", 2327)]


@pytest.mark.parametrize(("exchange", "startup"), CAPPED)
def test_the_strategy_asks_for_no_more_than_its_exchange_gives(
    tmp_path: Path, exchange: str, startup: int
) -> None:
    strategy = load_strategy(
        tmp_path,
        exchange={"name": exchange, "pair_whitelist": ["BTC/USDT"]},
        stake_currency="USDT",
        hyperphysics={"device": "cpu", "families": searched_families()},
    )
    assert strategy.startup_candle_count == startup


def test_the_table_s_defaults_are_those_of_the_shipped_strategy(tmp_path: Path) -> None:
    strategy = load_strategy(tmp_path, hyperphysics={"device": "cpu"})
    assert tables.startup_of_defaults() == strategy.startup_candle_count
    assert f"| defaults: {strategy.startup_candle_count} |" in tables.exchanges()
