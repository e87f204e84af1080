# SPDX-License-Identifier: GPL-3.0-or-later
"""Hyperopt parameters of the strategy, in the spaces buy, sell, risk, lattice and protection.

Those of `lattice` change the columns themselves: they need `--analyze-per-epoch`. All others act on
finished columns, so plain hyperopt optimises them.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from freqtrade.enums import RunMode, TradingMode
from freqtrade.optimize.hyperopt_tools import HyperoptTools
from freqtrade.strategy import DecimalParameter, IntParameter, IStrategy
from freqtrade.strategy.parameters import NumericParameter

from hyperphysics.strategy.settings import Settings
from hyperphysics.strategy.signals import EntryRule, ExitRule

if TYPE_CHECKING:
    from hyperphysics._engine import Value

# Parameters that the engine takes, by the name it knows them under.
ENGINE_PARAMETERS = {
    "half_life": "lattice_half_life",
    "lattice_horizon": "lattice_horizon",
    "past_window": "lattice_library",
    "length_scale": "lattice_lam",
    "temperature": "lattice_temperature",
}

# Thresholds on columns that only some configurations compute, and the family of those.
FAMILY_GATES = {"buy_phi": "integration", "buy_ci": "complexity"}


class HyperPhysicsSpaces(IStrategy):
    """Parameters and what is read from them; a mixin must derive from `IStrategy` to be picklable.

    A key of the `"hyperphysics"` configuration outranks the parameter of the same meaning, as
    freqtrade's configuration outranks a strategy's attributes, unless hyperopt is optimising it.
    """

    settings: Settings

    buy_trend = DecimalParameter(-1.0, 2.0, default=0.5, decimals=1, space="buy")
    # -1 is no gate, as is every negative margin.
    buy_direction = DecimalParameter(-1.0, 0.6, default=-1.0, decimals=2, space="buy")
    buy_margin = DecimalParameter(-1.0, 2.0, default=-1.0, decimals=1, space="buy")
    buy_es = DecimalParameter(0.01, 0.12, default=0.06, decimals=3, space="buy")
    buy_tail = DecimalParameter(1.0, 3.0, default=2.0, decimals=2, space="buy")
    # These count, and are searched, only where the configuration names their families.
    buy_phi = DecimalParameter(-0.02, 0.06, default=0.0, decimals=3, space="buy")
    buy_ci = DecimalParameter(0.0, 0.4, default=0.0, decimals=2, space="buy")

    sell_trend = DecimalParameter(-2.0, 1.0, default=-0.5, decimals=1, space="sell")
    sell_direction = DecimalParameter(-1.0, 0.2, default=-1.0, decimals=2, space="sell")
    sell_es = DecimalParameter(0.02, 0.2, default=0.08, decimals=3, space="sell")
    sell_spike = DecimalParameter(1.2, 6.0, default=3.0, decimals=1, space="sell")

    risk_budget = DecimalParameter(0.002, 0.03, default=0.01, decimals=3, space="risk")

    # Upper ends together still start within 2490 candles, which Binance futures can serve.
    lattice_half_life = IntParameter(4, 17, default=12, space="lattice")
    lattice_horizon = IntParameter(3, 36, default=6, space="lattice")
    lattice_library = IntParameter(480, 1920, default=1920, space="lattice")
    lattice_lam = DecimalParameter(0.5, 2.0, default=1.0, decimals=1, space="lattice")
    lattice_temperature = DecimalParameter(0.5, 3.0, default=1.25, decimals=2, space="lattice")

    # The wallet may fall as far as all open trades together may in their tail.
    protection_drawdown = DecimalParameter(0.02, 0.3, default=0.1, decimals=2, space="protection")
    protection_stops = IntParameter(1, 8, default=2, space="protection")
    # candles
    protection_cooldown = IntParameter(0, 24, default=2, space="protection")
    protection_lookback = IntParameter(24, 480, default=96, space="protection")
    protection_pause = IntParameter(6, 96, default=24, space="protection")

    def search_what_counts(self) -> None:
        """Keep out of hyperopt what changes nothing with this configuration."""
        for name, family in FAMILY_GATES.items():
            if family not in self.settings.families:
                self.leave_alone(name)
        if self.config.get("trading_mode") == TradingMode.FUTURES:
            # below 0 both sides' gates may be open, and then neither is entered
            self._own("buy_trend").low = 0.0

    def leave_alone(self, name: str) -> None:
        """Keep a parameter out of hyperopt."""
        self._own(name).optimize = False

    def _own(self, name: str) -> NumericParameter:
        """A parameter of this instance: freqtrade's belong to the class, as others' do."""
        parameter: NumericParameter = copy(getattr(self, name))
        setattr(self, name, parameter)
        return parameter

    def entry_rule(self) -> EntryRule:
        """Thresholds of the entry gates."""
        return EntryRule(
            trend=self.buy_trend.value,
            direction=self.buy_direction.value,
            margin=self.buy_margin.value,
            es_99=self.buy_es.value,
            tail=self.buy_tail.value,
            phi=self.buy_phi.value,
            ci=self.buy_ci.value,
            book=self.settings.book_check,
            book_stake=self.settings.book_stake,
        )

    def exit_rule(self) -> ExitRule:
        """Thresholds of the exits."""
        return ExitRule(
            trend=self.sell_trend.value,
            direction=self.sell_direction.value,
            es_95=self.sell_es.value,
            spike=self.sell_spike.value,
        )

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


DEFAULTS = {
    space: {
        name: float(one.value)
        for name, one in vars(HyperPhysicsSpaces).items()
        if isinstance(one, NumericParameter) and one.space == space
    }
    for space in ("buy", "sell", "risk", "lattice", "protection")
}
"""Every parameter's own value, by space and name; freqtrade writes others into the class."""
