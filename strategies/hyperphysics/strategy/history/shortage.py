# SPDX-License-Identifier: GPL-3.0-or-later
"""Which settings ask for more candles than there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hyperphysics import _engine

if TYPE_CHECKING:
    from hyperphysics._engine import Value


def responsible(
    families: Sequence[str], parameters: Mapping[str, Value], have: int
) -> tuple[str, ...]:
    """The parameter that lengthens each family most whose start-up is more than `have` candles.

    Args:
        families: Families that are computed.
        parameters: The engine's parameters by name; others have their defaults.
        have: Candles that there are.
    """
    found: dict[str, None] = {}
    for family in families:
        needed = _engine.startup([family], parameters)
        if needed <= have:
            continue
        shorter = {
            one.name: _halved(family, parameters, one.name, parameters.get(one.name, one.default))
            for one in _engine.params()
            if family in one.families
        }
        name = min(shorter, key=lambda one: shorter[one])
        found[name] = None
    return tuple(found)


def _halved(family: str, parameters: Mapping[str, Value], name: str, value: Value) -> int:
    """The family's start-up with half of a parameter, or as it is where that is not allowed."""
    half: Value = value
    if isinstance(value, int):
        half = value // 2
    elif isinstance(value, float):
        half = value / 2
    try:
        return _engine.startup([family], {**parameters, name: half})
    except ValueError:
        return _engine.startup([family], parameters)
