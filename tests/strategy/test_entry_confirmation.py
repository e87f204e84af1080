"""The callbacks that look at the live book, in freqtrade's own classes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from freqtrade.enums import CandleType, RunMode
from freqtrade.exceptions import DDosProtection
from freqtrade.resolvers import StrategyResolver

from hyperphysics.strategy.base import HyperPhysicsStrategy
from hyperphysics.strategy.rules import order_book_check
from hyperphysics.strategy.rules.order_book_check import refusal as refusal_of
from support.paths import USERDIR

BOOK = {
    "bids": [[99.9, 4.0, 1.7e9], [99.8, 7.0, 1.7e9]],
    "asks": [[100.1, 2.0, 1.7e9], [100.2, 5.0, 1.7e9]],
}

Load = Callable[..., HyperPhysicsStrategy]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def make(
        section: dict[str, Any],
        book: Callable[[str, int], Any] = lambda *_: BOOK,
        *,
        runmode: RunMode = RunMode.DRY_RUN,
        contract: float = 1.0,
    ) -> HyperPhysicsStrategy:
        config: dict[str, Any] = {
            "strategy": "HyperPhysics",
            "strategy_path": str(USERDIR / "strategies"),
            "user_data_dir": tmp_path,
            "runmode": runmode,
            "candle_type_def": CandleType.SPOT,
            "stake_currency": "USDT",
            "hyperphysics": section,
        }
        strategy = StrategyResolver.load_strategy(config)
        assert isinstance(strategy, HyperPhysicsStrategy)
        market = SimpleNamespace(get_contract_size=lambda _: contract)
        strategy.dp = SimpleNamespace(orderbook=book, _exchange=market)  # type: ignore[assignment]
        return strategy

    return make


def confirm(strategy: HyperPhysicsStrategy, amount: float = 3.0, side: str = "long") -> bool:
    now: Any = None
    return strategy.confirm_trade_entry(
        "BTC/USDT", "limit", amount, 100.0, "GTC", now, "long: held", side
    )


def price(strategy: HyperPhysicsStrategy, side: str = "long") -> float:
    now: Any = None
    return strategy.custom_entry_price("BTC/USDT", None, now, 99.9, None, side)


@pytest.mark.parametrize(
    ("check", "side", "reason"),
    [
        ({"min_depth": 1}, "long", None),
        ({}, "short", None),
        ({"max_slippage": 0.001}, "long", "slippage 0.13% of 300 USDT is over 0.10%"),
        ({"min_depth": 3}, "long", "depth is 2.33 times 300 USDT, under 3.00"),
        ({"min_imbalance": 0}, "long", None),
        ({"min_imbalance": 0}, "short", "imbalance -0."),
        ({"min_p_up": 0.5}, "short", "probability of a move its way 0.33 is under 0.50"),
    ],
)
def test_a_refusal_has_its_reason(
    load: Load, monkeypatch: pytest.MonkeyPatch, check: Any, side: str, reason: str | None
) -> None:
    told: list[str | None] = []

    def refusal(*words: Any) -> str | None:
        told.append(refusal_of(*words))
        return told[-1]

    monkeypatch.setattr(order_book_check, "refusal", refusal)
    assert confirm(load({"book_check": check}), side=side) == (reason is None)
    assert len(told) == 1
    assert told[0] == reason or (reason is not None and str(told[0]).startswith(reason))


def test_the_book_is_asked_for_as_many_levels_as_configured(load: Load) -> None:
    asked = []

    def book(pair: str, levels: int) -> Any:
        asked.append((pair, levels))
        return BOOK

    assert confirm(load({"book_check": {"levels": 7}}, book))
    price(load({"entry_price": "book"}, book))
    assert asked == [("BTC/USDT", 7), ("BTC/USDT", 20)]


def test_sizes_in_contracts_are_amounts(load: Load) -> None:
    # seven contracts of 0.1 are offered, and half of the side may be taken
    assert not confirm(load({}, contract=0.1))
    assert not confirm(load({}, contract=0.1), amount=0.36)
    assert confirm(load({}, contract=0.1), amount=0.34)


def ddos(*_: object) -> Any:
    raise DDosProtection("slow down")


def broken(*_: object) -> Any:
    raise RuntimeError("wire cut")


@pytest.mark.parametrize(
    ("book", "words"),
    [
        (ddos, "the exchange gives no book: slow down"),
        (broken, "wire cut"),
        (lambda *_: {"bids": [], "asks": []}, "bids"),
        (lambda *_: {"bids": BOOK["asks"], "asks": BOOK["bids"]}, "bids, level 1"),
        (lambda *_: None, "subscriptable"),
    ],
)
@pytest.mark.parametrize("answer", ["trade", "no_trade"])
def test_a_missing_book_is_answered_as_configured(
    load: Load, caplog: pytest.LogCaptureFixture, answer: str, book: Any, words: str
) -> None:
    strategy = load({"on_missing_data": answer, "entry_price": "book"}, book)
    assert confirm(strategy) == (answer == "trade")
    # nothing but the log says why
    assert words in caplog.text
    assert price(strategy) == 99.9


@pytest.mark.parametrize("runmode", [RunMode.BACKTEST, RunMode.HYPEROPT, RunMode.PLOT])
def test_no_run_without_an_exchange_asks_for_a_book(load: Load, runmode: RunMode) -> None:
    def book(*_: object) -> Any:
        pytest.fail("asked")

    strategy = load({"entry_price": "book"}, book, runmode=runmode)
    assert confirm(strategy, amount=1e9)
    assert price(strategy) == 99.9


def test_null_looks_at_no_book(load: Load) -> None:
    assert confirm(load({"book_check": None}, broken), amount=1e9)
    assert price(load({}, broken)) == 99.9


def test_the_price_is_within_the_spread_and_leans_with_the_book(load: Load) -> None:
    strategy = load({"entry_price": "book"})
    assert 100.0 < price(strategy, "long") == price(strategy, "short") < 100.1
