# SPDX-License-Identifier: GPL-3.0-or-later
"""A strategy of its own on the engine's columns: the pair's 5m and 1h candles, and BTC's 1h.

freqtrade backtesting -c user_data/config/spot.json --strategy PlainStrategy
"""

from typing import Any

import pandas as pd
from freqtrade.strategy import IStrategy, informative

import hyperphysics as hp

# Shorter windows than the default ones: 558 start-up candles of each timeframe.
WINDOWS: dict[str, Any] = {"trend_window": 168, "residuals": 240}


class PlainStrategy(IStrategy):
    """Long while the pair and BTC rise over the last week and the pair's tail risk is small."""

    timeframe = "5m"
    startup_candle_count = hp.startup(["risk", "trend"], WINDOWS)
    minimal_roi = {"0": 10}
    stoploss = -0.1

    # The device opens on first use. An engine is pickled as its arguments, so hyperopt's workers
    # open their own.
    engine = hp.Engine()

    def columns(self, dataframe: pd.DataFrame, timeframe: str, pair: str) -> pd.DataFrame:
        """The candles with hp_trend, hp_es_99 and the other columns of both families."""
        return self.engine.analyze(
            dataframe, timeframe=timeframe, families=["risk", "trend"], pair=pair, **WINDOWS
        )

    @informative("1h")
    def populate_indicators_1h(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Hourly columns of the pair: freqtrade appends _1h to their names."""
        return self.columns(dataframe, "1h", metadata["pair"])

    @informative("1h", "BTC/{stake}")
    def populate_indicators_btc(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Hourly columns of BTC: freqtrade makes btc_usdt_hp_trend_1h of hp_trend."""
        return self.columns(dataframe, "1h", metadata["pair"])

    def populate_indicators(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Columns of the 5m candles, beside the merged ones."""
        return self.columns(dataframe, self.timeframe, metadata["pair"])

    def populate_entry_trend(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Enter where all hold; a comparison with NaN does not."""
        rising = (dataframe["hp_trend_1h"] > 0.5) & (dataframe["btc_usdt_hp_trend_1h"] > 0)
        calm = dataframe["hp_es_99"] < 0.01
        dataframe.loc[rising & calm, ["enter_long", "enter_tag"]] = (1, "trend")
        return dataframe

    def populate_exit_trend(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Leave where the trend is lost or the tail has grown."""
        lost = (dataframe["hp_trend_1h"] < -0.5) | (dataframe["hp_es_99"] > 0.03)
        dataframe.loc[lost, "exit_long"] = 1
        return dataframe
