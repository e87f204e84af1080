"""Asks an exchange for books, again and again, and hands them to a store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hyperphysics.order_books.exchange import RequestError, Source
from hyperphysics.order_books.store import DAY, Book, BooksError, Store

# Longest pause before markets are asked for again, s.
LONGEST_PAUSE = 60.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    """What is recorded and how it is cut.

    Attributes:
        pairs: Pairs by ccxt's names.
        every: Seconds from one book of a pair to the next.
        depth: Levels a side.
        group: Books of a pair that are written together: the most that a kill can lose.
        size: Bytes of unmerged parts of a pair from which on they are merged before the day ends.
    """

    pairs: Sequence[str]
    every: float
    depth: int
    group: int
    size: int = 64 << 20


@dataclass(slots=True)
class Recorder:
    """Books of one exchange on their way to a store.

    Attributes:
        source: Where they come from.
        store: Where they go.
        settings: Pairs, pace and depth.
        say: Takes a line of the log.
        note: Takes the one line that says how far it is.
        written: Books written so far.
        errors: Requests that failed so far.
    """

    source: Source
    store: Store
    settings: RecordingSettings
    say: Say
    note: Say
    written: int = 0
    errors: int = 0
    _held: dict[str, list[Book]] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> None:
        """Records until `stop` is set; what was received by then is written.

        Raises:
            BooksError: The exchange lacks a pair, files cannot be written, or every request failed.
        """
        try:
            await self._open(stop)
            for pair in self.settings.pairs:
                self._merge(pair)
            due = time.monotonic()
            while not stop.is_set():
                await _unless(stop, asyncio.gather(*map(self._ask, self.settings.pairs)))
                self._tell()
                # a round that took longer than its share skips the rounds it ran into
                due = max(due + self.settings.every, time.monotonic())
                await _unless(stop, asyncio.sleep(due - time.monotonic()))
        finally:
            await self.source.close()
            for pair in list(self._held):
                self._flush(pair)
            self._tell()
        if self.errors and not self.written:
            raise BooksError(f"no book was recorded: {self.errors} requests failed")

    async def _open(self, stop: asyncio.Event) -> None:
        pause = 1.0
        while not stop.is_set():
            try:
                await _unless(stop, self.source.open(self.settings.pairs))
            except RequestError as error:
                self._failed(self.source.name, error, pause)
                await _unless(stop, asyncio.sleep(pause))
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                return

    async def _ask(self, pair: str) -> None:
        try:
            book = await self.source.book(pair, self.settings.depth)
        except RequestError as error:
            self._failed(pair, error, self.settings.every)
            return
        held = self._held.setdefault(pair, [])
        # part of one day each, so that a day can be merged as soon as it is over
        if held and book.time // DAY != held[0].time // DAY:
            self._flush(pair)
        held.append(book)
        if len(held) >= self.settings.group:
            self._flush(pair)

    def _flush(self, pair: str) -> None:
        if books := self._held[pair]:
            self.store.write(pair, books, self.settings.depth)
            self.written += len(books)
            books.clear()
            self._merge(pair)

    def _merge(self, pair: str) -> None:
        for path in self.store.merge(
            pair, now=time.time_ns() // 1_000_000, size=self.settings.size
        ):
            self.say(f"{_now()} {path}")

    def _failed(self, what: str, error: BaseException, pause: float) -> None:
        self.errors += 1
        words = " ".join(str(error).split())[:200]
        self.say(f"{_now()} {what}: {type(error).__name__} {words}; again in {pause:g} s")

    def _tell(self) -> None:
        held = sum(len(books) for books in self._held.values())
        self.note(
            f"{self.written} books of {len(self.settings.pairs)} pairs written, {held} in memory, "
            f"{self.errors} errors"
        )


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


async def _unless(stop: asyncio.Event, work: Awaitable[object]) -> None:
    """Waits for `work`, or until it is cancelled because `stop` is set."""
    task, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
    finally:
        for left in (task, stopping):
            left.cancel()
