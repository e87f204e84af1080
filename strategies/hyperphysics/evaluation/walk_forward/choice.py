# SPDX-License-Identifier: GPL-3.0-or-later
"""How parameters are chosen on the past of a window."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

_PROTECTED_SPACES = frozenset({"protection", "all"})


@dataclass(frozen=True)
class Choice:
    """How parameters are chosen on a window's past.

    Attributes:
        epochs: Of hyperopt; 0 leaves the strategy's own.
        spaces: What is chosen.
        loss: Hyperopt's loss.
        seed: Of its sampler.
        jobs: Processes.
        cost: Of each side, a fraction.
    """

    epochs: int
    spaces: Sequence[str]
    loss: str
    seed: int
    jobs: int
    cost: float


def uses_protections(spaces: Collection[str]) -> bool:
    """Whether freqtrade's hyperopt turns protections on for these spaces."""
    return not _PROTECTED_SPACES.isdisjoint(spaces)
