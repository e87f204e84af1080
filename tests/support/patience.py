"""How long tests wait for other processes, which is no statement about how fast these are."""

from __future__ import annotations

import time
from collections.abc import Callable

# Seconds. Only what hangs takes so long, however busy the machine.
PATIENCE = 900.0


def wait(until: Callable[[], object], what: Callable[[], str], *, step: float = 0.1) -> None:
    """Waits until something is so.

    Args:
        until: What is waited for.
        what: Tells how far things have got, should they never get there.
        step: Seconds between two looks.

    Raises:
        AssertionError: It has not come, though the slowest machine would have got there.
    """
    ends = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < ends, f"not within {PATIENCE:g} s: {what()}"
        time.sleep(step)
