"""What several test workers need and one of them makes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder of this test run, filled by the first worker that asks; the others wait for it.

    It is shared, so nobody writes into it afterwards.
    """
    common = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # each worker has a folder in that of the run
        common = common.parent
    place, partial = common / name, common / f"{name}.partial"
    with FileLock(common / f"{name}.lock"):
        if not place.exists():
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            make(partial)
            partial.rename(place)
    return place
