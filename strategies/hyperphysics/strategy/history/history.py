# SPDX-License-Identifier: GPL-3.0-or-later
"""The candles before the frames of a run: read from disk, in a bot fetched and continued too.

Only candles that open before a frame's first are taken. What lies between them and the frame
without a candle is a gap to the engine, as any other.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, TypeAlias

import pandas as pd

from hyperphysics.strategy.history.fetcher import Fetcher, fetcher
from hyperphysics.strategy.history.shelf import CANDLE, Shelf, joined, prepended, within

logger = logging.getLogger(__name__)

Frames: TypeAlias = dict[str, pd.DataFrame]


class History:
    """Frames as long as windows need them, of a backtest, a hyperopt run or an analysis."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def longer(self, frames: Mapping[str, pd.DataFrame], count: int) -> Frames:
        """Every frame with the candles before it in front, within `count` candles.

        Args:
            frames: Candles by pair; not changed.
            count: How far back, in candles.
        """
        return {
            pair: frame
            if frame.empty
            else prepended(self._shelf.before(pair, frame["date"].iloc[0], count), frame)
            for pair, frame in frames.items()
        }


class LiveHistory:
    """Frames as long as windows need them, of a bot: kept in memory and continued with each frame.

    What is missing on disk is fetched once through freqtrade's exchange, in the background.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._known: Frames = {}
        # first candle of the frame when a pair's candles were last written
        self._written: dict[str, pd.Timestamp] = {}
        self._waiting: set[str] = set()
        # pairs whose exchange was asked for everything, and gaps that it left
        self._asked: set[str] = set()
        self._gaps: dict[str, pd.Timestamp] = {}

    def longer(self, frames: Mapping[str, pd.DataFrame], count: int, exchange: object) -> Frames:
        """Every frame with the candles before it in front, as far as they are there yet.

        Args:
            frames: Candles by pair; not changed.
            count: How far back, in candles.
            exchange: freqtrade's exchange.
        """
        self.arrived()
        found: Frames = {}
        for pair, frame in frames.items():
            if frame.empty:
                found[pair] = frame
                continue
            first = frame["date"].iloc[0]
            before = self._before(pair, first, count)
            if pair not in self._waiting and (since := self._missing(pair, before, first, count)):
                self._ask(pair, since, first, exchange)
            found[pair] = prepended(before, frame)
            self._known[pair] = found[pair]
            self._write(pair, frame)
        return found

    def arrived(self) -> set[str]:
        """Take in what has been fetched; returns the pairs whose candles are more now."""
        if not self._waiting:
            return set()
        more = set()
        for pair, candles in fetcher(self._shelf).take().items():
            self._waiting.discard(pair)
            if isinstance(candles, Exception):
                logger.warning(
                    "hyperphysics: history of %s not fetched (%s), asking again with the next "
                    "candle",
                    pair,
                    candles,
                )
                continue
            self._asked.add(pair)
            known = self._known.get(pair, pd.DataFrame(columns=CANDLE))
            self._known[pair] = joined(known, candles)
            self._written.pop(pair, None)
            if len(self._known[pair]) > len(known):
                more.add(pair)
        return more

    def waiting(self, pair: str) -> bool:
        """Whether candles of a pair are on their way."""
        return pair in self._waiting

    def retain(self, pairs: Collection[str]) -> None:
        """Forget all pairs but these."""
        for pair in self._known.keys() - set(pairs):
            del self._known[pair]

    def close(self) -> None:
        """Stop fetching, and keep what is known on disk."""
        self._fetcher.stop()
        try:
            for pair, candles in self._known.items():
                self._shelf.keep(pair, candles)
        except Exception as error:
            logger.warning("hyperphysics: history not kept on disk: %s", error)

    @property
    def _fetcher(self) -> Fetcher:
        return fetcher(self._shelf)

    def _before(self, pair: str, first: pd.Timestamp, count: int) -> pd.DataFrame:
        if pair not in self._known:
            return self._shelf.before(pair, first, count)
        return within(self._known[pair], first, count, self._shelf.step)

    def _missing(
        self, pair: str, before: pd.DataFrame, first: pd.Timestamp, count: int
    ) -> pd.Timestamp | None:
        """When the oldest candle opens that has to be fetched, or None."""
        start = first - count * self._shelf.step
        whole = pair in self._asked or (not before.empty and before["date"].iloc[0] <= start)
        if not whole:
            return start
        newest = start - self._shelf.step if before.empty else before["date"].iloc[-1]
        if newest < first - self._shelf.step and self._gaps.get(pair) != newest:
            self._gaps[pair] = newest
            return newest + self._shelf.step
        return None

    def _ask(self, pair: str, since: pd.Timestamp, first: pd.Timestamp, exchange: Any) -> None:  # noqa: ANN401 - freqtrade's own
        if not exchange.get_option("ohlcv_has_history"):
            self._asked.add(pair)
            return
        self._waiting.add(pair)
        missing = round((first - since) / self._shelf.step)
        logger.info(
            "hyperphysics: %s has no numbers until %d older candles are fetched", pair, missing
        )
        self._fetcher.ask(pair, partial(_fetched, exchange, self._shelf, pair, since, first))

    def _write(self, pair: str, frame: pd.DataFrame) -> None:
        """Keep candles on disk before a frame has slid on too far to join them after a restart."""
        first = frame["date"].iloc[0]
        last = self._written.get(pair)
        if pair in self._waiting:
            return
        if last is None or first - last >= len(frame) // 4 * self._shelf.step:
            self._written[pair] = first
            candles = self._known[pair]
            self._fetcher.write(pair, partial(self._shelf.keep, pair, candles))


def _fetched(
    exchange: Any,  # noqa: ANN401 - freqtrade's own
    shelf: Shelf,
    pair: str,
    since: pd.Timestamp,
    first: pd.Timestamp,
) -> pd.DataFrame:
    """A pair's candles from `since` until before `first`, asked of the exchange."""
    # the newest candle of an answer may be dropped as incomplete: it must not be one of ours
    until = first + 2 * shelf.step
    candles: pd.DataFrame = exchange.get_historic_ohlcv(
        pair=pair,
        timeframe=shelf.timeframe,
        since_ms=int(since.timestamp() * 1000),
        until_ms=int(until.timestamp() * 1000),
        candle_type=shelf.kind,
    )
    return candles[(candles["date"] >= since) & (candles["date"] < first)][CANDLE]
