"""Put the strategy, its loss and ready configurations, or an example, into a user directory.

Files that differ are kept and listed unless --force overwrites them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.freqtrade_bridge.errors import FreqtradeError
from hyperphysics.freqtrade_bridge.presets import USUAL, WINDOWS
from hyperphysics.freqtrade_bridge.user_directory import STRATEGY, install, install_example


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--userdir", type=Path, required=True, metavar="DIR", help="made if missing"
    )
    parser.add_argument("--force", action="store_true", help="overwrite files that differ")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--name",
        default=STRATEGY,
        help="of the strategy's class and file (default: %(default)s)",
    )
    which.add_argument(
        "--example",
        metavar="NAME",
        help="write an example instead: plain, filtered, freqai or notebook",
    )
    parser.add_argument(
        "--timeframe",
        choices=tuple(WINDOWS),
        default=USUAL,
        help="of the candles that windows and tail thresholds are written for "
        "(default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Install and list the files; returns 0.

    Raises:
        CommandError: Files differ and were kept, or the directory cannot be written.
    """
    try:
        if args.example is None:
            done = install(args.userdir, force=args.force, name=args.name, timeframe=args.timeframe)
        else:
            done = install_example(args.userdir, args.example, force=args.force)
        for path in done.written:
            print(f"written    {path}")
        for path in done.unchanged:
            print(f"unchanged  {path}")
        done.check()
    except FreqtradeError as error:
        raise CommandError(str(error)) from error
    return 0
