# SPDX-License-Identifier: GPL-3.0-or-later
"""A process's place in a hyperopt study: it joins, asks, tells and leaves."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import optuna
from optuna import Study, Trial
from optuna.distributions import BaseDistribution
from optuna.exceptions import ExperimentalWarning, StorageInternalError, UpdateFinishedTrialError
from optuna.samplers import BaseSampler, NSGAIIISampler, PartialFixedSampler
from optuna.trial import TrialState
from sqlalchemy.exc import SQLAlchemyError

from hyperphysics.distributed_hyperopt import trial_ledger
from hyperphysics.distributed_hyperopt.errors import StudyError
from hyperphysics.distributed_hyperopt.fingerprint import Facts
from hyperphysics.distributed_hyperopt.per_trial_sampler import PerTrialSampler
from hyperphysics.distributed_hyperopt.present import outside
from hyperphysics.distributed_hyperopt.reports import Reports
from hyperphysics.distributed_hyperopt.storage import Address, connect
from hyperphysics.distributed_hyperopt.workers import BEAT, Worker

logger = logging.getLogger(__name__)

T = TypeVar("T")

# freqtrade's own choice of sampler and generation.
POPULATION = 30
# Proposals that are taken when those before them had been tried already.
TRIES = 5
# Seconds for which a storage may be out of reach before a process gives up.
PATIENCE = 600.0


class Session:
    """A process in a study; `join` makes one.

    Attributes:
        study: The hyperopt study.
        worker: This process.
    """

    def __init__(
        self,
        study: Study,
        worker: Worker,
        space: Mapping[str, BaseDistribution],
        reports: Reports,
        present: Mapping[str, Any],
    ) -> None:
        self.study = study
        self.worker = worker
        self._space = dict(space)
        self._present = dict(present)
        self._reports = reports
        self._open: dict[int, Trial] = {}
        self._checked = time.monotonic()
        self._ended = threading.Event()

    @classmethod
    def join(
        cls,
        address: Address,
        name: str,
        strategy: str,
        userdir: Path,
        facts: Facts,
        space: Mapping[str, BaseDistribution],
        seed: int,
        present: Mapping[str, Any] | None = None,
        fixed: Mapping[str, Any] | None = None,
    ) -> Session:
        """Take part in a study, which the first process makes.

        Args:
            address: Where it is kept.
            name: Its name there.
            strategy: The strategy's name.
            userdir: freqtrade's user directory.
            facts: What must be the same for all processes.
            space: Distributions by name, as `fingerprint.stored` makes them.
            seed: Of the proposals.
            present: Values by parameter that are evaluated before any proposal.
            fixed: Parameters that have one value in all proposals.

        Raises:
            StudyError: The storage cannot be used, or the study is about something else.
        """
        storage = connect(address)
        sampler = PerTrialSampler(partial(generations, fixed=fixed), seed)
        study = trial_ledger.create_or_load(
            storage, name, strategy, facts, sampler, str(address), present
        )
        worker = Worker.here(userdir)
        study.set_user_attr(worker.attribute, worker.record())
        reports = Reports(storage, study, userdir, strategy)
        session = cls(study, worker, space, reports, present or {})
        gone = session._sweep()
        handed = reports.hand_in()
        done = len(study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)))
        logger.info(
            "hyperphysics: joined study %s in %s with %d finished trials"
            " (%d of dead processes failed, %d reports handed in)",
            *(name, address, done, len(gone), handed),
        )
        threading.Thread(target=session._beat, name="hyperopt heartbeat", daemon=True).start()
        atexit.register(session.leave)
        return session

    def __str__(self) -> str:
        """The study's name and the process's number."""
        return f"{self.study.study_name} as {self.worker.host}:{self.worker.pid}"

    def ask(self) -> Trial:
        """A trial to evaluate, if possible one whose parameters nobody has tried."""
        _retry(self._reports.hand_in)
        if time.monotonic() - self._checked > BEAT:
            self._checked = time.monotonic()
            _retry(self._sweep)
        tried = _retry(partial(trial_ledger.tried_keys, self.study))
        trial = _retry(self._one)
        for _ in range(TRIES - 1):
            if trial_ledger.parameter_key(trial.params) not in tried:
                break
            self.drop(trial)
            trial = _retry(self._one)
        return trial

    def _sweep(self) -> list[int]:
        """Fail the trials of dead processes; the present parameters may have been among them."""
        gone = trial_ledger.fail_stale_trials(self.study)
        trial_ledger.enqueue_present(self.study, self._present)
        return gone

    def _one(self) -> Trial:
        with warnings.catch_warnings():
            # present values may; whoever started the search was told
            warnings.filterwarnings("ignore", message=".* is out of range for distribution")
            trial = self.study.ask(self._space)
        trial.set_user_attr(trial_ledger.WORKER, self.worker.key)
        if not outside(trial.params, self._space):
            # Optuna asks no sampler about what was enqueued: without this, its sampler counts it
            # in no generation, and it is no parent of any proposal
            _ = trial.relative_params
        self._open[trial.number] = trial
        return trial

    def tell(self, trial: Trial, loss: float) -> None:
        """Finish a trial; on disk when this returns.

        One that was failed meanwhile, by a process that took this one for dead, is added anew.
        """
        params, distributions = trial.params, trial.distributions
        del self._open[trial.number]

        def finish() -> int:
            try:
                return self.study.tell(trial, loss).number
            except (UpdateFinishedTrialError, ValueError):
                now = trial_ledger.trial(self.study, trial.number)
                if now.state == TrialState.COMPLETE:
                    return trial.number
                again = optuna.create_trial(
                    params=params,
                    distributions=distributions,
                    value=loss,
                    user_attrs={trial_ledger.WORKER: self.worker.key},
                )
                self.study.add_trial(again)
                return trial_ledger.newest_finished(self.study, self.worker.key)

        number = _retry(finish)
        self._reports.expect(number, params, loss)

    def drop(self, trial: Trial, why: str = "duplicate") -> None:
        """Fail a trial that will not be told."""
        self._open.pop(trial.number, None)

        def fail() -> None:
            try:
                trial.set_user_attr(trial_ledger.DROPPED, why)
                self.study.tell(trial, state=TrialState.FAIL)
            except (UpdateFinishedTrialError, ValueError):
                logger.debug("trial %d had been failed already", trial.number)

        _retry(fail)

    def leave(self) -> None:
        """Fail what is open, hand in the last reports and sign off."""
        if self._ended.is_set() or os.getpid() != self.worker.pid:
            return
        self._ended.set()
        try:
            for trial in list(self._open.values()):
                self.drop(trial, "ended")
            self._reports.hand_in()
            trial_ledger.fail_stale_trials(self.study)
            self.study.set_user_attr(self.worker.attribute, self.worker.beat(left=True).record())
        except (StudyError, StorageInternalError, SQLAlchemyError, OSError, ValueError) as error:
            logger.warning("hyperphysics: could not leave the study in order: %s", error)

    def _beat(self) -> None:
        while not self._ended.wait(BEAT):
            try:
                self.study.set_user_attr(self.worker.attribute, self.worker.beat().record())
            except Exception as error:
                # whatever it was, this thread must not die unheard: others would fail our trials
                logger.warning(
                    "hyperphysics: no sign of life to the hyperopt study: %s; again in %.0f s",
                    *(repr(error), BEAT),
                )


def generations(seed: int, fixed: Mapping[str, Any] | None = None) -> BaseSampler:
    """The sampler that freqtrade takes as well.

    Args:
        seed: Of its proposals.
        fixed: Parameters that have one value in all proposals.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        sampler = NSGAIIISampler(population_size=POPULATION, seed=seed)
        return PartialFixedSampler(dict(fixed), sampler) if fixed else sampler


def _retry(action: Callable[[], T]) -> T:
    """Do it again while the storage is out of reach."""
    until = time.monotonic() + PATIENCE
    wait = 1.0
    while True:
        try:
            return action()
        except (StorageInternalError, SQLAlchemyError, OSError) as error:
            if time.monotonic() > until:
                raise StudyError(
                    f"the study's storage was out of reach for {PATIENCE:.0f} s: {error}"
                ) from error
            logger.warning("hyperphysics: the study's storage: %s; again in %.0f s", error, wait)
        time.sleep(wait)
        wait = min(2 * wait, 30.0)
