"""A missing card changes speed, never a decision: CPU and Vulkan on the same candles."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import hyperphysics as hp
from hyperphysics.signals import (
    TICK_SIZE,
    EntryRule,
    ExitRule,
    Floats,
    cost,
    entries,
    exits,
    tick_size,
)

SHARED = Path(os.environ.get("HYPERPHYSICS_SHARED", Path(__file__).parents[2] / "shared"))
PAIRS = ("BTC/USDT", "ETH/USDT", "LTC/USDT", "LINK/USDT")
ROWS = 500

# What the strategy ships.
HORIZON = 6

# Twins differ by the roots and reciprocals of a device (2.5 ulp) in sums of thousands of terms.
RELATIVE = 2e-5
# A spin is the difference of two probabilities, which may be next to nothing: the tolerance of the
# kernel `marginal`. A gain is the difference of two means of values up to 1, in units of σ√H.
PBIT = GAIN = 2e-5
RELATED = {"hp_confidence", "hp_novelty"}
# From fields of single precision, which reach hundreds of T.
THERMODYNAMICS = {column.name for column in hp.columns() if column.family == "thermodynamics"}
# The tolerance of the kernel `integration`; an excess is a difference of two.
INTEGRATION = {"hp_phi": 3e-5, "hp_phi_wms": 3e-5, "hp_tdmi": 3e-5, "hp_phi_excess": 6e-5}


def compare(name: str, on_cpu: Floats, on_device: Floats, unit: Floats) -> None:
    """Asserts that a column is the same on both, bit for bit where both compute it in f64."""
    np.testing.assert_array_equal(np.isnan(on_cpu), np.isnan(on_device), name)
    here = ~np.isnan(on_cpu)
    apart = np.abs(on_cpu - on_device)[here]
    if name == "hp_pbit":
        assert (apart <= PBIT).all(), name
    elif name == "hp_gain":
        assert (apart <= GAIN * unit[here]).all(), name
    elif name in THERMODYNAMICS:
        np.testing.assert_allclose(on_device, on_cpu, rtol=1e-4, atol=1e-4, err_msg=name)
    elif name in INTEGRATION:
        assert (apart <= INTEGRATION[name]).all(), name
    elif name.endswith("_h") or name in RELATED:
        np.testing.assert_allclose(on_device, on_cpu, rtol=RELATIVE, atol=0.0, err_msg=name)
    else:
        assert on_cpu.tobytes() == on_device.tobytes(), name


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
    rule = EntryRule(trend=-0.5, direction=0.05, margin=margin, es_99=0.06, tail=2.0)
    leave = ExitRule(trend=-1.0, direction=0.0, es_95=0.08, spike=3.0)
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
            costs = cost(values["hp_spread"], 0.001, tick)
            enter, leave_now = entries(values, rule, leave, costs), exits(values, leave)
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
        for name in left:
            assert np.isfinite(left[name]).sum() > ROWS // 2, name
            compare(name, left[name], right[name], unit)


def test_a_plan_that_leaves_the_device_is_counted(
    vulkan: str, candles: Callable[..., pd.DataFrame]
) -> None:
    engine = hp.Engine(vulkan, max_memory=1)
    assert (engine.plans, engine.fallbacks) == ({}, {})
    engine.analyze(candles(400), timeframe="1h", families=["lattice"], library=64)
    assert set(engine.plans) == {"cpu"}
    assert sum(engine.fallbacks.values()) == engine.plans["cpu"]
