"""Windows as lengths of time, and what default windows are on other timeframes."""

from __future__ import annotations

import logging
from typing import Any

import pytest

import hyperphysics as hp
from hyperphysics.strategy.rules.settings import Settings, SettingsError
from hyperphysics.strategy.rules.windows import TUNED, WINDOWS, as_time, candle, seconds
from support.loaded import Load


def test_windows_are_the_parameters_that_count_candles() -> None:
    counting = {one.name: one for one in hp.params() if one.name in WINDOWS}
    assert set(counting) == set(WINDOWS)
    assert all("bars" in one.doc for one in counting.values())


@pytest.mark.parametrize(
    ("given", "timeframe", "candles"),
    [
        ("4w", "1h", 672),
        ("4w", "5m", 8064),
        ("28 d", "4h", 168),
        ("672h", "1d", 28),
        ("90m", "15m", 6),
        ("1.5d", "1h", 36),
        ("672", "5m", 672),
        (672, "5m", 672),
    ],
)
def test_a_window_is_candles_or_a_length_of_time(
    given: object, timeframe: str, candles: int
) -> None:
    assert Settings.read({"trend_window": given}, timeframe).engine == {"trend_window": candles}


def test_half_lives_and_horizons_are_windows_too() -> None:
    section = {"half_life": "12h", "risk_horizon": "1d", "lattice_horizon": "1d"}
    assert Settings.read(section, "4h").engine == {
        "half_life": 3.0,
        "risk_horizon": 6,
        "lattice_horizon": 6,
    }


@pytest.mark.parametrize(
    ("section", "timeframe"),
    [
        # a candle of a day is longer, and 10000 candles of five minutes are shorter
        ({"trend_window": "2h"}, "1d"),
        ({"trend_window": "52w"}, "5m"),
        ({"trend_window": "4 weeks"}, "1h"),
        ({"trend_window": "-4w"}, "1h"),
        ({"paths": "4w"}, "1h"),
    ],
)
def test_a_wrong_window_is_named(section: dict[str, Any], timeframe: str) -> None:
    ((name, value),) = section.items()
    with pytest.raises(SettingsError) as error:
        Settings.read(section, timeframe)
    assert f'"hyperphysics.{name}" is {value!r}' in str(error.value)
    assert ('"4w"' in str(error.value)) == (name in WINDOWS)


def test_the_timeframe_of_the_configuration_outranks_the_classs(load: Load) -> None:
    strategy = load({"trend_window": "1d"}, timeframe="15m")
    assert strategy.engine_parameters()["trend_window"] == 96


def test_default_windows_on_another_timeframe_are_told(
    load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        load(hyperphysics={"residuals": 500}, timeframe="5m")
    (told,) = [one.getMessage() for one in caplog.records if "windows are" in one.getMessage()]
    assert "trend_window 2d 8h instead of 4w" in told
    assert "risk_horizon 1h instead of 12h" in told
    assert "hyperphysics install --timeframe 5m" in told
    # chosen, or of a family that is not computed
    assert "residuals" not in told
    assert "past_window" not in told


def test_default_windows_on_their_own_timeframe_are_not(
    load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        load(hyperphysics={})
        load(hyperphysics={}, timeframe=TUNED)
    assert "windows are" not in caplog.text


def test_lengths_of_time_in_words() -> None:
    assert seconds("2d") == 2 * 86400
    assert seconds("2x") is None
    assert candle("3d") == 3 * 86400
    assert [as_time(n, "5m") for n in (1, 12, 672, 2016)] == ["5m", "1h", "2d 8h", "1w"]
    with pytest.raises(ValueError, match="no timeframe"):
        candle("fast")
