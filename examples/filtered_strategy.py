# SPDX-License-Identifier: GPL-3.0-or-later
"""HyperPhysics with one more entry filter, which hyperopt searches too."""

from typing import Any

import pandas as pd
from freqtrade.strategy import DecimalParameter

from hyperphysics.strategy.base import HyperPhysicsStrategy


class FilteredStrategy(HyperPhysicsStrategy):
    """Enters only where the effective spread is small."""

    timeframe = "1h"
    minimal_roi = {"0": 10}
    stoploss = -0.15

    # of hp_spread, which no rule of the strategy itself needs
    more_families = ("liquidity",)

    buy_max_spread = DecimalParameter(0.0005, 0.01, default=0.003, decimals=4, space="buy")

    def populate_entry_trend(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """The strategy's entries, less those of candles with a wide or unknown spread."""
        dataframe = super().populate_entry_trend(dataframe, metadata)
        wide = ~(dataframe["hp_spread"] < self.buy_max_spread.value)
        dataframe.loc[wide, ["enter_long", "enter_short"]] = 0
        return dataframe
