# SPDX-License-Identifier: GPL-3.0-or-later
"""Between freqtrade's own study, which lives in one process, and the shared one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from optuna import Study, Trial
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState

from hyperphysics.distributed_hyperopt.session import Session


class SharedSampler(BaseSampler):
    """Each trial that freqtrade asks for is asked of the hyperopt study, each loss told to it.

    Args:
        session: This process's place in the hyperopt study.
        dimensions: freqtrade's dimensions by name.
    """

    def __init__(self, session: Session, dimensions: Mapping[str, BaseDistribution]) -> None:
        self._session = session
        self._dimensions = dict(dimensions)
        self._open: dict[int, Trial] = {}
        self._told = False

    def __str__(self) -> str:
        """What freqtrade logs."""
        return f"hyperopt study {self._session}"

    def infer_relative_search_space(
        self,
        study: Study,  # noqa: ARG002 (Optuna fixes the signatures)
        trial: FrozenTrial,  # noqa: ARG002
    ) -> dict[str, BaseDistribution]:
        """The dimensions as they came: Optuna takes a value only for the class it asks for."""
        return self._dimensions

    def sample_relative(
        self,
        study: Study,  # noqa: ARG002
        trial: FrozenTrial,
        search_space: dict[str, BaseDistribution],  # noqa: ARG002
    ) -> dict[str, Any]:
        """A proposal of the hyperopt study.

        freqtrade tells a whole batch before it asks for the next: what is then still open was
        dropped as a duplicate and will never be told.
        """
        if self._told:
            for dropped in self._open.values():
                self._session.drop(dropped)
            self._open.clear()
            self._told = False
        asked = self._session.ask()
        self._open[trial.number] = asked
        return dict(asked.params)

    def sample_independent(
        self,
        study: Study,  # noqa: ARG002
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,  # noqa: ARG002
    ) -> Any:  # noqa: ANN401
        """The proposal's value outside the search space, which Optuna does not take from there."""
        return self._open[trial.number].params[param_name]

    def after_trial(
        self,
        study: Study,  # noqa: ARG002
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """Tell the hyperopt study; freqtrade keeps the result only after this returns."""
        if (asked := self._open.pop(trial.number, None)) is None:
            return
        self._told = True
        if state == TrialState.COMPLETE and values is not None:
            self._session.tell(asked, values[0])
        else:
            self._session.drop(asked, "no loss")
