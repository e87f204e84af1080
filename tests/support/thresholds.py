"""Thresholds of a loaded strategy, by name."""

from __future__ import annotations

from hyperphysics.strategy.base import HyperPhysicsStrategy


def set_thresholds(strategy: HyperPhysicsStrategy, **values: float) -> None:
    """Give parameters values; they stay in the class until a strategy of it is loaded again."""
    for name, value in values.items():
        getattr(strategy, name).value = value


def enter_on_any_gain(strategy: HyperPhysicsStrategy) -> None:
    """Let the direction and the gain alone decide."""
    set_thresholds(
        strategy,
        buy_trend=-9.0,
        sell_trend=-9.0,
        buy_direction=0.0,
        buy_min_gain_cost_ratio=0.0,
    )
