# SPDX-License-Identifier: GPL-3.0-or-later
"""What a walk-forward of the strategy is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hyperphysics.evaluation.walk_forward.choice import Choice


@dataclass(frozen=True)
class WalkForwardSettings:
    """How the strategy is evaluated.

    Attributes:
        folder: Where finished steps are kept.
        data: Folder of recorded candles; None simulates a market.
        train: Days of a choice.
        test: Days traded after it.
        epochs: Of hyperopt; 0 leaves the strategy's own parameters.
        spaces: Hyperopt's spaces.
        loss: Hyperopt's loss.
        jobs: Hyperopt's processes.
        seed: Of hyperopt's sampler, and of what is not recorded.
        device: The engine's.
        families: Columns that filters are made of.
        fee: Of each side, a fraction.
        slippage: Likewise.
        multiples: Of fee and slippage to trade at besides 1.
        target: Volatility of buy and hold over a year, a fraction.
        null: Windows of a random walk.
    """

    folder: Path
    data: Path | None
    train: int
    test: int
    epochs: int
    spaces: Sequence[str]
    loss: str
    jobs: int
    seed: int
    device: str
    families: Sequence[str]
    fee: float
    slippage: float
    multiples: Sequence[float]
    target: float
    null: int

    @property
    def cost(self) -> float:
        """Of each side, a fraction."""
        return self.fee + self.slippage

    @property
    def choice(self) -> Choice:
        """How parameters are chosen."""
        return Choice(self.epochs, self.spaces, self.loss, self.seed, self.jobs, self.cost)
