"""A study that sessions join without freqtrade, and a process that joins and asks for a trial."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import optuna
from freqtrade.optimize.space import Categorical, Integer, SKDecimal

from hyperphysics.distributed_hyperopt import fingerprint, progress, storage
from hyperphysics.distributed_hyperopt.reports import FOLDER
from hyperphysics.distributed_hyperopt.sampler import SharedSampler
from hyperphysics.distributed_hyperopt.session import Session

FACTS = {"candles": "10 rows", "code": "abc"}


def dimensions() -> dict[str, Any]:
    """The kinds of dimension that freqtrade makes."""
    made: list[Any] = [
        SKDecimal(-0.35, -0.02, decimals=3, name="stoploss"),
        Integer(3, 36, name="horizon"),
        Categorical([True, False], name="trailing"),
    ]
    return {one.name: one for one in made}


class Desk:
    """A user directory with a journal that sessions join; stands where freqtrade does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = storage.parse(f"journal:{folder / 'study.journal'}")
        (folder / FOLDER).mkdir(exist_ok=True)

    def join(
        self,
        space: dict[str, Any] | None = None,
        present: dict[str, Any] | None = None,
        **changes: str,
    ) -> SharedSampler:
        dims = space or dimensions()
        stored = {name: fingerprint.stored(one) for name, one in dims.items()}
        facts = {**FACTS, **fingerprint.spaces(stored), **changes}
        place = (self.address, "S", "S", self.folder)
        session = Session.join(*place, facts, stored, seed=1, present=present)
        return SharedSampler(session, dims)

    def read(self) -> optuna.Study:
        return progress.open_study(storage.connect(self.address), None, "there")

    def states(self) -> list[str]:
        return [one.state.name for one in self.read().get_trials()]


def join_and_ask(folder: Path) -> None:
    """Tells one trial, asks for another, says so and waits to be killed."""
    local = optuna.create_study(sampler=Desk(folder).join())
    local.tell(local.ask(dimensions()), 0.5)
    local.ask(dimensions())
    print("asked", flush=True)
    time.sleep(600)


if __name__ == "__main__":
    join_and_ask(Path(sys.argv[1]))
