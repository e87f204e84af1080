"""A study that many processes share: its storage, its workers, and what is told and taken."""

import errno
import json
import math
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
import pytest
from freqtrade.optimize.space import Integer
from optuna.trial import TrialState

from hyperphysics.distributed_hyperopt import export, fingerprint, progress, storage, trial_ledger
from hyperphysics.distributed_hyperopt.errors import StudyError
from hyperphysics.distributed_hyperopt.reports import FOLDER, Reports
from hyperphysics.distributed_hyperopt.workers import GRACE, Worker
from hyperphysics.strategy.rules.settings import Settings, SettingsError
from support.paths import TESTS
from support.trial_desk import Desk, dimensions


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_freqtrades_dimensions_are_proposed_by_the_study_and_stored(desk: Desk) -> None:
    sampler = desk.join()
    local = optuna.create_study(sampler=sampler)
    for loss in (3.0, 1.0, 2.0):
        local.tell(local.ask(dimensions()), loss)
    found = desk.read().get_trials()
    assert [one.params for one in found] == [one.params for one in local.get_trials()]
    assert [one.value for one in found] == [3.0, 1.0, 2.0]
    decimals = [one.params["stoploss"] for one in found]
    assert all(-0.35 <= value <= -0.02 for value in decimals)
    assert decimals == pytest.approx(np.round(decimals, 3), abs=1e-12)
    assert all(type(one.params["horizon"]) is int for one in found)
    assert desk.read().best_params == local.best_params


def test_what_freqtrade_drops_is_failed_with_the_next_batch(desk: Desk) -> None:
    sampler = desk.join()
    local = optuna.create_study(sampler=sampler)
    batch = [local.ask(dimensions()) for _ in range(3)]
    local.tell(batch[1], 1.0)
    assert desk.states() == ["RUNNING", "COMPLETE", "RUNNING"]
    open_one = local.ask(dimensions())
    assert desk.states() == ["FAIL", "COMPLETE", "FAIL", "RUNNING"]
    local.tell(open_one, math.nan)
    assert desk.states()[3] == "FAIL"
    local.ask(dimensions())
    sampler._session.leave()
    assert desk.states().count("RUNNING") == 0
    count = progress.progress(desk.read()).everything
    assert (count.finished, count.running, count.dropped, count.lost) == (1, 0, 4, 0)


def test_processes_of_one_seed_share_a_small_space_out(desk: Desk) -> None:
    space: dict[str, Any] = {"n": Integer(1, 12, name="n")}
    locals_ = [optuna.create_study(sampler=desk.join(space)) for _ in range(2)]
    for _ in range(4):
        trials = [local.ask(space) for local in locals_]
        for local, trial in zip(locals_, trials, strict=True):
            local.tell(trial, float(trial.params["n"]))
    found = [one.params["n"] for one in desk.read().get_trials(states=(TrialState.COMPLETE,))]
    # five proposals each: a value twice only where all of them had been tried
    assert len(set(found)) >= 7


def test_another_run_may_not_join_and_is_told_why(desk: Desk) -> None:
    desk.join()
    desk.join()
    space = {**dimensions(), "horizon": Integer(3, 40, name="horizon")}
    with pytest.raises(StudyError) as refused:
        desk.join(space, candles="11 rows", timerange="2023-")
    told = str(refused.value).splitlines()
    assert told[1] == "- candles: the study has 10 rows, this process 11 rows"
    assert told[2].startswith('- space horizon: the study has {"name": "IntDistribution"')
    assert '"high": 36' in told[2]
    assert '"high": 40' in told[2]
    assert told[3] == "- timerange: the study has nothing, this process 2023-"
    assert len(told) == 5


def test_a_study_made_by_something_else_is_left_alone(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(trial_ledger, "PATIENCE", 0.0)
    other = optuna.create_study(storage=storage.connect(desk.address), study_name="S")
    other.tell(other.ask(), 1.0)
    with pytest.raises(StudyError, match="made by something else"):
        desk.join()


def test_trials_of_a_killed_process_are_failed_and_its_results_stay(desk: Desk) -> None:
    words = [sys.executable, "-m", "support.trial_desk", str(desk.folder)]
    path = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        words, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"asked\n"
        desk.join()
        assert desk.states() == ["COMPLETE", "RUNNING"]
        child.send_signal(signal.SIGKILL)
        child.wait()
        desk.join()
    assert desk.states() == ["COMPLETE", "FAIL"]
    assert desk.read().best_value == 0.5
    counts = progress.progress(desk.read())
    assert counts.everything.lost == 1
    assert [worker.state() for worker, _ in counts.processes] == ["killed", "running", "running"]


def test_processes_of_other_machines_count_as_dead_when_they_were_long_silent(desk: Desk) -> None:
    sampler = desk.join()
    optuna.create_study(sampler=sampler).ask(dimensions())
    worker = replace(sampler._session.worker, machine="elsewhere", seen=time.time() - GRACE + 60)
    desk.read().set_user_attr(worker.attribute, worker.record())
    assert trial_ledger.fail_stale_trials(desk.read()) == []
    gone = replace(worker, seen=time.time() - GRACE - 1)
    desk.read().set_user_attr(gone.attribute, gone.record())
    assert gone.state() == "silent"
    assert trial_ledger.fail_stale_trials(desk.read()) == [0]
    assert desk.states() == ["FAIL"]


def test_a_result_that_comes_after_all_is_kept(desk: Desk) -> None:
    sampler = desk.join()
    local = optuna.create_study(sampler=sampler)
    trial = local.ask(dimensions())
    desk.read().tell(0, state=TrialState.FAIL)
    local.tell(trial, 0.25)
    last = desk.read().get_trials()[-1]
    assert desk.states() == ["FAIL", "COMPLETE"]
    assert (last.params, last.value) == (trial.params, 0.25)
    assert last.user_attrs[trial_ledger.WORKER] == sampler._session.worker.key


def test_a_number_used_again_by_another_process_is_not_taken_for_the_dead_one() -> None:
    here = Worker.here(Path("u"))
    assert here.state() == "running"
    assert here.started is not None
    assert replace(here, started=here.started - 1).state() == "killed"
    assert replace(here, pid=2**22 + 1).state() == "killed"
    assert here.beat(left=True).state() == "ended"
    assert Worker.read(json.loads(json.dumps(here.record()))) == here


# The journal.


def epochs(desk: Desk, count: int) -> None:
    local = optuna.create_study(sampler=desk.join())
    for number in range(count):
        local.tell(local.ask(dimensions()), float(number))


def test_an_unfinished_line_costs_nothing_else(desk: Desk) -> None:
    epochs(desk, 2)
    path = desk.folder / "study.journal"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"op_code":5,"worker_id":"x","trial_id":1,"para')
    assert desk.states() == ["COMPLETE", "COMPLETE"]
    epochs(desk, 1)
    assert desk.states() == ["COMPLETE"] * 3
    assert path.read_bytes().startswith(whole)
    assert all(json.loads(line) for line in path.read_bytes().splitlines())


def test_a_damaged_line_is_named(desk: Desk) -> None:
    epochs(desk, 1)
    path = desk.folder / "study.journal"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[4] = b"\x00" * 20 + b"\n"
    path.write_bytes(b"".join(lines))
    with pytest.raises(StudyError, match=r"study.journal is damaged in line 5"):
        desk.join()


@pytest.mark.parametrize(
    "end", [b"\0" * 20, b"\0" * 20 + b"\n", b'{"op_code":5,"wor\n', b'\0\0,"x":1}\n{"op_c\0\n\0']
)
def test_a_damaged_end_is_cut_off_with_a_warning(
    desk: Desk, end: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    epochs(desk, 2)
    path = desk.folder / "study.journal"
    whole = path.read_bytes()
    path.write_bytes(whole + end)
    epochs(desk, 1)
    assert f"cut off a damaged end of {len(end)} bytes" in caplog.text
    assert desk.states() == ["COMPLETE"] * 3
    assert path.read_bytes().startswith(whole + b"{")


def test_without_symbolic_links_the_journal_is_locked_by_an_exclusive_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*_: object, **__: object) -> None:
        # what FAT answers
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "symlink", refused)
    epochs(desk, 2)
    assert desk.states() == ["COMPLETE"] * 2
    assert "no symbolic links here" in caplog.text
    assert [path.name for path in desk.folder.glob("study.journal*")] == ["study.journal"]


@pytest.mark.parametrize("content", ['{"dry_run": true}', "a\nb\n", "x"])
def test_another_file_is_not_taken_for_a_journal(desk: Desk, content: str) -> None:
    path = desk.folder / "study.journal"
    path.write_text(content)
    with pytest.raises(StudyError, match="journal"):
        desk.join()
    assert path.read_text() == content


def test_a_journal_needs_its_folder(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="does not exist: make it first"):
        storage.connect(storage.parse(f"journal:{tmp_path / 'no' / 'study.journal'}"))


# Addresses, settings and facts.


def test_the_environment_outranks_the_configuration() -> None:
    assert storage.chosen(None, {}) is None
    assert str(storage.chosen("journal:/a", {})) == "journal:/a"
    assert str(storage.chosen("journal:/a", {storage.VARIABLE: "journal:/b"})) == "journal:/b"


def test_passwords_are_not_shown() -> None:
    assert "secret" not in str(storage.parse("postgresql://me:secret@host/db"))
    for wrong in ("mysql://me:secret@host/db", "postgresql:/me:secret@", "journal:"):
        with pytest.raises(StudyError) as error:
            storage.parse(wrong)
        assert "secret" not in str(error.value)
        assert "expected" in str(error.value)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StudyError, match="needs the driver psycopg") as error:
        storage.connect(storage.parse("postgresql://me:secret@127.0.0.1:1/db"))
    assert "secret" not in str(error.value)


def test_which_study_is_said_where_there_is_none_or_several() -> None:
    opened = optuna.storages.InMemoryStorage()
    with pytest.raises(StudyError, match=r"journal:/a contains no study$"):
        progress.open_study(opened, None, "journal:/a")
    for name in ("one", "two"):
        optuna.create_study(storage=opened, study_name=name)
    with pytest.raises(
        StudyError, match=r"several studies; choose one with --study-name: one, two"
    ):
        progress.open_study(opened, None, "journal:/a")
    assert progress.open_study(opened, "two", "journal:/a").study_name == "two"


def test_settings_take_a_study() -> None:
    assert Settings.read({"hyperopt_storage": "journal:/a"}).hyperopt_storage == "journal:/a"
    assert Settings.read({"hyperopt_storage": "none"}).hyperopt_storage is None
    with pytest.raises(SettingsError, match="journal:PATH"):
        Settings.read({"hyperopt_storage": 3})


def test_candles_are_told_apart_by_any_value(candles: Any) -> None:
    frame: pd.DataFrame = candles(50)
    fact = fingerprint.candles(frame)
    assert fact.startswith("50 rows from 2023-01-01 00:00 to 2023-01-03 01:00, ")
    assert fingerprint.candles(frame.assign(date=frame["date"].dt.as_unit("us"))) == fact
    assert fingerprint.candles(frame.iloc[:-1]) != fact
    volume = frame["volume"].to_numpy(np.float64, copy=True)
    volume[20] = np.nextafter(volume[20], np.inf)
    assert fingerprint.candles(frame.assign(volume=volume)) != fact


# freqtrade's reports.


def report(trial: Any, loss: float) -> str:
    epoch = {"loss": loss, "params_dict": trial.params, "is_best": True, "current_epoch": 9}
    epoch |= {"params_details": {"buy": trial.params}, "params_not_optimized": {"buy": {"x": 1}}}
    return json.dumps(epoch) + "\n"


def test_reports_reach_the_study_and_come_out_as_one_file(desk: Desk) -> None:
    sampler = desk.join()
    local = optuna.create_study(sampler=sampler)
    file = desk.folder / FOLDER / "strategy_S_2023.fthypt"
    trials = []
    for loss in (0.5, 0.25, 0.75):
        trial = local.ask(dimensions())
        local.tell(trial, loss)
        trials.append(trial)
        with file.open("a") as lines:
            lines.write(report(trial, loss))
    # the last trial's line is half written when its process is killed
    os.truncate(file, file.stat().st_size - 5)
    sampler._session.leave()
    study = desk.read()
    reports = Reports(storage.connect(desk.address), study, None, "S")
    found, missing = export.merged(study, reports)
    assert missing == [2]
    assert [(one["current_epoch"], one["is_best"]) for one in found] == [(1, True), (2, True)]
    assert [one["params_dict"] for one in found] == [one.params for one in trials[:2]]
    content = json.loads(export.parameters(found, "S"))
    assert content["params"] == {"buy": {"x": 1, **trials[1].params}}
    # the next process of the user directory hands in what it finds there
    file.write_text(file.read_text().rpartition("\n")[0] + "\n" + report(trials[2], 0.75))
    desk.join()
    reports = Reports(storage.connect(desk.address), study, None, "S")
    found, missing = export.merged(study, reports)
    assert missing == []
    assert [one["is_best"] for one in found] == [True, True, False]
    assert [json.loads(line)["loss"] for line in export.lines(found).splitlines()] == [
        0.5,
        0.25,
        0.75,
    ]


def test_nothing_to_export_is_said() -> None:
    with pytest.raises(StudyError, match="nothing to export"):
        export.parameters([], "S")
