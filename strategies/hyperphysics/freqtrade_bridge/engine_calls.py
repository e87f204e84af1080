# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine computed inside a freqtrade process, for whoever started the process.

Where the environment variable `HYPERPHYSICS_ENGINE_CALLS` names a file, the strategy appends one
JSON object for each call of the engine; its log line says the same for people.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

VARIABLE = "HYPERPHYSICS_ENGINE_CALLS"
"""Environment variable that names the file; without it nothing is written."""


@dataclass(frozen=True, slots=True)
class EngineCall:
    """One call of the engine.

    Attributes:
        candles: Candles computed, of all pairs.
        pairs: Their number.
        seconds: Wall-clock time.
        device: What computed.
        families: Families of columns.
    """

    candles: int
    pairs: int
    seconds: float
    device: str
    families: Sequence[str]


@dataclass(frozen=True, slots=True)
class EngineTime:
    """What the engine computed, summed over its calls."""

    calls: int
    candles: int
    pairs: int
    seconds: float
    device: str
    families: Sequence[str]

    def __str__(self) -> str:
        times = "" if self.calls == 1 else f" ({self.calls} calls)"
        return (
            f"{self.candles:,} candles of {self.pairs} pairs in {self.seconds:.2f} s"
            f" on {self.device}{times}, families {', '.join(self.families)}"
        )


def record(call: EngineCall) -> None:
    """Append a call to the file that the environment names, if it names one."""
    if not (name := os.environ.get(VARIABLE)):
        return
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(call)) + "\n")
    except OSError as error:
        # a bot trades on without it
        logger.warning("hyperphysics: %s=%s: %s", VARIABLE, name, error)


def read(path: Path) -> list[EngineCall]:
    """The calls in a file, oldest first; none where there is no file."""
    if not path.exists():
        return []
    return [EngineCall(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def total(calls: Sequence[EngineCall]) -> EngineTime | None:
    """The sum of calls; the device and families are those of the last; None without calls."""
    if not calls:
        return None
    return EngineTime(
        calls=len(calls),
        candles=sum(call.candles for call in calls),
        pairs=max(call.pairs for call in calls),
        seconds=sum(call.seconds for call in calls),
        device=calls[-1].device,
        families=calls[-1].families,
    )
