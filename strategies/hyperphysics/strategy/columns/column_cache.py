# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns that a process has computed before, kept for when they are asked for again.

With `--analyze-per-epoch` a hyperopt worker gets the same candles with other parameters, again and
again, each time unpickled anew. What a family's columns depend on is known: the candles' values,
the pair, the length of a candle, and the parameters that change the family. So columns are found
by that, and only families of which something changed are computed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from hyperphysics import _engine
from hyperphysics.frame import PRICES

if TYPE_CHECKING:
    from hyperphysics._engine import Value

Frames: TypeAlias = dict[str, pd.DataFrame]

LIMIT = 256 << 20
"""Bytes of columns that a process keeps."""


class ColumnCache:
    """Columns by what they depend on; those not asked for longest are dropped first.

    Args:
        limit: Bytes to keep at most.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.size = 0
        self._limit = limit
        self._columns: OrderedDict[bytes, pd.DataFrame] = OrderedDict()

    def columns(
        self,
        frames: Mapping[str, pd.DataFrame],
        families: Sequence[str],
        parameters: Mapping[str, Value],
        timeframe: str,
        compute: Callable[[Sequence[str]], Frames],
    ) -> Frames:
        """The columns of some families for every frame, with the frame's index.

        Args:
            frames: Candles by pair.
            families: Families wanted.
            parameters: The engine's parameters by name.
            timeframe: Length of a candle.
            compute: Computes the columns of the families it is given, for all frames.
        """
        candles = {pair: _digest(frame) for pair, frame in frames.items()}
        keys = {
            family: {
                pair: _key(family, pair, timeframe, candles[pair], parameters) for pair in frames
            }
            for family in families
        }
        stale = [
            family
            for family, of_pairs in keys.items()
            if any(key not in self._columns for key in of_pairs.values())
        ]
        parts: dict[str, list[pd.DataFrame]] = {pair: [] for pair in frames}
        computed = compute(stale) if stale else {}
        for family, of_pairs in keys.items():
            for pair, key in of_pairs.items():
                if family in stale:
                    part = computed[pair][names([family])]
                    self._keep(key, part.reset_index(drop=True))
                else:
                    part = self._columns[key].set_axis(frames[pair].index)
                    self._columns.move_to_end(key)
                parts[pair].append(part)
        self._forget()
        return {pair: pd.concat(found, axis="columns") for pair, found in parts.items()}

    def _keep(self, key: bytes, columns: pd.DataFrame) -> None:
        if key not in self._columns:
            # a copy, for the engine's block holds all families of its call
            self._columns[key] = columns.copy()
            self.size += _bytes(columns)

    def _forget(self) -> None:
        while self.size > self._limit:
            _, columns = self._columns.popitem(last=False)
            self.size -= _bytes(columns)


def names(families: Sequence[str]) -> list[str]:
    """Names of the columns of some families, family by family as they are given."""
    return [
        column.name
        for family in families
        for column in _engine.columns()
        if column.family == family
    ]


def _digest(frame: pd.DataFrame) -> bytes:
    digest = blake2b(digest_size=16)
    digest.update(frame["date"].dt.as_unit("ms").to_numpy(np.int64).tobytes())
    for name in PRICES:
        digest.update(frame[name].to_numpy(np.float64).tobytes())
    return digest.digest()


def _key(
    family: str, pair: str, timeframe: str, candles: bytes, parameters: Mapping[str, Value]
) -> bytes:
    mine = {one.name for one in _engine.params() if family in one.families}
    chosen = sorted((name, repr(value)) for name, value in parameters.items() if name in mine)
    text = f"{family} {pair} {timeframe} {chosen}"
    return blake2b(candles + text.encode(), digest_size=16).digest()


def _bytes(columns: pd.DataFrame) -> int:
    return int(columns.memory_usage(index=False).sum())
