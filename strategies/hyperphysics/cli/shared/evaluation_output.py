"""What all evaluations print and write: tables, notes, and files as JSON, Markdown and HTML."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hyperphysics.cli.shared.files import between, check_into
from hyperphysics.cli.shared.market_arguments import market_selection
from hyperphysics.cli.shared.screen import Screen, table
from hyperphysics.market_data.selection import MarketSelection


@dataclass(frozen=True)
class Output:
    """What an evaluation found.

    Attributes:
        name: Of the files.
        tables: Title, names of columns and cells of each.
        notes: What a reader must know, line by line.
        document: What the JSON file holds.
        markdown: The tables and notes as Markdown.
        page: The same as HTML, with figures.
    """

    name: str
    tables: Sequence[tuple[str, Sequence[str], Iterable[Sequence[str]]]]
    notes: Sequence[str]
    document: Mapping[str, Any]
    markdown: str
    page: str


def add_output_arguments(parser: argparse.ArgumentParser, markers: tuple[str, str]) -> None:
    """Declare `--into` and `--out`."""
    parser.add_argument(
        "--into",
        type=Path,
        metavar="FILE",
        help=f"a Markdown file to put the table into, between {' and '.join(markers)}",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("build/evaluation"),
        metavar="DIR",
        help="default: %(default)s",
    )


def begin(args: argparse.Namespace, markers: tuple[str, str]) -> tuple[MarketSelection, Screen]:
    """What is evaluated, and the screen, which names it.

    Raises:
        CommandError: There is no such market, or `--into` lacks the markers.
    """
    selection = market_selection(args)
    check_into(args, markers)
    screen = Screen()
    screen.say(f"{selection.market.label}; {selection.market.mode}, {', '.join(selection.pairs)}")
    return selection, screen


def finish(
    args: argparse.Namespace, screen: Screen, markers: tuple[str, str], output: Output
) -> None:
    """Print the tables and notes, and write the files."""
    for title, head, rows in output.tables:
        table(title, head, rows)
    for line in output.notes:
        screen.say(line)
    for path in _write(args, markers, output):
        screen.say(f"written: {path}")


def _write(args: argparse.Namespace, markers: tuple[str, str], output: Output) -> list[Path]:
    args.out.mkdir(parents=True, exist_ok=True)
    made = {
        "json": json.dumps(output.document, indent=2, ensure_ascii=False) + "\n",
        "md": output.markdown,
        "html": output.page,
    }
    texts = {args.out / f"{output.name}.{suffix}": text for suffix, text in made.items()}
    if args.into is not None:
        texts[args.into] = between(args.into, markers, output.markdown)
    for path, text in texts.items():
        path.write_text(text, "utf-8")
    return [path.resolve() for path in texts]
