"""Where files of a pair lie."""

from __future__ import annotations

from pathlib import Path


def candle_file(folder: Path, pair: str, timeframe: str) -> Path:
    """Where freqtrade keeps the candles of a pair below a data folder."""
    name = f"{_stem(pair)}-{timeframe}"
    if ":" in pair:
        return folder / "futures" / f"{name}-futures.feather"
    return folder / f"{name}.feather"


def picture_name(pair: str, timeframe: str) -> str:
    """Name of the HTML file with a pair's picture."""
    return f"hyperphysics-{_stem(pair)}-{timeframe}.html"


def _stem(pair: str) -> str:
    return pair.replace("/", "_").replace(":", "_")
