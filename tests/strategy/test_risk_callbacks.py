"""Stake, leverage and stop in freqtrade's own classes, without a process or an exchange."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from hyperphysics.strategy.base import HyperPhysicsStrategy
from support.loaded import Load, exchange

pytestmark = pytest.mark.usefixtures("_no_open_trades")


def ask(strategy: HyperPhysicsStrategy, es: float, **wallets: Any) -> tuple[float, float]:
    """Stake and leverage where the newest candle has a certain tail risk."""
    frame = pd.DataFrame({"hp_es_95_h": [0.01, es]})
    strategy.dp = exchange(get_analyzed_dataframe=lambda *_: (frame, None))
    strategy.wallets = SimpleNamespace(**{"get_total_stake_amount": lambda: 1000.0} | wallets)  # type: ignore[assignment]
    now: Any = None
    common = {"pair": "BTC/USDT", "current_time": now, "current_rate": 1.0, "entry_tag": None}
    stake = strategy.custom_stake_amount(
        **common, proposed_stake=300.0, min_stake=5.0, max_stake=900.0, leverage=1.0, side="long"
    )
    lever = strategy.leverage(**common, proposed_leverage=2.0, max_leverage=20.0, side="long")
    return stake, lever


def test_stake_and_leverage_come_from_the_newest_tail(load: Load) -> None:
    stake, lever = ask(load(), 0.05)
    assert stake == pytest.approx(0.01 * 1000 / 0.05)
    assert lever == pytest.approx(0.1 / 0.05)


@pytest.mark.parametrize(
    ("answer", "expected"), [("no_trade", (0.0, 1.0)), ("trade", (300.0, 2.0))]
)
def test_callbacks_answer_as_configured_when_they_cannot_know(
    load: Load, answer: str, expected: tuple[float, float], caplog: pytest.LogCaptureFixture
) -> None:
    strategy = load({"on_missing_data": answer})
    assert ask(strategy, float("nan")) == expected
    # nothing but the log says why
    assert "expected shortfall is nan" in caplog.text

    def broken() -> float:
        raise RuntimeError("wallet is gone")

    assert ask(strategy, 0.05, get_total_stake_amount=broken)[0] == expected[0]
    assert "wallet is gone" in caplog.text


def test_stop_is_set_once_at_entry_and_only_when_asked_for(load: Load) -> None:
    assert not load().use_custom_stoploss
    strategy = load({"stop_multiple": 2.0})
    assert strategy.use_custom_stoploss
    ask(strategy, 0.02)
    trade = SimpleNamespace(leverage=1.0, nr_of_successful_exits=0)

    def stop(after_fill: bool) -> float | None:
        return strategy.custom_stoploss("BTC/USDT", trade, None, 1.0, 0.0, after_fill)  # type: ignore[arg-type]

    assert stop(after_fill=True) == pytest.approx(-0.04)
    assert stop(after_fill=False) is None
    trade.nr_of_successful_exits = 1
    assert stop(after_fill=True) is None
