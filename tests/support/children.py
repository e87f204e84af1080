"""What child processes compute: a process that is spawned imports it anew."""

from __future__ import annotations

import pickle
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


def bits(kept: object) -> bytes:
    """All numbers of a result, exactly: NaN and -0.0 included."""
    names = [name for name in dir(kept) if not name.startswith("_")]
    values = {name: getattr(kept, name) for name in names}
    return pickle.dumps({name: value for name, value in values.items() if not callable(value)})


def returned(queue: Any, kept: list[object]) -> None:
    """Sends the bits of what came, and what came itself."""
    queue.put(([bits(one) for one in kept], kept))
