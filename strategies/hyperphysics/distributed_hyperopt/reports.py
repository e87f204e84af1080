# SPDX-License-Identifier: GPL-3.0-or-later
"""freqtrade's reports of finished trials, carried into the study.

A loss and parameters are not enough for `freqtrade hyperopt-show`. The whole report of an epoch is
a line of a `.fthypt` file, which freqtrade writes after it has told the loss. So the lines are read
from there and handed in with the next trial, at the end, or by the next process of that user
directory. They are kept as attributes of a study of their own: nobody who samples reads them.
"""

from __future__ import annotations

import json
import time
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import optuna
from optuna import Study
from optuna.storages import BaseStorage

from hyperphysics.distributed_hyperopt import trial_ledger

SUFFIX = "/reports"
"""What the name of a study of reports ends with."""
FOLDER = "hyperopt_results"
"""Where freqtrade writes its files, in a user directory."""

# freqtrade replaces this one where the stake is unlimited.
REPLACED = "max_open_trades"


class Reports:
    """The reports of a study's finished trials.

    Args:
        storage: Where both studies are kept.
        study: The hyperopt study.
        userdir: The user directory to read files of; None reads none.
        strategy: The strategy's name.
    """

    def __init__(
        self, storage: BaseStorage, study: Study, userdir: Path | None, strategy: str
    ) -> None:
        self._study = optuna.create_study(
            storage=storage, study_name=f"{study.study_name}{SUFFIX}", load_if_exists=True
        )
        self._folder = userdir / FOLDER if userdir else None
        self._pattern = f"strategy_{strategy}_*.fthypt"
        self._offsets: dict[Path, int] = {}
        self._wanted: dict[str, list[int]] = {}
        there = self._study.user_attrs
        trials = trial_ledger.finished(study)
        # nothing older than the study can be about it
        starts = [one.datetime_start.timestamp() for one in trials if one.datetime_start]
        self._since = min(starts, default=time.time())
        for one in trials:
            if str(one.number) not in there and one.value is not None:
                self.expect(one.number, one.params, one.value)

    def expect(self, number: int, params: Mapping[str, Any], loss: float) -> None:
        """Look out for the report of a trial."""
        self._wanted.setdefault(_name(params, loss), []).append(number)

    def hand_in(self) -> int:
        """Store the reports that freqtrade has written meanwhile; returns how many."""
        count = 0
        for line in self._lines() if self._wanted else ():
            epoch = json.loads(line)
            name = _name(epoch["params_dict"], epoch["loss"])
            for number in self._wanted.get(name, ()):
                self._study.set_user_attr(str(number), b64encode(zlib.compress(line)).decode())
                count += 1
            self._wanted.pop(name, None)
        return count

    def read(self) -> dict[int, dict[str, Any]]:
        """All reports in the study, by trial number."""
        return {
            int(number): json.loads(zlib.decompress(b64decode(text)))
            for number, text in self._study.user_attrs.items()
        }

    def _lines(self) -> Iterator[bytes]:
        """Whole lines that have not been read before."""
        if self._folder is None:
            return
        for path in sorted(self._folder.glob(self._pattern)):
            status = path.stat()
            start = self._offsets.get(path, 0)
            if status.st_mtime < self._since or status.st_size <= start:
                continue
            with path.open("rb") as file:
                file.seek(start)
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    yield line
                    # past it only once it is handed in
                    start += len(line)
                    self._offsets[path] = start


def _name(params: Mapping[str, Any], loss: float) -> str:
    """What a trial and its report have in common."""
    same = {name: value for name, value in params.items() if name != REPLACED}
    return f"{float(loss)!r} {trial_ledger.parameter_key(same)}"
