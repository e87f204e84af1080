# SPDX-License-Identifier: GPL-3.0-or-later
"""Hyperopt on many machines: what the strategy says about a run before it joins a shared study.

Whatever moves a loss is a fact of the study: candles, code, search space, and configuration. The
values from which optimised parameters start move none, nor does how fast a machine computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import freqtrade
import pandas as pd
from freqtrade.configuration import TimeRange
from freqtrade.data.history import load_data
from freqtrade.enums import CandleType, RunMode, TradingMode
from freqtrade.exceptions import OperationalException
from freqtrade.optimize.hyperopt_tools import HyperoptTools
from freqtrade.resolvers.hyperopt_resolver import HyperOptLossResolver

from hyperphysics import _engine
from hyperphysics.distributed_hyperopt import fingerprint, run, storage
from hyperphysics.distributed_hyperopt.errors import StudyError
from hyperphysics.strategy.hyperopt_spaces import HyperPhysicsHyperoptSpaces
from hyperphysics.strategy.rules.parameters import TRAILING
from hyperphysics.strategy.rules.settings import SECTION

# Keys of the configuration that move a backtest and that no attribute of the strategy holds.
KNOBS = (
    "amend_last_stake_amount",
    "analyze_per_epoch",
    "available_capital",
    "dry_run_wallet",
    "enable_protections",
    "fee",
    "futures_funding_rate",
    "hyperopt_min_trades",
    "last_stake_amount_min_ratio",
    "liquidation_buffer",
    "margin_mode",
    "max_open_trades",
    "position_stacking",
    "stake_amount",
    "stake_currency",
    "timeframe_detail",
    "timerange",
    "tradable_balance_ratio",
    "trading_mode",
)
# The strategy's attributes that the configuration, a parameter file or a space may replace. Profit
# targets and trailing stop count where they are searched too: an epoch may keep them.
ATTRIBUTES = {
    "stoploss": ("stoploss",),
    "": (
        "minimal_roi",
        *TRAILING,
        "can_short",
        "exit_profit_only",
        "exit_profit_offset",
        "ignore_buying_expired_candle_after",
        "ignore_roi_if_entry_signal",
        "order_time_in_force",
        "order_types",
        "position_adjustment_enable",
        "startup_candle_count",
        "timeframe",
        "unfilledtimeout",
        "use_custom_stoploss",
        "use_exit_signal",
    ),
}
# Our own keys that say where and how fast, not what.
SPEED = (
    "device",
    "hyperopt_storage",
    "hyperopt_study_name",
    "live_rows",
    "max_memory",
    "threads",
)


class HyperPhysicsSharedHyperopt(HyperPhysicsHyperoptSpaces):
    """Shares hyperopt runs where a study is configured."""

    def announce_run(self, pairs: list[str], fee: float) -> None:
        """Leave this run for `hyperopt_search`, which makes the sampler later.

        Args:
            pairs: The run's pairs, which freqtrade forgets before it asks.
            fee: The exchange's fee, as a fraction of a trade's value.

        Raises:
            OperationalException: The study's address is wrong.
        """
        if self.config.get("runmode") != RunMode.HYPEROPT:
            return
        try:
            address = storage.chosen(self.settings.hyperopt_storage)
        except StudyError as error:
            raise OperationalException(str(error)) from error
        if address is None:
            run.offer(None)
            return
        name = self.get_strategy_name()
        run.offer(
            run.Run(
                address,
                self.settings.hyperopt_study_name or name,
                name,
                Path(self.config["user_data_dir"]),
                lambda: {**self.study_facts(pairs), "exchange fee": str(fee)},
            )
        )

    def study_facts(self, pairs: list[str]) -> dict[str, str]:
        """Everything besides the search space that moves a loss, by name."""
        return {
            **{f"candles {name}": fingerprint.candles(one) for name, one in self._data(pairs)},
            **self._code(),
            "exchange": str(self.config["exchange"]["name"]),
            **{f"configuration {name}": str(self.config.get(name)) for name in KNOBS},
            **{f"strategy {name}": value for name, value in self._attributes()},
            **self._settings(),
        }

    def _data(self, pairs: list[str]) -> Iterator[tuple[str, pd.DataFrame]]:
        """What freqtrade's backtesting loads, by pair, timeframe and kind."""
        kind = self.config.get("candle_type_def", CandleType.SPOT)
        # with the history that the exchange's limit leaves out of freqtrade's own frames
        first = max(self.startup_candle_count, self.needed_startup())
        wanted = [(self.timeframe, kind, first)]
        if detail := self.config.get("timeframe_detail"):
            wanted.append((detail, kind, 0))
        if self.config.get("trading_mode") == TradingMode.FUTURES:
            exchange: Any = self.dp._exchange
            mark = CandleType.from_string(exchange.get_option("mark_ohlcv_price"))
            wanted.append((exchange.get_option("mark_ohlcv_timeframe"), mark, 0))
            # the first candle expects what the rates before it say
            timeframe = exchange.get_option("funding_fee_timeframe")
            wanted.append((timeframe, CandleType.FUNDING_RATE, self.startup_candle_count))
        for timeframe, candle_type, startup in wanted:
            frames = load_data(
                datadir=self.config["datadir"],
                pairs=pairs,
                timeframe=timeframe,
                timerange=TimeRange.parse_timerange(self.config.get("timerange")),
                startup_candles=startup,
                fill_up_missing=candle_type != CandleType.FUNDING_RATE,
                data_format=self.config["dataformat_ohlcv"],
                candle_type=candle_type,
            )
            for pair, frame in frames.items():
                yield f"{pair} {timeframe} {candle_type}", frame

    def _code(self) -> dict[str, str]:
        loss = HyperOptLossResolver.load_hyperoptloss(self.config)
        package = fingerprint.files(fingerprint.modules())
        return {
            "code freqtrade": str(freqtrade.__version__),
            "code package": f"{version('hyperphysics')}, {package}",
            "code engine": fingerprint.files([Path(_engine.__file__)]),
            "code strategy": f"{self.get_strategy_name()}, {_file(self)}",
            "code loss": f"{self.config['hyperopt_loss']}, {_file(loss)}",
        }

    def _attributes(self) -> Iterator[tuple[str, str]]:
        for space, names in ATTRIBUTES.items():
            if not (space and HyperoptTools.has_space(self.config, space)):
                for name in names:
                    yield name, str(getattr(self, name, None))
        for space, values in self.get_no_optimize_params().items():
            for name, value in values.items():
                yield f"{space} {name}", str(value)
        for name, parameter in self.fixed_column_parameters().items():
            yield f"{parameter.space} {name}", str(parameter.value)

    def _settings(self) -> dict[str, str]:
        section = vars(self.settings)
        values = {**section, **section["engine"]}
        if (books := section["books"]) is not None:
            # what was recorded counts, not where it lies on this machine, nor what is being written
            recorded = [path for path in Path(books).rglob("*.parquet") if path.name[0] != "."]
            try:
                values["books"] = fingerprint.files(recorded)
            except OSError as error:
                raise StudyError(f"recorded books changed while they were read: {error}") from error
        return {
            f"{SECTION} {name}": str(value)
            for name, value in values.items()
            if name not in {*SPEED, "engine"}
        }


def _file(loaded: object) -> str:
    """Digest of the file that freqtrade loaded an object's class of."""
    return fingerprint.files([Path(type(loaded).__file__)])  # type: ignore[attr-defined]
