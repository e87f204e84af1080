"""The two forms of long tests: short by default, and in full by `make drill`."""

from __future__ import annotations

import os
from typing import TypeVar

T = TypeVar("T")

DRILL = bool(os.environ.get("HYPERPHYSICS_DRILL"))


def sized(short: T, full: T) -> T:
    """How much of something a test does."""
    return full if DRILL else short
