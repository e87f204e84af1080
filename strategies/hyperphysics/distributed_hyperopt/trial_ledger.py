# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger of a hyperopt study: who evaluates which trial, what was tried, what has finished."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import optuna
from optuna import Study
from optuna.exceptions import DuplicatedStudyError, UpdateFinishedTrialError
from optuna.samplers import BaseSampler
from optuna.storages import BaseStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from hyperphysics.distributed_hyperopt.errors import StudyError
from hyperphysics.distributed_hyperopt.fingerprint import Facts, differences
from hyperphysics.distributed_hyperopt.workers import GRACE, workers

FACTS = "facts"
"""Attribute of the study: what must be the same for all of its processes."""
STRATEGY = "strategy"
"""Attribute of the study: the strategy's name."""
WORKER = "worker"
"""Attribute of a trial: key of the worker that evaluates it."""
PRESENT = "present"
"""Attribute of a trial of present parameters: their key."""
DROPPED = "dropped"
"""Attribute of a failed trial: why its process did not evaluate it."""

# Seconds for which whoever made a study may take to say what it is about.
PATIENCE = 10.0


def create_or_load(
    storage: BaseStorage,
    name: str,
    strategy: str,
    facts: Facts,
    sampler: BaseSampler,
    where: str,
    present: Mapping[str, Any] | None = None,
) -> Study:
    """Make the study, or load it if it is about the same.

    Whoever makes it lets it begin with its `present` parameters, before others can join.

    Raises:
        StudyError: It is about something else, and in what.
    """
    try:
        study = optuna.create_study(storage=storage, study_name=name, sampler=sampler)
    except DuplicatedStudyError:
        study = optuna.load_study(storage=storage, study_name=name, sampler=sampler)
        found = _facts(study)
        if found is not None:
            if lines := differences(found, facts):
                listed = "\n".join(f"- {line}" for line in lines)
                raise StudyError(
                    f"this process cannot join study {name} in {where}, whose losses it would not"
                    f" reproduce:\n{listed}\nMake these the same, or name another study with the"
                    ' key "hyperopt_study_name".'
                ) from None
            return study
        trials = study.get_trials(deepcopy=False)
        known = all(trial.state == TrialState.WAITING for trial in trials)
        if study.directions != [StudyDirection.MINIMIZE] or not known:
            raise StudyError(
                f"study {name} in {where} was made by something else; name another with the key"
                ' "hyperopt_study_name"'
            ) from None
    study.set_user_attr(STRATEGY, strategy)
    enqueue_present(study, present or {})
    study.set_user_attr(FACTS, dict(facts))
    return study


def _facts(study: Study) -> Facts | None:
    """The study's facts; whoever is making it gets time to write them."""
    until = time.monotonic() + PATIENCE
    while True:
        attributes = study.user_attrs
        if FACTS in attributes or time.monotonic() > until:
            return cast("Facts | None", attributes.get(FACTS))
        time.sleep(0.1)


def enqueue_present(study: Study, present: Mapping[str, Any]) -> None:
    """Have present parameters evaluated next, unless someone has, does or will."""
    if not present:
        return
    key = parameter_key(present)
    states = (TrialState.WAITING, TrialState.RUNNING, TrialState.COMPLETE)
    for one in study.get_trials(deepcopy=False, states=states):
        if key in {one.user_attrs.get(PRESENT), parameter_key(one.params)}:
            return
    study.enqueue_trial(dict(present), user_attrs={PRESENT: key})


def fail_stale_trials(study: Study) -> list[int]:
    """Fail the running trials of processes that are dead; returns their numbers."""
    running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    known = workers(study.user_attrs) if running else {}
    numbers = []
    for one in running:
        worker = known.get(one.user_attrs.get(WORKER, ""))
        # a process is killed between taking a number and signing it once in a million times
        alive = worker.state() == "running" if worker else _age(one) < GRACE
        if not alive:
            try:
                study.tell(one.number, state=TrialState.FAIL)
            except (UpdateFinishedTrialError, ValueError):
                continue
            numbers.append(one.number)
    return numbers


def _age(one: FrozenTrial) -> float:
    start = one.datetime_start or datetime.now()  # noqa: DTZ005 (Optuna's own are naive)
    return time.time() - start.timestamp()


def parameter_key(params: Mapping[str, Any]) -> str:
    """One text for one set of parameters."""
    return json.dumps(params, sort_keys=True)


def tried_keys(study: Study) -> set[str]:
    """Keys of the parameters that were tried, or are being tried, by whomever."""
    states = (TrialState.COMPLETE, TrialState.RUNNING)
    return {parameter_key(one.params) for one in study.get_trials(deepcopy=False, states=states)}


def finished(study: Study) -> list[FrozenTrial]:
    """Finished trials in the order in which they were finished."""
    trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return sorted(trials, key=lambda one: (one.datetime_complete, one.number))


def trial(study: Study, number: int) -> FrozenTrial:
    """The trial of a number."""
    return study.get_trials(deepcopy=False)[number]


def newest_finished(study: Study, worker: str) -> int:
    """Number of the newest trial that a worker finished."""
    mine = (one for one in finished(study) if one.user_attrs.get(WORKER) == worker)
    return max(one.number for one in mine)
