"""Where files of a pair lie, and what goes into files that people write."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hyperphysics.cli.shared.errors import CommandError


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


def add_output_arguments(parser: argparse.ArgumentParser, markers: tuple[str, str]) -> None:
    """Declare `--into` and `--out`, which `write` reads."""
    parser.add_argument(
        "--into",
        type=Path,
        metavar="FILE",
        help=f"a Markdown file to put the table into, between {' and '.join(markers)}",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("build/study"), metavar="DIR", help="default: %(default)s"
    )


def check_into(args: argparse.Namespace, markers: tuple[str, str]) -> None:
    """Look whether `--into` has its markers before the work, not when all is done.

    Raises:
        CommandError: As `between`.
    """
    if args.into is not None:
        between(args.into, markers, "")


def write(
    args: argparse.Namespace,
    stem: str,
    markers: tuple[str, str],
    *,
    document: Mapping[str, Any],
    markdown: str,
    page: str,
) -> list[Path]:
    """Write a study's files, its Markdown into `--into` as well; returns their paths.

    Args:
        args: With `out` and `into`.
        stem: Name of the files.
        markers: Between which the Markdown goes.
        document: What the JSON file holds.
        markdown: The tables.
        page: HTML.
    """
    args.out.mkdir(parents=True, exist_ok=True)
    made = {
        "json": json.dumps(document, indent=2, ensure_ascii=False) + "\n",
        "md": markdown,
        "html": page,
    }
    texts = {args.out / f"{stem}.{suffix}": text for suffix, text in made.items()}
    if args.into is not None:
        texts[args.into] = between(args.into, markers, markdown)
    for path, text in texts.items():
        path.write_text(text, "utf-8")
    return [path.resolve() for path in texts]
