"""Write the documents' reference pages from the code, or check that they are current.

They are the tables of columns, settings, filters and parameters, the help of every command and
the public API. Exit code 1 where a page is not current.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from hyperphysics.cli.shared.command_help import commands
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.reference import pages

PARTS = (*pages.PARTS, pages.Part("command-line.md", commands, "commands"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    todo = parser.add_mutually_exclusive_group(required=True)
    todo.add_argument("--write", action="store_true", help="write what has changed")
    todo.add_argument("--check", action="store_true", help="write nothing, name what has changed")
    parser.add_argument(
        "--folder", type=Path, default=Path("docs"), metavar="DIR", help="default: %(default)s"
    )


def run(args: argparse.Namespace) -> int:
    """Write or check; returns 1 where a page is not current and is not to be written."""
    stale = []
    for part in PARTS:
        path = args.folder / part.page
        try:
            new = pages.text(part, args.folder)
            if path.is_file() and path.read_text("utf-8") == new:
                continue
            stale.append(path)
            if args.write:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(new, "utf-8")
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
    for path in stale:
        print(f"{'written' if args.write else 'not current'}: {path}")
    if stale and args.check:
        print("hyperphysics docs --write makes them")
        return 1
    return 0
