"""Files that commands write: names of pictures, and tables between markers of a document."""

from __future__ import annotations

import argparse
from pathlib import Path

from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.market_data.files import pair_stem


def picture_name(pair: str, timeframe: str) -> str:
    """Name of the HTML file with a pair's picture."""
    return f"hyperphysics-{pair_stem(pair)}-{timeframe}.html"


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


def check_into(args: argparse.Namespace, markers: tuple[str, str]) -> None:
    """Look whether `--into` has its markers before the work, not when all is done.

    Raises:
        CommandError: As `between`.
    """
    if args.into is not None:
        between(args.into, markers, "")
