"""Record order books of a running exchange as parquet files until SIGTERM or Ctrl-C.

Any exchange that ccxt knows, through public requests. Freqtrade's own configurations say how to
reach it: name, trading mode, ccxt_config, pairs. Books of a pair are written in groups, each a
complete file; when the UTC day ends they are merged into one. A recorder that is killed loses the
group in memory and nothing else. The setting "books" replays them in backtests.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import time
from collections.abc import Callable, Mapping
from math import inf
from pathlib import Path
from typing import Any

from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.screen import Screen
from hyperphysics.freqtrade_bridge.exchange_access import exchange_access, read_config
from hyperphysics.order_books.exchange import Source
from hyperphysics.order_books.recorder import Recorder, RecordingSettings
from hyperphysics.order_books.store import MOST_LEVELS, BooksError, Store

REPORTED = 60.0
"""Seconds from one line of progress to the next where the output is no terminal."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--into", type=Path, required=True, metavar="DIR", help="made if missing")
    parser.add_argument("--exchange", metavar="NAME", help="default: the configuration's")
    parser.add_argument(
        "-c",
        "--config",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a freqtrade configuration; of several, later ones win",
    )
    parser.add_argument(
        "--pairs",
        nargs="+",
        metavar="PAIR",
        help="as BTC or BTC/USDT (default: the configuration's whitelist)",
    )
    parser.add_argument(
        "--every", type=float, default=5.0, metavar="SECONDS", help="default: %(default)g"
    )
    parser.add_argument(
        "--depth",
        type=int,
        default=20,
        metavar="LEVELS",
        help="of each side (default: %(default)s)",
    )
    parser.add_argument(
        "--group",
        type=int,
        default=60,
        metavar="BOOKS",
        help="of a pair that are written together (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Record until told to stop; returns 0."""
    for name, value, most in (
        ("every", args.every, inf),
        ("depth", args.depth, MOST_LEVELS),
        ("group", args.group, inf),
    ):
        if not 0 < value <= most or value == inf:
            raise CommandError(f"--{name} is {value:g}, expected a positive number up to {most:g}")
    try:
        config = read_config(args.config)
        listed = config.get("exchange", {}).get("pair_whitelist", [])
        named = [_pair(name, config) for name in args.pairs or ()]
        pairs = list(dict.fromkeys(named or listed))
        if not pairs:
            raise CommandError("no pairs: give --pairs, or a --config that lists some")
        store = Store(args.into)
        settings = RecordingSettings(pairs, args.every, args.depth, args.group)
        with store.lock():
            asyncio.run(_record(config, args.exchange, store, settings))
    except (BooksError, OSError) as error:
        raise CommandError(str(error)) from error
    return 0


def _pair(name: str, config: Mapping[str, Any]) -> str:
    """A pair as freqtrade writes it: BTC has the configuration's stake currency and mode.

    Raises:
        CommandError: There is no stake currency.
    """
    base, *rest = re.split(r"[/:]" if "/" in name else "_", name)
    quote = rest[0] if rest else config.get("stake_currency")
    if quote is None:
        raise CommandError(
            f"--pairs {name}: expected BASE/QUOTE, or a --config with stake_currency"
        )
    futures = len(rest) > 1 or config.get("trading_mode") == "futures"
    return f"{base}/{quote}" + (f":{rest[-1] if len(rest) > 1 else quote}" if futures else "")


async def _record(
    config: dict[str, object], name: str | None, store: Store, settings: RecordingSettings
) -> None:
    screen = Screen()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # here, because ccxt wants a running loop
    source = Source(exchange_access(config, name))
    title = f"books of {source.name} into {store.folder}"
    with screen.step(title) as note:
        show = note if screen.console.is_terminal else _now_and_then(screen.say)
        await Recorder(source, store, settings, screen.say, show).run(stop)


def _now_and_then(say: Callable[[str], None]) -> Callable[[str], None]:
    told = time.monotonic()

    def note(text: str) -> None:
        nonlocal told
        if time.monotonic() - told >= REPORTED:
            told = time.monotonic()
            say(text)

    return note
