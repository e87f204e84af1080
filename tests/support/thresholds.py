"""Thresholds of a loaded strategy, by name."""

from __future__ import annotations

from copy import copy

from hyperphysics.strategy.base import HyperPhysicsStrategy


def set_thresholds(strategy: HyperPhysicsStrategy, **values: float) -> None:
    """Give parameters values in this strategy alone: freqtrade's are shared by the class."""
    for name, value in values.items():
        own = copy(getattr(strategy, name))
        own.value = value
        setattr(strategy, name, own)


def enter_on_any_gain(strategy: HyperPhysicsStrategy) -> None:
    """Let the direction and the gain alone decide."""
    set_thresholds(
        strategy,
        buy_trend=-9.0,
        sell_trend=-9.0,
        buy_direction=0.0,
        buy_min_gain_cost_ratio=0.0,
    )
