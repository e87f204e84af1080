"""A missing card changes speed, never a decision: CPU and Vulkan on the same candles."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import hyperphysics as hp
from hyperphysics.strategy.callbacks.trade_cost import TICK_SIZE, cost, tick_size
from hyperphysics.strategy.rules.filters import defaults
from hyperphysics.strategy.rules.signals import entries, exits
from support.paths import SHARED
from support.twin_columns import compare

PAIRS = ("BTC/USDT", "ETH/USDT", "LTC/USDT", "LINK/USDT")
ROWS = 500

# What the strategy ships.
HORIZON = 6
NOT_OF_EWMA = {"hp_season", "hp_range_trend"}


def market(candles: Callable[..., pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Recorded candles where they are, else random walks; as many as give `ROWS` full rows."""
    rows = hp.startup(params={"lattice_horizon": HORIZON}) + ROWS
    folder = SHARED / "data" / "binance"
    if not folder.is_dir():
        return {pair: candles(rows, seed) for seed, pair in enumerate(PAIRS)}
    files = {pair: folder / f"{pair.replace('/', '_')}-1h.feather" for pair in PAIRS}
    return {
        pair: pd.read_feather(file).iloc[-rows:].reset_index(drop=True)
        for pair, file in files.items()
    }


@pytest.mark.parametrize("margin", [0.0, 1.0])
def test_entries_and_exits_are_the_same_on_every_device(
    margin: float, vulkan: str, candles: Callable[..., pd.DataFrame]
) -> None:
    frames = market(candles)
    thresholds = defaults() | {
        "buy_trend": -0.5,
        "buy_direction": 0.05,
        "buy_min_gain_cost_ratio": margin,
        "sell_trend": -1.0,
        "sell_direction": 0.0,
    }
    decided, columns = [], []
    for device in ("cpu", vulkan):
        engine = hp.Engine(device)
        result = engine.analyze(frames, timeframe="1h", last=ROWS, lattice_horizon=HORIZON)
        assert set(engine.plans) == {"cpu" if device == "cpu" else "vulkan"}
        assert engine.fallbacks == {}
        arrays = []
        for frame in result.values():
            values = {c.name: frame[c.name].to_numpy(np.float64) for c in hp.columns()}
            tick = tick_size(frame["close"].to_numpy(np.float64), 0.01, TICK_SIZE)
            traded = values | {"trade_cost": cost(values["hp_spread"], 0.001, tick)}
            enter, leave_now = entries(traded, thresholds), exits(traded, thresholds)
            decided.append([enter.long, enter.short, leave_now.long, leave_now.short])
            arrays.append(values)
        columns.append(arrays)
    on_cpu, on_device = decided[: len(frames)], decided[len(frames) :]
    for one, other in zip(on_cpu, on_device, strict=True):
        for left, right in zip(one, other, strict=True):
            np.testing.assert_array_equal(left, right)
    assert any(flags.any() for pair in on_cpu for flags in pair), "nothing was decided"
    for left, right in zip(*columns, strict=True):
        unit = left["hp_vol"] * HORIZON**0.5
        for name in set(left) - NOT_OF_EWMA:
            assert np.isfinite(left[name]).sum() > ROWS // 2, name
            compare(name, left[name], right[name], unit)


def test_a_plan_that_leaves_the_device_is_counted(
    vulkan: str, candles: Callable[..., pd.DataFrame]
) -> None:
    engine = hp.Engine(vulkan, max_memory=1)
    assert (engine.plans, engine.fallbacks) == ({}, {})
    engine.analyze(candles(400), timeframe="1h", families=["lattice"], past_window=64)
    assert set(engine.plans) == {"cpu"}
    assert sum(engine.fallbacks.values()) == engine.plans["cpu"]
