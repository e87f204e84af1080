# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of the tables of filters and exits says: a column beside a parameter.

Long and short are mirror images: a `mirrored` column changes sign for a short. The tail columns
measure the losses of a long; a short is held to the same figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Literal

from hyperphysics import _engine

Space = Literal["buy", "sell"]
Comparison = Literal[">", ">=", "<"]

TAIL_RISK = "hp_es_95_h"
"""Column that stake, leverage and stop are made of: expected shortfall over the horizon."""

SPREAD = "hp_spread"
"""Column that the cost of a trade counts, where it is computed; else one price step."""

SIDES_EVEN = 0.0
"""From here on a `picks_side` threshold lets one side through at most."""


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A column that is compared with a parameter of the strategy, candle by candle.

    A comparison with NaN does not hold.

    Attributes:
        name: What tags, reports and ablations call it. Rows of one name are one filter.
        parameter: freqtrade's name of the threshold; it begins with the space.
        column: What is compared; a column of the engine.
        comparison: What `column comparison threshold` must be.
        mirrored: Whether the column changes sign for a short.
        optional: Whether it counts only where the configuration computes the column's family.
        range: What hyperopt searches, ends included.
        decimals: Digits after the point of a searched value.
        default: The threshold where nothing else is chosen.
        off: The threshold at which nothing is decided by this row.
        tried: Where it is off by default, the threshold that an ablation sets.
        says: What it asks, in words; the documents show it.
    """

    space: ClassVar[Space]

    name: str
    parameter: str
    column: str
    comparison: Comparison
    mirrored: bool = False
    optional: bool = False
    range: tuple[float, float]
    decimals: int
    default: float
    off: float
    tried: float | None = None
    says: str

    @property
    def family(self) -> str:
        """Family of the column.

        Raises:
            ValueError: The engine has no such column.
        """
        families = families_of_columns()
        if self.column not in families:
            raise ValueError(f'"{self.parameter}": the engine has no column "{self.column}"')
        return families[self.column]

    @property
    def families(self) -> frozenset[str]:
        """Families that are computed where it decides."""
        return frozenset({self.family})

    @property
    def on_by_default(self) -> bool:
        """Whether its default decides anything."""
        return self.default != self.off

    def decides(self, threshold: float) -> bool:
        """Whether it decides anything at this threshold."""
        return threshold != self.off

    def counts(self, families: Iterable[str] | None) -> bool:
        """Whether it can decide anything where these families are computed.

        Args:
            families: Families; None for those of every row that is not optional.
        """
        return not self.optional if families is None else self.family in families


@dataclass(frozen=True, kw_only=True)
class Filter(Threshold):
    """What must hold for an entry; all must.

    Attributes:
        minus: Column that is taken off first, where the frame has it.
        times: Column that the threshold is a multiple of; None for the threshold itself.
        looked_at_from: Least threshold at which the column is looked at; below it the filter does
            not exist, and NaN blocks nothing.
        picks_side: Whether this alone tells the sides apart. With shorts it is neither searched
            below `SIDES_EVEN`, where both sides may pass and none is entered, nor ablated.
    """

    space: ClassVar[Space] = "buy"

    minus: str | None = None
    times: str | None = None
    looked_at_from: float | None = None
    picks_side: bool = False

    @property
    def families(self) -> frozenset[str]:
        """Families that are computed where it decides, that of a trade's cost among them."""
        spread = {families_of_columns()[SPREAD]} if self.times else set()
        return super().families | spread

    def decides(self, threshold: float) -> bool:
        """Whether it decides anything at this threshold."""
        if self.looked_at_from is not None:
            return threshold >= self.looked_at_from
        return super().decides(threshold)


@dataclass(frozen=True, kw_only=True)
class Exit(Threshold):
    """What ends a trade; any does. The tag names the first in the table, both sides' before one's.

    Attributes:
        bars: The threshold is a multiple of the column's value so many candles before; 0 for the
            threshold itself.
    """

    space: ClassVar[Space] = "sell"

    bars: int = 0


@cache
def families_of_columns() -> dict[str, str]:
    """Family of every column of the engine, by the column's name."""
    return {column.name: column.family for column in _engine.columns()}
