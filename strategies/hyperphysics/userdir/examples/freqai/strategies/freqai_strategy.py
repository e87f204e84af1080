# SPDX-License-Identifier: GPL-3.0-or-later
"""A FreqAI strategy: the engine's columns are the features, and its tail risk caps what is held.

freqtrade backtesting -c user_data/config/freqai.json --strategy FreqaiStrategy
"""

from typing import Any

import pandas as pd
from freqtrade.strategy import IStrategy

import hyperphysics as hp

CANDLE = ["date", "open", "high", "low", "close", "volume"]
FAMILIES = ["risk", "trend", "liquidity"]
# Shorter windows than the default ones: FreqAI loads so many candles of each timeframe.
WINDOWS: dict[str, Any] = {"trend_window": 168, "residuals": 240}
# Candles that the target looks ahead; `label_period_candles` in the configuration.
AHEAD = 24


class FreqaiStrategy(IStrategy):
    """Long where the model foretells a rise and the tail of the next candle is small."""

    timeframe = "1h"
    startup_candle_count = hp.startup(FAMILIES, WINDOWS)
    minimal_roi = {"0": 10}
    stoploss = -0.1
    process_only_new_candles = True

    engine = hp.Engine()

    def columns(self, dataframe: pd.DataFrame, timeframe: str, pair: str) -> pd.DataFrame:
        """The candles with the engine's columns."""
        return self.engine.analyze(
            dataframe[CANDLE], timeframe=timeframe, families=FAMILIES, pair=pair, **WINDOWS
        )

    # --8<-- [start:features]
    def feature_engineering_expand_basic(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        """Columns as features, `%-hp_…`, of each timeframe of the configuration."""
        made = self.columns(dataframe, metadata["tf"], metadata["pair"])
        # FreqAI drops rows that lack a feature, and risk_method "ewma" has neither of these
        made = made.drop(columns=["hp_season", "hp_range_trend"])
        ours = [name for name in made.columns if name.startswith("hp_")]
        return made.rename(columns={name: f"%-{name}" for name in ours})

    # --8<-- [end:features]

    def set_freqai_targets(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        """The return over the next candles, which FreqAI sees in training only."""
        dataframe["&-return"] = dataframe["close"].shift(-AHEAD) / dataframe["close"] - 1
        return dataframe

    # --8<-- [start:caps]
    def populate_indicators(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """FreqAI's features, training and predictions; then the tail risk, for the rules below."""
        dataframe = self.freqai.start(dataframe, metadata, self)
        made = self.columns(dataframe, self.timeframe, metadata["pair"])
        dataframe["hp_es_99"] = made["hp_es_99"]
        return dataframe

    def populate_entry_trend(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Enter where the prediction is trusted and large enough, and the tail is small."""
        rise = (dataframe["do_predict"] == 1) & (dataframe["&-return"] > 0.002)
        dataframe.loc[rise & (dataframe["hp_es_99"] < 0.06), "enter_long"] = 1
        return dataframe

    def populate_exit_trend(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Leave where a fall is foretold, or where the tail has grown, whatever the model says."""
        fall = (dataframe["do_predict"] == 1) & (dataframe["&-return"] < 0)
        dataframe.loc[fall | (dataframe["hp_es_99"] > 0.08), "exit_long"] = 1
        return dataframe

    # --8<-- [end:caps]
