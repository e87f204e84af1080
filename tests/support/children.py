"""What child processes compute: a process that is spawned imports it anew."""

from __future__ import annotations

from typing import Any

import pandas as pd

import hyperphysics as hp
from support.frames import SHORT


def columns(queue: Any, engine: hp.Engine, given: pd.DataFrame) -> None:
    """Sends the bytes of a column that `engine` computes."""
    queue.put(engine.analyze(given, timeframe="1h", **SHORT)["hp_pbit"].to_numpy().tobytes())


def shared_columns(queue: Any, given: pd.DataFrame) -> None:
    """The same by the process's own engine."""
    columns(queue, hp.engine.shared({"device": "cpu"}), given)
