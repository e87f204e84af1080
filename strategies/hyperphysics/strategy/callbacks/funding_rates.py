# SPDX-License-Identifier: GPL-3.0-or-later
"""Funding rates from freqtrade: on disk in backtests, the same fetched in dry run and live."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.constants import Config, ListPairsWithTimeframes
from freqtrade.enums import CandleType, RunMode, TradingMode
from freqtrade.exchange import timeframe_to_msecs

from hyperphysics.strategy.callbacks import funding
from hyperphysics.strategy.callbacks.funding import Floats
from hyperphysics.strategy.rules.parameters import HyperPhysicsParameters

logger = logging.getLogger(__name__)

LIVE = {RunMode.DRY_RUN, RunMode.LIVE}


class HyperPhysicsFundingRates(HyperPhysicsParameters):
    """What holding a position in futures is expected to cost."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._funding_timeframe: str | None = None
        self._unfunded: set[str] = set()

    def informative_pairs(self) -> ListPairsWithTimeframes:
        """Have freqtrade fetch settled rates in dry run and live; extend it, do not replace it."""
        if not self.pays_funding() or self.config.get("runmode") not in LIVE:
            return []
        exchange: Any = self.dp._exchange
        if not exchange.check_candle_type_support(CandleType.FUNDING_RATE):
            return []
        timeframe = self.dp.get_funding_rate_timeframe()
        return [(pair, timeframe, CandleType.FUNDING_RATE) for pair in self.dp.current_whitelist()]

    def pays_funding(self) -> bool:
        """Whether positions do."""
        return bool(self.config.get("trading_mode") == TradingMode.FUTURES)

    def look_up_funding(self) -> None:
        """Remember the timeframe of rates while an exchange is at hand."""
        if self.pays_funding():
            self._funding_timeframe = self.dp.get_funding_rate_timeframe()

    def expected_funding(self, pair: str, dates: pd.Series[pd.Timestamp]) -> Floats:
        """Funding that a long is expected to pay within the gain's horizon, by candle.

        Args:
            pair: Whose.
            dates: When its candles open.

        Returns:
            As `funding.expected`; 0, with one warning a pair, where freqtrade has no rates.
        """
        try:
            settled = self._settled(pair)
            column = "funding_rate" if "funding_rate" in settled else "open"
            times, rates = _ms(settled["date"]), settled[column].to_numpy(np.float64)
        except Exception as error:
            if pair not in self._unfunded:
                self._unfunded.add(pair)
                logger.warning(
                    "hyperphysics: no funding rates of %s (%s), none is expected", pair, error
                )
            return np.zeros(len(dates))
        candle = timeframe_to_msecs(self.timeframe)
        horizon = int(self.engine_parameters()["lattice_horizon"]) * candle
        return funding.expected(_ms(dates) + candle, horizon, times, rates)

    def _settled(self, pair: str) -> pd.DataFrame:
        if self._funding_timeframe is None:
            self.look_up_funding()
        kind = CandleType.FUNDING_RATE
        if self.config.get("runmode") in LIVE:
            found = self.dp.ohlcv(pair, self._funding_timeframe, copy=False, candle_type=kind)
        else:
            # get_pair_dataframe would ask the exchange, which hyperopt's workers do not have
            found = self.dp.historic_ohlcv(pair, str(self._funding_timeframe), kind)
        if found.empty:
            raise ValueError("there are no such candles")
        return found


def _ms(dates: pd.Series[pd.Timestamp]) -> funding.Times:
    return pd.DatetimeIndex(dates).as_unit("ms").asi8
