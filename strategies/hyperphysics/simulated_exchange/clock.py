"""The simulated exchange's clock: starts anywhere, runs as fast as it is told."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

_FORM = re.compile(r"(?P<base>[^x@]+)(x(?P<factor>[0-9.]+))?(@(?P<anchor>[0-9.]+))?")


@dataclass(frozen=True, slots=True)
class Clock:
    """Reads `base` (ms) at the real time `anchor` (s) and runs `factor` times as fast."""

    base: int
    anchor: float
    factor: float = 1.0

    @classmethod
    def parse(cls, text: str, end: int | None) -> Self:
        """The clock written as `BASE[xFACTOR][@ANCHOR]`.

        BASE is `now`, `end` (`end` = where the recording ends) or an ISO date in UTC; ANCHOR is the
        Unix time in seconds at which the clock reads BASE, by default the time of this call.

        Raises:
            ValueError: not of this form; the message says what was expected.
        """
        form = _FORM.fullmatch(text)
        if form is None:
            raise ValueError(f"clock {text!r}: expected BASE[xFACTOR][@UNIX_SECONDS]")
        anchor = float(form["anchor"]) if form["anchor"] else time.time()
        factor = float(form["factor"] or 1)
        if form["base"] == "now":
            base = round(anchor * 1000)
        elif form["base"] == "end":
            if end is None:
                raise ValueError("clock 'end': a simulated market has no end; use 'now' or a date")
            base = end
        else:
            base = parse_date(form["base"])
        return cls(base, anchor, factor)

    def now(self) -> int:
        """The time at the exchange, ms since 1970."""
        return self.base + int((time.time() - self.anchor) * 1000 * self.factor)

    def __str__(self) -> str:
        speed = "" if self.factor == 1 else f", {self.factor:g} times real speed"
        return f"clock {show(self.now())}{speed}"


def parse_date(text: str) -> int:
    """An ISO date or date and time, UTC unless it says otherwise, in ms since 1970.

    Raises:
        ValueError: not an ISO date.
    """
    try:
        date = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(
            f"{text!r} is not a date such as 2023-06-01 or 2023-06-01T12:00"
        ) from error
    return round((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() * 1000)


def show(time_ms: int) -> str:
    """A time for people, UTC."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
