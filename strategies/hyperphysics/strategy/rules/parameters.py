# SPDX-License-Identifier: GPL-3.0-or-later
"""Hyperopt parameters of the strategy, in the spaces buy, sell, risk, lattice and protection.

Those of buy and sell are the thresholds of `filters`. Those of `lattice` change the columns
themselves: they need `--analyze-per-epoch`. All others act on finished columns, so plain hyperopt
optimises them.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from freqtrade.enums import RunMode, TradingMode
from freqtrade.optimize.hyperopt_tools import HyperoptTools
from freqtrade.strategy import DecimalParameter, IntParameter, IStrategy
from freqtrade.strategy.parameters import NumericParameter

from hyperphysics.strategy.rules import filters
from hyperphysics.strategy.rules.order_book_check import BookFilter
from hyperphysics.strategy.rules.settings import Settings
from hyperphysics.strategy.rules.thresholds import SIDES_EVEN, Filter, Threshold

if TYPE_CHECKING:
    from hyperphysics._engine import Value

# Parameters that the engine takes, by the name it knows them under.
ENGINE_PARAMETERS = {
    "half_life": "volatility_half_life",
    "lattice_horizon": "lattice_horizon",
    "past_window": "lattice_past_window",
    "length_scale": "lattice_length_scale",
    "temperature": "lattice_temperature",
}

# The strategy's attributes that make freqtrade's trailing stop.
TRAILING = (
    "trailing_stop",
    "trailing_stop_positive",
    "trailing_stop_positive_offset",
    "trailing_only_offset_is_reached",
)

SPACES = ("buy", "sell", "risk", "lattice", "protection")


class HyperPhysicsParameters(IStrategy):
    """Parameters and what is read from them; a mixin must derive from `IStrategy` to be picklable.

    A key of the `"hyperphysics"` configuration outranks the parameter of the same meaning, as
    freqtrade's configuration outranks a strategy's attributes, unless hyperopt is optimising it.
    """

    settings: Settings

    risk_budget = DecimalParameter(0.002, 0.03, default=0.01, decimals=3, space="risk")

    # Upper ends together still start within 2490 candles, which Binance futures can serve.
    volatility_half_life = IntParameter(4, 17, default=12, space="lattice")
    lattice_horizon = IntParameter(3, 36, default=6, space="lattice")
    lattice_past_window = IntParameter(480, 1920, default=1920, space="lattice")
    lattice_length_scale = DecimalParameter(0.5, 2.0, default=1.0, decimals=1, space="lattice")
    lattice_temperature = DecimalParameter(0.5, 3.0, default=1.25, decimals=2, space="lattice")

    # The wallet may fall as far as all open trades together may in their tail.
    protection_drawdown = DecimalParameter(0.02, 0.3, default=0.1, decimals=2, space="protection")
    protection_stops = IntParameter(1, 8, default=2, space="protection")
    # candles
    protection_cooldown = IntParameter(0, 24, default=2, space="protection")
    protection_lookback = IntParameter(24, 480, default=96, space="protection")
    protection_pause = IntParameter(6, 96, default=24, space="protection")

    def exclude_inactive_parameters(self) -> None:
        """Keep out of hyperopt what changes nothing with this configuration."""
        shorts = self.config.get("trading_mode") == TradingMode.FUTURES
        for row in filters.ROWS:
            if not row.counts(self.settings.families):
                self.exclude(row.parameter)
            if shorts and isinstance(row, Filter) and row.picks_side:
                self._own(row.parameter).low = SIDES_EVEN
        if self.columns_are_fixed():
            for name in ENGINE_PARAMETERS.values():
                self.exclude(name)

    def columns_are_fixed(self) -> bool:
        """Whether this is a hyperopt run whose epochs all have the same columns."""
        is_hyperopt = self.config.get("runmode") == RunMode.HYPEROPT
        return is_hyperopt and not self.config.get("analyze_per_epoch")

    def configured_parameters(self) -> dict[str, Value]:
        """Values of parameters that the configuration sets, by the parameter's name."""
        engine = self.settings.engine
        found = {attribute: engine.get(name) for name, attribute in ENGINE_PARAMETERS.items()}
        found["risk_budget"] = self.settings.risk_budget
        return {name: value for name, value in found.items() if value is not None}

    def exclude(self, name: str) -> None:
        """Keep a parameter out of hyperopt."""
        self._own(name).optimize = False

    def _own(self, name: str) -> NumericParameter:
        """A parameter of this instance: freqtrade's belong to the class, as others' do."""
        parameter: NumericParameter = copy(getattr(self, name))
        setattr(self, name, parameter)
        return parameter

    def thresholds(self) -> dict[str, float]:
        """Thresholds of filters and exits in effect, by parameter."""
        return {row.parameter: getattr(self, row.parameter).value for row in filters.ROWS}

    def book_filter(self) -> BookFilter | None:
        """The entry filter on recorded books, or None where the settings have none."""
        check = self.settings.book_check
        return None if check is None else BookFilter(check, self.settings.book_stake)

    def budget(self) -> float:
        """Fraction of the wallet that one trade may lose in its tail."""
        return float(self._chosen(self.settings.risk_budget, self.risk_budget))

    def engine_parameters(self) -> dict[str, Value]:
        """Parameters of the engine in effect."""
        chosen = {
            name: self._chosen(self.settings.engine.get(name), getattr(self, attribute))
            for name, attribute in ENGINE_PARAMETERS.items()
        }
        return {**self.settings.engine, **chosen}

    def widest_parameters(self) -> dict[str, Value]:
        """Parameters that need the longest history in this run.

        freqtrade asks for the startup length before it loads parameter values, and once for all
        epochs of a hyperopt run: so values come from where freqtrade will find them, and one that
        is being optimised counts with its upper end.
        """
        widest = dict(self.settings.engine)
        for name, attribute in ENGINE_PARAMETERS.items():
            parameter: NumericParameter = getattr(self, attribute)
            space = str(parameter.space)
            if self._optimised(parameter, space):
                widest[name] = parameter.high
            elif name not in widest:
                defaults = {attribute: parameter.value, **getattr(self, f"{space}_params", {})}
                loaded = self._ft_params_from_file.get(space, {}) if parameter.load else {}
                widest[name] = loaded.get(attribute, defaults[attribute])
        return widest

    def _optimised(self, parameter: NumericParameter, space: str) -> bool:
        return (
            self.config.get("runmode") == RunMode.HYPEROPT
            and parameter.optimize
            and bool(self.config.get("analyze_per_epoch"))
            and HyperoptTools.has_space(self.config, space)
        )

    @staticmethod
    def _chosen(setting: Value | None, parameter: NumericParameter) -> Value:
        if setting is not None and not (parameter.in_space and parameter.optimize):
            return setting
        return parameter.value


def _threshold(row: Threshold) -> NumericParameter:
    """The parameter of a filter or an exit."""
    low, high = row.range
    return DecimalParameter(low, high, default=row.default, decimals=row.decimals, space=row.space)


# freqtrade finds parameters among the class's attributes.
for _row in filters.ROWS:
    setattr(HyperPhysicsParameters, _row.parameter, _threshold(_row))


def parameters(space: str) -> dict[str, NumericParameter]:
    """The class's parameters of a space, by name."""
    return {
        name: one
        for name, one in vars(HyperPhysicsParameters).items()
        if isinstance(one, NumericParameter) and one.space == space
    }


DEFAULTS = {
    space: {name: float(one.value) for name, one in parameters(space).items()} for space in SPACES
}
"""Every parameter's own value, by space and name; freqtrade writes others into the class."""
