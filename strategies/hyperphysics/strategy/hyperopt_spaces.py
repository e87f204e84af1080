# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hyperopt run searches, from which values it begins, and what freqtrade then writes.

freqtrade computes columns once for all epochs, unless it is started with --analyze-per-epoch. What
columns are made of is then the same in every epoch: it is not searched, and no file says that it
had been.
"""

from __future__ import annotations

import logging
from copy import copy
from typing import Any

from freqtrade.exceptions import OperationalException
from freqtrade.optimize.hyperopt_tools import HyperoptTools
from freqtrade.strategy.parameters import NumericParameter

from hyperphysics.strategy.callbacks.risk_callbacks import HyperPhysicsRiskCallbacks
from hyperphysics.strategy.rules.parameters import ENGINE_PARAMETERS, TRAILING

logger = logging.getLogger(__name__)

# The strategy's attributes that freqtrade's own spaces replace.
ATTRIBUTES = {
    "roi": ("minimal_roi",),
    "stoploss": ("stoploss",),
    "trailing": TRAILING,
    "trades": ("max_open_trades",),
}


class HyperPhysicsHyperoptSpaces(HyperPhysicsRiskCallbacks):
    """Chooses what is searched; derives from `IStrategy` through its base."""

    HyperOpt: Any

    def ft_load_hyper_params(self, hyperopt: bool = False) -> None:
        """Load the parameters; in hyperopt, leave out spaces in which nothing moves a result.

        Raises:
            OperationalException: Nothing is left to search.
        """
        super().ft_load_hyper_params(hyperopt)
        if not hyperopt:
            return
        # of freqtrade's backtesting, which a bot does not load
        from hyperphysics.strategy.hyperopt_search import Search  # noqa: PLC0415

        self._leave_out()
        self._warn_of_the_configuration()
        self.HyperOpt = Search(self, self.present_values())

    def get_no_optimize_params(self) -> dict[str, dict[str, Any]]:
        """Parameters that are not searched, as freqtrade writes them beside those that are.

        Of those that make the columns, the ones that a file gave: their defaults are no finding.
        """
        found = super().get_no_optimize_params()
        for name, one in self.fixed_column_parameters().items():
            space = str(one.space)
            of_space = found.setdefault(space, {})
            of_space.pop(name, None)
            if one.load and name in self._ft_params_from_file.get(space, {}):
                of_space[name] = one.value
        return {space: values for space, values in found.items() if values}

    def fixed_column_parameters(self) -> dict[str, NumericParameter]:
        """Parameters that make the columns, where one set of columns serves all epochs."""
        if not self.columns_are_fixed():
            return {}
        return {name: getattr(self, name) for name in ENGINE_PARAMETERS.values()}

    def present_values(self) -> dict[str, Any]:
        """Values in effect by parameter that is searched: the configuration's go first."""
        configured = self.configured_parameters()
        found = {}
        for name, one in self.enumerate_parameters():
            if one.in_space and one.optimize:
                present = copy(one)
                if name in configured:
                    # freqtrade's parameters round what they are given
                    present.value = configured[name]
                found[name] = present.value
        return found

    def _leave_out(self) -> None:
        spaces = {str(one.space) for one in self.fixed_column_parameters().values()}
        idle = {
            space
            for space in spaces & set(self._ft_hyper_params)
            if not any(one.optimize for one in self._ft_hyper_params[space].values())
        }
        if not (asked := [name for name in idle if HyperoptTools.has_space(self.config, name)]):
            return
        names = ", ".join(sorted(asked))
        if set(self.config["spaces"]) <= idle:
            raise OperationalException(
                f"nothing to search: {names} changes the columns, which are computed once for all"
                " epochs; add --analyze-per-epoch"
            )
        logger.warning(
            "hyperphysics: left out of the search: %s, which changes the columns;"
            " --analyze-per-epoch searches it",
            names,
        )
        # freqtrade refuses a space without a parameter to search
        for name in asked:
            del self._ft_hyper_params[name]

    def _warn_of_the_configuration(self) -> None:
        """Say what makes a backtest of the written file differ from what hyperopt showed."""
        ours = self.configured_parameters()
        outranked = [
            name
            for name, one in self.enumerate_parameters()
            if name in ours and one.in_space and one.optimize
        ]
        # the strategy's own values are in the configuration too by the time it starts
        given = self.config.get("original_config", {})
        for space, names in ATTRIBUTES.items():
            if HyperoptTools.has_space(self.config, space):
                outranked += [name for name in names if name in given]
        if outranked:
            logger.warning(
                "hyperphysics: the configuration outranks the file that hyperopt writes: take %s"
                " out of it to trade what is found",
                ", ".join(outranked),
            )
        if HyperoptTools.has_space(self.config, "protection"):
            logger.info(
                "hyperphysics: this search has protections; backtest with --enable-protections"
            )
