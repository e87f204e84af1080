"""An order book around a price; a pure function of seed, pair, time and price."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from hyperphysics.market_data.candles import Values
from hyperphysics.market_data.market import Instrument

BEAT = 250
"""The book changes every quarter of a second, ms."""

_HALF_SPREAD = 0.00005
_GAP = 0.00002

LEVEL_VALUE = 20_000.0
"""What the best level is worth unless told otherwise, a mean in quote currency."""


@dataclass(frozen=True, slots=True)
class Side:
    """Levels of one side, best first."""

    price: Values
    size: Values

    def __len__(self) -> int:
        return len(self.price)


@dataclass(frozen=True, slots=True)
class Book:
    """Bids fall, asks rise, and the best bid is below the best ask."""

    bids: Side
    asks: Side


def book(
    instrument: Instrument,
    price: float,
    time: int,
    seed: int,
    levels: int,
    level_value: float = LEVEL_VALUE,
) -> Book:
    """At most `levels` on each side; fewer bids where prices would reach zero.

    A shorter book is the beginning of a longer one at the same time. Half the spread is the larger
    of a tick and half a basis point; gaps between levels and sizes grow with the distance. Sizes
    are proportional to `level_value`, rounded up to lots; prices do not depend on it.
    """
    tick = instrument.tick
    middle = price / tick
    half = max(1, round(price * _HALF_SPREAD / tick))
    best_bid = max(int(np.floor(middle)) - half + 1, 1)
    best_ask = max(int(np.ceil(middle)) + half - 1, best_bid + 1)
    beat = time // BEAT
    sides = []
    for name, best, direction in (("bid", best_bid, -1), ("ask", best_ask, 1)):
        key = [seed, crc32(f"{instrument.symbol} {name}".encode()), beat]
        gaps, sizes = np.random.Generator(np.random.Philox(key)).spawn(2)
        mean = max(1.0, price * _GAP / tick)
        rank = np.arange(levels)
        gap = gaps.exponential(mean, levels) * (1 + rank / 500)
        steps = np.maximum(np.rint(gap), 1).astype(np.int64)
        steps[0] = 0
        level = best + direction * np.cumsum(steps)
        draw = sizes.exponential(1.0, levels) ** 1.3
        lots = np.ceil(draw * (1 + rank / 50) * level_value / price / instrument.lot)
        kept = level > 0
        sides.append(
            Side(
                np.round(level[kept] * tick, instrument.price_digits),
                np.round(lots[kept] * instrument.lot, instrument.size_digits),
            )
        )
    return Book(*sides)
