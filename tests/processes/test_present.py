"""The present parameters in a study that many processes share: once each, and first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.trial import TrialState

from hyperphysics.distributed_hyperopt import storage, trial_ledger
from support.trial_desk import Desk, dimensions

PRESENT = {"stoploss": -0.15, "horizon": 9, "trailing": True}
GENERATION = "NSGAIIISampler:generation"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def begun(desk: Desk, *states: TrialState) -> list[dict[str, Any]]:
    """Parameters of the trials that were asked for as present ones."""
    found = desk.read().get_trials(states=states or None)
    return [one.params for one in found if trial_ledger.PRESENT in one.user_attrs]


def test_a_study_begins_with_the_present_parameters_once(desk: Desk) -> None:
    first, second = (optuna.create_study(sampler=desk.join(present=PRESENT)) for _ in range(2))
    for local in (second, first, second):
        local.tell(local.ask(dimensions()), 1.0)
    third = optuna.create_study(sampler=desk.join(present=PRESENT))
    third.tell(third.ask(dimensions()), 1.0)
    trials = desk.read().get_trials()
    assert [one.params == PRESENT for one in trials] == [True, False, False, False]
    assert begun(desk) == [PRESENT]
    # the sampler counts it in its first generation
    assert [one.system_attrs[GENERATION] for one in trials] == [0, 0, 0, 0]


def test_a_process_with_other_present_parameters_begins_with_its_own(desk: Desk) -> None:
    other = PRESENT | {"horizon": 20}
    for present in (PRESENT, other):
        local = optuna.create_study(sampler=desk.join(present=present))
        local.tell(local.ask(dimensions()), 1.0)
    assert begun(desk) == [PRESENT, other]


def test_present_parameters_outside_the_search_are_evaluated_and_no_parents(
    desk: Desk, recwarn: pytest.WarningsRecorder
) -> None:
    far = PRESENT | {"stoploss": -0.6, "horizon": 72}
    local = optuna.create_study(sampler=desk.join(present=far))
    for loss in range(40):
        local.tell(local.ask(dimensions()), float(loss))
    shared = desk.read().get_trials()
    assert shared[0].params == local.get_trials()[0].params == far
    assert GENERATION not in shared[0].system_attrs
    assert all(-0.35 <= one.params["stoploss"] <= -0.02 for one in shared[1:])
    assert all(3 <= one.params["horizon"] <= 36 for one in shared[1:])
    assert not [one for one in recwarn if "out of range" in str(one.message)]


def test_present_parameters_that_a_process_left_are_evaluated_by_the_next(desk: Desk) -> None:
    sampler = desk.join(present=PRESENT)
    optuna.create_study(sampler=sampler).ask(dimensions())
    sampler._session.leave()
    assert begun(desk, TrialState.FAIL) == [PRESENT]
    local = optuna.create_study(sampler=desk.join(present=PRESENT))
    local.tell(local.ask(dimensions()), 1.0)
    assert begun(desk, TrialState.COMPLETE) == [PRESENT]


def test_a_study_whose_maker_died_before_it_said_what_it_is_about_can_be_joined(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial_ledger, "PATIENCE", 0.0)
    half = optuna.create_study(storage=storage.connect(desk.address), study_name="S")
    trial_ledger.enqueue_present(half, PRESENT)
    local = optuna.create_study(sampler=desk.join(present=PRESENT))
    local.tell(local.ask(dimensions()), 1.0)
    assert begun(desk) == [PRESENT]
