"""Columns kept from candle to candle: the bits of computing them all, and no row computed twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hyperphysics as hp
from hyperphysics._engine import HyperPhysicsError
from hyperphysics.frame import PRICES
from hyperphysics.strategy.columns import live_cache
from hyperphysics.strategy.columns.column_cache import names
from support.feeding import Bot, same, torn, window
from support.frames import walk


def test_candles_fed_one_by_one_have_the_bits_of_all_at_once() -> None:
    bot, market, length = Bot(), torn(5000), 1000
    assert bot.startup() < length
    whole = bot.bulk(market)
    assert whole.iloc[bot.startup() :].notna().mean().min() > 0.9
    newest = np.empty((len(market), whole.shape[1]))
    for end in range(1, len(market) + 1):
        found = bot.see(P=window(market, end - length, end))["P"]
        newest[end - 1] = found.to_numpy()[-1]
        if end % 500 == 0:
            # the whole frame, although most of its rows have lost their windows
            same(found, window(whole, end - length, end))
    assert newest.tobytes() == whole.to_numpy().tobytes()
    assert bot.kept.rows == len(market)


def test_every_family_has_the_bits_of_all_at_once() -> None:
    bot, market, length = Bot(*hp.families()), torn(460), 300
    assert bot.startup() < length
    whole = bot.bulk(market)
    assert whole.notna().any().all()
    for end in range(length, len(market) + 1):
        same(bot.see(P=window(market, end - length, end))["P"], window(whole, end - length, end))


@pytest.fixture
def market() -> pd.DataFrame:
    return walk(600)


@pytest.mark.parametrize("back", [1, 2, 30, 300])
@pytest.mark.parametrize("name", ["open", "high", "volume"])
def test_an_amended_candle_renews_all_that_follow(
    market: pd.DataFrame, back: int, name: str
) -> None:
    bot = Bot()
    before = bot.see(P=market)["P"]
    amended = market.copy()
    row = len(market) - back
    # one unit in the last place counts
    amended.loc[row, name] = np.nextafter(amended.loc[row, ["high", name]].min(), np.inf)
    amended.loc[row, "high"] = amended.loc[row, list(PRICES[:4])].max()
    assert bot.computed(P=amended) == back
    after = bot.see(P=amended)["P"]
    same(after, bot.bulk(amended))
    same(after.iloc[:row], before.iloc[:row])
    assert bot.computed(P=market) == back


def test_a_candle_may_come_late(market: pd.DataFrame) -> None:
    bot = Bot()
    gap = market.drop(index=500).reset_index(drop=True)
    same(bot.see(P=gap)["P"], bot.bulk(gap))
    # freqtrade fills a gap with a candle without volume
    filled = market.copy()
    filled.loc[500, "volume"] = 0.0
    assert bot.computed(P=filled) == 100
    same(bot.see(P=filled)["P"], bot.bulk(filled))
    assert bot.computed(P=market) == 100
    same(bot.see(P=market)["P"], bot.bulk(market))


def test_more_candles_than_one_are_caught_up_on(market: pd.DataFrame) -> None:
    bot = Bot()
    bot.see(P=window(market, 0, 400))
    assert bot.computed(P=window(market, 60, 460)) == 60
    whole = bot.bulk(market)
    same(bot.see(P=window(market, 60, 460))["P"], window(whole, 60, 460))


def test_a_frame_beyond_the_last_one_starts_anew(market: pd.DataFrame) -> None:
    bot = Bot()
    bot.see(P=window(market, 0, 300))
    for start, end in ((300, 600), (0, 300), (310, 600)):
        frame = window(market, start, end)
        assert bot.computed(P=frame) == end - start
        same(bot.see(P=frame)["P"], bot.bulk(frame))


def test_a_shorter_frame_keeps_its_values_and_a_longer_past_is_computed(
    market: pd.DataFrame,
) -> None:
    bot = Bot()
    whole = bot.see(P=market)["P"]
    for start, end in ((100, 600), (300, 550), (599, 600)):
        found = bot.see(P=window(market, start, end))["P"]
        same(found, window(whole, start, end))
    assert bot.kept.rows == len(market)
    past = market.head(50).assign(date=market["date"].head(50) - pd.Timedelta(hours=50))
    longer = pd.concat([past, market], ignore_index=True)
    assert bot.computed(P=longer) == len(longer)
    same(bot.see(P=longer)["P"], bot.bulk(longer))


def test_a_pair_that_left_is_forgotten(market: pd.DataFrame) -> None:
    bot = Bot()
    bot.see(P=market, Q=walk(600, 1))
    bot.kept.retain(["Q", "R"])
    assert bot.computed(P=market, Q=walk(600, 1)) == len(market)
    same(bot.see(P=market)["P"], bot.bulk(market))


def test_pairs_do_not_share_what_is_kept(market: pd.DataFrame) -> None:
    bot = Bot()
    bot.see(P=market)
    other = walk(600, 1)
    found = bot.see(P=other, Q=market)
    same(found["P"], bot.bulk(other))
    same(found["Q"], bot.bulk(market))


def test_what_columns_are_made_by_renews_them(market: pd.DataFrame) -> None:
    bot = Bot()
    bot.see(P=market)
    bot.parameters["length_scale"] = 1.5
    assert bot.computed(P=market) == len(market)
    same(bot.see(P=market)["P"], bot.bulk(market))
    bot.families = ("risk",)
    assert bot.computed(P=market) == len(market)
    same(bot.see(P=market)["P"], bot.bulk(market))


def test_no_more_rows_than_asked_for(market: pd.DataFrame) -> None:
    bot = Bot(last=40)
    assert bot.computed(P=market.head(500)) == 40
    same(bot.see(P=market.head(500))["P"], bot.bulk(market.head(500), 40))
    assert bot.computed(P=market.head(510)) == 10
    same(bot.see(P=market.head(510))["P"], bot.bulk(market.head(510), 50))
    assert bot.computed(P=market) == 40
    same(bot.see(P=market)["P"], bot.bulk(market, 40))
    # these were there and have never been computed
    assert bot.computed(P=market.head(300)) == 40


def test_pairs_in_step_are_one_call_and_long_work_tells_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bot = Bot("liquidity")
    markets = {f"P{seed}": walk(300, seed) for seed in range(5)}
    monkeypatch.setattr(live_cache, "FIRST", 600)
    monkeypatch.setattr(live_cache, "PACE", 0.0)
    bot.see(**{pair: frame.head(299) for pair, frame in markets.items()})
    assert bot.calls == [
        (2, 299, "2 of 5 pairs"),
        (1, 299, "3 of 5 pairs"),
        (1, 299, "4 of 5 pairs"),
        (1, 299, "5 of 5 pairs"),
    ]
    bot.calls.clear()
    bot.see(**markets | {"P9": walk(300, 9)})
    assert bot.calls == [(5, 1, "5 of 6 pairs"), (1, 300, "6 of 6 pairs")]
    bot.calls.clear()
    bot.see(**markets)
    assert bot.calls == []
    assert bot.kept.seconds > 0


def test_a_bad_frame_is_named_and_the_others_stay(market: pd.DataFrame) -> None:
    bot = Bot()
    bot.see(P=market.head(599))
    bad = walk(600, 1)
    bad.loc[7, "high"] = 1e-9
    with pytest.raises(HyperPhysicsError, match="Q, row 7"):
        bot.see(Q=bad, P=market)
    with pytest.raises(HyperPhysicsError, match="Q: column `volume`"):
        bot.see(P=market, Q=bad.drop(columns="volume"))
    with pytest.raises(HyperPhysicsError, match="Q: column `date`"):
        bot.see(Q=bad.assign(date=0))
    # the pair in step was computed before the new one failed
    assert bot.computed(P=market) == 0
    same(bot.see(P=market)["P"], bot.bulk(market))


def test_an_empty_frame_has_columns() -> None:
    bot = Bot("liquidity")
    found = bot.see(P=walk(5).head(0))["P"]
    assert found.shape == (0, len(names(["liquidity"])))
    assert list(found.columns) == names(["liquidity"])


def test_what_came_out_may_be_changed(market: pd.DataFrame) -> None:
    bot = Bot()
    for rows in (598, 599, 599, 600):
        found = bot.see(P=market.head(rows))["P"]
        found.loc[:, "hp_vol"] = 7.0
        found.iloc[-1] = 0.0
    same(bot.see(P=market)["P"], bot.bulk(market))


@st.composite
def frames(draw: st.DrawFn) -> list[pd.DataFrame]:
    """What an exchange may make of a market: frames that slide, jump, shrink and change."""
    market = walk(240, draw(st.integers(0, 99)))
    found = []
    for _ in range(draw(st.integers(2, 6))):
        start = draw(st.integers(0, 200))
        end = draw(st.integers(start + 1, 240))
        match draw(st.sampled_from(["amend", "gap", "back", "as is"])):
            case "amend":
                volume = market["volume"].to_numpy(copy=True)
                volume[draw(st.integers(0, 239))] += 1.0
                market = market.assign(volume=volume)
            case "gap":
                market = market.copy()
                market.loc[draw(st.integers(0, 239)), "close"] = np.nan
            case "back":
                market = walk(240, draw(st.integers(0, 99)))
        frame = window(market, start, end)
        lost = draw(st.sets(st.integers(0, len(frame) - 1), max_size=2))
        if len(lost) < len(frame):
            frame = frame.drop(index=sorted(lost)).reset_index(drop=True)
        found.append(frame)
    return found


@settings(max_examples=50, suppress_health_check=list(HealthCheck))
@given(seen=frames(), last=st.sampled_from([None, 20]))
def test_whatever_comes_full_windows_hold_the_bits_of_computing_them(
    seen: list[pd.DataFrame], last: int | None
) -> None:
    bot = Bot("liquidity", last=last, spread_bars=8)
    before: dict[int, set[tuple[int, ...]]] = {}
    for frame in seen:
        found, fresh = (
            np.ascontiguousarray(columns).view(np.int64)
            for columns in (bot.see(P=frame)["P"], bot.bulk(frame))
        )
        valued = np.isfinite(found.view(np.float64)).sum(axis=1)
        newest = len(frame) - (last or len(frame))
        for row, date in enumerate(frame["date"].array.view("i8").tolist()):
            value, known = tuple(found[row]), before.setdefault(date, set())
            if row >= newest or valued[row]:
                # where the window may have left the frame, the row is as it was
                known = known if row < bot.startup() else set()
                assert value in known | {tuple(fresh[row])}
            before[date].add(value)
