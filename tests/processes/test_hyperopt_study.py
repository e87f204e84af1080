"""Real hyperopt processes that share one study, in a journal file and in PostgreSQL."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import optuna
import pytest
from freqtrade.optimize.hyperopt_tools import HyperoptTools
from optuna.trial import FrozenTrial, TrialState

from hyperphysics.cli.main import main
from hyperphysics.distributed_hyperopt import progress, storage, trial_ledger
from hyperphysics.distributed_hyperopt.workers import workers
from hyperphysics.freqtrade_bridge.user_directory import install
from hyperphysics.strategy.rules.parameters import DEFAULTS
from support import parameter_file
from support.desk import Desk
from support.patience import PATIENCE, wait

pytestmark = pytest.mark.freqtrade

SPACES = ("sell", "risk", "stoploss")
TIMERANGE = "20230420-20230515"


class Machine:
    """A user directory of its own, with the candles of a desk."""

    def __init__(self, desk: Desk, userdir: Path) -> None:
        if userdir != desk.userdir:
            install(userdir)
        parameter_file.write(userdir, {"buy": parameter_file.EAGER["buy"]})
        self.desk = desk
        self.userdir = userdir

    def start(self, epochs: int, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """A hyperopt process, its log in a file beside the user directory."""
        words = ["hyperopt", "--userdir", str(self.userdir), "--config", str(self.desk.config)]
        words += ["--datadir", str(self.desk.userdir / "data" / "binance")]
        words += ["--strategy", "HyperPhysics", "--hyperopt-loss", "HyperPhysicsLoss"]
        words += ["--pairs", "BTC/USDT", "--timerange", TIMERANGE, "-j", "1"]
        words += ["--spaces", *SPACES]
        words += ["--random-state", "1", "--disable-param-export", "--epochs", str(epochs)]
        with self.log.open("w") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "freqtrade", *words, *arguments],
                env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"} | environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    @property
    def log(self) -> Path:
        return self.userdir.with_name(f"{self.userdir.name}.log")

    def losses(self) -> set[float]:
        """Losses in the files that freqtrade wrote here."""
        files = (self.userdir / "hyperopt_results").glob("strategy_*.fthypt")
        return {json.loads(line)["loss"] for file in files for line in file.open()}

    def finish(self, process: subprocess.Popen[str]) -> str:
        assert process.wait(PATIENCE) == 0, self.log.read_text()[-3000:]
        return self.log.read_text()


@pytest.fixture
def machines(spot: Desk, tmp_path: Path) -> Iterator[list[Machine]]:
    """Two of them; the first has the desk's own user directory."""
    results = spot.userdir / "hyperopt_results"
    shutil.rmtree(results, ignore_errors=True)
    yield [Machine(spot, spot.userdir), Machine(spot, tmp_path / "other")]
    (spot.userdir / "strategies" / "HyperPhysics.json").unlink()
    shutil.rmtree(results, ignore_errors=True)


def load(address: str) -> optuna.Study:
    where = storage.parse(address)
    return progress.open_study(storage.connect(where), None, str(where))


def trials(study: optuna.Study, pid: int, *states: TrialState) -> dict[int, FrozenTrial]:
    """Trials of a process by number."""
    keys = {key for key, worker in workers(study.user_attrs).items() if worker.pid == pid}
    found = study.get_trials(states=states or None)
    return {one.number: one for one in found if one.user_attrs.get(trial_ledger.WORKER) in keys}


def kill_in_a_trial(address: str, process: subprocess.Popen[str], log: Path) -> dict[int, float]:
    """SIGKILL it between ask and tell of its third trial or later; returns losses by number."""
    lost: dict[int, float] | None = None

    def killed() -> bool:
        nonlocal lost
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            study = load(address)
        except ValueError:
            return False  # not made yet
        if len(trials(study, process.pid, TrialState.COMPLETE)) < 2:
            return False
        process.send_signal(signal.SIGSTOP)
        study = load(address)
        if not trials(study, process.pid, TrialState.RUNNING):
            process.send_signal(signal.SIGCONT)
            return False
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        done = trials(study, process.pid, TrialState.COMPLETE)
        lost = {number: one.value for number, one in done.items() if one.value is not None}
        return True

    wait(killed, lambda: f"no trial to kill it in: {log.read_text()[-3000:]}", step=0.2)
    assert lost
    return lost


def share(address: str, machines: list[Machine]) -> optuna.Study:
    """Two processes at once, the first killed within a trial, then a third in its place."""
    first, second = machines
    killed = first.start(1000, HYPERPHYSICS_HYPEROPT_STORAGE=address)
    other = second.start(4, FREQTRADE__HYPERPHYSICS__HYPEROPT_STORAGE=address)
    try:
        before = kill_in_a_trial(address, killed, first.log)
        resumed = first.start(3, HYPERPHYSICS_HYPEROPT_STORAGE=address)
        second.finish(other)
        log = first.finish(resumed)
    finally:
        for process in (killed, other):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    study = load(address)
    assert "joined study HyperPhysics" in log
    found = trials(study, killed.pid)
    # nothing that had finished is lost, neither for the study nor for what freqtrade wrote
    assert {number: found[number].value for number in before} == before
    losses = {one.value for one in study.get_trials(states=(TrialState.COMPLETE,))}
    assert first.losses() | second.losses() == losses
    assert study.get_trials(states=(TrialState.RUNNING,)) == []
    assert len(trials(study, killed.pid, TrialState.FAIL)) >= 1
    assert len(trials(study, other.pid, TrialState.COMPLETE)) == 4
    assert len(trials(study, resumed.pid, TrialState.COMPLETE)) == 3
    finished = trial_ledger.finished(study)
    facts = study.user_attrs[trial_ledger.FACTS]
    searched = {name.removeprefix("space ") for name in facts if name.startswith("space ")}
    assert {"stoploss", *DEFAULTS["risk"]} < searched
    for one in finished:
        assert set(one.params) == searched
        for name, kind in one.distributions.items():
            assert kind._contains(kind.to_internal_repr(one.params[name])), name
    # the first trial is what the study began with, and its place in the sampler is the first
    begun = study.get_trials()[0]
    assert begun.state == TrialState.COMPLETE
    assert begun.params == {**DEFAULTS["sell"], **DEFAULTS["risk"], "stoploss": -0.15}
    assert begun.system_attrs["NSGAIIISampler:generation"] == 0
    # one seed for all, and yet nothing is proposed twice
    assert len({trial_ledger.parameter_key(one.params) for one in finished}) == len(finished)
    states = [worker.state() for worker, _ in progress.progress(study).processes]
    assert sorted(states) == ["ended", "ended", "killed"]
    return study


def test_processes_share_a_journal(
    machines: list[Machine], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"journal:{tmp_path / 'study.journal'}"
    study = share(address, machines)
    done = len(trial_ledger.finished(study))

    assert main(["study", "hyperopt", "status", "--storage", address]) == 0
    shown = capsys.readouterr().out
    assert shown.count(" ended ") == 2
    assert shown.count(" killed ") == 1
    assert f"loss {study.best_value:.5f}" in shown

    first, second = machines
    assert (
        main(
            ["study", "hyperopt", "export", "--storage", address, "--userdir", str(second.userdir)]
        )
        == 0
    )
    assert "left out" not in capsys.readouterr().out
    exported = HyperoptTools.load_params_from_file(second.userdir / "strategies/HyperPhysics.json")
    assert exported["strategy_name"] == "HyperPhysics"
    # freqtrade rounds to 13 decimals
    for space in SPACES:
        for name, value in exported["params"][space].items():
            assert value == pytest.approx(study.best_params[name], abs=1e-9)
    merged = max((second.userdir / "hyperopt_results").glob("*.fthypt"))
    place = ["--userdir", str(second.userdir), "--hyperopt-filename", merged.name]
    # the same with the parameters beside the strategy, but of other candles
    refused = second.start(
        1, "--timerange", "20230420-20230501", HYPERPHYSICS_HYPEROPT_STORAGE=address
    )
    _, count = HyperoptTools.load_filtered_results(merged, {})
    assert count == done
    # it would write the parameters beside the strategy, which the refused process reads meanwhile
    best = first.desk.freqtrade("hyperopt-show", *place, "--best", "--disable-param-export")
    assert f"Objective: {study.best_value:.5f}" in best.table
    assert refused.wait(PATIENCE) != 0
    log = second.log.read_text()
    assert "cannot join study HyperPhysics" in log
    assert f"- configuration timerange: the study has {TIMERANGE}" in log
    told = [line for line in log.splitlines() if line.startswith("- ")]
    assert [line.split(":")[0] for line in told] == [
        "- candles BTC/USDT 1h spot",
        "- configuration timerange",
    ]


# PostgreSQL.


def programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL server: install Debian's postgresql")
    return found[-1].parent


@pytest.fixture
def database() -> Iterator[str]:
    """Address of an empty database on a server of its own, which refuses to run as root."""
    pytest.importorskip("psycopg", reason="no driver: pip install '.[postgresql]'")
    bin_ = programs()
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="hyperphysics-"))
    if as_user:
        shutil.chown(folder, "postgres")

    def call(program: str, *arguments: str) -> None:
        words = [*as_user, str(bin_ / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(words, check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=PATIENCE)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    try:
        call("initdb", "-U", "hyper", "-A", "trust", "--no-sync")
        listen = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        call("pg_ctl", "-l", str(folder / "log"), "-o", listen, "-w", "start")
        try:
            yield f"postgresql://hyper@127.0.0.1:{port}/postgres"
        finally:
            call("pg_ctl", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def test_processes_share_a_postgresql_database(machines: list[Machine], database: str) -> None:
    study = share(database, machines)
    # whole, however long they are together
    assert study.user_attrs[trial_ledger.FACTS]["configuration timerange"] == TIMERANGE


def test_a_database_out_of_reach_is_said(database: str) -> None:
    address = database.replace("postgresql://hyper@", "postgresql://nobody:secret@")
    with pytest.raises(ValueError, match="does not answer") as error:
        storage.connect(storage.parse(address))
    assert "secret" not in str(error.value)
