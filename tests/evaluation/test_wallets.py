"""What the walk-forward computes from trades and prices: wallets, benchmarks, ablations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.enums import CandleType, RunMode
from freqtrade.resolvers import StrategyResolver
from hypothesis import given
from hypothesis import strategies as st

from hyperphysics import _engine
from hyperphysics.evaluation.walk_forward import ablations, benchmarks, equity
from hyperphysics.evaluation.walk_forward.windows import Span
from hyperphysics.freqtrade_bridge.user_directory import install
from hyperphysics.market_data.candles import DAY, Candles
from hyperphysics.strategy.rules.filters import EXITS, ROWS, defaults, searched_families
from hyperphysics.strategy.rules.parameters import DEFAULTS
from hyperphysics.strategy.rules.signals import LONG, exits, passed

HOUR = 3_600_000


def noise(seed: int, *shape: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.random.default_rng(seed).normal(0.0, 0.01, shape)


def candles(close: np.ndarray[Any, np.dtype[np.float64]], start: int) -> Candles:
    when = start + HOUR * np.arange(len(close))
    return Candles(when, close, close, close, close, np.ones(len(close)))


def test_open_positions_count_at_the_close() -> None:
    close = np.array([100.0, 110, 90, 120, 80, 100] * 8)
    span = Span(0, 2 * DAY)
    when = pd.to_datetime([1 * HOUR, 4 * HOUR], unit="ms", utc=True)
    trades = pd.DataFrame(
        {
            "pair": ["A", "A"],
            "is_short": [False, True],
            "open_date": when,
            "close_date": when + pd.Timedelta(hours=2),
            "open_rate": [100.0, 120.0],
            "amount": [2.0, 1.0],
            "fee_open": [0.01, 0.0],
            "profit_abs": [35.0, 20.0],
        }
    )
    wallet = equity.mark_to_market(trades, {"A": candles(close, 0)}, span, HOUR, 1000.0)
    # Long from candle 1 at 100, closed in candle 3; short from candle 4 at 120, closed in 6.
    assert wallet[:7].tolist() == [1000, 1018, 978, 1035, 1075, 1055, 1055]
    assert equity.daily(wallet, HOUR, 1000.0) == pytest.approx([0.055, 0.0])


@given(st.lists(st.floats(-0.5, 0.5), min_size=2, max_size=40))
def test_performance_of_returns(values: list[float]) -> None:
    returns = np.array(values)
    found = equity.performance(returns)
    wallet = [1.0]
    for value in values:
        wallet.append(wallet[-1] * (1 + value))
    assert found.total == pytest.approx(wallet[-1] - 1, abs=1e-12)
    falls = [1 - after / max(wallet[: n + 1]) for n, after in enumerate(wallet)]
    assert found.drawdown == pytest.approx(max(falls), abs=1e-12)


def test_a_wallet_that_is_used_up_stays_so() -> None:
    wallet = np.array([500.0] * 24 + [-10.0] * 24 + [20.0] * 24)
    assert equity.daily(wallet, HOUR, 1000.0).tolist() == [-0.5, -1.0, 0.0]
    assert equity.performance(np.array([-1.0, 0.0])).yearly == -1.0


def paths(seed: int, days: int, pairs: int = 3) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.asarray(100 * np.exp(np.cumsum(3 * noise(seed, days, pairs), axis=0)))


def test_buy_and_hold_is_units_times_prices() -> None:
    prices, cost = paths(1, 50), 0.002
    wallet = np.cumprod(1 + benchmarks.buy_and_hold(prices, cost))
    units = (1 - cost) / 3 / prices[0]
    assert wallet[:-1] == pytest.approx((prices[1:-1] * units).sum(axis=1), rel=1e-12)
    assert wallet[-1] == pytest.approx((prices[-1] @ units) * (1 - cost), rel=1e-12)


def test_the_share_that_is_invested_knows_nothing_of_its_day() -> None:
    history = noise(4, 100)
    before = benchmarks.exposures(history, 40, 0.1)
    history[80] = 0.5
    after = benchmarks.exposures(history, 40, 0.1)
    assert before[:21].tolist() == after[:21].tolist()
    assert after[21] < before[21]
    assert ((after > 0) & (after <= 1)).all()
    with pytest.raises(ValueError, match="no day before"):
        benchmarks.exposures(history, 100, 0.1)


@pytest.mark.parametrize("target", [0.1, 50.0])
def test_a_target_is_held_by_trading_units(target: float) -> None:
    prices, days, cost = paths(2, 90), 60, 0.001
    returns = benchmarks.volatility_targeted(prices, days, target, cost)
    shares = benchmarks.exposures((prices[1:] / prices[:-1] - 1).mean(axis=1), days, target)
    if target == 50.0:
        assert (shares == 1).all()
    cash, units, wallet = 1.0, np.zeros(3), [1.0]
    for day, share in enumerate(shares):
        price = prices[-days - 1 + day]
        worth = cash + float(units @ price)
        wanted = share / 3 * worth / price
        traded = float(np.abs(wanted - units) @ price)
        cash, units = cash - float((wanted - units) @ price) - cost * traded, wanted
        wallet.append(cash + float(units @ prices[-days + day]))
    wallet[-1] -= cost * float(units @ prices[-1])
    assert np.cumprod(1 + returns) == pytest.approx(np.array(wallet[1:]), rel=1e-9)


def test_one_filter_more_or_less_leaves_the_others_alone() -> None:
    rng = np.random.default_rng(0)
    columns = {
        # beyond every threshold that is searched, on both sides
        row.column: rng.uniform(low - reach, high + reach, 500)
        for row in ROWS
        for low, high in [row.range]
        for reach in [high - low]
    }
    columns |= {
        name: rng.uniform(low, high, 500)
        for name, low, high in (
            ("hp_pbit", -1, 1),
            ("hp_gain", -0.008, 0.008),
            ("hp_es_95", 0, 0.3),
        )
    }
    columns["trade_cost"] = np.full(500, 0.003)
    columns["hp_gain"][3] = np.nan
    families = _engine.families()
    stands = passed(columns, defaults(), LONG)
    known = ~np.isnan(columns["hp_gain"])
    for variant in ablations.ablations(families):
        found = ablations.parameters(variant, {"buy": {"buy_trend": 9.0}}, DEFAULTS)
        own = passed(columns, found["buy"], LONG)
        moved = [
            name
            for name in {*own, *stands}
            if not (name in own and name in stands and np.array_equal(own[name], stands[name]))
        ]
        assert len(moved) == ("filter" in variant.label)
        for name in moved:
            assert f"{name} filter" in variant.label
            stands_still = name not in own or bool(own[name][known].all())
            assert ("without" in variant.label) == stands_still
            stood = name in stands and not stands[name][known].all()
            assert ("without" in variant.label) == stood
        tags = set(exits(columns, found["sell"], can_short=False).tag)
        before = set(exits(columns, DEFAULTS["sell"], can_short=False).tag)
        assert before == {"", *(row.name for row in EXITS if row.on_by_default)}
        assert len(tags ^ before) == ("the exit on" in variant.label)
        assert all(f"exit on {tag}" in variant.label for tag in tags ^ before)


def test_ablations_are_those_of_the_families_and_the_sides() -> None:
    needed = searched_families()
    spot = {variant.name for variant in ablations.ablations(needed)}
    assert len(spot) == len({row.name for row in ROWS if not row.optional})
    every = {variant.name for variant in ablations.ablations(_engine.families())}
    assert len(every) == len({row.name for row in ROWS})
    futures = {variant.name for variant in ablations.ablations(needed, shorts=True)}
    assert spot - futures == {"HyperPhysicsWithoutTrend"}


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"buy": {"buy_direction": 0.3}},
        {
            "sell": {"sell_max_es95": 0.03},
            "risk": {"risk_budget": 0.02},
            "lattice": {"lattice_length_scale": 1.9},
        },
    ],
)
def test_variants_of_one_process_have_nothing_of_each_other(
    tmp_path: Path, chosen: dict[str, dict[str, float]]
) -> None:
    install(tmp_path)
    folder = tmp_path / "strategies"
    variants = [
        ablations.TUNED,
        ablations.DEFAULT,
        *ablations.ablations(searched_families()),
    ]
    for variant in variants:
        if variant is not ablations.TUNED:
            (folder / f"{variant.name}.py").write_text(ablations.source(variant))
        found = ablations.parameters(variant, chosen, DEFAULTS)
        document = {"strategy_name": variant.name, "params": found}
        (folder / f"{variant.name}.json").write_text(json.dumps(document))
    # As freqtrade's backtesting does: all are loaded, then one after the other takes its values.
    loaded = [
        StrategyResolver.load_strategy(
            {
                "strategy": variant.name,
                "user_data_dir": tmp_path,
                "runmode": RunMode.BACKTEST,
                "candle_type_def": CandleType.SPOT,
                "exchange": {"pair_whitelist": []},
                "hyperphysics": {"device": "cpu"},
            }
        )
        for variant in variants
    ]
    for variant, strategy in zip(variants, loaded, strict=True):
        strategy.ft_load_hyper_params()
        for space, usual in DEFAULTS.items():
            own = chosen.get(space, {}) if variant.chosen else {}
            wanted = {**usual, **own, **variant.changes.get(space, {})}
            got = {name: getattr(strategy, name).value for name in wanted}
            assert got == wanted, (variant.label, space)
