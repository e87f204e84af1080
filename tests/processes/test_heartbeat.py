"""The sign of life of a hyperopt worker, and reading on where a journal was torn for a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import optuna
import pytest
from optuna.distributions import IntDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileSymlinkLock

from hyperphysics.distributed_hyperopt import journal, session, storage
from hyperphysics.distributed_hyperopt.errors import StudyError
from hyperphysics.distributed_hyperopt.reports import FOLDER
from hyperphysics.distributed_hyperopt.session import Session
from hyperphysics.distributed_hyperopt.workers import workers
from support.patience import wait

TORN = b'{"op_code":4,"worker_id":"x","trial_id":1,"user_a{"op_code":4\n'
HEARTBEAT = "hyperopt heartbeat"


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A worker whose heart beats twenty times a second."""
    monkeypatch.setattr(session, "BEAT", 0.05)
    monkeypatch.setattr(journal, "REREAD_AFTER", ())
    (tmp_path / FOLDER).mkdir()
    address = storage.parse(f"journal:{tmp_path / 'study.journal'}")
    space = {"n": IntDistribution(0, 9)}
    one = Session.join(address, "S", "S", tmp_path, {"code": "abc"}, space, seed=1)
    yield one
    one.leave()


def seen(path: Path, worker: Session) -> float:
    """When the worker was last seen, as another process reads it."""
    study = optuna.load_study(
        study_name="S",
        storage=JournalStorage(JournalFileBackend(str(path))),
    )
    return workers(study.user_attrs)[worker.worker.key].seen


def test_a_torn_line_costs_beats_and_not_the_heart(
    worker: Session, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "study.journal"
    first = seen(path, worker)
    wait(lambda: seen(path, worker) > first, lambda: "no beat", step=0.01)
    with path.open("ab") as file:
        file.write(TORN)
    # each beat writes, and fails as it reads on
    missed = "no sign of life to the hyperopt study"
    wait(
        lambda: sum(missed in record.getMessage() for record in caplog.records) >= 2,
        lambda: caplog.text,
        step=0.01,
    )
    assert all(
        "damaged after record" in record.getMessage()
        for record in caplog.records
        if missed in record.getMessage()
    )
    assert HEARTBEAT in {thread.name for thread in threading.enumerate()}
    lock = JournalFileSymlinkLock(str(path))
    lock.acquire()
    whole = b"".join(line for line in path.read_bytes().splitlines(True) if line != TORN)
    path.write_bytes(whole)
    lock.release()
    mended = time.time()
    wait(lambda: seen(path, worker) > mended, lambda: "no beat since", step=0.01)
    assert worker.ask().number == 0


def test_a_line_that_is_torn_for_a_moment_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "study.journal"
    store = storage.connect(storage.parse(f"journal:{path}"))
    study = optuna.create_study(storage=store, study_name="S")
    whole = path.read_bytes()
    other = optuna.load_study(
        storage=storage.connect(storage.parse(f"journal:{path}")), study_name="S"
    )
    study.set_user_attr("x", 1)
    line = path.read_bytes()[len(whole) :]
    path.write_bytes(whole + TORN + line)
    mend = threading.Timer(0.05, lambda: path.write_bytes(whole + line))
    mend.start()
    assert other.user_attrs == {"x": 1}
    mend.join()
    path.write_bytes(whole + line + TORN + line)
    with pytest.raises(StudyError, match=r"study.journal is damaged after record 2"):
        _ = other.user_attrs
