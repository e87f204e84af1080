"""The simulated market: a pure function of seed, pair and time that moves like a market."""

from __future__ import annotations

import numpy as np
import pytest

from hyperphysics.market_data.candles import DAY, HOUR, MINUTE, TIMEFRAMES, Candles
from hyperphysics.market_data.simulated import ASSETS, EPOCH, Simulated
from hyperphysics.market_data.stochastic_process import SPAN
from hyperphysics.simulated_exchange import running
from hyperphysics.simulated_exchange.view import View

H1 = TIMEFRAMES["1h"]
LATER = EPOCH + 400 * DAY


def hours(market: Simulated, symbol: str, first: int, count: int) -> Candles:
    return market.candles(symbol, H1, first, first + (count - 1) * HOUR, count)


def same(left: Candles, right: Candles) -> bool:
    names = ("time", "open", "high", "low", "close", "volume")
    return all(np.array_equal(getattr(left, name), getattr(right, name)) for name in names)


def test_the_order_of_questions_changes_nothing() -> None:
    one, other = Simulated(3), Simulated(3)
    hours(one, "ETHUSDT", LATER, 500)
    one.ticks("BTCUSDT", LATER, LATER + HOUR)
    early = EPOCH + 11 * DAY
    assert same(hours(one, "BTCUSDT", early, 300), hours(other, "BTCUSDT", early, 300))
    assert same(hours(one, "BTCUSDT", LATER, 10), hours(other, "BTCUSDT", LATER, 10))


def test_another_seed_or_pair_is_another_market() -> None:
    paths = {
        tuple(hours(Simulated(seed), symbol, EPOCH, 50).close / first)
        for seed in (0, 1)
        for symbol, first in (("BTCUSDT", 30_000.0), ("ETHUSDT", 2_000.0))
    }
    assert len(paths) == 4


def test_spot_and_futures_see_the_same_trades() -> None:
    assert same(
        hours(Simulated(0), "BTCUSDT", EPOCH, 20),
        hours(Simulated(0, "futures"), "BTCUSDT", EPOCH, 20),
    )


@pytest.mark.parametrize("name", ["1m", "5m", "15m", "4h", "1d", "1w"])
def test_all_intervals_come_from_the_same_trades(name: str) -> None:
    market, timeframe = Simulated(0), TIMEFRAMES[name]
    first = timeframe.ceil(EPOCH + 8 * DAY)
    candles = market.candles("LTCUSDT", timeframe, first, 2**50, 4)
    assert candles.time.tolist() == [first + k * timeframe.step for k in range(4)]
    ticks = market.ticks("LTCUSDT", first, first + 4 * timeframe.step - 1)
    made = ticks.candles(timeframe)
    for name_ in ("open", "high", "low", "close"):
        assert np.array_equal(getattr(candles, name_), getattr(made, name_))
    # The hours of a week are summed in another order than its trades.
    assert np.allclose(candles.volume, made.volume, rtol=1e-12)


def test_candles_are_complete_and_on_the_grid() -> None:
    market = Simulated(0)
    for asset in ASSETS:
        item = market.instruments[f"{asset.base}USDT"]
        candles = hours(market, item.symbol, EPOCH + SPAN - 5 * HOUR, 10)
        assert np.array_equal(np.diff(candles.time), np.full(9, HOUR))
        assert bool((candles.low > 0).all() and (candles.volume > 0).all())
        assert np.array_equal(candles.close, candles.close.round(item.price_digits))
        # No jump where blocks meet: the next trade is 10 s away.
        assert abs(candles.open[5] / candles.close[4] - 1) < 0.01


def test_selection_at_both_ends() -> None:
    market = Simulated(0)
    assert market.candles("BTCUSDT", H1, 0, 2**50, 3).time[0] == EPOCH
    assert len(market.candles("BTCUSDT", H1, None, EPOCH - 1, 3)) == 0
    latest = market.candles("BTCUSDT", H1, None, LATER + 5, 3)
    assert latest.time.tolist() == [LATER - 2 * HOUR, LATER - HOUR, LATER]
    first_week = market.candles("BTCUSDT", TIMEFRAMES["1w"], 0, 2**50, 1)
    assert first_week.time[0] == TIMEFRAMES["1w"].ceil(EPOCH)
    assert len(market.ticks("BTCUSDT", 0, EPOCH - 1)) == 0


def test_returns_have_fat_tails_and_clustered_volatility() -> None:
    market = Simulated(0)
    for symbol in ("BTCUSDT", "ETHUSDT", "SOLUSDT", "LTCUSDT"):
        close = hours(market, symbol, EPOCH, 24 * 365).close
        moves = np.diff(np.log(close))
        # A Gaussian walk has kurtosis 3 ± 0.1 and no correlation (± 0.02) at this length.
        standard = (moves - moves.mean()) / moves.std()
        assert float((standard**4).mean()) > 4
        size = np.abs(moves)
        assert np.corrcoef(size[1:], size[:-1])[0, 1] > 0.1
        assert abs(np.corrcoef(moves[1:], moves[:-1])[0, 1]) < 0.1
        assert 0.2 < moves.std() * np.sqrt(24 * 365) < 1.5


def test_pairs_move_together() -> None:
    market = Simulated(0)
    closes = [hours(market, s, EPOCH, 4000).close for s in ("BTCUSDT", "ETHUSDT", "LTCUSDT")]
    correlation = np.corrcoef([np.diff(np.log(close)) for close in closes])
    assert correlation[np.triu_indices(3, 1)].min() > 0.3


def test_it_says_what_it_is() -> None:
    assert Simulated(5).label == "simulated market, seed 5: no real prices"
    with pytest.raises(ValueError, match="expected 0 or more"):
        Simulated(-1)


def test_funding_follows_the_premium() -> None:
    market = Simulated(0, "futures")
    events = market.funding("BTCUSDT", EPOCH + 100 * DAY + 1)
    assert len(events.time) == 300
    assert events.time[0] == EPOCH + 8 * HOUR
    assert np.array_equal(np.diff(events.time), np.full(299, 8 * HOUR))
    assert np.abs(events.rate).max() < 0.002
    assert np.array_equal(events.rate[:30], market.funding("BTCUSDT", EPOCH + 10 * DAY).rate)
    assert len(Simulated(0).funding("BTCUSDT", LATER).time) == 0
    assert len(market.funding("BTCUSDT", EPOCH).time) == 0


def test_the_mark_price_stays_near_the_trades() -> None:
    market = Simulated(0, "futures")
    traded = hours(market, "ETHUSDT", LATER, 100)
    marked = market.candles("ETHUSDT", H1, LATER, LATER + 99 * HOUR, 100, "mark")
    assert np.array_equal(traded.time, marked.time)
    assert np.abs(marked.close / traded.close - 1).max() < 0.001
    assert not np.array_equal(marked.close, traded.close)
    ticks = market.ticks("ETHUSDT", LATER, LATER + 100 * HOUR - 1, "mark")
    assert np.array_equal(ticks.candles(H1).close, marked.close)


def test_time_only_adds() -> None:
    market = Simulated(0)
    before: Candles | None = None
    for now in range(LATER, LATER + HOUR, 7 * MINUTE):
        seen = View(market, now).candles("BTCUSDT", H1, None, None, 5)
        assert seen.time[-1] == LATER
        if before is not None:
            assert same(seen[:4], before[:4])
            assert seen.high[4] >= before.high[4]
            assert seen.volume[4] > before.volume[4]
        before = seen


def test_nothing_foretells_the_random_walk() -> None:
    hours = 24 * 300
    moves = []
    for seed in range(4):
        market = Simulated(seed, structure=False)
        assert "random walk" in market.label
        found = market.candles("BTCUSDT", H1, EPOCH, EPOCH + hours * HOUR, hours)
        moves.append(np.diff(np.log(found.close)))
    for span in (1, 24, 96):
        sums = [np.add.reduceat(one, np.arange(0, len(one) - span, span)) for one in moves]
        before = np.concatenate([one[:-1] for one in sums])
        after = np.concatenate([one[1:] for one in sums])
        scaled = np.corrcoef(np.sign(before), np.sign(after))[0, 1] * len(before) ** 0.5
        # A standard normal where nothing is foretold.
        assert abs(scaled) < 3.5


def test_a_simulated_exchange_serves_the_random_walk() -> None:
    with running(structure=False, clock="2021-03-01T00:00:00+00:00") as exchange:
        assert "simulated random walk, seed 0" in exchange.line
