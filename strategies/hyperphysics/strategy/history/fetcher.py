# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that a bot's cycle must not wait for, done one piece after the other in a thread.

A strategy reaches it through `fetcher` only: hyperopt pickles strategies, and a thread cannot be.
freqtrade's exchange takes its own lock around each of its calls, so it may be asked from here.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Hashable
from threading import Lock, Thread

import pandas as pd

logger = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds that `stop` waits for the piece at work."""


class Fetcher:
    """A queue of fetches and of files to write, and what the fetches have brought."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._work: deque[Callable[[], None]] = deque()
        self._found: dict[str, pd.DataFrame | Exception] = {}
        self._thread: Thread | None = None
        self._asked = self._done = 0

    def ask(self, pair: str, fetch: Callable[[], pd.DataFrame]) -> None:
        """Have a pair's candles fetched; `take` hands them out."""

        def work() -> None:
            found: pd.DataFrame | Exception
            try:
                found = fetch()
                said = f"{len(found)} candles"
            except Exception as error:
                found, said = error, "failed"
            with self._lock:
                self._done += 1
                self._found[pair] = found
                progress = self._done, self._asked
            logger.info(
                "hyperphysics: history of %d of %d pairs fetched (%s: %s)", *progress, pair, said
            )

        with self._lock:
            self._asked += 1
        self._begin(work)

    def write(self, what: str, write: Callable[[], None]) -> None:
        """Have a file written; a failure is a warning."""

        def work() -> None:
            try:
                write()
            except Exception as error:
                logger.warning("hyperphysics: %s not kept on disk: %s", what, error)

        self._begin(work)

    def take(self) -> dict[str, pd.DataFrame | Exception]:
        """What has come since the last call, by pair: candles, or why there are none."""
        with self._lock:
            found, self._found = self._found, {}
        return found

    def stop(self) -> None:
        """Drop what has not begun and wait for what has."""
        with self._lock:
            self._work.clear()
            thread = self._thread
        if thread is not None:
            thread.join(PATIENCE)

    def _begin(self, work: Callable[[], None]) -> None:
        with self._lock:
            self._work.append(work)
            if self._thread is None:
                # a daemon, so that a call that hangs does not keep the process
                self._thread = Thread(target=self._run, name="hyperphysics-history", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._work:
                    self._thread = None
                    self._asked = self._done = 0
                    return
                work = self._work.popleft()
            work()


_fetchers: dict[Hashable, Fetcher] = {}


def fetcher(key: Hashable) -> Fetcher:
    """The fetcher of this process for some shelf."""
    return _fetchers.setdefault(key, Fetcher())
