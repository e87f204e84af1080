# SPDX-License-Identifier: GPL-3.0-or-later
"""The freqtrade strategy and what it is made of.

`HyperPhysicsStrategy` is defined in `base`. No class may be defined here: freqtrade's hyperopt
pickles the modules of a strategy's base classes by value, and with a package all its modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hyperphysics.strategy.base import HyperPhysicsStrategy

__all__ = ["HyperPhysicsStrategy"]


def __getattr__(name: str) -> object:
    if name == "HyperPhysicsStrategy":
        # freqtrade takes seconds to import, and settings are read without it
        from hyperphysics.strategy.base import HyperPhysicsStrategy  # noqa: PLC0415

        return HyperPhysicsStrategy
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
