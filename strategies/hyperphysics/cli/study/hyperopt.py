"""Look into a hyperopt study that many processes share, and take out what freqtrade reads.

`status` shows each process: running, ended (in order), killed (gone from this machine) or silent
(on another machine and not heard of for five minutes); and its trials: finished, running, dropped
(tried before) or lost (their process is killed or silent). `export` writes the best parameters and
one .fthypt file of all epochs. Both fail the trials of processes that are dead.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from optuna.storages import BaseStorage

from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.screen import Screen, table
from hyperphysics.distributed_hyperopt import export, progress, storage, trial_ledger
from hyperphysics.distributed_hyperopt.errors import StudyError
from hyperphysics.distributed_hyperopt.progress import Count
from hyperphysics.distributed_hyperopt.reports import FOLDER, Reports

HEAD = ("process", "state", "finished", "running", "dropped", "lost", "best loss", "seen")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `study hyperopt`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    status = actions.add_parser("status", help="state and trials of each process")
    export = actions.add_parser("export", help="write the best parameters and a merged .fthypt")
    for one in (status, export):
        one.add_argument(
            "--storage",
            metavar="ADDRESS",
            help="journal:PATH or postgresql://… (default: HYPERPHYSICS_HYPEROPT_STORAGE)",
        )
        one.add_argument("--study-name", metavar="NAME", help="default: the only one")
    export.add_argument(
        "--userdir",
        type=Path,
        default=Path("user_data"),
        metavar="DIR",
        help="freqtrade's user directory: epochs go to hyperopt_results (default: %(default)s)",
    )
    export.add_argument(
        "--parameters",
        type=Path,
        metavar="FILE",
        help="where the best parameters go (default: strategies/STRATEGY.json in DIR)",
    )


def run(args: argparse.Namespace) -> int:
    """Show or export; returns 0."""
    try:
        return _status(args) if args.action == "status" else _export(args)
    except StudyError as error:
        raise CommandError(str(error)) from error


def _status(args: argparse.Namespace) -> int:
    opened, where = _open(args)
    study = progress.open_study(opened, args.study_name, where)
    trial_ledger.fail_stale_trials(study)
    found = progress.progress(study)
    title = f"{study.study_name} in {where}"
    rows = [
        (
            f"{worker.host}:{worker.pid}",
            worker.state(),
            *_cells(count),
            f"{max(time.time() - worker.seen, 0.0):.0f} s ago",
        )
        for worker, count in found.processes
    ]
    table(title, HEAD, [*rows, ("all", "", *_cells(found.everything), "")])
    if (best := found.everything.best) is not None:
        values = ", ".join(f"{name} {_short(one)}" for name, one in sorted(best.params.items()))
        Screen().say(f"best: trial {best.number}, loss {best.value:.5f}: {values}")
    return 0


def _cells(count: Count) -> tuple[str, ...]:
    numbers = (count.finished, count.running, count.dropped, count.lost)
    return (*map(str, numbers), "-" if count.best is None else f"{count.best.value:.5f}")


def _export(args: argparse.Namespace) -> int:
    opened, where = _open(args)
    study = progress.open_study(opened, args.study_name, where)
    trial_ledger.fail_stale_trials(study)
    strategy = str(study.user_attrs.get(trial_ledger.STRATEGY, study.study_name))
    reports = Reports(opened, study, args.userdir, strategy)
    reports.hand_in()
    epochs, missing = export.merged(study, reports)
    target = args.parameters or args.userdir / "strategies" / f"{strategy}.json"
    now = datetime.now(UTC).strftime("%Y-%m-%d_%H-%M-%S")
    merged = args.userdir / FOLDER / f"strategy_{strategy}_{now}.fthypt"
    try:
        for path, content in (
            (target, export.parameters(epochs, strategy)),
            (merged, export.lines(epochs)),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, "utf-8")
    except OSError as error:
        raise CommandError(f"cannot write: {error}") from error
    screen = Screen()
    screen.say(f"best parameters: {target.resolve()}")
    screen.say(f"{len(epochs)} epochs: {merged.resolve()}")
    screen.say(
        f"freqtrade hyperopt-show --userdir {args.userdir} --best --hyperopt-filename {merged.name}"
    )
    if missing:
        best = progress.best(study.get_trials(deepcopy=False))
        worth = ", the best one among them" if best and best.number in missing else ""
        screen.say(
            f"left out for want of freqtrade's report{worth}: trials {_list(missing)}; export from"
            " the user directory of their process to hand it in"
        )
    return 0


def _open(args: argparse.Namespace) -> tuple[BaseStorage, str]:
    address = storage.parse(args.storage) if args.storage else storage.chosen(None)
    if address is None:
        raise CommandError(f"which study? Give --storage, or set {storage.VARIABLE}")
    if isinstance(address.place, Path) and not address.place.is_file():
        raise CommandError(f"there is no journal {address.place}")
    return storage.connect(address), str(address)


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _list(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
