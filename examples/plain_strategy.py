"""A freqtrade strategy of its own that reads columns of two timeframes."""

import pandas as pd
from freqtrade.strategy import IStrategy, informative

import hyperphysics as hp


class PlainStrategy(IStrategy):
    """Long while the trend of the last week points up and tail risk is small."""

    timeframe = "1h"
    startup_candle_count = hp.startup(["risk"])
    minimal_roi = {"0": 10}
    stoploss = -0.1

    @informative("4h")
    def populate_indicators_4h(self, dataframe: pd.DataFrame, metadata: dict) -> pd.DataFrame:
        """Trend of 42 candles of four hours; freqtrade appends _4h to the names."""
        return hp.engine.shared().analyze(
            dataframe,
            timeframe="4h",
            families=["trend"],
            trend_window=42,
            pair=metadata["pair"],
        )

    def populate_indicators(self, dataframe: pd.DataFrame, metadata: dict) -> pd.DataFrame:
        """Tail risk of the next candle."""
        return hp.engine.shared().analyze(
            dataframe, timeframe=self.timeframe, families=["risk"], pair=metadata["pair"]
        )

    def populate_entry_trend(self, dataframe: pd.DataFrame, metadata: dict) -> pd.DataFrame:
        """Enter where both hold; a comparison with NaN does not."""
        open_ = (dataframe["hp_trend_4h"] > 0.5) & (dataframe["hp_es_99"] < 0.05)
        dataframe.loc[open_, ["enter_long", "enter_tag"]] = (1, "trend")
        return dataframe

    def populate_exit_trend(self, dataframe: pd.DataFrame, metadata: dict) -> pd.DataFrame:
        """Leave where the trend is lost or the tail has grown."""
        lost = (dataframe["hp_trend_4h"] < -0.5) | (dataframe["hp_es_99"] > 0.08)
        dataframe.loc[lost, "exit_long"] = 1
        return dataframe
