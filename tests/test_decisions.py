"""A missing card changes speed, never a decision: CPU and Vulkan on the same candles."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import hyperphysics as hp
from hyperphysics.signals import EntryRule, ExitRule, entries, exits

SHARED = Path(os.environ.get("HYPERPHYSICS_SHARED", Path(__file__).parents[2] / "shared"))
PAIRS = ("BTC/USDT", "ETH/USDT", "LTC/USDT", "LINK/USDT")
ROWS = 500

# Twins differ by the roots and reciprocals of a device (2.5 ulp) in sums of thousands of terms.
RELATIVE = 2e-5
ABSOLUTE = 5e-5


def market(candles: Callable[..., pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Recorded candles where they are, else random walks; as many as give `ROWS` full rows."""
    rows = hp.startup() + ROWS
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
    rule = EntryRule(direction=0.05, margin=margin, es_99=0.06, tail=2.0)
    leave = ExitRule(direction=0.0, es_95=0.08, spike=3.0)
    decided, columns = [], []
    for device in ("cpu", vulkan):
        engine = hp.Engine(device)
        result = engine.analyze(frames, timeframe="1h", last=ROWS)
        assert (engine.device.kind == "CPU") == (device == "cpu")
        columns.append(result)
        for frame in result.values():
            values = {c.name: frame[c.name].to_numpy(np.float64) for c in hp.columns()}
            costs = 0.002 + values["hp_spread"]
            enter, leave_now = entries(values, rule, leave, costs), exits(values, leave)
            decided.append([enter.long, enter.short, leave_now.long, leave_now.short])
    on_cpu, on_device = decided[: len(frames)], decided[len(frames) :]
    for one, other in zip(on_cpu, on_device, strict=True):
        for left, right in zip(one, other, strict=True):
            np.testing.assert_array_equal(left, right)
    assert any(flags.any() for pair in on_cpu for flags in pair), "nothing was decided"
    for pair in frames:
        for column in hp.columns():
            left, right = (result[pair][column.name].to_numpy() for result in columns)
            np.testing.assert_allclose(left, right, rtol=RELATIVE, atol=ABSOLUTE, err_msg=pair)
