"""Walk the strategy forward: choose its parameters on the past, trade what follows, and again.

Every window is a real freqtrade hyperopt and real backtests of the days after it: with the chosen
parameters at several costs, with the default ones, and with one filter or exit more or less.
Stitched together they stand beside buy and hold, plain and volatility-targeted, with the deflated
Sharpe ratio and the probability of overfitting of each choice, how the objective varies around it,
and the same on a random walk. Prints tables and writes them as JSON, as Markdown and as a web page
that needs no network.

It takes a while. Finished steps are kept in the folder `strategy` of --out: after Ctrl-C,
SIGTERM or a crash the same command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import math
from typing import Any

import hyperphysics as hp
from hyperphysics.cli.shared import engine_arguments
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.evaluation_output import Output, add_output_arguments, begin, finish
from hyperphysics.cli.shared.market_arguments import add_market_arguments
from hyperphysics.evaluation.walk_forward import page, report
from hyperphysics.evaluation.walk_forward.evaluate import WalkForward
from hyperphysics.evaluation.walk_forward.settings import WalkForwardSettings
from hyperphysics.evaluation.walk_forward.windows import windows
from hyperphysics.freqtrade_bridge.errors import FreqtradeError
from hyperphysics.market_data.candles import DAY
from hyperphysics.simulated_exchange import SimulatedExchangeError
from hyperphysics.strategy.rules.filters import required_families, searched_families

FAMILIES = searched_families()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `study strategy`."""
    add_market_arguments(parser, "chosen on and traded")
    number = parser.add_argument
    number("--train", type=_whole(1), default=180, metavar="DAYS", help="of a choice (180)")
    number("--test", type=_whole(2), default=60, metavar="DAYS", help="traded after it (60)")
    number("--epochs", type=_whole(0), default=50, metavar="N", help="of hyperopt; 0: none (50)")
    number("--spaces", nargs="+", default=["buy", "sell"], help="what is chosen (buy sell)")
    number("--loss", default="HyperPhysicsLoss", help="hyperopt's loss (%(default)s)")
    number("--jobs", type=_whole(1), default=1, metavar="N", help="hyperopt's processes (1)")
    number("--fee", type=_fraction, default=0.001, help="of a side, a fraction (%(default)s)")
    number("--slippage", type=_fraction, default=0.0005, help="likewise (%(default)s)")
    number(
        "--fees",
        nargs="+",
        type=_multiple,
        default=[0.0, 1.0, 2.0],
        metavar="X",
        help="multiples of fee and slippage to trade at; 1 is always among them (0 1 2)",
    )
    number("--target", type=_fraction, default=0.2, help="volatility of buy and hold a year (0.2)")
    number(
        "--families",
        nargs="+",
        choices=hp.families(),
        default=list(FAMILIES),
        metavar="FAMILY",
        help=f"columns that filters are made of ({' '.join(FAMILIES)})",
    )
    number("--null", type=_whole(0), default=4, metavar="N", help="windows of a random walk (4)")
    engine_arguments.add_device_argument(parser)
    add_output_arguments(parser, report.MARKERS)


def run(args: argparse.Namespace) -> int:
    """Run the evaluation, or what is left of it, and print it; returns 0."""
    selection, screen = begin(args, report.MARKERS)
    if DAY % selection.timeframe.step:
        raise CommandError(f"--timeframe {args.timeframe}: expected a part of a day")
    if missing := [family for family in required_families() if family not in args.families]:
        raise CommandError(f"--families: {missing[0]} is needed")
    try:
        parts = windows(selection.start, selection.end, args.train, args.test)
    except ValueError as error:
        raise CommandError(f"--timerange {selection.timerange}: {error}") from error
    try:
        evaluation = WalkForward(_settings(args), selection, parts, screen).evaluate()
    except SimulatedExchangeError as error:
        raise CommandError(f"the simulated exchange failed: {error}") from error
    except (FreqtradeError, ValueError) as error:
        raise CommandError(str(error)) from error
    except KeyboardInterrupt:
        screen.say("stopped; the same command goes on from here")
        raise
    tables = [
        (report.title(evaluation), report.LINES, report.lines(evaluation)),
        ("What choosing was worth", report.WINDOWS, report.windows(evaluation)),
    ]
    if evaluation.plateaus:
        tables.append(("Parameters", report.PLATEAUS, report.plateaus(evaluation)))
    output = Output(
        name="strategy",
        tables=tables,
        notes=report.notes(evaluation),
        document=report.document(evaluation),
        markdown=report.markdown(evaluation),
        page=page.page(evaluation),
    )
    finish(args, screen, report.MARKERS, output)
    return 0


def _settings(args: argparse.Namespace) -> WalkForwardSettings:
    return WalkForwardSettings(
        folder=args.out / "strategy",
        data=args.data,
        train=args.train,
        test=args.test,
        epochs=args.epochs,
        spaces=args.spaces,
        loss=args.loss,
        jobs=args.jobs,
        seed=args.seed,
        device=args.device,
        families=args.families,
        fee=args.fee,
        slippage=args.slippage,
        multiples=args.fees,
        target=args.target,
        null=args.null,
    )


def _whole(least: int) -> Any:  # noqa: ANN401 - what argparse calls
    def read(text: str) -> int:
        number = int(text)
        if number < least:
            raise argparse.ArgumentTypeError(f"{number}, expected at least {least}")
        return number

    return read


def _fraction(text: str) -> float:
    number = float(text)
    if not 0.0 <= number < 1.0:
        raise argparse.ArgumentTypeError(f"{text}, expected a fraction from 0 up to 1")
    return number


def _multiple(text: str) -> float:
    number = float(text)
    if not (math.isfinite(number) and number >= 0.0):
        raise argparse.ArgumentTypeError(f"{text}, expected a number from 0 on")
    return number
