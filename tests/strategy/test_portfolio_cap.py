"""Risk of positions held together, and the stake that fits beside them."""

from math import sqrt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.persistence import Trade
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hyperphysics.strategy.callbacks import portfolio_cap
from hyperphysics.strategy.callbacks.risk_callbacks import HyperPhysicsRiskCallbacks
from hyperphysics.strategy.rules.settings import Settings

Floats = NDArray[np.float64]


def candles(seed: int, common: float = 0.9, rows: int = 400, first: int = 0) -> pd.DataFrame:
    """Closes that move with those of every other seed."""
    together = np.random.default_rng(0).normal(0, 0.01, rows)
    own = np.random.default_rng(seed).normal(0, 0.01, rows)
    moves = common * together + np.sqrt(1 - common**2) * own
    dates = pd.date_range("2024-01-01", periods=rows, freq="h", tz="UTC")
    frame = pd.DataFrame({"date": dates, "close": 100 * np.exp(np.cumsum(moves))})
    return frame.iloc[first:].reset_index(drop=True)


def whole(risks: Floats, correlations: Floats) -> float:
    return sqrt(max(float(risks @ correlations @ risks), 0.0))


NUMBER = st.floats(-10, 10)


@settings(deadline=None)
@given(st.lists(NUMBER, min_size=1, max_size=4), st.floats(0, 10), st.floats(0.01, 20), NUMBER)
def test_what_fits_is_the_largest_that_keeps_the_cap(
    risks: list[float], wanted: float, cap: float, seed: float
) -> None:
    rng = np.random.default_rng(int(abs(seed) * 1e6))
    factor = rng.normal(size=(len(risks) + 1, 3))
    factor /= np.linalg.norm(factor, axis=1)[:, None]
    matrix = factor @ factor.T
    held = np.array(risks)
    fits = portfolio_cap.largest(wanted, held, matrix[1:, 1:], matrix[0, 1:], cap)
    assert 0 <= fits <= wanted
    grid = np.linspace(0, wanted, 201)
    good = [t for t in grid if whole(np.append(t, held), matrix) <= cap * (1 - 1e-9)]
    if good:
        assert fits >= good[-1] - 1e-9
    if fits > 0:
        # a square root of a difference of squares up to 400
        assert whole(np.append(fits, held), matrix) <= cap + 1e-6


def test_alone_the_cap_is_the_answer_to_the_last_bit() -> None:
    assert portfolio_cap.room("A", 7.3, [], {}, 5.1) == 5.1
    assert portfolio_cap.room("A", -7.3, [], {}, 5.1) == 5.1
    assert portfolio_cap.room("A", 3.0, [], {}, 5.1) == 3.0


def test_a_sum_below_the_cap_needs_no_candles() -> None:
    assert portfolio_cap.room("A", 1.0, [("B", -2.0)], {}, 3.0) == 1.0


def test_same_way_leaves_less_room_than_the_other() -> None:
    frames = {"A": candles(1), "B": candles(2)}
    same = portfolio_cap.room("A", 4.0, [("B", 4.0)], frames, 5.0)
    hedge = portfolio_cap.room("A", -4.0, [("B", 4.0)], frames, 5.0)
    assert 0 < same < 4 == hedge
    matrix = portfolio_cap.correlations(list(frames.items()))
    assert 0.6 < matrix[0, 1] < 0.95
    assert whole(np.array([same, 4.0]), matrix) == pytest.approx(5.0, rel=1e-12)
    # shorts beside shorts are as longs beside longs
    assert portfolio_cap.room("A", -4.0, [("B", -4.0)], frames, 5.0) == same


def test_nothing_fits_beside_too_much_but_a_hedge() -> None:
    frames = {"A": candles(1, 0.99), "B": candles(2, 0.99)}
    assert portfolio_cap.room("A", 1.0, [("B", 6.0)], frames, 5.0) == 0.0
    assert portfolio_cap.room("A", -0.1, [("B", 6.0)], frames, 5.0) == 0.0
    assert portfolio_cap.room("A", -3.0, [("B", 6.0)], frames, 5.0) == 3.0


def test_the_same_pair_twice_adds_up() -> None:
    frames = {"A": candles(1)}
    fits = portfolio_cap.room("A", 4.0, [("A", 2.0), ("A", 1.0)], frames, 5.0)
    assert fits == pytest.approx(2.0, rel=1e-12)


def test_histories_of_other_lengths_meet_where_they_can() -> None:
    frames = {"A": candles(1), "B": candles(2, first=250)}
    assert portfolio_cap.room("A", 4.0, [("B", 4.0)], frames, 5.0) > 0
    frames["B"] = candles(2, first=320)
    with pytest.raises(ValueError, match="B has the fewest returns, 79"):
        portfolio_cap.room("A", 4.0, [("B", 4.0)], frames, 5.0)


def trade(pair: str, **changes: Any) -> SimpleNamespace:
    given_ = {"amount": 0.0, "stake_amount": 100.0, "leverage": 1.0, "is_short": False}
    return SimpleNamespace(pair=pair, **given_ | changes)


def ask(
    monkeypatch: pytest.MonkeyPatch, trades: list[SimpleNamespace], side: str = "long", **own: Any
) -> float:
    """Stake of BTC at a shortfall of 0.05 each; without a cap it is 1000."""
    frames = {
        pair: candles(seed).assign(hp_es_95_h=0.05)
        for seed, pair in enumerate(("BTC/USDT", "ETH/USDT"), start=1)
    }
    frames["NEW/USDT"] = frames["ETH/USDT"].iloc[-20:]
    frames["THIN/USDT"] = frames["ETH/USDT"].copy()
    frames["THIN/USDT"].loc[frames["THIN/USDT"].index[-3:], "hp_es_95_h"] = np.nan
    frames["DEAD/USDT"] = frames["ETH/USDT"].assign(hp_es_95_h=np.nan)
    monkeypatch.setattr(Trade, "get_trades_proxy", staticmethod(lambda **_: trades))
    wallets = SimpleNamespace(get_total_stake_amount=lambda: 1000.0)
    provider = SimpleNamespace(get_analyzed_dataframe=lambda pair, _: (frames[pair], None))
    itself = SimpleNamespace(
        settings=Settings.read({"portfolio_es": 0.06, "stake_ceiling": None} | own),
        budget=lambda: 0.05,
        wallets=wallets,
        dp=provider,
        timeframe="1h",
    )
    for name in ("_room", "_frame", "_latest", "_guarded"):
        setattr(itself, name, getattr(HyperPhysicsRiskCallbacks, name).__get__(itself))
    return HyperPhysicsRiskCallbacks.custom_stake_amount(
        itself,  # type: ignore[arg-type]
        "BTC/USDT",
        None,  # type: ignore[arg-type]
        1.0,
        proposed_stake=500.0,
        min_stake=50.0,
        max_stake=5000.0,
        leverage=1.0,
        entry_tag=None,
        side=side,
    )


def test_stakes_are_cut_beside_open_trades(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(monkeypatch, []) == pytest.approx(1000.0)
    beside = ask(monkeypatch, [trade("ETH/USDT", stake_amount=800.0)])
    assert 50 < beside < 1000
    assert ask(monkeypatch, [trade("ETH/USDT", stake_amount=800.0)], portfolio_es=None) == 1000.0
    # alone, the cap is the rule of a single trade
    assert ask(monkeypatch, [], portfolio_es=0.02) == pytest.approx(0.02 * 1000 / 0.05, rel=1e-15)
    # the value of a position is what it is worth now, and its leverage counts
    levered = ask(monkeypatch, [trade("ETH/USDT", stake_amount=400.0, leverage=2.0)])
    assert levered == beside


def test_shorts_count_against_longs(monkeypatch: pytest.MonkeyPatch) -> None:
    short = [trade("ETH/USDT", stake_amount=800.0, is_short=True)]
    assert ask(monkeypatch, short) == pytest.approx(1000.0)
    assert 50 < ask(monkeypatch, short, side="short") < 1000


def test_a_short_in_profit_hedges_what_it_is_worth(monkeypatch: pytest.MonkeyPatch) -> None:
    price = float(candles(2)["close"].iloc[-1])
    worth = trade("ETH/USDT", stake_amount=800.0, amount=400.0 / price, is_short=True)
    same = trade("ETH/USDT", stake_amount=400.0, is_short=True)
    expected = ask(monkeypatch, [same], "short", portfolio_es=0.05)
    assert 50 < expected < 1000
    assert ask(monkeypatch, [worth], "short", portfolio_es=0.05) == pytest.approx(expected)


def test_an_open_pair_with_gaps_counts_with_its_newest_risk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = ask(monkeypatch, [trade("ETH/USDT", stake_amount=800.0)])
    assert ask(monkeypatch, [trade("THIN/USDT", stake_amount=800.0)]) == whole
    assert ask(monkeypatch, [trade("DEAD/USDT", stake_amount=800.0)]) == 0.0
    unknown = [trade("DEAD/USDT", stake_amount=800.0)]
    assert ask(monkeypatch, unknown, on_missing_data="trade") == 500.0


def test_less_than_the_minimum_is_no_trade(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(monkeypatch, [trade("ETH/USDT", stake_amount=1199.0)]) == 0.0


@pytest.mark.parametrize(("answer", "expected"), [("no_trade", 0.0), ("trade", 500.0)])
def test_what_cannot_be_known_is_answered_as_configured(
    monkeypatch: pytest.MonkeyPatch, answer: str, expected: float
) -> None:
    unknown = [trade("NEW/USDT", stake_amount=800.0)]
    assert ask(monkeypatch, unknown, on_missing_data=answer) == expected


def test_each_pair_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = HyperPhysicsRiskCallbacks._frame

    def frame(itself: Any, pair: str) -> pd.DataFrame:
        asked.append(pair)
        return real(itself, pair)

    monkeypatch.setattr(HyperPhysicsRiskCallbacks, "_frame", frame)
    held = [trade(pair, stake_amount=90.0) for pair in ("ETH/USDT", "BTC/USDT", "ETH/USDT")]
    assert ask(monkeypatch, held) > 0.0
    # once for the stake itself, then once for the cap
    assert sorted(asked) == ["BTC/USDT", "BTC/USDT", "ETH/USDT"]
