# SPDX-License-Identifier: GPL-3.0-or-later
"""A study in a file, which survives the death of whoever was writing to it.

Optuna's journal has one JSON object a line, and a line is written when its newline is. A process
that is killed within a line, or that fills the disk, leaves a part of one; the next line would be
appended to that part, and both be lost to every reader. So each append first cuts the tail off. A
computer that loses power may leave zero bytes or half a record as its last line, newline included:
whoever opens the journal cuts those off.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import time
import uuid
from collections.abc import Generator
from pathlib import Path
from typing import Any

from optuna.storages.journal import (
    JournalFileBackend,
    JournalFileOpenLock,
    JournalFileSymlinkLock,
)

from hyperphysics.distributed_hyperopt.errors import StudyError

logger = logging.getLogger(__name__)

# Optuna writes this key first.
START = b'{"op_code":'
# A lock that its holder was killed with is broken after this many seconds.
LOCK_GRACE = 10
# What file systems without symbolic links answer: FAT the first, some FUSE ones the others.
NO_LINKS = {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP}
BLOCK = 1 << 16
# Seconds after which a torn line is read again.
REREAD_AFTER = (0.02, 0.1, 0.5)


class CrashSafeJournal(JournalFileBackend):
    """Optuna's journal file with unfinished lines cut off before anything is appended.

    Args:
        path: The file; made where it is missing, in a folder that exists.

    Raises:
        StudyError: The file cannot be written, is no journal, or a line with records after it is
            damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._guard = _lock(path)
            super().__init__(str(path), self._guard)
            self._check()
        except OSError as error:
            raise StudyError(f"the journal {path} cannot be used: {error}") from error

    def read_logs(self, log_number_from: int) -> Generator[dict[str, Any], None, None]:
        """The records from a number on.

        A reader may see a line torn: the end of one that a writer cuts off while we read, joined to
        what is written in its place. Read again, it is whole.

        Raises:
            StudyError: It stays torn; the file is damaged.
        """
        number = log_number_from
        for wait in (*REREAD_AFTER, None):
            try:
                for log in super().read_logs(number):
                    number += 1
                    yield log
            except ValueError as error:
                if wait is None:
                    raise StudyError(
                        f"the journal {self.path} is damaged after record {number}: {error}"
                    ) from error
                time.sleep(wait)
            else:
                return

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Append one line for each of `logs`, on disk when this returns."""
        text = "".join(f"{json.dumps(log, separators=(',', ':'))}\n" for log in logs)
        self._guard.acquire()
        try:
            self._cut(self._ending(), "an unfinished line")
            with self.path.open("ab") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
        finally:
            self._release()

    def _check(self) -> None:
        """Look at every line; what is no record at the end is cut off, before that it is an error.

        Records are looked at without the lock, the end once more with it: another process may be
        about to write there.
        """
        if self._damage() is None:
            return
        self._guard.acquire()
        try:
            if (start := self._damage()) is not None:
                self._cut(start, "a damaged end")
        finally:
            self._release()

    def _damage(self) -> int | None:
        """Where lines that are no records begin, in bytes; None where all are whole.

        An unfinished last line that begins like a record, which a process may be writing, counts
        as whole.
        """
        start = position = first = 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                whole = line.endswith(b"\n")
                if _is_log(line) or (not whole and _begun(line)):
                    if first and whole:
                        raise self._damaged(first)
                else:
                    # zero bytes may stand in place of any part of a record
                    if number == 1 and not _begun(line.strip(b"\0\n")):
                        raise StudyError(f"{self.path} is no journal: choose another path")
                    if not (_begun(line) or b"\0" in line):
                        raise self._damaged(number)
                    if not first:
                        first, start = number, position
                position += len(line)
        return start if first else None

    def _damaged(self, number: int) -> StudyError:
        return StudyError(
            f"the journal {self.path} is damaged in line {number}, which is no record of Optuna:"
            " put a copy back, or take that line out"
        )

    def _cut(self, keep: int, what: str) -> None:
        """Cut off what follows the first `keep` bytes, if anything; called with the lock held."""
        if (more := self.path.stat().st_size - keep) > 0:
            logger.warning("%s: cut off %s of %d bytes", self.path, what, more)
            os.truncate(self.path, keep)

    def _release(self) -> None:
        try:
            self._guard.release()
        except RuntimeError as error:
            # a slow disk outlasted the grace period, and another process broke the lock
            logger.warning("%s: the lock was taken over: %s", self.path, error)

    def _ending(self) -> int:
        """Where the last newline ends, in bytes."""
        with self.path.open("rb") as file:
            keep = file.seek(0, os.SEEK_END)
            while keep > 0:
                start = max(keep - BLOCK, 0)
                file.seek(start)
                newline = file.read(keep - start).rfind(b"\n")
                if newline >= 0:
                    return start + newline + 1
                keep = start
        return 0


def _lock(path: Path) -> JournalFileSymlinkLock | JournalFileOpenLock:
    """Optuna's lock by a symbolic link, or by an exclusive file where there are no links.

    All processes of a study see the same file system, and so take the same kind; the lock's file
    has one name in both.
    """
    probe = path.with_name(f"{path.name}.{uuid.uuid4().hex}.probe")
    try:
        probe.symlink_to(path.name)
    except (OSError, NotImplementedError) as error:
        if getattr(error, "errno", None) not in NO_LINKS:
            raise
        logger.warning("%s: no symbolic links here; locked by an exclusive file", path)
        return JournalFileOpenLock(str(path), grace_period=LOCK_GRACE)
    probe.unlink()
    return JournalFileSymlinkLock(str(path), grace_period=LOCK_GRACE)


def _begun(line: bytes) -> bool:
    """Whether a line, as far as it goes, is the beginning of a record."""
    return line[: len(START)] == START[: len(line)]


def _is_log(line: bytes) -> bool:
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and "op_code" in record
