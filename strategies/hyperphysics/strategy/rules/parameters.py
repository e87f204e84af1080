# SPDX-License-Identifier: GPL-3.0-or-later
"""Hyperopt parameters of the strategy, in the spaces buy, sell, risk, lattice and protection.

Those of buy and sell are the thresholds of `filters`. Those of `lattice` change the columns
themselves: they need `--analyze-per-epoch`. All others act on finished columns, so plain hyperopt
optimises them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING

from freqtrade.enums import RunMode, TradingMode
from freqtrade.optimize.hyperopt_tools import HyperoptTools
from freqtrade.strategy import DecimalParameter, IntParameter, IStrategy
from freqtrade.strategy.parameters import NumericParameter

from hyperphysics import _engine
from hyperphysics.strategy.rules import filters
from hyperphysics.strategy.rules.order_book_check import BookFilter
from hyperphysics.strategy.rules.settings import SECTION, Settings, SettingsError
from hyperphysics.strategy.rules.thresholds import SIDES_EVEN, Filter, Threshold
from hyperphysics.strategy.rules.windows import TUNED, untuned

if TYPE_CHECKING:
    from hyperphysics._engine import Value

logger = logging.getLogger(__name__)

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

    # Families that the rules of a subclass read, besides those of the table of filters.
    more_families: Sequence[str] = ()

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

    def candle_length(self) -> str:
        """The timeframe: freqtrade puts that of the configuration into the strategy only later."""
        return str(self.config.get("timeframe") or self.timeframe)

    def warn_of_other_timeframe(self) -> None:
        """Say what windows that nobody has chosen are on this timeframe, where it is not theirs."""
        used = {
            one.name: one.default
            for one in _engine.params()
            if set(one.families) & set(self.widest_families())
        }
        coming = self.widest_parameters()
        defaults = {
            name: default
            for name, default in used.items()
            if name not in self.settings.engine and coming.get(name, default) == default
        }
        if wrong := untuned(defaults, self.candle_length()):
            logger.warning(
                "hyperphysics: windows are those of %s, which on %s makes %s; "
                "`hyperphysics install --timeframe %s` has others",
                TUNED,
                self.candle_length(),
                ", ".join(f"{name} {text}" for name, text in wrong.items()),
                self.candle_length(),
            )

    def families(self) -> tuple[str, ...]:
        """Families to compute: the settings', or those that decide or that hyperopt may let."""
        # freqtrade warns of a searched value that is read while columns are computed
        return self._families(
            {
                row.parameter: row.off
                if self._searched(row.parameter)
                else getattr(self, row.parameter).value
                for row in filters.ROWS
            }
        )

    def _families(self, thresholds: Mapping[str, float]) -> tuple[str, ...]:
        if (named := self.settings.families) is not None:
            chosen = {*named, *self.more_families}
            return tuple(family for family in _engine.families() if family in chosen)
        rows = [
            row
            for row in filters.ROWS
            if not row.optional
            and (row.decides(thresholds[row.parameter]) or self._searched(row.parameter))
        ]
        return filters.families_of(rows, *self.more_families)

    def coming_thresholds(self) -> dict[str, float]:
        """Thresholds that freqtrade will load; `thresholds` has them once it has."""
        return {row.parameter: float(self._coming(row.parameter)) for row in filters.ROWS}

    def check_families(self) -> None:
        """Refuse settings without a family that a rule needs.

        Raises:
            SettingsError: Naming the family and the rule.
        """
        if self.settings.families is None:
            return
        if missing := filters.missing_family(self.settings.families, self.coming_thresholds()):
            family, rule = missing
            raise SettingsError(f'"{SECTION}.families" lacks "{family}", which {rule}')

    def widest_families(self) -> tuple[str, ...]:
        """Families that are computed with the thresholds that freqtrade will load."""
        return self._families(self.coming_thresholds())

    def needed_startup(self) -> int:
        """Candles before the first decision of this run."""
        return filters.startup(self.widest_families(), self.widest_parameters())

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
            if self.config.get("analyze_per_epoch") and self._searched(attribute):
                widest[name] = getattr(self, attribute).high
            elif name not in widest:
                widest[name] = self._coming(attribute)
        return widest

    def _coming(self, attribute: str) -> Value:
        """The value of a parameter that freqtrade will load."""
        parameter: NumericParameter = getattr(self, attribute)
        space = str(parameter.space)
        defaults = {attribute: parameter.value, **getattr(self, f"{space}_params", {})}
        loaded = self._ft_params_from_file.get(space, {}) if parameter.load else {}
        value: Value = loaded.get(attribute, defaults[attribute])
        return value

    def _searched(self, attribute: str) -> bool:
        """Whether hyperopt searches a parameter in this run."""
        parameter: NumericParameter = getattr(self, attribute)
        return (
            self.config.get("runmode") == RunMode.HYPEROPT
            and parameter.optimize
            and bool(self.config.get("spaces"))
            and HyperoptTools.has_space(self.config, str(parameter.space))
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
