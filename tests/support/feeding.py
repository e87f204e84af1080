"""What a bot sees of a market, and the columns that it keeps of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import hyperphysics as hp
from hyperphysics._engine import Value
from hyperphysics.frame import PRICES
from hyperphysics.strategy.columns.live_cache import Frames, LiveCache
from hyperphysics.strategy.rules.filters import searched_families
from support.frames import SHORT, walk

DEFAULT = searched_families()
ENGINE = hp.Engine("cpu", threads=1)


class Bot:
    """What a bot does with its candles, and what that took."""

    def __init__(self, *families: str, last: int | None = None, **changes: Value) -> None:
        self.families = families or DEFAULT
        self.parameters: dict[str, Any] = SHORT | changes
        self.last = last
        self.kept = LiveCache()
        self.calls: list[tuple[int, int, str]] = []

    def see(self, **frames: pd.DataFrame) -> Frames:
        return self.kept.columns(
            frames, self.families, self.parameters, "1h", self.last, self._compute
        )

    def computed(self, **frames: pd.DataFrame) -> int:
        """Rows that seeing these frames takes."""
        before = self.kept.rows
        self.see(**frames)
        return self.kept.rows - before

    def bulk(self, frame: pd.DataFrame, last: int | None = None) -> pd.DataFrame:
        """The columns as nobody has ever seen them."""
        return self._analyze({"P": frame}, last)["P"]

    def startup(self) -> int:
        return hp.startup(families=self.families, params=self.parameters)

    def _compute(self, frames: Frames, last: int, progress: str) -> Frames:
        self.calls.append((len(frames), last, progress))
        return self._analyze(frames, last)

    def _analyze(self, frames: Frames, last: int | None) -> Frames:
        found = ENGINE.analyze(
            frames, timeframe="1h", families=self.families, last=last, **self.parameters
        )
        first = len(PRICES) + 1
        return {pair: frame.iloc[:, first:] for pair, frame in found.items()}


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    assert list(left.columns) == list(right.columns)
    assert left.index.equals(right.index)
    for name in left.columns:
        assert left[name].to_numpy().tobytes() == right[name].to_numpy().tobytes(), name


def torn(rows: int, seed: int = 0) -> pd.DataFrame:
    """Candles of which some were not traded, some lack a price and some are not there."""
    frame = walk(rows, seed)
    rng = np.random.default_rng(seed)
    frame.loc[rng.choice(rows, rows // 100, replace=False), "volume"] = 0.0
    frame.loc[rng.choice(rows, rows // 200, replace=False), "close"] = np.nan
    there = np.ones(rows, dtype=bool)
    there[rng.choice(rows, rows // 200, replace=False)] = False
    return frame[there].reset_index(drop=True)


def window(frame: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """A frame as freqtrade makes it: a copy that counts its rows from 0."""
    return frame.iloc[max(start, 0) : end].reset_index(drop=True)
