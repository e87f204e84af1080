"""A FreqAI strategy whose features are the engine's columns."""

from typing import Any

import pandas as pd
from freqtrade.strategy import IStrategy

import hyperphysics as hp

FAMILIES = ["risk", "trend", "liquidity", "lattice"]


class FreqaiStrategy(IStrategy):
    """Long where the model foretells a rise of more than half a percent over 24 candles."""

    timeframe = "1h"
    startup_candle_count = hp.startup(FAMILIES)
    minimal_roi = {"0": 10}
    stoploss = -0.1

    # --8<-- [start:features]
    def feature_engineering_standard(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        """Every column of the families as a feature: `%-hp_…`."""
        made = hp.engine.shared().analyze(
            dataframe, timeframe=self.timeframe, families=FAMILIES, pair=metadata["pair"]
        )
        return made.rename(columns={name: f"%-{name}" for name in made if name.startswith("hp_")})

    # --8<-- [end:features]

    def set_freqai_targets(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        """The return over the next 24 candles."""
        dataframe["&-return"] = dataframe["close"].shift(-24) / dataframe["close"] - 1
        return dataframe

    def populate_indicators(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Features, training and prediction."""
        return self.freqai.start(dataframe, metadata, self)

    def populate_entry_trend(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Enter where the prediction is trusted and large enough."""
        rise = (dataframe["do_predict"] == 1) & (dataframe["&-return"] > 0.005)
        dataframe.loc[rise, "enter_long"] = 1
        return dataframe

    def populate_exit_trend(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Leave where a fall is foretold."""
        dataframe.loc[dataframe["&-return"] < 0, "exit_long"] = 1
        return dataframe
