"""Makes calls, each from the seed and its number alone, and judges how they end."""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

import hyperphysics as hp
from fuzzing.calls import TARGETS
from fuzzing.kinds import Target
from fuzzing.values import Generator, pick

LONG = 0.3
"""Seconds after which a call is interrupted, as Ctrl-C would."""

HANG = 120.0
"""Seconds after which a call that does not hear an interrupt hangs: the process ends."""


class TooLong(Exception):  # noqa: N818 - no error: much was asked for
    """A call is interrupted."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call, and whether each argument is one that the function takes."""

    seed: int
    number: int
    name: str
    target: Target
    arguments: dict[str, Any]

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={_shown(one)}" for name, one in self.arguments.items())
        return f"{self.name}({shown})"


def made(seed: int, number: int) -> Call:
    """The call of a number: most of its arguments are sound, so that the others are looked at."""
    rng: Generator = np.random.default_rng([seed, number])
    name = pick(rng, sorted(TARGETS))
    target = TARGETS[name]
    hostile = {
        pick(rng, list(target.kinds)) for _ in range(int(rng.integers(1, 4)) if target.kinds else 0)
    }
    arguments = {}
    for argument, kind in target.kinds.items():
        if argument in hostile:
            arguments[argument] = kind.bad(rng)
        elif argument not in target.optional or rng.random() < 0.3:
            arguments[argument] = kind.good(rng)
    if name.startswith(("lattice.Lattice", "orderbook.Hyper")) and _is_stranger(name, arguments):
        arguments["self"] = target.kinds["self"].good(rng)
    return Call(seed, number, name, target, arguments)


def _is_stranger(name: str, arguments: dict[str, Any]) -> bool:
    # Python itself refuses a method of something else.
    home = getattr(hp, name.split(".")[1])
    return "self" in arguments and not isinstance(arguments["self"], home)


def fault(call: Call) -> str | None:
    """What is wrong with how a call ends, if anything is."""
    before = [image(one) for one in call.arguments.values()]
    try:
        ended = _ended(call)
    except TooLong:
        ended = "refused"
    after = [image(one) for one in call.arguments.values()]
    changed = [name for name, a, b in zip(call.arguments, before, after, strict=True) if a != b]
    if changed and not (changed == ["self"] and ended is None and "OrderBook" in call.name):
        return f"changed {changed[0]}"
    return ended if ended != "refused" else None


def _ended(call: Call) -> str | None:
    with warnings.catch_warnings(), _limited(call):
        warnings.simplefilter("ignore")
        try:
            positional = [call.arguments["self"]] if "self" in call.arguments else []
            named = {name: one for name, one in call.arguments.items() if name != "self"}
            call.target.call(*positional, **named)
        except (hp.HyperPhysicsError, TooLong):
            return "refused"
        except hp.EngineError as error:
            return f"{error}" if "internal error" in str(error) else "refused"
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            return f"{type(error).__name__}: {error}"
    return None


@contextmanager
def _limited(call: Call) -> Iterator[None]:
    def interrupt(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, interrupt)
    running = signal.setitimer(signal.ITIMER_REAL, LONG)
    # The first says more, and needs the interpreter's lock.
    watch = threading.Timer(HANG, _hangs, [call])
    watch.daemon = True
    watch.start()
    faulthandler.dump_traceback_later(2 * HANG, exit=True)
    try:
        yield
    finally:
        try:  # the interrupt may come here, when the call has ended
            signal.setitimer(signal.ITIMER_REAL, 0)
        finally:
            watch.cancel()
            faulthandler.cancel_dump_traceback_later()
            signal.signal(signal.SIGALRM, before)
            # The time limit of a test is a timer of the same kind.
            signal.setitimer(signal.ITIMER_REAL, *running)


def _hangs(call: Call) -> None:
    print(f"hangs: call {call.number} of seed {call.seed}: {call}", file=sys.__stderr__, flush=True)
    os._exit(3)


def image(value: Any) -> Any:
    """All that a call could change of a value."""
    if isinstance(value, np.ndarray):
        content = repr(value) if value.dtype == object else value.tobytes()
        return content, str(value.dtype), value.shape, value.strides, str(value.flags)
    if isinstance(value, hp.HyperbolicOrderBook):
        return value.bids, value.asks, value.last_id
    if isinstance(value, dict | list | tuple):
        inside = value.values() if isinstance(value, dict) else value
        return [image(one) for one in inside], isinstance(value, dict) and list(map(repr, value))
    if isinstance(value, pl.DataFrame | pl.Series):
        held = value.get_columns() if isinstance(value, pl.DataFrame) else [value]
        return [(one.name, str(one.dtype), repr(one.to_list())) for one in held]
    if isinstance(value, pd.DataFrame | pd.Series):
        frame = value if isinstance(value, pd.DataFrame) else value.to_frame()
        columns = [
            (str(kind), repr(frame.iloc[:, at].tolist())) for at, kind in enumerate(frame.dtypes)
        ]
        return columns, list(map(repr, frame.columns)), repr(frame.index.tolist())
    return pickle.dumps(value) if isinstance(value, hp.Lattice) else type(value)


def _shown(value: Any) -> str:
    if isinstance(value, pd.DataFrame):
        kinds = [f"{name}: {kind}" for name, kind in zip(value.columns, value.dtypes, strict=True)]
        return f"<pandas, {len(value)} rows, {', '.join(kinds)}>"
    if isinstance(value, pl.DataFrame):
        return f"<polars, {value.height} rows, {value.schema}>"
    text = " ".join(repr(value).split())
    return text if len(text) < 300 else text[:300] + "…"


def failures(seed: int, numbers: range) -> Iterator[tuple[int, Call, str]]:
    """Number, call and fault of each call that ends as none may."""
    for number in numbers:
        call = made(seed, number)
        wrong = fault(call)
        if wrong is not None:
            yield number, call, wrong
