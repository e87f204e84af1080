"""One engine call, and the record that says what computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from hyperphysics import _engine, engine
from hyperphysics.freqtrade_bridge import engine_calls
from hyperphysics.strategy.columns import analysis
from hyperphysics.strategy.rules.filters import searched_families
from hyperphysics.strategy.rules.settings import Settings
from support.frames import SHORT

Candles = Callable[..., pd.DataFrame]


@pytest.fixture
def device(candles: Candles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., str]:
    """What is recorded to have computed, for some settings."""
    monkeypatch.setattr(engine, "_engines", {})
    calls = tmp_path / "calls.jsonl"
    monkeypatch.setenv(engine_calls.VARIABLE, str(calls))

    def told(**section: object) -> str:
        analysis.analyze(
            {"BTC/USDT": candles(300)},
            timeframe="1h",
            settings=Settings.read(section),
            families=searched_families(),
            parameters=SHORT,
            threads=1,
            last=None,
        )
        (call,) = engine_calls.read(calls)
        assert (call.candles, call.pairs) == (300, 1)
        return call.device

    return told


def test_a_small_call_opens_no_device_and_names_the_processor(
    device: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = property(lambda _: pytest.fail("a device was opened for the record"))
    monkeypatch.setattr(engine.Engine, "device", opened)
    assert device(device="auto") == _engine.processor()


def test_a_device_that_computed_is_named(device: Callable[..., str], vulkan: str) -> None:
    assert device(device=vulkan) == vulkan.removeprefix("vulkan:")


def test_a_device_that_could_not_compute_is_not_named(
    device: Callable[..., str], vulkan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = engine.Engine
    monkeypatch.setattr(
        engine,
        "Engine",
        lambda name, **_: real(name, max_memory=1),
    )
    assert device(device=vulkan) == _engine.processor()
