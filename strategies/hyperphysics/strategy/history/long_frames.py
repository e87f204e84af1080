# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames as long as the strategy's windows, where freqtrade hands over shorter ones."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
from freqtrade.constants import Config
from freqtrade.enums import HyperoptState, RunMode
from freqtrade.optimize.hyperopt_tools import HyperoptStateContainer

from hyperphysics.freqtrade_bridge.startup_limit import startup_limit
from hyperphysics.strategy.history.history import History, LiveHistory
from hyperphysics.strategy.history.shelf import Shelf
from hyperphysics.strategy.history.shortage import responsible
from hyperphysics.strategy.rules.filters import startup
from hyperphysics.strategy.rules.parameters import HyperPhysicsParameters

logger = logging.getLogger(__name__)

LIVE = {RunMode.DRY_RUN, RunMode.LIVE}


class HyperPhysicsLongFrames(HyperPhysicsParameters):
    """Asks freqtrade for as many start-up candles as it allows, and takes the rest from history."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._history: History | None = None
        self._live_history: LiveHistory | None = None
        self._short: set[str] = set()

    def allowed_startup(self) -> int:
        """Start-up candles that the rules in use need, at most as many as the exchange allows."""
        needed = self.needed_startup()
        allowed = startup_limit(self.config, self.candle_length(), needed)
        if allowed < needed:
            logger.info(
                "hyperphysics: of %d start-up candles %s gives %d, the rest comes from history",
                needed,
                self.config["exchange"]["name"],
                allowed,
            )
        return allowed

    def longer(self, frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        """Frames with the candles before them in front, where start-up candles are too few."""
        families, parameters = self.families(), self.engine_parameters()
        needed = startup(families, parameters)
        longer = dict(frames)
        if self.startup_candle_count < needed and (shelf := self._shelf()):
            if self._live():
                self._live_history = self._live_history or LiveHistory(shelf)
                exchange: Any = self.dp._exchange
                longer = self._live_history.longer(frames, needed, exchange)
            else:
                self._history = self._history or History(shelf)
                longer = self._history.longer(frames, needed)
        searching = (
            self.config.get("runmode") == RunMode.HYPEROPT
            and HyperoptStateContainer.state == HyperoptState.OPTIMIZE
        )
        if not searching:
            for pair, frame in frames.items():
                self._tell(pair, len(frame), len(longer[pair]), needed)
        return longer

    def arrived(self, pairs: Collection[str]) -> set[str]:
        """Pairs whose history has come since their last analysis; the rest is forgotten."""
        if self._live_history is None:
            return set()
        self._live_history.retain(pairs)
        return self._live_history.arrived()

    def ft_bot_cleanup(self) -> None:
        """Keep the history of a bot that ends."""
        super().ft_bot_cleanup()
        if self._live_history is not None:
            self._live_history.close()

    def _live(self) -> bool:
        return self.config.get("runmode") in LIVE

    def _shelf(self) -> Shelf | None:
        return Shelf.of(self.config, self.timeframe, live=self._live())

    def _tell(self, pair: str, own: int, have: int, needed: int) -> None:
        """One warning for a pair whose windows are not full by its first decision."""
        if pair in self._short or not own:
            return
        if self._live_history is not None and self._live_history.waiting(pair):
            return
        first = have if self._live() else have - own + min(own, self.startup_candle_count)
        if first >= needed or (have >= needed and self.startup_candle_count >= needed):
            return
        self._short.add(pair)
        names = "/".join(responsible(self.families(), self.engine_parameters(), first))
        remedy = f"download more, or lower {names}" if names else "download more"
        # where the frame is long enough, only its first decisions lack numbers
        where = " before the first decision" if have >= needed else ""
        logger.warning(
            "hyperphysics: %s: %d candles%s, %d needed; %s", pair, first, where, needed, remedy
        )
