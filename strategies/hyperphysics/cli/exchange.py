"""Serve recorded or simulated candles in the REST dialect of an exchange on 127.0.0.1.

It ends with SIGTERM or Ctrl-C. Markets: --data DIR replays a folder of freqtrade feather files
(spot candles in DIR itself, futures in DIR/futures), --simulate makes one up, --random-walk one
without structure. The clock is BASE[xFACTOR][@UNIX_SECONDS]: BASE is 'now', 'end' (where the
recording ends, its default) or a date in UTC, FACTOR its speed, UNIX_SECONDS the real time at which
it reads BASE. Nothing later than the clock is served.

--shift moves a recording by whole weeks, so that it covers the clock's start and at least one day
after it: hours of the day and days of the week stay what they were.
"""

from __future__ import annotations

import argparse
import json
from math import inf
from pathlib import Path

from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.market_data.shifted import Shifted
from hyperphysics.market_data.sources import open_market
from hyperphysics.simulated_exchange.app import build
from hyperphysics.simulated_exchange.clock import Clock
from hyperphysics.simulated_exchange.dialects import NAMES, settings
from hyperphysics.simulated_exchange.order_book import LEVEL_VALUE
from hyperphysics.simulated_exchange.server import bind, serve

DEFAULT_PORT = 8777
"""The port that `config/demo.json` expects."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    market = parser.add_mutually_exclusive_group(required=True)
    market.add_argument("--data", type=Path, metavar="DIR", help="recorded candles")
    market.add_argument("--simulate", action="store_true", help="a simulated market")
    market.add_argument(
        "--random-walk", action="store_true", help="a random walk: no drift and no regimes"
    )
    parser.add_argument("--mode", choices=("spot", "futures"), help="default: what DIR holds")
    parser.add_argument(
        "--exchange",
        choices=NAMES,
        default="binance",
        help="as which one it answers, with its candles a request; futures as binance only "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="of all that is not recorded (default: 0)"
    )
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="0 takes a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--level-value",
        type=float,
        default=LEVEL_VALUE,
        metavar="VALUE",
        help="mean worth of a book's best level in quote currency (default: %(default)g); "
        "a small one makes thin books",
    )
    parser.add_argument("--clock", metavar="BASE", help="see above (default: end, or now)")
    parser.add_argument(
        "--shift",
        action="store_true",
        help="move recorded candles, mark prices and funding by whole weeks to the clock's start "
        "(with it the clock's default is now)",
    )
    parser.add_argument(
        "--write-config",
        type=Path,
        metavar="FILE",
        help="write freqtrade settings that lead to this exchange, to lay over another --config",
    )
    # Whoever started this process as a child: it ends with its parent.
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop; returns 0."""
    if not 0 < args.level_value < inf:
        raise CommandError(f"--level-value is {args.level_value:g}, expected a positive number")
    try:
        market = open_market(args.data, args.mode, args.seed, structure=not args.random_walk)
        recorded = market.ends is not None and not args.shift
        clock = Clock.parse(args.clock or ("end" if recorded else "now"), market.ends)
        if args.shift:
            market = Shifted.to(market, clock.now())
        app = build(market, clock, args.level_value, args.exchange)
    except ValueError as error:
        raise CommandError(str(error)) from error
    try:
        listener, url = bind(args.port)
    except OSError as error:
        raise CommandError(
            f"port {args.port}: {error.strerror}; --port 0 takes a free one"
        ) from error
    if args.write_config is not None:
        found = settings(url, market.mode, exchange=args.exchange)
        args.write_config.write_text(json.dumps(found, indent=2) + "\n")
    line = f"{url} {market.mode} {market.label}; {clock}"
    serve(app, listener, line, args.parent)
    return 0
