"""The strategy as freqtrade loads it, without a process or an exchange."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from freqtrade.enums import CandleType, RunMode
from freqtrade.resolvers import StrategyResolver

from hyperphysics.strategy.base import HyperPhysicsStrategy
from hyperphysics.strategy.columns import analysis
from hyperphysics.strategy.rules.filters import searched_families
from hyperphysics.strategy.rules.parameters import ENGINE_PARAMETERS
from support.paths import USERDIR

_ENGINE_NAMES = {attribute: name for name, attribute in ENGINE_PARAMETERS.items()}
HALF_LIFE = _ENGINE_NAMES["volatility_half_life"]
PAST_WINDOW = _ENGINE_NAMES["lattice_past_window"]
LENGTH_SCALE = _ENGINE_NAMES["lattice_length_scale"]

# a short past window, so that a few hundred candles give values
SMALL: dict[str, Any] = {
    "device": "cpu",
    "families": searched_families(),
    "residuals": 200,
    PAST_WINDOW: 200,
    HALF_LIFE: 4,
    "paths": 200,
    "trend_window": 48,
}
ROWS = 900

Load = Callable[..., HyperPhysicsStrategy]


def load_strategy(
    userdir: Path, section: dict[str, Any] | None = None, **config: Any
) -> HyperPhysicsStrategy:
    """The class of the user directory with small settings, a section and a configuration."""
    settings: dict[str, Any] = {
        "strategy": "HyperPhysics",
        "strategy_path": str(USERDIR / "strategies"),
        "user_data_dir": userdir,
        "runmode": RunMode.BACKTEST,
        "candle_type_def": CandleType.SPOT,
        "exchange": {"pair_whitelist": ["BTC/USDT"]},
        "hyperphysics": SMALL if section is None else SMALL | section,
    }
    strategy = StrategyResolver.load_strategy(settings | config)
    assert isinstance(strategy, HyperPhysicsStrategy)
    strategy.ft_load_hyper_params()
    strategy.dp = exchange()
    return strategy


def exchange(**parts: Any) -> Any:
    """A data provider whose exchange knows price steps and fees."""
    exchange = SimpleNamespace(
        get_precision_price=lambda _: 0.01,
        precision_mode_price=4,
        get_fee=lambda _, taker_or_maker: {"taker": 0.0006, "maker": 0.0002}[taker_or_maker],
    )
    return SimpleNamespace(_exchange=exchange, current_whitelist=lambda: ["BTC/USDT"], **parts)


def calls_of(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The pairs of each analysis that follows, which is done as ever."""
    calls: list[list[str]] = []
    real = analysis.analyze

    def analyze(frames: Mapping[str, pd.DataFrame], **how: Any) -> dict[str, pd.DataFrame]:
        calls.append(list(frames))
        return real(frames, **how)

    monkeypatch.setattr(analysis, "analyze", analyze)
    return calls
