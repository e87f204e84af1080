"""Where funding rates come from, without a process or an exchange."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.enums import CandleType, RunMode, TradingMode

from hyperphysics.strategy.callbacks.funding_rates import HyperPhysicsFundingRates
from hyperphysics.strategy.rules.settings import Settings

PAIR = "BTC/USDT:USDT"
HOURS = pd.Series(pd.date_range("2023-01-01", periods=48, freq="1h", tz="UTC").as_unit("ms"))
SETTLED = pd.DataFrame({"date": HOURS[::8], "funding_rate": 0.001})


class Position(HyperPhysicsFundingRates):
    """Nothing but what holding costs."""

    timeframe = "1h"

    def populate_indicators(self, dataframe: Any, metadata: Any) -> Any:  # noqa: ARG002
        return dataframe


def position(found: Any = SETTLED, *, served: bool = True, **config: Any) -> Position:
    """Given a data provider that finds certain rates: in memory or on disk, by run mode."""
    futures = {"trading_mode": TradingMode.FUTURES, "runmode": RunMode.BACKTEST}
    one = Position(futures | config)
    one.settings = Settings.read({"lattice_horizon": 6})
    live = one.config["runmode"] == RunMode.DRY_RUN

    def ohlcv(pair: str, timeframe: str, *, copy: bool, candle_type: str) -> pd.DataFrame:
        assert live
        assert not copy
        return historic(pair, timeframe, candle_type)

    def historic(pair: str, timeframe: str, candle_type: str) -> pd.DataFrame:
        assert (timeframe, candle_type) == ("1h", CandleType.FUNDING_RATE)
        if isinstance(found, Exception):
            raise found
        return found if pair == PAIR else pd.DataFrame()

    provider: Any = SimpleNamespace(
        _exchange=SimpleNamespace(check_candle_type_support=lambda _: served),
        current_whitelist=lambda: [PAIR],
        get_funding_rate_timeframe=lambda: "1h",
        ohlcv=ohlcv,
        historic_ohlcv=historic,
    )
    one.dp = provider
    return one


# A settlement every 8 h is due where a candle does not close an hour after one: six bars are less.
DUE = np.where((HOURS.dt.hour + 1) % 8 == 1, 0.0, 0.001)
# Unknown before the second one is over.
DUE[:8] = 0.0


@pytest.mark.parametrize("runmode", [RunMode.BACKTEST, RunMode.HYPEROPT, RunMode.DRY_RUN])
def test_rates_are_found_in_every_run_mode(runmode: RunMode) -> None:
    np.testing.assert_allclose(position(runmode=runmode).expected_funding(PAIR, HOURS), DUE)


def test_older_files_and_other_units_are_read_alike() -> None:
    # freqtrade kept the rate in `open` once, and dry runs have microseconds
    older = SETTLED.rename(columns={"funding_rate": "open"})
    older["date"] = older["date"].dt.as_unit("us")
    got = position(older).expected_funding(PAIR, HOURS.dt.as_unit("us"))
    np.testing.assert_allclose(got, DUE)


@pytest.mark.parametrize("found", [pd.DataFrame(), OSError("disk is gone"), SETTLED[["date"]]])
def test_without_rates_none_is_expected_and_one_line_says_so(
    found: Any, caplog: pytest.LogCaptureFixture
) -> None:
    one = position(found)
    with caplog.at_level(logging.WARNING, "hyperphysics"):
        for _ in range(3):
            for pair in (PAIR, "ETH/USDT:USDT"):
                assert not one.expected_funding(pair, HOURS).any()
    for pair in (PAIR, "ETH/USDT:USDT"):
        assert sum(f"no funding rates of {pair}" in line for line in caplog.messages) == 1


def test_workers_of_hyperopt_have_no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    one = position(runmode=RunMode.HYPEROPT)
    one.look_up_funding()
    monkeypatch.setattr(one.dp, "get_funding_rate_timeframe", lambda: pytest.fail("no exchange"))
    assert one.expected_funding(PAIR, HOURS).any()


def test_only_a_running_futures_bot_fetches_them() -> None:
    fetched = [(PAIR, "1h", CandleType.FUNDING_RATE)]
    assert position(runmode=RunMode.DRY_RUN).informative_pairs() == fetched
    assert position(runmode=RunMode.DRY_RUN, served=False).informative_pairs() == []
    assert position().informative_pairs() == []
    spot = position(runmode=RunMode.DRY_RUN, trading_mode=TradingMode.SPOT)
    assert spot.informative_pairs() == []
    assert not spot.pays_funding()
