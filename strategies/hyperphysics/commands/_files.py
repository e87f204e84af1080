"""Where files of a pair lie, and what goes into files that people write."""

from __future__ import annotations

from pathlib import Path

from . import CommandError


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


def between(path: Path, markers: tuple[str, str], made: str) -> str:
    """The text of a Markdown file with `made` between two markers instead of what stands there.

    Raises:
        CommandError: It cannot be read, or the markers are not there, once each and in order.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {error}") from error
    before, start, rest = text.partition(markers[0])
    _, end, after = rest.partition(markers[1])
    if not (start and end) or any(text.count(marker) != 1 for marker in markers):
        raise CommandError(f"{path}: expected one {markers[0]} and after it one {markers[1]}")
    return f"{before}{start}\n{made.strip()}\n{end}{after}"
