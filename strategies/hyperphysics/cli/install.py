"""Put the strategy, its loss and ready configurations into a freqtrade user directory.

Nothing that differs is overwritten unless --force says so.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.freqtrade_bridge.errors import FreqtradeError
from hyperphysics.freqtrade_bridge.user_directory import install


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--userdir", type=Path, required=True, metavar="DIR", help="made if missing"
    )
    parser.add_argument("--force", action="store_true", help="overwrite files that differ")


def run(args: argparse.Namespace) -> int:
    """Install and list the files; returns 0."""
    try:
        done = install(args.userdir, force=args.force)
    except FreqtradeError as error:
        raise CommandError(str(error)) from error
    for path in done.written:
        print(f"written    {path}")
    for path in done.unchanged:
        print(f"unchanged  {path}")
    return 0
