# SPDX-License-Identifier: GPL-3.0-or-later
"""Candles on disk, read and written by freqtrade's own data handlers in any of its formats."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from freqtrade.data.history.datahandlers import get_datahandler
from freqtrade.enums import CandleType
from freqtrade.exchange import timeframe_to_seconds

logger = logging.getLogger(__name__)

CANDLE = ["date", "open", "high", "low", "close", "volume"]
FOLDER = ("hyperphysics", "history")
"""Where in the user directory a bot keeps what it has fetched, a folder an exchange."""


@dataclass(frozen=True)
class Shelf:
    """Where the candles of a run's pairs lie.

    Attributes:
        data: freqtrade's data directory, which is only read.
        own: Folder of what a bot has fetched itself; None for a run that fetches nothing.
        form: freqtrade's name of the files' format.
        kind: Spot or futures candles.
        timeframe: Length of a candle.
    """

    data: Path
    own: Path | None
    form: str
    kind: CandleType
    timeframe: str

    @classmethod
    def of(cls, config: Mapping[str, Any], timeframe: str, *, live: bool) -> Shelf | None:
        """Of freqtrade's configuration; None where it names no data directory."""
        if not config.get("datadir"):
            return None
        exchange = str(config.get("exchange", {}).get("name", ""))
        own = Path(config["user_data_dir"]).joinpath(*FOLDER, exchange) if live else None
        return cls(
            Path(config["datadir"]),
            own,
            str(config.get("dataformat_ohlcv", "feather")),
            CandleType(config.get("candle_type_def", CandleType.SPOT)),
            timeframe,
        )

    @property
    def step(self) -> pd.Timedelta:
        """Length of a candle."""
        return pd.Timedelta(seconds=timeframe_to_seconds(self.timeframe))

    def before(self, pair: str, first: pd.Timestamp, count: int) -> pd.DataFrame:
        """Candles of a pair that open before `first`, within `count` candles of it.

        Args:
            pair: Whose.
            first: When the first candle of a frame opens.
            count: How far back, in candles.

        Returns:
            Candles oldest first, each once; no rows where there are none.
        """
        # what the user has downloaded outranks what a bot has fetched
        found = [self._read(folder, pair) for folder in (self.data, self.own) if folder]
        return joined(*found).pipe(within, first, count, self.step)

    def keep(self, pair: str, candles: pd.DataFrame) -> None:
        """Write a pair's candles into the bot's own folder, in one step.

        Raises:
            OSError: The folder cannot be written.
        """
        if self.own is None:
            return
        self.own.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.own, prefix=".") as place:
            handler = get_datahandler(Path(place), self.form)
            # where futures lie, as freqtrade's handlers expect it
            Path(place, "futures").mkdir()
            handler.ohlcv_store(pair, self.timeframe, candles[CANDLE], candle_type=self.kind)
            for file in [path for path in Path(place).rglob("*") if path.is_file()]:
                target = self.own / file.relative_to(place)
                target.parent.mkdir(exist_ok=True)
                file.replace(target)

    def _read(self, folder: Path, pair: str) -> pd.DataFrame:
        try:
            # filled up as freqtrade fills up its frames: a candle without volume is a gap
            return get_datahandler(folder, self.form).ohlcv_load(
                pair, self.timeframe, self.kind, warn_no_data=False
            )[CANDLE]
        except Exception as error:
            logger.warning("hyperphysics: no history of %s from %s: %s", pair, folder, error)
            return pd.DataFrame(columns=CANDLE)


def within(
    candles: pd.DataFrame, first: pd.Timestamp, count: int, step: pd.Timedelta
) -> pd.DataFrame:
    """Those candles that open before `first`, within `count` candles of it."""
    if candles.empty:
        return candles
    opens = candles["date"]
    return candles[(opens < first) & (opens >= first - count * step)].reset_index(drop=True)


def joined(*parts: pd.DataFrame) -> pd.DataFrame:
    """Candles of all parts, oldest first; where several have a candle, that of the first counts."""
    some = [part[CANDLE] for part in parts if not part.empty]
    if not some:
        return pd.DataFrame(columns=CANDLE)
    units = [part.assign(date=part["date"].dt.as_unit("ms")) for part in some]
    whole = pd.concat(units, ignore_index=True) if len(units) > 1 else units[0]
    return whole.drop_duplicates("date").sort_values("date", ignore_index=True)


def prepended(before: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """The candles of a frame after those before it, with dates in the frame's unit."""
    if before.empty:
        return frame
    dates = before["date"].astype(frame["date"].dtype)
    return pd.concat([before[CANDLE].assign(date=dates), frame[CANDLE]], ignore_index=True)
