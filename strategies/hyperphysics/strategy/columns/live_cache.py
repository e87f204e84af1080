# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns of live candles, kept from one candle to the next.

A bot gets the same frames again and again, each a candle further. A row's values depend on nothing
but the candles of a fixed window that ends there, so a row holds as long as the candles up to it
are those that it was computed from. Only what follows the first candle that is new or was amended
is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from hyperphysics.frame import Bits, bits

if TYPE_CHECKING:
    from hyperphysics._engine import Value

Frames: TypeAlias = dict[str, pd.DataFrame]
# Computes so many newest rows of some frames; the text says how far that gets.
Compute: TypeAlias = Callable[[Frames, int, str], Frames]

PACE = 2.0
"""Seconds that one of many calls should take: each tells how far the work is."""

FIRST = 4096
"""Rows of the first call, while its speed is not known."""


class Cached(NamedTuple):
    """Candles of a pair and the columns that were made of them, row for row."""

    candles: Bits
    # Handed out as another frame: pandas copies where somebody writes to that.
    columns: pd.DataFrame
    # Opening time of the first row that has been computed.
    since: int


NOTHING = pd.DataFrame()


class LiveCache:
    """Columns by pair; of each frame only rows that have not been computed before are computed.

    A row keeps its values when the frame has slid on and no longer holds the whole window: they are
    those of a longer frame. A row without a value, for want of candles before it, keeps that too.

    Attributes:
        rows: Rows computed so far.
        seconds: Time that computing them took.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.seconds = 0.0
        self._pairs: dict[str, Cached] = {}
        self._made_by: object = None

    def columns(
        self,
        frames: Mapping[str, pd.DataFrame],
        families: Sequence[str],
        parameters: Mapping[str, Value],
        timeframe: str,
        last: int | None,
        compute: Compute,
    ) -> Frames:
        """The columns of some families for every frame, with the frame's index.

        Args:
            frames: Candles by pair.
            families: Families wanted.
            parameters: The engine's parameters by name.
            timeframe: Length of a candle.
            last: Newest rows of a frame to compute at most, or None for all. Where more have to be
                computed, the older rows have no values.
            compute: Computes the columns of the families for some frames: so many newest rows of
                each, the others without values.

        Raises:
            ValueError: Candles are wrong, naming the pair. Pairs computed before that stay kept.
        """
        made_by = (tuple(families), sorted((n, repr(v)) for n, v in parameters.items()), timeframe)
        if made_by != self._made_by:
            self._pairs.clear()
            self._made_by = made_by
        candles = {pair: bits(frame, pair) for pair, frame in frames.items()}
        cached = {pair: self._cached_rows(pair, mine, last) for pair, mine in candles.items()}
        waiting: dict[int, list[str]] = {}
        for pair, frame in frames.items():
            if len(cached[pair]) < len(frame) or frame.empty:
                stale = max(len(frame) - len(cached[pair]), 1)
                waiting.setdefault(min(stale, last or stale), []).append(pair)
        for pair, new in self._computed(frames, waiting, compute):
            cached[pair] = self._keep(pair, candles[pair], cached[pair], new, last)
        return {pair: cached[pair].set_axis(frame.index) for pair, frame in frames.items()}

    def retain(self, pairs: Collection[str]) -> None:
        """Forgets all pairs but these."""
        for pair in self._pairs.keys() - set(pairs):
            del self._pairs[pair]

    def _cached_rows(self, pair: str, candles: Bits, last: int | None) -> pd.DataFrame:
        """Rows of kept columns that are those of a frame's first candles."""
        if pair not in self._pairs or not candles.size:
            return NOTHING
        known = self._pairs[pair]
        start = int(np.searchsorted(known.candles[0], candles[0, 0]))
        old = known.candles[:, start : start + candles.shape[1]]
        differ = (old != candles[:, : old.shape[1]]).any(axis=0)
        rows = int(differ.argmax()) if differ.any() else len(differ)
        first = _first(candles, last)
        if rows < first or known.since > candles[0, first]:
            return NOTHING
        return known.columns.iloc[start : start + rows]

    def _keep(
        self, pair: str, candles: Bits, cached: pd.DataFrame, new: pd.DataFrame, last: int | None
    ) -> pd.DataFrame:
        """Keeps what was cached and, after it, the newest rows; returns both."""
        if new.empty:
            return new
        if cached.empty:
            self._pairs[pair] = Cached(candles, new, int(candles[0, _first(candles, last)]))
        else:
            values = np.concatenate([cached.to_numpy(), new.to_numpy()[len(cached) :]])
            joined = pd.DataFrame(values, columns=cached.columns, copy=False)
            self._pairs[pair] = Cached(candles, joined, self._pairs[pair].since)
        return self._pairs[pair].columns

    def _computed(
        self, frames: Mapping[str, pd.DataFrame], waiting: Mapping[int, list[str]], compute: Compute
    ) -> Iterator[tuple[str, pd.DataFrame]]:
        """Calls `compute` for the pairs that wait for so many rows, as many at once as `PACE`."""
        done = len(frames) - sum(map(len, waiting.values()))
        fit = FIRST
        # few rows first: what is new to the bot is likelier to be at fault
        for count, pairs in sorted(waiting.items()):
            while pairs:
                part = {pair: frames[pair] for pair in pairs[: max(fit // count, 1)]}
                del pairs[: len(part)]
                done += len(part)
                start = perf_counter()
                found = compute(part, count, f"{done} of {len(frames)} pairs")
                seconds = perf_counter() - start
                self.seconds += seconds
                self.rows += count * len(part)
                fit = int(count * len(part) * PACE / max(seconds, 1e-6))
                yield from found.items()


def _first(candles: Bits, last: int | None) -> int:
    """Oldest row that must be computed."""
    return 0 if last is None else max(candles.shape[1] - last, 0)
