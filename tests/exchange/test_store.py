"""Files of recorded books: what is in them, when they are merged, what a crash leaves."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hyperphysics as hp
from hyperphysics.order_books.store import DAY, STAMP, Book, BooksError, Store, frame

# 2026-11-22 00:00 UTC
NIGHT = 1_795_305_600_000
ALL = (0, 2**42)


def book(time: int, levels: int = 3) -> Book:
    sides = [[(100.0 + way * (n + 1) / 8, 1.0 + n) for n in range(levels)] for way in (-1, 1)]
    return Book(time, time - 5, time % 1000, *sides)


def times(store: Store, pair: str = "BTC/USDT", first: int = 0, last: int = 2**42) -> list[int]:
    return [t for part in store.read(pair, first, last) for t in part["time"].cast(pl.Int64)]


def names(store: Store) -> list[str]:
    return sorted(path.name for path in store.place("BTC/USDT").iterdir())


def test_a_row_is_a_book_as_the_engine_takes_it() -> None:
    rows = frame([book(NIGHT, 3), Book(NIGHT + 1, None, None, [], [(1.0, 2.0)])], 2)
    head = ["time", "exchange_time", "nonce"]
    assert rows.columns[:7] == [*head, "bid_px_0", "bid_sz_0", "ask_px_0", "ask_sz_0"]
    assert rows.columns[7:] == ["bid_px_1", "bid_sz_1", "ask_px_1", "ask_sz_1"]
    assert rows.dtypes == [STAMP, STAMP, pl.Int64] + [pl.Float64] * 8
    assert rows.row(0)[2:] == (NIGHT % 1000, 99.875, 1.0, 100.125, 1.0, 99.75, 2.0, 100.25, 2.0)
    assert rows.row(1)[1:] == (None, None, None, None, 1.0, 2.0, None, None, None, None)
    measured = hp.Engine("cpu").books(rows)
    assert measured["fault"].to_list()[0] is None
    assert "bids: no level" in measured["fault"].to_list()[1]


# files take as long as the disk does
@settings(max_examples=50)
@given(st.lists(st.integers(NIGHT - DAY, NIGHT + DAY), min_size=1, max_size=40, unique=True))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, at: list[int]) -> None:
    store = Store(tmp_path_factory.mktemp("books"))
    at.sort()
    middle = len(at) // 2
    for some in (at[:middle], at[middle:]):
        store.write("BTC/USDT", [book(time) for time in some], 3)
    assert times(store) == at
    first, last = at[len(at) // 3], at[-1]
    assert times(store, first=first, last=last) == [t for t in at if first <= t < last]
    assert times(store, "ETH/USDT") == []
    store.merge("BTC/USDT", now=NIGHT + 3 * DAY, size=1 << 30)
    assert times(store) == at
    assert len(names(store)) == len({time // DAY for time in at})


def test_days_are_cut_and_merged_when_they_are_over(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write("BTC/USDT", [book(NIGHT - 2), book(NIGHT - 1), book(NIGHT)], 3)
    store.write("BTC/USDT", [book(NIGHT + 1)], 3)
    assert names(store) == [
        "20261121T235959998.part.parquet",
        "20261122T000000000.part.parquet",
        "20261122T000000001.part.parquet",
    ]
    store.merge("BTC/USDT", now=NIGHT - 1, size=1 << 30)
    assert len(names(store)) == 3
    merged = store.merge("BTC/USDT", now=NIGHT + 1, size=1 << 30)
    assert [path.name for path in merged] == ["20261121T235959998.parquet"]
    assert len(names(store)) == 3
    # large ones do not wait for the end of the day
    store.merge("BTC/USDT", now=NIGHT + 1, size=1)
    assert names(store) == ["20261121T235959998.parquet", "20261122T000000000.parquet"]
    assert times(store) == [NIGHT - 2, NIGHT - 1, NIGHT, NIGHT + 1]


def test_books_of_another_depth_are_merged(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write("BTC/USDT", [book(NIGHT)], 1)
    store.write("BTC/USDT", [book(NIGHT + 1)], 3)
    store.merge("BTC/USDT", now=NIGHT + DAY, size=1 << 30)
    (whole,) = store.read("BTC/USDT", *ALL)
    assert whole["bid_px_2"].to_list() == [None, 99.625]


def test_a_crash_between_merging_and_removing_loses_and_doubles_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for time in range(NIGHT, NIGHT + 6, 2):
        store.write("BTC/USDT", [book(time), book(time + 1)], 3)
    place = store.place("BTC/USDT")
    shutil.copytree(place, tmp_path / "parts")
    store.merge("BTC/USDT", now=NIGHT + DAY, size=1 << 30)
    for gone in range(3):
        # all parts are still there, then all but the first …
        for part in sorted((tmp_path / "parts").iterdir())[gone:]:
            shutil.copy(part, place)
        assert sorted(set(times(store))) == list(range(NIGHT, NIGHT + 6))
        store.merge("BTC/USDT", now=NIGHT + DAY, size=1 << 30)
        assert sorted(set(times(store))) == list(range(NIGHT, NIGHT + 6))
        assert not any(".part." in name for name in names(store))


def test_half_a_file_is_never_seen_and_is_removed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write("BTC/USDT", [book(NIGHT)], 3)
    half = store.place("BTC/USDT") / ".20261122T000000005.part.parquet.tmp"
    half.write_bytes(b"PAR1 and then the power went")
    assert times(store) == [NIGHT]
    store.merge("BTC/USDT", now=NIGHT, size=1 << 30)
    assert not half.exists()
    assert times(store) == [NIGHT]


def test_what_is_no_file_of_books_is_named(tmp_path: Path) -> None:
    store = Store(tmp_path)
    place = store.place("BTC/USDT:USDT")
    assert place.name == "BTC_USDT_USDT"
    place.mkdir()
    broken = place / "20261122T000000000.parquet"
    broken.write_bytes(b"PAR1")
    with pytest.raises(BooksError, match=r"BTC_USDT_USDT/20261122T000000000\.parquet"):
        times(store, "BTC/USDT:USDT")
    pl.DataFrame({"price": [1.0]}).write_parquet(broken)
    with pytest.raises(BooksError, match="no column `time`"):
        times(store, "BTC/USDT:USDT")


def test_one_recorder_writes_at_a_time(tmp_path: Path) -> None:
    store = Store(tmp_path / "new")
    with store.lock(), pytest.raises(BooksError, match="another recorder"):
        Store(tmp_path / "new").lock()
    store.lock().close()
    (tmp_path / "file").touch()
    with pytest.raises(BooksError, match="file"):
        Store(tmp_path / "file").lock()
