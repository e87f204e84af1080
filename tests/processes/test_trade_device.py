"""What the real `freqtrade trade` does when its device is lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import hyperphysics as hp
from hyperphysics import _engine
from hyperphysics.frame import PRICES
from hyperphysics.strategy.rules.filters import searched_families
from hyperphysics.strategy.rules.parameters import ENGINE_PARAMETERS, HyperPhysicsParameters
from hyperphysics.strategy.rules.signals import Floats
from support.lost_device import LostDevice
from support.rest import Rest
from support.trading import LIGHT, trading
from support.twin_columns import compare

pytestmark = pytest.mark.freqtrade

PAIRS = ["BTC/USDT", "ETH/USDT"]
TIMEFRAME = "1m"
# A candle in two seconds. The engine's waits count by the same clock.
SPEED = 30.0
# Whatever is held is sold in the next cycle, so that there are entries in most candles.
RESTLESS = {"0": -1}
LOST = re.compile("WARNING - device lost: .*; the plan runs on the CPU, the device rests")
# Cycles without the device, of which the newest rows are compared, and all rows that are.
ALONE = 5
ROWS = 60
HORIZON = HyperPhysicsParameters.lattice_horizon.value


def analysed(said: str, where: str = "") -> int:
    return len(re.findall(rf"hyperphysics: analysed .* s on {re.escape(where)}", said))


def values(frame: pd.DataFrame, name: str) -> Floats:
    return frame[name].to_numpy(np.float64)


def on_cpu(candles: pd.DataFrame) -> pd.DataFrame:
    """The columns of a bot's newest rows as the CPU computes them."""
    own = {
        name: getattr(HyperPhysicsParameters, attribute).value
        for name, attribute in ENGINE_PARAMETERS.items()
    }
    asked: dict[str, Any] = own | {n: value for n, value in LIGHT.items() if n != "device"}
    found = hp.Engine("cpu").analyze(
        candles[["date", *PRICES]],
        timeframe=TIMEFRAME,
        families=searched_families(),
        last=ROWS,
        **asked,
    )
    return found.iloc[-ROWS:, 1 + len(PRICES) :]


def test_a_bot_whose_device_is_lost_trades_on_and_returns_to_it(
    vulkan: str, tmp_path: Path
) -> None:
    name = vulkan.removeprefix("vulkan:")
    layer, rest = LostDevice(tmp_path), Rest()
    with trading(
        tmp_path,
        PAIRS,
        speed=SPEED,
        timeframe=TIMEFRAME,
        minimal_roi=RESTLESS,
        environment=layer.environment,
        api_server=rest.settings,
        hyperphysics={**LIGHT, "device": vulkan},
    ) as bot:
        said = bot.wait(lambda said: analysed(said) >= 2 and bot.entered())
        assert analysed(said) == analysed(said, name)
        before = rest.candles(PAIRS[0], TIMEFRAME)
        layer.lose()
        told, entered = len(bot.said()), len(bot.entered())
        # An entry may have been under way; the second is of a candle that the CPU has computed.
        bot.wait(
            lambda said: (
                analysed(said[told:], _engine.processor()) >= ALONE
                and len(bot.entered()) >= entered + 2
            )
        )
        after = rest.candles(PAIRS[0], TIMEFRAME)
        said = bot.said()[told:]
        # It is asked again after 30 s, 60 s, 120 s: not in every candle.
        assert 1 <= len(LOST.findall(said)) < analysed(said, _engine.processor())
        assert "no batch" not in said
        layer.recover()
        bot.wait(lambda said: analysed(said[told:], name) >= 1)
    # What the device has computed stays, and what the CPU computes stands beside it.
    held = before.merge(after, on="date", suffixes=("", " after")).tail(ROWS)
    assert len(held) == ROWS
    expected = on_cpu(after)
    unit = values(expected, "hp_vol") * HORIZON**0.5
    for name in map(str, expected):
        assert values(held, name).tobytes() == values(held, f"{name} after").tobytes(), name
        mixed = values(after, name)[-ROWS:]
        assert mixed[-3:].tobytes() == values(expected, name)[-3:].tobytes(), name
        compare(name, values(expected, name), mixed, unit)
