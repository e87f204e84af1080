# SPDX-License-Identifier: GPL-3.0-or-later
"""The workers of a hyperopt study: its processes, and which of them still live.

A process writes when it was last seen. On its own machine the kernel knows better: there a process
is dead as soon as it is gone. Elsewhere it counts as dead when it was not seen for a while, which
takes clocks that agree within minutes; one that comes back late loses nothing (`session`).
"""

from __future__ import annotations

import os
import platform
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

PREFIX = "worker/"
"""What the names of the study's attributes that hold a worker start with."""

BEAT = 60.0
"""Seconds between two signs of life."""
GRACE = 5 * BEAT
"""Seconds without one after which a process of another machine counts as dead."""


@dataclass(frozen=True)
class Worker:
    """A process.

    Attributes:
        key: Unique in the study.
        host: Name of its machine.
        pid: Its number there.
        machine: The machine's boot and the container, within which process numbers mean something.
        started: Clock ticks from boot to the process's start, for numbers are used again.
        userdir: freqtrade's user directory.
        joined: Unix time at which it joined, s.
        seen: Unix time at which it was last seen, s.
        left: Whether it ended in order.
    """

    key: str
    host: str
    pid: int
    machine: str
    started: int | None
    userdir: str
    joined: float = field(default_factory=time.time)
    seen: float = field(default_factory=time.time)
    left: bool = False

    @classmethod
    def here(cls, userdir: Path) -> Worker:
        """This process."""
        pid = os.getpid()
        return cls(uuid.uuid4().hex, platform.node(), pid, _machine(), _started(pid), str(userdir))

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Worker:
        """The worker that `record` was made of."""
        return cls(**record)

    @property
    def attribute(self) -> str:
        """Name of the study's attribute that holds it."""
        return f"{PREFIX}{self.key}"

    def record(self) -> dict[str, Any]:
        """Everything as JSON takes it."""
        return asdict(self)

    def beat(self, *, left: bool = False) -> Worker:
        """The same process, seen now."""
        return replace(self, seen=time.time(), left=left)

    def state(self) -> str:
        """One of "running", "ended" (in order), "killed" (gone from this machine), "silent"."""
        if self.left:
            return "ended"
        if self.machine and self.machine == _machine():
            alive = self.started is not None and _started(self.pid) == self.started
            return "running" if alive else "killed"
        return "running" if time.time() - self.seen < GRACE else "silent"


def workers(attributes: Mapping[str, Any]) -> dict[str, Worker]:
    """The workers among a study's attributes, by key."""
    found = (Worker.read(value) for name, value in attributes.items() if name.startswith(PREFIX))
    return {worker.key: worker for worker in found}


def _machine() -> str:
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    return ""


def _started(pid: int) -> int | None:
    """The 22nd field of /proc/PID/stat; None where there is no such process, or only its remains.

    The fields are counted after the name, which may hold blanks and brackets.
    """
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return None if fields[0] in {"Z", "X"} else int(fields[19])
    return None
