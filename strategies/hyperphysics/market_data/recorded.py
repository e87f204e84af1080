"""A market out of a folder of freqtrade's candle files."""

from __future__ import annotations

import logging
import re
from functools import cached_property
from pathlib import Path

import numpy as np

from hyperphysics.market_data.candles import TIMEFRAMES, Candles, Ticks, Timeframe, Values
from hyperphysics.market_data.files import (
    FORMATS,
    SUFFIX,
    candle_file,
    pair_stem,
    pair_stems,
    read_frame,
)
from hyperphysics.market_data.market import Funding, Instrument, IntervalError, Kind, Mode
from hyperphysics.market_data.series import Series, values

logger = logging.getLogger(__name__)

# A base may hold the underscore that stands for a dot or another sign: XAUT_b_USDT.
_SPOT = re.compile(rf"(?P<base>\w+)_(?P<quote>[^\W_]+)-(?P<step>\d+[mhdw])\.{SUFFIX}")
_FUTURES = re.compile(
    r"(?P<base>\w+)_(?P<quote>[^\W_]+)_(?P=quote)"
    rf"-(?P<step>\d+[mhdw])-(?P<kind>futures|mark|funding_rate)\.{SUFFIX}"
)
_OTHER_FUTURES = re.compile(rf"(?P<stem>.+?)-\d+[mhdw]-(?:futures|mark|funding_rate)\.{SUFFIX}")
_EXAMPLES = {"spot": "BTC_USDT-1h.feather", "futures": "BTC_USDT_USDT-1h-futures.feather"}


class Recorded:
    """The candles of a folder as they were recorded; what is missing there is missing here.

    Spot candles lie in the folder itself, futures in its subfolder `futures`, named as freqtrade
    names them. Of futures it reads perpetual ones that settle in their quote currency; others are
    left out with a warning. An interval that was not recorded is aggregated from the longest that
    divides it.
    """

    def __init__(self, folder: Path, mode: Mode | None = None, seed: int = 0) -> None:
        """Find the files of `folder`; without `mode`, spot candles win over futures.

        Raises:
            ValueError: no folder, or no such files in it; the message says what was expected.
        """
        if not folder.is_dir():
            raise ValueError(f"{folder}: no such folder of candles")
        if mode is None:
            spot = any(map(_SPOT.fullmatch, _names(folder)))
            futures = any(map(_FUTURES.fullmatch, _names(folder / "futures")))
            if not (spot or futures):
                raise ValueError(
                    f"no candles in {folder}; expected files such as {_EXAMPLES['spot']} or "
                    f"futures/{_EXAMPLES['futures']} ({', '.join(FORMATS)})"
                )
            mode = "spot" if spot else "futures"
        self.mode: Mode = mode
        self.seed = seed
        self.label = f"recorded market from {folder}"
        self._trades: dict[str, list[Series]] = {}
        self._marks: dict[str, list[Series]] = {}
        self._funding: dict[str, Path] = {}
        self._events: dict[str, Funding] = {}
        self._names: dict[str, tuple[str, str]] = {}
        place = folder if mode == "spot" else folder / "futures"
        if mode == "futures" and (others := _other_futures(place)):
            logger.warning(
                "%s: left out, only perpetual futures that settle in their quote currency are "
                "read: %s",
                place,
                ", ".join(others),
            )
        for name in _names(place):
            self._add(place / name, (_SPOT if mode == "spot" else _FUTURES).fullmatch(name))
        if not self._trades:
            raise ValueError(
                f"no {mode} candles in {place}; expected files such as {_EXAMPLES[mode]} "
                f"({', '.join(FORMATS)})"
            )

    def _add(self, path: Path, name: re.Match[str] | None) -> None:
        if name is None or name["step"] not in TIMEFRAMES:
            return
        symbol = name["base"] + name["quote"]
        kind = name["kind"] if self.mode == "futures" else "futures"
        if kind == "funding_rate":
            self._funding.setdefault(symbol, path)
            return
        group = self._trades if kind == "futures" else self._marks
        files = group.setdefault(symbol, [])
        # the same candles in a second format
        if any(item.timeframe.name == name["step"] for item in files):
            return
        files.append(Series(path, TIMEFRAMES[name["step"]]))
        files.sort(key=lambda series: series.timeframe.step)
        if kind == "futures":
            self._names[symbol] = (name["base"], name["quote"])

    @property
    def instruments(self) -> dict[str, Instrument]:
        """The pairs by symbol; the steps of price and size are those the recording needs.

        A pair with an empty or damaged file is left out with a warning.

        Raises:
            ValueError: every pair has such a file; the message names the first.
        """
        return self._opened[0]

    @property
    def unreadable(self) -> dict[str, str]:
        """As `Market.unreadable`; raises as `instruments` does."""
        return self._opened[1]

    @cached_property
    def _opened(self) -> tuple[dict[str, Instrument], dict[str, str]]:
        found, unreadable = {}, {}
        for symbol in sorted(self._trades):
            try:
                found[symbol] = self._instrument(symbol)
            except ValueError as error:
                unreadable["/".join(self._names[symbol])] = str(error)
        if not found:
            raise ValueError(next(iter(unreadable.values())))
        for pair, reason in unreadable.items():
            logger.warning("%s is left out: %s", pair, reason)
        return found, unreadable

    @property
    def ends(self) -> int:
        """The end of the longest recording."""
        return max(item.ends or 0 for item in self.instruments.values())

    def timeframes(self, symbol: str) -> list[str]:
        """The recorded intervals of a pair, shortest first."""
        return [series.timeframe.name for series in self._trades[symbol]]

    def candles(
        self,
        symbol: str,
        timeframe: Timeframe,
        first: int | None,
        last: int,
        limit: int,
        kind: Kind = "trade",
    ) -> Candles:
        """As `Market.candles`."""
        files = self._series(symbol, kind)
        divisors = [item for item in files if _divides(item.timeframe, timeframe)]
        if not divisors:
            recorded = ", ".join(item.timeframe.name for item in files)
            raise IntervalError(f"{symbol} is recorded in {recorded}.")
        series = divisors[-1]
        # Of the last interval the recording may hold only the beginning.
        whole = timeframe.floor(series.ends) - timeframe.step
        last = min(last, whole)
        if series.timeframe.step == timeframe.step:
            return series.candles.between(first, last, limit)
        # One candle more than asked for, because the outermost one may be cut.
        members = (limit + 1) * (timeframe.step // series.timeframe.step)
        start = None if first is None else timeframe.ceil(first)
        part = series.candles.between(start, last + timeframe.step - 1, members)
        return part.aggregate(timeframe).between(first, last, limit)

    def ticks(self, symbol: str, first: int, last: int, kind: Kind = "trade") -> Ticks:
        """As `Market.ticks`; of the recorded intervals the shortest that covers a time counts."""
        digits = self.instruments[symbol].price_digits if kind == "trade" else 8
        return self._ticks(self._series(symbol, kind), first, last, digits)

    def funding(self, symbol: str, last: int) -> Funding:
        """As `Market.funding`."""
        if symbol not in self._funding:
            return Funding(np.empty(0, np.int64), np.empty(0))
        if symbol not in self._events:
            path = self._funding[symbol]
            frame = read_frame(path)
            # Older versions of freqtrade kept the rate in `open`.
            name = "funding_rate" if "funding_rate" in frame.columns else "open"
            if missing := {"date", name} - set(frame.columns):
                raise ValueError(f"{path}: {' and '.join(sorted(missing))} is missing")
            time, (rate,) = values(frame, path, (name,))
            self._events[symbol] = Funding(time, rate)
        events = self._events[symbol]
        return events.between(None, last, len(events.time))

    def _ticks(self, files: list[Series], first: int, last: int, digits: int) -> Ticks:
        if not files or first > last:
            return Ticks.empty()
        finest, rest = files[0], files[1:]
        parts = [
            self._ticks(rest, first, min(last, finest.first - 1), digits),
            finest.ticks(first, last, digits, self.seed),
            self._ticks(rest, max(first, finest.ends), last, digits),
        ]
        return Ticks.concat([part for part in parts if len(part)])

    def _series(self, symbol: str, kind: Kind) -> list[Series]:
        """The files of a pair, shortest interval first; without a mark price trades stand in."""
        trades = self._trades[symbol]
        return self._marks.get(symbol, trades) if kind == "mark" else trades

    def _instrument(self, symbol: str) -> Instrument:
        files = self._trades[symbol]
        listed, ends = min(file.first for file in files), max(file.ends for file in files)
        longest = files[-1].candles
        base, quote = self._names[symbol]
        return Instrument(
            symbol=symbol,
            base=base,
            quote=quote,
            price_digits=_digits(np.concatenate([longest.high, longest.low, longest.close])),
            size_digits=_digits(longest.volume),
            listed=listed,
            ends=ends,
        )


def find_candles(folder: Path, name: str, timeframe: str) -> tuple[str, Path]:
    """The pair that a name means in a folder of candles, and its file; spot before futures.

    Args:
        folder: As `Recorded` takes it.
        name: Such as BTC, BTC/USDT, BTC/USDT:USDT, or one of them as in a file's name.
        timeframe: Length of a candle.

    Returns:
        As freqtrade writes it. Where there is no such file, the name and where it would be.
    """
    stem = pair_stem(name)
    for place, pattern in ((folder, _SPOT), (folder / "futures", _FUTURES)):
        futures = pattern is _FUTURES
        for match in filter(None, map(pattern.fullmatch, _names(place))):
            base, quote = match["base"], match["quote"]
            if match["step"] != timeframe or (futures and match["kind"] != "futures"):
                continue
            if stem in pair_stems(base, quote, futures=futures):
                pair = f"{base}/{quote}" + (f":{quote}" if futures else "")
                # the user's own spelling tells XAUT.b from XAUT_b
                pair = name if "/" in name and stem == pair_stem(pair) else pair
                return pair, candle_file(folder, pair, timeframe)
    return name, candle_file(folder, name, timeframe)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def _other_futures(folder: Path) -> list[str]:
    """Inverse and dated futures of a folder: BTC_USD_BTC, BTC_USDT_USDT-240329."""
    names = [name for name in _names(folder) if not _FUTURES.fullmatch(name)]
    return sorted({found["stem"] for name in names if (found := _OTHER_FUTURES.fullmatch(name))})


def _divides(short: Timeframe, long: Timeframe) -> bool:
    return long.step % short.step == 0 and (long.offset - short.offset) % short.step == 0


def _digits(values: Values) -> int:
    """The fewest decimals, at most 8, that write every value."""
    for digits in range(8):
        if np.allclose(values, np.round(values, digits), rtol=1e-12, atol=1e-12):
            return digits
    return 8
