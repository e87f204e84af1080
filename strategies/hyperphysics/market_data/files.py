"""Names of the files that freqtrade keeps candles in."""

from __future__ import annotations

import re
from pathlib import Path

_REPLACED = re.compile(r"[/ .@$+:]")


def pair_stem(pair: str) -> str:
    """A pair in a file's name, as freqtrade's `pair_to_filename` writes it: BTC_USDT_USDT."""
    return _REPLACED.sub("_", pair)


def candle_file(folder: Path, pair: str, timeframe: str) -> Path:
    """Where freqtrade keeps the candles of a pair below a data folder."""
    name = f"{pair_stem(pair)}-{timeframe}"
    if ":" in pair:
        return folder / "futures" / f"{name}-futures.feather"
    return folder / f"{name}.feather"
