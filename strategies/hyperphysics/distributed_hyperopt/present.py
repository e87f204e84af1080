# SPDX-License-Identifier: GPL-3.0-or-later
"""The parameters in effect before a search, which its first epoch evaluates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from optuna import Study
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState


def outside(present: Mapping[str, Any], space: Mapping[str, BaseDistribution]) -> list[str]:
    """Names of the numbers that lie below or above what is searched."""
    numbers = (IntDistribution, FloatDistribution)
    return [
        name
        for name, value in present.items()
        if isinstance(one := space[name], numbers) and not one.low <= value <= one.high
    ]


class PresentFirst(BaseSampler):
    """A sampler that proposes the present parameters first and what another one does after that.

    Args:
        sampler: The other one.
        present: Values by parameter; what is missing is drawn at random. They may lie outside the
            search space, and are then no parents of what a genetic sampler proposes.
        space: Distributions by parameter.
    """

    def __init__(
        self,
        sampler: BaseSampler,
        present: Mapping[str, Any],
        space: Mapping[str, BaseDistribution],
    ) -> None:
        self._sampler = sampler
        self._present = dict(present)
        self._inside = not outside(present, space)

    def __str__(self) -> str:
        """What freqtrade logs."""
        return f"{type(self._sampler).__name__}, after the present parameters"

    def reseed_rng(self) -> None:
        """Reseed the other sampler."""
        self._sampler.reseed_rng()

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Tell the other sampler."""
        self._sampler.before_trial(study, trial)

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """That of the other sampler; nothing for the first trial."""
        return self._sampler.infer_relative_search_space(study, trial) if trial.number else {}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Sample with the other one, which counts the trial in its first generation."""
        if trial.number or self._inside:
            return self._sampler.sample_relative(study, trial, search_space)
        return {}

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:  # noqa: ANN401
        """The present value for the first trial, the other sampler's for those after it."""
        if trial.number == 0 and param_name in self._present:
            return self._present[param_name]
        return self._sampler.sample_independent(study, trial, param_name, param_distribution)

    def after_trial(
        self,
        study: Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """Tell the other sampler what became of a trial."""
        self._sampler.after_trial(study, trial, state, values)
