"""Recorded order books as parquet files that no kill leaves unreadable.

A folder per pair, named as freqtrade names its files (`BTC_USDT`), holds two kinds of files, each
named after the UTC time of its first book and none longer than a UTC day:

    20261122T201500123.part.parquet     one row group, as the recorder wrote it
    20261122T000001004.parquet          many of them, merged when the day ended or they grew large

A file appears under its name when it is complete and on the disk (written beside it, synced and
renamed), and parts go only after what they were merged into is there. A recorder that dies in
between leaves a book in two files; readers see it once. One row is one book:

| column | type | |
| --- | --- | --- |
| `time` | Datetime(ms, UTC) | when the recorder received it |
| `exchange_time` | Datetime(ms, UTC) | when the exchange says it was; null where it does not say |
| `nonce` | Int64 | the exchange's number of the last change; null where it gives none |
| `bid_px_0`, `bid_px_1`, … | Float64 | prices, the best first; null where a side is shorter |
| `bid_sz_0`, `bid_sz_1`, … | Float64 | sizes in base currency |
| `ask_px_0` …, `ask_sz_0` … | Float64 | likewise |

`Engine.books` takes such a frame as it is.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

import polars as pl

# The most levels of a side that are kept; four columns each.
MOST_LEVELS = 1000

DAY = 86_400_000
STAMP = pl.Datetime("ms", "UTC")

_FILE = re.compile(r"(\d{8}T\d{9})(\.part)?\.parquet")

Levels = Sequence[Sequence[float]]


class BooksError(ValueError):
    """Recorded books cannot be read or written; the message names the file or folder."""


@dataclass(frozen=True, slots=True)
class Book:
    """One recorded book; times in ms since 1970, sizes in base currency."""

    time: int
    exchange_time: int | None
    nonce: int | None
    bids: Levels
    asks: Levels


def frame(books: Sequence[Book], depth: int) -> pl.DataFrame:
    """Books as rows; levels beyond `depth` are left out."""
    columns = {
        "time": pl.Series([book.time for book in books], dtype=pl.Int64).cast(STAMP),
        "exchange_time": pl.Series([b.exchange_time for b in books], dtype=pl.Int64).cast(STAMP),
        "nonce": pl.Series([book.nonce for book in books], dtype=pl.Int64),
    }
    for level in range(depth):
        for name, sides in (("bid", [b.bids for b in books]), ("ask", [b.asks for b in books])):
            for entry, kind in enumerate(("px", "sz")):
                values = [side[level][entry] if level < len(side) else None for side in sides]
                columns[f"{name}_{kind}_{level}"] = pl.Series(values, dtype=pl.Float64)
    return pl.DataFrame(columns)


class Store:
    """The files of a folder of books."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, pair: str) -> Path:
        """The folder of a pair."""
        return self.folder / re.sub(r"\W", "_", pair)

    def lock(self) -> IO[str]:
        """Holds the folder for one recorder until the file is closed or the process ends.

        Raises:
            BooksError: Another recorder has it, or it cannot be made.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            held = (self.folder / ".lock").open("w")
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                held.close()
                raise BooksError(f"{self.folder}: another recorder writes here") from None
        except OSError as error:
            raise BooksError(f"{self.folder}: {error.strerror}") from error
        return held

    def write(self, pair: str, books: Sequence[Book], depth: int) -> list[Path]:
        """Writes one part per UTC day of the books; they are safe once this returns."""
        days: dict[int, list[Book]] = {}
        for book in books:
            days.setdefault(book.time // DAY, []).append(book)
        place = self.place(pair)
        return [_write(frame(day, depth), place, part=True) for _, day in sorted(days.items())]

    def merge(self, pair: str, *, now: int, size: int) -> list[Path]:
        """Merges the parts of days before that of `now` (ms), and of any that exceed `size` bytes.

        Removes what writers that died left half-written.
        """
        place = self.place(pair)
        for left in place.glob(".*.tmp"):
            left.unlink()
        days: dict[str, list[Path]] = {}
        for path in _files(place, part=True):
            days.setdefault(path.name[:8], []).append(path)
        today = _stamp(now)[:8]
        merged = []
        for day, parts in days.items():
            if day < today or sum(part.stat().st_size for part in parts) > size:
                whole = _read(parts)
                merged.append(_write(whole, place, part=False))
                for part in parts:
                    part.unlink()
        return merged

    def read(self, pair: str, first: int, last: int) -> Iterator[pl.DataFrame]:
        """Books with first <= time < last (ms), file after file, each sorted by time.

        Nothing where nothing was recorded. A book that two files hold may come twice.

        Raises:
            BooksError: A file is no parquet file of books.
        """
        place = self.place(pair)
        span = (pl.col("time").cast(pl.Int64) >= first) & (pl.col("time").cast(pl.Int64) < last)
        low, high = _stamp(max(first, 0) // DAY * DAY), _stamp(last)
        for path in _files(place):
            if low <= path.name[:18] <= high:
                try:
                    found = _read([path]).filter(span)
                except FileNotFoundError:
                    # a recorder at work has just merged it: its books are in a file of another name
                    yield from self.read(pair, first, last)
                    return
                if len(found):
                    yield found


def _stamp(time: int) -> str:
    seconds, rest = divmod(time, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y%m%dT%H%M%S}{rest:03d}"


def _files(place: Path, *, part: bool | None = None) -> list[Path]:
    named = [(path, _FILE.fullmatch(path.name)) for path in place.glob("*.parquet")]
    return sorted(path for path, name in named if name and (part is None or part == bool(name[2])))


def _read(paths: Sequence[Path]) -> pl.DataFrame:
    frames = []
    for path in paths:
        try:
            found = pl.read_parquet(path)
        except FileNotFoundError:
            raise
        except (OSError, pl.exceptions.PolarsError) as error:
            raise BooksError(f"{path}: {error}") from error
        if found.schema.get("time") != STAMP:
            raise BooksError(f"{path}: no column `time` of {STAMP}: these are no recorded books")
        frames.append(found)
    whole = pl.concat(frames, how="diagonal")
    return whole.unique("time", keep="last", maintain_order=True).sort("time")


def _write(books: pl.DataFrame, place: Path, *, part: bool) -> Path:
    """Writes a file that is either there and complete or not there at all."""
    first = books["time"].cast(pl.Int64).min()
    name = f"{_stamp(cast('int', first))}{'.part' * part}.parquet"
    temporary = place / f".{name}.tmp"
    place.mkdir(parents=True, exist_ok=True)
    with temporary.open("wb") as file:
        books.write_parquet(file)
        file.flush()
        os.fsync(file.fileno())
    done = temporary.replace(place / name)
    # the name is safe when the folder is
    folder = os.open(place, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return done
