# SPDX-License-Identifier: GPL-3.0-or-later
"""Proposals that depend on a trial's number and not on who asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from numpy.random import SeedSequence
from optuna import Study
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState


class PerTrialSampler(BaseSampler):
    """A sampler that draws for each trial from a stream of its own, given by seed and number.

    Processes that start with one seed would all propose the same; trials' numbers are unique.

    Args:
        make: Makes the sampler of one trial from a 32-bit seed.
        seed: Of all streams.
    """

    def __init__(self, make: Callable[[int], BaseSampler], seed: int) -> None:
        self._make = make
        self._seed = seed
        self._one = make(seed)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Make the trial's own sampler."""
        word = SeedSequence((self._seed, trial.number)).generate_state(1)[0]
        self._one = self._make(int(word))
        self._one.before_trial(study, trial)

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """That of the trial's own sampler."""
        return self._one.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Sample with the trial's own sampler."""
        return self._one.sample_relative(study, trial, search_space)

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:  # noqa: ANN401
        """Sample with the trial's own sampler."""
        return self._one.sample_independent(study, trial, param_name, param_distribution)

    def after_trial(
        self,
        study: Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """Pass on what became of a trial."""
        self._one.after_trial(study, trial, state, values)
