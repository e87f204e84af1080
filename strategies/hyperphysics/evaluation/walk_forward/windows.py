# SPDX-License-Identifier: GPL-3.0-or-later
"""Rolling windows: parameters are chosen on the past and used on what follows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from hyperphysics.market_data.candles import DAY


@dataclass(frozen=True)
class Span:
    """Candles that open in [start, end), times in ms."""

    start: int
    end: int

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start) // DAY

    def timerange(self, step: int) -> str:
        """What freqtrade calls it; its last candle is part of a range, and `step` ms long."""
        return f"{self.start // 1000}-{(self.end - step) // 1000}"

    def __str__(self) -> str:
        """First and last day."""
        last = self.end - DAY
        return " to ".join(
            datetime.fromtimestamp(time / 1000, UTC).strftime("%Y-%m-%d")
            for time in (self.start, last)
        )


@dataclass(frozen=True)
class Window:
    """Where parameters are chosen, and where they are used: nothing of `test` is in `train`."""

    train: Span
    test: Span


def windows(start: int, end: int, train: int, test: int) -> list[Window]:
    """Windows whose tests follow one another without a gap.

    Args:
        start: First open time, ms.
        end: Time by which all is over, ms; what is left after the last whole test is not used.
        train: Days of a choice.
        test: Days of a test.

    Raises:
        ValueError: There is no room for one window.
    """
    found = []
    split = start + train * DAY
    while split + test * DAY <= end:
        found.append(Window(Span(split - train * DAY, split), Span(split, split + test * DAY)))
        split += test * DAY
    if not found:
        have = (end - start) // DAY
        raise ValueError(f"{have} days are too few for {train} of choice and {test} of test")
    return found
