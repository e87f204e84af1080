# SPDX-License-Identifier: GPL-3.0-or-later
"""HyperPhysics with two more entry filters, which hyperopt searches too.

freqtrade backtesting -c user_data/config/spot.json --strategy FilteredStrategy
"""

from typing import Any

import pandas as pd
from freqtrade.strategy import DecimalParameter, IntParameter

from hyperphysics.strategy.base import HyperPhysicsStrategy


class FilteredStrategy(HyperPhysicsStrategy):
    """Enters only where the effective spread is small and enough is traded."""

    timeframe = "1h"
    minimal_roi = {"0": 10}
    stoploss = -0.15

    # of hp_spread, which no rule of the strategy itself needs
    more_families = ("liquidity",)

    buy_max_spread = DecimalParameter(0.0005, 0.01, default=0.003, decimals=4, space="buy")
    # in thousands of the quote currency
    buy_min_turnover = IntParameter(0, 5000, default=100, space="buy")

    def populate_indicators(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """The engine's columns, and the median turnover of a candle over the last day."""
        dataframe = super().populate_indicators(dataframe, metadata)
        dataframe["turnover"] = (dataframe["volume"] * dataframe["close"]).rolling(24).median()
        return dataframe

    def populate_entry_trend(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """The strategy's entries, less those of candles at which a filter does not pass."""
        dataframe = super().populate_entry_trend(dataframe, metadata)
        # A comparison with NaN is false: what is unknown does not pass.
        passed = (dataframe["hp_spread"] < self.buy_max_spread.value) & (
            dataframe["turnover"] >= 1000 * self.buy_min_turnover.value
        )
        dataframe.loc[~passed, ["enter_long", "enter_short"]] = 0
        return dataframe
