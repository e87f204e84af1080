# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows of the engine, which count candles, given as a length of time: "4w", "30d", "12h"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hyperphysics._engine import Value

WINDOWS = (
    "half_life",
    "lattice_horizon",
    "past_window",
    "residuals",
    "risk_horizon",
    "spread_bars",
    "trend_window",
    "phi_window",
)
"""Parameters that count candles."""

TUNED = "1h"
"""Timeframe for which the default windows were chosen."""

SECONDS: Mapping[str, int] = {"m": 60, "h": 3600, "d": 86400, "w": 604800}
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([mhdw])\s*")
# freqtrade's names of timeframes
_MORE: Mapping[str, int] = {"s": 1, "M": 2592000, "y": 31536000}


def seconds(text: str) -> float | None:
    """A length of time such as "4w" or "90m" in seconds, or None where `text` is none."""
    if (match := _LENGTH.fullmatch(text)) is None:
        return None
    return float(match[1]) * SECONDS[match[2]]


def candle(timeframe: str) -> int:
    """Length of a candle of a timeframe such as "1h", in seconds.

    Raises:
        ValueError: It is no timeframe.
    """
    unit = {**_MORE, **SECONDS}.get(timeframe[-1:])
    if unit is None or not timeframe[:-1].isdigit():
        raise ValueError(f"no timeframe: {timeframe!r}")
    return int(timeframe[:-1]) * unit


def in_candles(name: str, value: object, timeframe: str) -> object:
    """A window in candles where it is given as a length of time, any other value as it is.

    Args:
        name: The parameter's.
        value: What the settings say.
        timeframe: Length of a candle, such as "1h".

    Raises:
        ValueError: The window is shorter than a candle.
    """
    if name not in WINDOWS or not isinstance(value, str):
        return value
    if (length := seconds(value)) is None:
        return value
    count = round(length / candle(timeframe))
    if count < 1:
        raise ValueError(f"{value} is less than a candle of {timeframe}")
    return count


def as_time(count: float, timeframe: str) -> str:
    """So many candles as a length of time: "4w", "2d 8h"."""
    rest, words = int(count * candle(timeframe)), []
    for unit in ("w", "d", "h", "m"):
        whole, rest = divmod(rest, SECONDS[unit])
        if whole:
            words.append(f"{whole}{unit}")
    return " ".join(words[:2]) or f"{rest}s"


def untuned(parameters: Mapping[str, Value], timeframe: str) -> dict[str, str]:
    """What windows of `TUNED` are on another timeframe, by name.

    Args:
        parameters: Windows that nobody has chosen, in candles.
        timeframe: Length of a candle.
    """
    if timeframe == TUNED:
        return {}
    return {
        name: f"{as_time(float(value), timeframe)} instead of {as_time(float(value), TUNED)}"
        for name, value in parameters.items()
        if name in WINDOWS
    }
