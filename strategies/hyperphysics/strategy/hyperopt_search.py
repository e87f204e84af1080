# SPDX-License-Identifier: GPL-3.0-or-later
"""What freqtrade asks about a search: its spaces, its tables of profit targets, its sampler."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping
from typing import Any

from freqtrade.constants import Config
from freqtrade.exceptions import OperationalException
from freqtrade.optimize.hyperopt.hyperopt_interface import IHyperOpt
from freqtrade.optimize.space import Categorical
from freqtrade.strategy import IStrategy
from freqtrade.strategy.parameters import BaseParameter
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import BaseSampler

from hyperphysics.distributed_hyperopt import run
from hyperphysics.distributed_hyperopt.errors import StudyError
from hyperphysics.distributed_hyperopt.present import PresentFirst, outside
from hyperphysics.distributed_hyperopt.session import generations
from hyperphysics.strategy.rules.parameters import TRAILING

logger = logging.getLogger(__name__)

# Whether an epoch keeps the present table: freqtrade's own dimensions cannot say every one.
KEEP_ROI = "roi_keep"
KEEP_TRAILING = "trailing_keep"


class Search(IHyperOpt):
    """Stands in a strategy's attribute `HyperOpt`; the first epoch has the present parameters.

    A class `HyperOpt` of the strategy's own goes first: its spaces are searched, and its
    `generate_estimator` is asked instead of ours.

    Args:
        strategy: With its parameters loaded; its present values are copied.
        present: Values in effect by parameter that is searched.
    """

    def __init__(self, strategy: IStrategy, present: Mapping[str, Any]) -> None:
        config: Config = strategy.config
        super().__init__(config)
        self._theirs: Any = getattr(type(strategy), "HyperOpt", None)
        self._parameters: dict[str, BaseParameter] = dict(strategy.enumerate_parameters())
        most = strategy.max_open_trades
        self._present = {
            **present,
            KEEP_ROI: True,
            KEEP_TRAILING: True,
            "stoploss": strategy.stoploss,
            "max_open_trades": -1 if math.isinf(most) else int(most),
        }
        self._roi = dict(strategy.minimal_roi)
        self._trailing = {name: getattr(strategy, name) for name in TRAILING}
        # What is without effect where the present table is kept.
        self._idle: set[str] = set()

    def roi_space(self) -> list[Any]:
        """Profit targets: the present table, or one of freqtrade's."""
        return self._kept_or(KEEP_ROI, self._ask("roi_space"))

    def generate_roi_table(self, params: dict[str, Any]) -> dict[int, float]:
        """The table of an epoch: profit by minutes."""
        kept = params.get(KEEP_ROI, False)
        table: dict[int, float] = self._roi if kept else self._ask("generate_roi_table", params)
        return dict(table)

    def trailing_space(self) -> list[Any]:
        """Trailing stops: the present one, or one of freqtrade's."""
        return self._kept_or(KEEP_TRAILING, self._ask("trailing_space"))

    def generate_trailing_params(self, params: dict[str, Any]) -> dict[str, Any]:
        """The trailing stop of an epoch, by attribute of the strategy."""
        kept = params.get(KEEP_TRAILING, False)
        found: dict[str, Any] = (
            self._trailing if kept else self._ask("generate_trailing_params", params)
        )
        return dict(found)

    def stoploss_space(self) -> list[Any]:
        """Stops, as a fraction of the entry."""
        return list(self._ask("stoploss_space"))

    def max_open_trades_space(self) -> list[Any]:
        """Numbers of trades at once."""
        return list(self._ask("max_open_trades_space"))

    def generate_estimator(self, dimensions: list[Any], **kwargs: Any) -> BaseSampler | str:  # noqa: ANN401
        """The shared study's sampler, or freqtrade's usual one; both begin with the present.

        Raises:
            OperationalException: The study cannot be joined.
        """
        if self._theirs is not None and hasattr(self._theirs, "generate_estimator"):
            theirs: BaseSampler | str = self._theirs.generate_estimator(
                dimensions=dimensions, **kwargs
            )
            return theirs
        space: dict[str, BaseDistribution] = {one.name: one for one in dimensions}
        present = dict(self._first(space))
        fixed = {name: present[name] for name in self._static() if name in present}
        if fixed:
            logger.warning(
                "hyperphysics: kept as they are: %s, of which columns are made;"
                " --analyze-per-epoch searches them",
                ", ".join(fixed),
            )
        seed = int(kwargs.get("random_state") or 0)
        try:
            shared = run.sampler(space, seed, present, fixed)
        except StudyError as error:
            raise OperationalException(str(error)) from error
        return shared or PresentFirst(generations(seed, fixed), present, space)

    def _ask(self, name: str, *arguments: object) -> Any:  # noqa: ANN401
        """Ask the strategy's own class, or freqtrade where that says nothing."""
        return getattr(self._theirs, name, getattr(super(), name))(*arguments)

    def _kept_or(self, keep: str, space: list[Any]) -> list[Any]:
        self._idle |= {one.name for one in space}
        return [Categorical([True, False], name=keep), *space]

    def _static(self) -> Iterable[str]:
        """Parameters that freqtrade saw being read while the columns were made for all epochs."""
        for name, one in self._parameters.items():
            if one.in_space and one.optimize and getattr(one, "_warned_static_use", False):
                yield name

    def _first(self, space: Mapping[str, BaseDistribution]) -> Iterable[tuple[str, Any]]:
        """The present values as the space has them, by dimension."""
        unknown, found = [], {}
        for name, one in space.items():
            if name in self._present:
                value = self._present[name]
            elif name in self._idle:
                is_choice = isinstance(one, CategoricalDistribution)
                value = one.choices[0] if is_choice else one.low  # type: ignore[attr-defined]
            else:
                unknown.append(name)
                continue
            try:
                found[name] = one.to_external_repr(one.to_internal_repr(value))
            except ValueError:
                unknown.append(name)
        logger.info("hyperphysics: the first epoch has the present parameters")
        for name in outside(found, space):
            logger.warning(
                "hyperphysics: %s = %g lies outside what is searched, %g to %g: only the first"
                " epoch has it",
                *(name, found[name], space[name].low, space[name].high),  # type: ignore[attr-defined]
            )
        if unknown:
            logger.warning(
                "hyperphysics: the first epoch draws %s at random: present values unknown to the"
                " search space",
                ", ".join(unknown),
            )
        return found.items()
