# SPDX-License-Identifier: GPL-3.0-or-later
"""The freqtrade strategy: the engine's columns in, trades out.

`HyperPhysicsStrategy` carries the logic; the class that freqtrade loads derives from it and holds
the knobs. Decisions are made in `signals`, numbers come from `batch`; this module connects them
to freqtrade. Stake, leverage and stop are in `money`, the live book in `confirm`, parameters in
`spaces`, hyperopt on many machines in `sharing`.
"""
# ruff: noqa: ARG002 (freqtrade fixes the callbacks' signatures)

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.constants import Config
from freqtrade.enums import CandleType, HyperoptState, RunMode, TradingMode
from freqtrade.exceptions import OperationalException
from freqtrade.optimize.hyperopt_tools import HyperoptStateContainer

from hyperphysics import batch, liquidity
from hyperphysics.confirm import HyperPhysicsConfirm
from hyperphysics.money import RISK
from hyperphysics.settings import SECTION, Settings, SettingsError
from hyperphysics.sharing import HyperPhysicsSharing
from hyperphysics.signals import TICK_SIZE, Floats, cost, entries, exits, tick_size

logger = logging.getLogger(__name__)

# A market's price precision and how the exchange counts it.
Tick = tuple[float | None, int]

CANDLE = ("date", "open", "high", "low", "close", "volume")
EXIT_COLUMNS = ("hp_pbit", "hp_es_95")
# They count where they are.
OPTIONAL_COLUMNS = ("hp_phi_excess", "hp_ci", *liquidity.COLUMNS)
ENTRY_COLUMNS = (*EXIT_COLUMNS, "hp_gain", "hp_es_99", "hp_tail", "trade_cost")
# Where neither the configuration nor the exchange names a fee: the usual taker fee of large venues.
FALLBACK_FEE = 0.001

PLOT: dict[str, Any] = {
    "main_plot": {
        "var_floor": {
            "color": "#e0a030",
            "fill_to": "es_floor",
            "fill_label": "tail of a long",
        },
        "es_floor": {"color": "#d04040"},
    },
    "subplots": {
        "direction": {
            "hp_pbit": {"color": "#3070d0"},
            "hp_confidence": {"color": "#90b0e0"},
        },
        "gain against cost": {
            "hp_gain": {"color": "#30a050"},
            "trade_cost": {"color": "#d04040"},
        },
        "tail risk": {
            "hp_var_95_h": {"color": "#e0a030"},
            "hp_es_95_h": {"color": "#d04040"},
        },
    },
}


# Shown where the family is computed: title and lines.
FAMILY_PLOTS: dict[str, tuple[str, dict[str, Any]]] = {
    "thermodynamics": (
        "entropy and dissipation",
        {"hp_entropy": {"color": "#30a0a0"}, "hp_dissipation": {"color": "#d08030"}},
    ),
    "integration": (
        "integrated information",
        {"hp_phi": {"color": "#8050c0"}, "hp_phi_excess": {"color": "#c080e0"}},
    ),
    "complexity": ("complexity index", {"hp_ci": {"color": "#a05030"}}),
}

BOOK_PLOT: dict[str, Any] = {"hp_imbalance": {"color": "#3070d0"}, "hp_p_up": {"color": "#90b0e0"}}


class HyperPhysicsStrategy(HyperPhysicsConfirm, HyperPhysicsSharing):
    """Direction from the lattice, gated by its gain over costs, by tail risk and by regime."""

    INTERFACE_VERSION = 3
    # Shorts follow the trading mode: freqtrade refuses a spot bot whose strategy can short.
    can_short = True
    process_only_new_candles = True

    plot_config = PLOT

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        try:
            self.settings = Settings.read(config.get(SECTION))
        except SettingsError as error:
            # not ConfigurationError: freqtrade 2026.9 prints that and exits with 0
            raise OperationalException(str(error)) from error
        self.search_what_counts()
        spot = config.get("trading_mode", TradingMode.SPOT) == TradingMode.SPOT
        self.can_short = type(self).can_short and not spot
        shown = dict(FAMILY_PLOTS[f] for f in self.settings.families if f in FAMILY_PLOTS)
        if self.settings.books is not None:
            shown |= {"order book": BOOK_PLOT}
        if shown:
            self.plot_config = {**PLOT, "subplots": {**PLOT["subplots"], **shown}}
        if self.settings.stop_multiple is not None:
            self.use_custom_stoploss = True
        self.startup_candle_count = batch.startup(self.settings, self.widest_parameters())
        self._fee = FALLBACK_FEE
        self._ticks: dict[str, Tick] = {}
        self._ready: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}
        self._seen: dict[str, datetime] = {}

    def bot_start(self, **kwargs: object) -> None:
        """Look up fee and ticks while an exchange is at hand: hyperopt's workers have none."""
        self._fee = self._exchange_fee()
        for pair in self._whitelist():
            self._tick(pair)
        self.offer_study(self._whitelist(), self._fee)

    # Engine calls: whole pairlists where freqtrade hands them over, single pairs otherwise.

    def advise_all_indicators(self, data: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        """Analyse the whole pairlist in one engine call (backtesting, hyperopt, both analyses)."""
        self._prepare(lambda: data)
        try:
            return super().advise_all_indicators(data)
        finally:
            self._ready.clear()

    def analyze(self, pairs: list[str]) -> None:
        """Analyse all pairs that have a new candle in one engine call (dry run, live)."""
        self._prepare(lambda: self._fresh(pairs))
        try:
            super().analyze(pairs)
        finally:
            self._ready.clear()

    def populate_indicators(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Attach the batch's columns if they belong to this very frame, else compute them alone."""
        pair = str(metadata["pair"])
        candles, columns = self._ready.pop(pair, (None, None))
        if candles is None or columns is None or not _same(candles, dataframe):
            columns = self._columns({pair: dataframe})[pair]
        self._seen[pair] = dataframe["date"].iloc[-1]
        rest = dataframe.drop(columns=columns.columns, errors="ignore")
        result = pd.concat([rest, columns.set_axis(dataframe.index)], axis="columns")
        result["trade_cost"] = self._cost(pair, result)
        if self.config.get("runmode") != RunMode.HYPEROPT:
            # only plots read these, and each epoch of each worker loads every column
            result["var_floor"] = result["close"] * np.exp(-result["hp_var_95_h"])
            result["es_floor"] = result["close"] * np.exp(-result[RISK])
        return result

    def populate_entry_trend(
        self,
        dataframe: pd.DataFrame,
        metadata: dict[str, Any],
    ) -> pd.DataFrame:
        """Enter where direction, gain, tail, regime and a recorded book agree."""
        optional = tuple(name for name in OPTIONAL_COLUMNS if name in dataframe)
        columns = _arrays(dataframe, ENTRY_COLUMNS + optional)
        found = entries(
            columns,
            self.entry_rule(),
            self.exit_rule(),
            columns["trade_cost"],
            can_short=self.can_short,
        )
        dataframe["enter_long"] = found.long.astype(np.int64)
        dataframe["enter_short"] = found.short.astype(np.int64)
        dataframe["enter_tag"] = found.tag
        return dataframe

    def populate_exit_trend(
        self,
        dataframe: pd.DataFrame,
        metadata: dict[str, Any],
    ) -> pd.DataFrame:
        """Leave where the direction is lost or risk is out of bounds."""
        columns = _arrays(dataframe, EXIT_COLUMNS)
        found = exits(columns, self.exit_rule(), can_short=self.can_short)
        dataframe["exit_long"] = found.long.astype(np.int64)
        dataframe["exit_short"] = found.short.astype(np.int64)
        dataframe["exit_tag"] = found.tag
        return dataframe

    # What the above is made of.

    def _prepare(self, find: Callable[[], dict[str, pd.DataFrame]]) -> None:
        self._ready = {}
        try:
            if frames := find():
                columns = self._columns(frames)
                self._ready = {pair: (frame, columns[pair]) for pair, frame in frames.items()}
        except Exception as error:
            # pair by pair, only the pair that is at fault is lost
            logger.warning("hyperphysics: no batch (%s), going pair by pair", error)

    def _fresh(self, pairs: list[str]) -> dict[str, pd.DataFrame]:
        kind = self.config.get("candle_type_def", CandleType.SPOT)
        frames = {pair: self.dp.ohlcv(pair, self.timeframe, candle_type=kind) for pair in pairs}
        return {
            pair: frame
            for pair, frame in frames.items()
            if not frame.empty
            and not (
                self.process_only_new_candles and self._seen.get(pair) == frame["date"].iloc[-1]
            )
        }

    def _columns(self, frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        runmode = self.config.get("runmode")
        live = runmode in {RunMode.DRY_RUN, RunMode.LIVE}
        worker = (
            runmode == RunMode.HYPEROPT
            and HyperoptStateContainer.state == HyperoptState.OPTIMIZE
            and self.config.get("hyperopt_jobs") != 1
        )
        return batch.analyze(
            frames,
            timeframe=self.timeframe,
            settings=self.settings,
            parameters=self.engine_parameters(),
            threads=1 if worker else self.settings.threads,
            last=self.settings.live_rows if live else None,
            again=runmode == RunMode.HYPEROPT and bool(self.config.get("analyze_per_epoch")),
        )

    def _cost(self, pair: str, frame: pd.DataFrame) -> Floats:
        close = frame["close"].to_numpy(np.float64)
        tick = tick_size(close, *self._tick(pair))
        spread = frame["hp_spread"].to_numpy(np.float64) if "hp_spread" in frame else tick
        return cost(spread, self._fee, tick)

    def _tick(self, pair: str) -> Tick:
        if pair not in self._ticks:
            try:
                exchange: Any = self.dp._exchange
                self._ticks[pair] = (
                    exchange.get_precision_price(pair),
                    exchange.precision_mode_price,
                )
            except Exception as error:
                logger.warning("hyperphysics: price step of %s unknown: %s", pair, error)
                self._ticks[pair] = (None, TICK_SIZE)
        return self._ticks[pair]

    def _whitelist(self) -> list[str]:
        try:
            return self.dp.current_whitelist()
        except Exception:
            return list(self.config.get("exchange", {}).get("pair_whitelist", []))

    def _exchange_fee(self) -> float:
        """The fee that freqtrade's backtesting takes: the configured one, or the first pair's."""
        if (fee := self.config.get("fee")) is not None:
            return float(fee)
        try:
            exchange: Any = self.dp._exchange
            pair = self._whitelist()[0]
            fees = [exchange.get_fee(pair, taker_or_maker=kind) for kind in ("taker", "maker")]
            return max(float(fee) for fee in fees if fee is not None)
        except Exception as error:
            logger.warning("hyperphysics: fee unknown (%s), taking %s", error, FALLBACK_FEE)
            return FALLBACK_FEE


def _same(candles: pd.DataFrame, frame: pd.DataFrame) -> bool:
    def same(name: str) -> bool:
        if name == "date":
            # Without a timestamp object per row, which to_numpy would make.
            return bool((candles[name].array == frame[name].array).all())
        return np.array_equal(candles[name].to_numpy(), frame[name].to_numpy(), equal_nan=True)

    return len(candles) == len(frame) and all(same(name) for name in CANDLE)


def _arrays(frame: pd.DataFrame, names: tuple[str, ...]) -> dict[str, Floats]:
    return {name: frame[name].to_numpy(np.float64) for name in names}
