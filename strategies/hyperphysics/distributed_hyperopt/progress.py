# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a hyperopt study stands: what each process has done, and what is best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import optuna
from optuna import Study
from optuna.storages import BaseStorage
from optuna.trial import FrozenTrial, TrialState

from hyperphysics.distributed_hyperopt import trial_ledger
from hyperphysics.distributed_hyperopt.errors import StudyError
from hyperphysics.distributed_hyperopt.reports import SUFFIX
from hyperphysics.distributed_hyperopt.workers import Worker, workers


@dataclass(frozen=True)
class Count:
    """Numbers of trials.

    Attributes:
        finished: With a loss.
        running: Being evaluated.
        dropped: Proposals that freqtrade did not evaluate, most of them duplicates.
        lost: Failed because their process had died.
        best: The finished trial of the smallest loss, if any.
    """

    finished: int
    running: int
    dropped: int
    lost: int
    best: FrozenTrial | None


@dataclass(frozen=True)
class Progress:
    """Where a study stands.

    Attributes:
        everything: Trials of all processes.
        processes: Each process with its trials, in the order in which they joined.
    """

    everything: Count
    processes: Sequence[tuple[Worker, Count]]


def open_study(storage: BaseStorage, name: str | None, where: str) -> Study:
    """The study of a name, or the only one.

    Raises:
        StudyError: There is no such study, or several and no name.
    """
    names = [one for one in optuna.get_all_study_names(storage) if not one.endswith(SUFFIX)]
    if name is None and len(names) == 1:
        name = names[0]
    if name not in names:
        if not names:
            raise StudyError(f"{where} contains no study")
        wanted = f"no study {name}" if name else "several studies; choose one with --study-name"
        raise StudyError(f"{where} contains {wanted}: {', '.join(names)}")
    return optuna.load_study(study_name=name, storage=storage)


def progress(study: Study) -> Progress:
    """Count the trials of a study."""
    trials = study.get_trials(deepcopy=False)
    by_process: dict[str, list[FrozenTrial]] = {}
    for one in trials:
        by_process.setdefault(one.user_attrs.get(trial_ledger.WORKER, ""), []).append(one)
    known = sorted(workers(study.user_attrs).values(), key=lambda worker: worker.joined)
    return Progress(
        _count(trials),
        [(worker, _count(by_process.get(worker.key, []))) for worker in known],
    )


def _count(trials: Sequence[FrozenTrial]) -> Count:
    states = Counter(one.state for one in trials)
    dropped = sum(
        one.state == TrialState.FAIL and trial_ledger.DROPPED in one.user_attrs for one in trials
    )
    return Count(
        finished=states[TrialState.COMPLETE],
        running=states[TrialState.RUNNING],
        dropped=dropped,
        lost=states[TrialState.FAIL] - dropped,
        best=best(trials),
    )


def best(trials: Sequence[FrozenTrial]) -> FrozenTrial | None:
    """The finished trial of the smallest loss, the first one where several have it."""
    done = [one for one in trials if one.state == TrialState.COMPLETE]
    return min(done, key=lambda one: (one.value, one.number), default=None)
