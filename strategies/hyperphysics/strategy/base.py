# SPDX-License-Identifier: GPL-3.0-or-later
"""The freqtrade strategy: the engine's columns in, trades out.

`HyperPhysicsStrategy` carries the logic; the class that freqtrade loads derives from it and holds
the knobs. Decisions are made in `signals` by the rows of `filters`, numbers come from `analysis`;
this module connects them to freqtrade. Stake, leverage and stop are in `risk_callbacks`, the live
book in `entry_confirmation`, costs in `trade_cost`, funding in `funding_rates`, pauses after losses
in `protections`, parameters in `parameters`, what hyperopt searches in `hyperopt_spaces` and
`hyperopt_search`, hyperopt on many machines in `shared_hyperopt`.
"""
# ruff: noqa: ARG002 (freqtrade fixes the callbacks' signatures)

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.constants import Config
from freqtrade.enums import CandleType, HyperoptState, RunMode, TradingMode
from freqtrade.exceptions import OperationalException
from freqtrade.optimize.hyperopt_tools import HyperoptStateContainer

from hyperphysics.frame import block, join
from hyperphysics.strategy import plots
from hyperphysics.strategy.callbacks.entry_confirmation import HyperPhysicsEntryConfirmation
from hyperphysics.strategy.callbacks.funding_rates import HyperPhysicsFundingRates
from hyperphysics.strategy.callbacks.protections import HyperPhysicsProtections
from hyperphysics.strategy.callbacks.trade_cost import FALLBACK_FEE, TICK_SIZE, cost, tick_size
from hyperphysics.strategy.columns import analysis
from hyperphysics.strategy.columns.live_cache import LiveCache
from hyperphysics.strategy.history.long_frames import HyperPhysicsLongFrames
from hyperphysics.strategy.rules import order_book_check
from hyperphysics.strategy.rules.filters import (
    EXITS,
    ROWS,
    optional_columns,
    required_columns,
)
from hyperphysics.strategy.rules.settings import SECTION, Settings, SettingsError
from hyperphysics.strategy.rules.signals import Floats, Signals, entries, exits
from hyperphysics.strategy.rules.thresholds import SPREAD, TAIL_RISK, Threshold
from hyperphysics.strategy.shared_hyperopt import HyperPhysicsSharedHyperopt

logger = logging.getLogger(__name__)

# A market's price precision and how the exchange counts it.
Tick = tuple[float | None, int]

CANDLE = ("date", "open", "high", "low", "close", "volume")


class HyperPhysicsStrategy(
    HyperPhysicsEntryConfirmation,
    HyperPhysicsSharedHyperopt,
    HyperPhysicsProtections,
    HyperPhysicsFundingRates,
    HyperPhysicsLongFrames,
):
    """The trend, filtered by the lattice's direction and gain, by tail risk and by regime."""

    INTERFACE_VERSION = 3
    # Shorts follow the trading mode: freqtrade refuses a spot bot whose strategy can short.
    can_short = True
    process_only_new_candles = True

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        try:
            self.settings = Settings.read(config.get(SECTION), self.candle_length())
            self.check_families()
        except SettingsError as error:
            # not ConfigurationError: freqtrade 2026.9 prints that and exits with 0
            raise OperationalException(str(error)) from error
        self.exclude_inactive_parameters()
        spot = config.get("trading_mode", TradingMode.SPOT) == TradingMode.SPOT
        self.can_short = type(self).can_short and not spot
        if self.settings.stop_multiple is not None:
            self.use_custom_stoploss = True
        self.startup_candle_count = self.allowed_startup()
        self.warn_of_other_timeframe()
        self._fee = FALLBACK_FEE
        self._ticks: dict[str, Tick] = {}
        self._live_cache = LiveCache()
        # Candles and columns of the batch that is being analysed.
        self._batch_results: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}
        self._newest: dict[str, datetime] = {}

    @property
    def plot_config(self) -> dict[str, Any]:  # type: ignore[override]
        """What charts show, by the thresholds that freqtrade has loaded."""
        return self._charts().config()

    def bot_start(self, **kwargs: object) -> None:
        """Ask the exchange what trades cost while it is at hand: hyperopt's workers have none."""
        self._fee = self._exchange_fee()
        self.look_up_funding()
        for pair in self._whitelist():
            self._tick(pair)
        self.announce_run(self._whitelist(), self._fee)

    # Engine calls: whole pairlists where freqtrade hands them over, single pairs otherwise.

    def advise_all_indicators(self, data: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        """Analyse the whole pairlist in one engine call (backtesting, hyperopt, both analyses)."""
        self._prepare(lambda: data)
        try:
            return super().advise_all_indicators(data)
        finally:
            self._batch_results.clear()

    def analyze(self, pairs: list[str]) -> None:
        """Analyse all pairs that have a new candle in one engine call (dry run, live)."""
        start, rows, seconds = perf_counter(), self._live_cache.rows, self._live_cache.seconds
        self._live_cache.retain(pairs)
        again = self.arrived(pairs)
        for pair in again:
            self._newest.pop(pair, None)
        self._prepare(lambda: self._fresh(pairs))
        usual = self.process_only_new_candles
        try:
            super().analyze([pair for pair in pairs if pair not in again])
            # their newest candle once more: it has numbers only now
            self.process_only_new_candles = False
            super().analyze([pair for pair in pairs if pair in again])
        finally:
            self.process_only_new_candles = usual
            self._batch_results.clear()
        if rows := self._live_cache.rows - rows:
            logger.debug(
                "hyperphysics: cycle of %d pairs in %.3f s, %.3f s in the engine (%d candles)",
                len(pairs),
                perf_counter() - start,
                self._live_cache.seconds - seconds,
                rows,
            )

    def populate_indicators(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Attach the batch's columns if they belong to this very frame, else compute them alone."""
        pair = str(metadata["pair"])
        candles, columns = self._batch_results.pop(pair, (None, None))
        if candles is None or columns is None or not _same(candles, dataframe):
            columns = self._columns({pair: dataframe})[pair]
        self._newest[pair] = dataframe["date"].iloc[-1]
        more = {"trade_cost": self._cost(pair, dataframe, columns)}
        if self.pays_funding():
            more["trade_funding"] = self.expected_funding(pair, dataframe["date"])
        if self.config.get("runmode") != RunMode.HYPEROPT:
            # only plots read these, and each epoch of each worker loads every column
            close = dataframe["close"].to_numpy(np.float64)
            for name, tail in (("var_floor", "hp_var_95_h"), ("es_floor", TAIL_RISK)):
                more[name] = close * np.exp(-columns[tail].to_numpy(np.float64))
        if self.config.get("runmode") in plots.SHOWN:
            engine = {str(name): columns[name].to_numpy(np.float64) for name in columns}
            more |= self._charts().columns(engine | more)
        index = dataframe.index
        added = block(np.array([*more.values()]), tuple(more), index)
        return join(dataframe, columns.set_axis(index), added)

    def populate_entry_trend(
        self,
        dataframe: pd.DataFrame,
        metadata: dict[str, Any],
    ) -> pd.DataFrame:
        """Enter where all filters pass, and no exit would close the trade at once."""
        columns = _arrays(dataframe, ROWS, *order_book_check.COLUMNS)
        found = entries(
            columns, self.thresholds(), book=self.book_filter(), can_short=self.can_short
        )
        return self._signals(dataframe, "enter", found)

    def populate_exit_trend(
        self,
        dataframe: pd.DataFrame,
        metadata: dict[str, Any],
    ) -> pd.DataFrame:
        """Leave where any exit says so."""
        found = exits(_arrays(dataframe, EXITS), self.thresholds(), can_short=self.can_short)
        return self._signals(dataframe, "exit", found)

    # What the above is made of.

    def _signals(self, frame: pd.DataFrame, word: str, found: Signals) -> pd.DataFrame:
        if self.config.get("runmode") in plots.CHARTS:
            found = plots.first_of_each(found)
        flags = np.array([found.long, found.short], dtype=np.int64)
        result = join(frame, block(flags, (f"{word}_long", f"{word}_short"), frame.index))
        result[f"{word}_tag"] = found.tag
        return result

    def _charts(self) -> plots.Charts:
        return plots.charts(
            self.thresholds(),
            self.families(),
            can_short=self.can_short,
            book=self.settings.books is not None and self.book_filter() is not None,
        )

    def _prepare(self, find: Callable[[], dict[str, pd.DataFrame]]) -> None:
        self._batch_results = {}
        try:
            if frames := find():
                columns = self._columns(frames)
                self._batch_results = {
                    pair: (frame, columns[pair]) for pair, frame in frames.items()
                }
        except Exception as error:
            # pair by pair, only the pair that is at fault is lost
            logger.warning("hyperphysics: no batch (%s), going pair by pair", error)

    def _fresh(self, pairs: list[str]) -> dict[str, pd.DataFrame]:
        kind = self.config.get("candle_type_def", CandleType.SPOT)
        frames = {
            pair: self.dp.ohlcv(pair, self.timeframe, copy=False, candle_type=kind)
            for pair in pairs
        }
        return {
            pair: frame
            for pair, frame in frames.items()
            if not frame.empty
            and not (
                self.process_only_new_candles and self._newest.get(pair) == frame["date"].iloc[-1]
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
        use_cache = runmode == RunMode.HYPEROPT and bool(self.config.get("analyze_per_epoch"))
        longer = self.longer(frames)
        last = self.settings.live_rows if live else None
        if not use_cache and any(len(longer[pair]) > len(frame) for pair, frame in frames.items()):
            rows = max(map(len, frames.values()))
            last = min(last or rows, rows)
        found = analysis.analyze(
            longer,
            timeframe=self.timeframe,
            settings=self.settings,
            families=self.families(),
            parameters=self.engine_parameters(),
            threads=1 if worker else self.settings.threads,
            last=last,
            use_cache=use_cache,
            live_cache=self._live_cache if live else None,
        )
        return {
            pair: columns.iloc[len(columns) - len(frames[pair]) :].set_axis(frames[pair].index)
            for pair, columns in found.items()
        }

    def _cost(self, pair: str, candles: pd.DataFrame, columns: pd.DataFrame) -> Floats:
        close = candles["close"].to_numpy(np.float64)
        tick = tick_size(close, *self._tick(pair))
        spread = columns[SPREAD].to_numpy(np.float64) if SPREAD in columns else tick
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
        left, right = candles[name], frame[name]
        if name == "date":
            # Without a timestamp object per row, which to_numpy would make.
            times = left.array.view("i8"), right.array.view("i8")
            return left.dtype == right.dtype and np.array_equal(*times)
        return np.array_equal(left.to_numpy(), right.to_numpy(), equal_nan=True)

    # at once where nobody has added a column, which is faster
    return candles.equals(frame) or (
        len(candles) == len(frame) and all(same(name) for name in CANDLE)
    )


def _arrays(frame: pd.DataFrame, rows: Sequence[Threshold], *more: str) -> dict[str, Floats]:
    """Columns that filters and exits look at, as far as the frame has them."""
    names = (*required_columns(rows), *optional_columns(rows), *more)
    return {name: frame[name].to_numpy(np.float64) for name in names if name in frame}
