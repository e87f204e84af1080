"""Recorded books beside candles: nothing of the future, nothing stale, the same rules as live."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from freqtrade.enums import CandleType, RunMode
from freqtrade.resolvers import StrategyResolver
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import hyperphysics as hp
from hyperphysics.order_books.columns import COLUMNS
from hyperphysics.order_books.playback import at_close, columns
from hyperphysics.order_books.store import DAY, Book, Store
from hyperphysics.strategy.base import HyperPhysicsStrategy
from hyperphysics.strategy.rules.order_book_check import offer, passes_book_check, refusal
from hyperphysics.strategy.rules.settings import BookCheck, SettingsError
from support.paths import SHARED, USERDIR
from support.thresholds import enter_on_any_gain

PAIR = "BTC/USDT"
RECORDED = SHARED / "data/orderbook/hyperliquid_BTC_2025-09-04_book20.parquet"
HOUR = 3_600_000
# 2026-11-22 00:00 UTC
NIGHT = 1_795_305_600_000
NAMES = [column.name for column in COLUMNS]
ENGINE = hp.Engine("cpu")


def book(time: int, size: float = 2.0, levels: int = 5) -> Book:
    """A book around 100 whose best bid has this size."""
    bids = [(99.99 - 0.01 * n, size) for n in range(levels)]
    return Book(time, None, None, bids, [(100.01 + 0.01 * n, 3.0) for n in range(levels)])


def hours(count: int, start: int = NIGHT, unit: str = "ms") -> pd.DataFrame:
    """Candles without a move."""
    date = pd.to_datetime(start + HOUR * np.arange(count), unit="ms", utc=True)
    prices = dict.fromkeys(("open", "high", "low", "close", "volume"), 100.0)
    return pd.DataFrame({"date": pd.Series(date).dt.as_unit(unit), **prices})  # type: ignore[arg-type]


def replayed(folder: Path, frame: pd.DataFrame, **options: Any) -> pd.DataFrame:
    defaults: dict[str, Any] = {"timeframe": "1h", "stake": 1000.0, "engine": ENGINE}
    return columns(folder, {PAIR: frame}, **defaults | options)[PAIR]


@pytest.mark.parametrize(
    ("time", "candle"),
    [
        (NIGHT - 1, None),
        (NIGHT, 0),
        (NIGHT + HOUR - 1, 0),
        # at the very close it belongs to the next candle: nobody knew it before
        (NIGHT + HOUR, 1),
        (NIGHT + 2 * HOUR, 2),
        (NIGHT + 3 * HOUR - 1, 2),
        (NIGHT + 3 * HOUR, None),
    ],
)
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_book_belongs_to_the_candle_it_was_received_in(
    tmp_path: Path, time: int, candle: int | None, unit: str
) -> None:
    Store(tmp_path).write(PAIR, [book(time)], 5)
    there = replayed(tmp_path, hours(3, unit=unit))["hp_imbalance"].notna()
    assert there.tolist() == [row == candle for row in range(3)]


def test_the_last_book_before_the_close_counts(tmp_path: Path) -> None:
    close = NIGHT + HOUR
    books = [book(close - 2, 1.0), book(close - 1, 2.0), book(close, 4.0), book(close + 1, 8.0)]
    Store(tmp_path).write(PAIR, books, 5)
    got = replayed(tmp_path, hours(2))
    # in multiples of the ask's size of 3
    assert got["hp_p_up"].tolist() == pytest.approx([2 / 5, 8 / 11], rel=1e-12)


# files take as long as the disk does
@settings(max_examples=50)
@given(
    st.lists(st.integers(NIGHT, NIGHT + 12 * HOUR), max_size=30),
    st.sets(st.integers(0, 11), min_size=1),
    st.integers(1, 7),
    st.booleans(),
)
def test_every_candle_has_the_book_that_a_search_finds(
    tmp_path_factory: pytest.TempPathFactory, at: list[int], kept: set[int], cut: int, merge: bool
) -> None:
    store = Store(tmp_path_factory.mktemp("books"))
    times = sorted(set(at))
    for start in range(0, len(times), cut):
        store.write(PAIR, [book(time) for time in times[start : start + cut]], 5)
    if merge:
        store.merge(PAIR, now=NIGHT + 2 * DAY, size=1)
    # candles with gaps among them
    opens = NIGHT + HOUR * np.array(sorted(kept), dtype=np.int64)
    rows, books = at_close(store, PAIR, opens, opens + HOUR)
    expected = [(o, [t for t in times if o <= t < o + HOUR]) for o in opens.tolist()]
    assert opens[rows].tolist() == [o for o, found in expected if found]
    assert books["time"].cast(pl.Int64).to_list() == [max(f) for _, f in expected if f]


def test_what_comes_later_changes_nothing_before(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    times = np.sort(rng.choice(DAY, 200, replace=False)) + NIGHT
    sizes = rng.uniform(0.1, 9, 200)
    books = [book(int(time), size) for time, size in zip(times, sizes, strict=True)]
    Store(tmp_path / "all").write(PAIR, books, 5)
    whole = replayed(tmp_path / "all", hours(24))
    assert whole["hp_p_up"].notna().sum() > 20
    for known in (1, 60, 61, 130):
        Store(tmp_path / str(known)).write(PAIR, books[:known], 5)
        # candles that had closed by then
        closed = int((times[known - 1] - NIGHT) // HOUR)
        then = replayed(tmp_path / str(known), hours(24))
        assert_frame_equal(then[:closed], whole[:closed], check_exact=True)


def test_the_newest_rows_have_the_same_bits(tmp_path: Path) -> None:
    Store(tmp_path).write(PAIR, [book(NIGHT + n * HOUR // 3, 1.0 + n) for n in range(72)], 5)
    whole = replayed(tmp_path, hours(24))
    newest = replayed(tmp_path, hours(24), last=5)
    assert newest[:19].isna().all(axis=None)
    assert_frame_equal(newest[19:], whole[19:], check_exact=True)
    shifted = replayed(tmp_path, hours(9, NIGHT + 5 * HOUR))
    assert_frame_equal(shifted, whole[5:14].reset_index(drop=True), check_exact=True)


def test_columns_are_those_of_the_book_itself(tmp_path: Path) -> None:
    books = [book(NIGHT, 2.5), book(NIGHT + HOUR, 0.01, levels=3)]
    Store(tmp_path).write(PAIR, books, 5)
    got = replayed(tmp_path, hours(3))
    for row, made in enumerate(books):
        live = hp.HyperbolicOrderBook()
        live.snapshot(made.bids, made.asks)
        state = live.state(amounts=[1000.0 / 100.0])
        expected = {
            "hp_imbalance": state.imbalance,
            "hp_microprice": state.weighted_mid,
            "hp_p_up": state.p_up,
            "hp_depth_bid": state.depth[0] * 100.0,
            "hp_depth_ask": state.depth[1] * 100.0,
            "hp_slippage_buy": state.buys[0].slippage,
            "hp_slippage_sell": state.sells[0].slippage,
        }
        for name, value in expected.items():
            # sums over levels are in single precision
            wanted = np.nan if value is None else pytest.approx(value, rel=2e-5, nan_ok=True)
            assert got[name][row] == wanted or (value is None and np.isnan(got[name][row])), name
    assert np.isnan(got["hp_slippage_sell"][1])
    assert got.iloc[2].isna().all()


def test_what_is_no_book_is_null_and_a_locked_one_is_not(tmp_path: Path) -> None:
    locked = Book(NIGHT + HOUR, None, None, [(100.0, 1.0)], [(100.0, 2.0)])
    books = [
        Book(NIGHT, None, None, [(101.0, 1.0)], [(100.0, 1.0)]),
        locked,
        Book(NIGHT + 2 * HOUR, None, None, [], []),
    ]
    Store(tmp_path).write(PAIR, books, 2)
    assert replayed(tmp_path, hours(3))["hp_p_up"].notna().tolist() == [False, True, False]


def test_pairs_share_one_call_and_mix_depths(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write("BTC/USDT", [book(NIGHT, 1.0, levels=2)], 2)
    store.write("LTC/USDT:USDT", [book(NIGHT + HOUR, 4.0)], 5)
    frames = {pair: hours(2) for pair in ("BTC/USDT", "ETH/USDT", "LTC/USDT:USDT")}
    got = columns(tmp_path, frames, timeframe="1h", stake=9.0, engine=ENGINE)
    assert got["ETH/USDT"].isna().all(axis=None)
    assert list(got["ETH/USDT"]) == NAMES
    for pair, row in (("BTC/USDT", 0), ("LTC/USDT:USDT", 1)):
        assert got[pair]["hp_p_up"].notna().tolist() == [row == 0, row == 1]
        alone = columns(tmp_path, {pair: hours(2)}, timeframe="1h", stake=9.0, engine=ENGINE)
        assert_frame_equal(got[pair], alone[pair], check_exact=True)
    assert columns(tmp_path, {}, timeframe="1h", stake=9.0, engine=ENGINE) == {}


@pytest.mark.parametrize(("timeframe", "days"), [("1d", 1), ("1w", 7), ("1M", 30)])
def test_long_candles_close_where_the_next_one_opens(
    tmp_path: Path, timeframe: str, days: int
) -> None:
    # November 2026 has 30 days
    opened = NIGHT - 21 * DAY
    closed = opened + days * DAY
    Store(tmp_path).write(PAIR, [book(closed - 1, 1.0), book(closed, 9.0)], 5)
    got = replayed(tmp_path, hours(1, opened), timeframe=timeframe)
    assert got["hp_p_up"].tolist() == [1 / 4]


@pytest.mark.skipif(not RECORDED.is_file(), reason=f"{RECORDED} is not here")
def test_recorded_books_of_an_exchange_join_as_polars_joins_them(tmp_path: Path) -> None:
    rows = pl.read_parquet(RECORDED).unique("ts", keep="last").sort("ts")
    sides = [
        [np.dstack([rows[f"{s}_px_{n}"], rows[f"{s}_sz_{n}"]])[0] for n in range(20)]
        for s in ("bid", "ask")
    ]
    times = rows["ts"].cast(pl.Int64).to_list()
    books = [
        Book(time, None, None, *([level[row].tolist() for level in side] for side in sides))
        for row, time in enumerate(times)
    ]
    for start in range(0, len(books), 500):
        Store(tmp_path).write(PAIR, books[start : start + 500], 20)
    minute = 60_000
    opens = np.arange(times[0] // minute - 2, times[-1] // minute + 3) * minute
    frame = hours(len(opens))
    frame["date"] = pd.Series(pd.to_datetime(opens, unit="ms", utc=True)).dt.as_unit("ms")
    got = replayed(tmp_path, frame, timeframe="1m")
    closes = pl.DataFrame({"close": opens + minute})
    joined = closes.join_asof(
        pl.DataFrame({"time": times, "row": range(len(times))}),
        left_on="close",
        right_on="time",
        allow_exact_matches=False,
        tolerance=minute,
    )["row"]
    assert got["hp_p_up"].notna().tolist() == joined.is_not_null().to_list()
    assert 0 < joined.null_count() < 10
    best = rows[joined.drop_nulls()].select("bid_sz_0", "ask_sz_0").to_numpy()
    p_up = best[:, 0] / best.sum(axis=1)
    np.testing.assert_allclose(got["hp_p_up"].dropna(), p_up, rtol=1e-12)


CHECKS = st.builds(
    BookCheck,
    max_slippage=st.none() | st.floats(0, 0.002),
    min_depth=st.none() | st.floats(1, 3),
    min_imbalance=st.none() | st.floats(-1, 1),
    min_p_up=st.none() | st.floats(0, 1),
)


# files take as long as the disk does
@settings(max_examples=50)
@given(CHECKS, st.booleans(), st.floats(0.05, 20), st.floats(10, 4000))
def test_recorded_books_refuse_what_the_live_book_refuses(
    tmp_path_factory: pytest.TempPathFactory,
    check: BookCheck,
    buys: bool,
    size: float,
    stake: float,
) -> None:
    folder, made = tmp_path_factory.mktemp("books"), book(NIGHT, size)
    Store(folder).write(PAIR, [made], 5)
    got = replayed(folder, hours(1), stake=stake)
    live = offer(made.bids, made.asks, amount=stake / 100.0, buys=buys)
    near = [
        (live.slippage, check.max_slippage),
        (live.depth, check.min_depth),
        (live.depth, 1.0),
        (live.imbalance, check.min_imbalance),
        (live.p_move, check.min_p_up),
    ]
    if any(x is not None and y is not None and abs(x - y) < 1e-4 * (1 + y) for x, y in near):
        # single precision may fall on the other side of a threshold
        return
    arrays = {name: got[name].to_numpy() for name in NAMES}
    assert passes_book_check(arrays, check, stake, buys=buys)[0] == (
        refusal(live, check, "") is None
    )


Load = Callable[[dict[str, Any]], HyperPhysicsStrategy]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def make(section: dict[str, Any]) -> HyperPhysicsStrategy:
        small = {
            "device": "cpu",
            "residuals": 200,
            "past_window": 200,
            "half_life": 4,
            "paths": 200,
            "trend_window": 48,
        }
        strategy = StrategyResolver.load_strategy(
            {
                "strategy": "HyperPhysics",
                "strategy_path": str(USERDIR / "strategies"),
                "user_data_dir": tmp_path,
                "runmode": RunMode.BACKTEST,
                "candle_type_def": CandleType.SPOT,
                "exchange": {"pair_whitelist": [PAIR]},
                "hyperphysics": small | section,
            }
        )
        assert isinstance(strategy, HyperPhysicsStrategy)
        strategy.ft_load_hyper_params()
        enter_on_any_gain(strategy)
        strategy.can_short = True
        return strategy

    return make


def decided(strategy: HyperPhysicsStrategy, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with every column and every decision."""
    ready = strategy.advise_all_indicators({PAIR: frame})[PAIR]
    return strategy.ft_advise_signals(ready, {"pair": PAIR})


def test_null_books_change_no_decision_and_no_other_column(
    load: Load, tmp_path: Path, candles: Callable[..., pd.DataFrame]
) -> None:
    (tmp_path / "books").mkdir()
    frame = candles(900, 1)
    plain = decided(load({}), frame)
    for strict in ({}, {"min_imbalance": 1.0, "max_slippage": 0.0, "min_p_up": 1.0}):
        null = decided(load({"books": str(tmp_path / "books"), "book_check": strict}), frame)
        assert null[NAMES].isna().all(axis=None)
        assert_frame_equal(null.drop(columns=NAMES), plain, check_exact=True)
    assert plain["enter_long"].sum() > 5
    assert plain["enter_short"].sum() > 5


def test_a_recorded_book_that_would_refuse_keeps_the_strategy_out(
    load: Load, tmp_path: Path, candles: Callable[..., pd.DataFrame]
) -> None:
    frame = candles(900, 1)
    opens = frame["date"].astype("int64").to_numpy()
    # from candle 700 on there are too few bids to sell 1000 to, and always enough asks
    books = [book(int(at) + 60_000, 20.0 if row < 700 else 0.1) for row, at in enumerate(opens)]
    Store(tmp_path / "books").write(PAIR, books, 5)
    plain = decided(load({}), frame)
    section = {"books": str(tmp_path / "books"), "book_check": {"min_depth": None}}
    filtered = decided(load(section), frame)
    thin = np.arange(900) >= 700
    assert plain["enter_short"][thin].sum() > 0
    assert filtered["enter_short"][thin].sum() == 0
    for name in ("enter_long", "exit_long", "exit_short"):
        assert (filtered[name] == plain[name]).all()
    assert (filtered["enter_short"][~thin] == plain["enter_short"][~thin]).all()
    assert "order book" in load(section).plot_config["subplots"]
    unchecked = load({"books": section["books"], "book_check": None})
    assert "order book" not in unchecked.plot_config["subplots"]


def test_a_folder_of_books_must_be_there(load: Load, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="hyperphysics record") as error:
        load({"books": str(tmp_path / "nowhere")})
    assert isinstance(error.value.__cause__, SettingsError)
