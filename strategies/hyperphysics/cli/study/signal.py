"""Measure what the engine's direction was worth on candles that it had not seen.

Compares hp_pbit, kernel by kernel and filter by filter, with the base rate and with logistic
regression on the same channels: log loss, Brier score, AUC and Diebold-Mariano tests, walk-forward.
Prints the table and writes it as JSON, as Markdown and as a web page that needs no network. Without
--data the simulated market is evaluated, whose direction is worth nothing.
"""

from __future__ import annotations

import argparse

import hyperphysics as hp
from hyperphysics.cli.shared import engine_arguments
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.evaluation_output import Output, add_output_arguments, begin, finish
from hyperphysics.cli.shared.market_arguments import add_market_arguments
from hyperphysics.evaluation.signal import evaluate, model_specs, page, pair_dataset, report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `study signal`."""
    add_market_arguments(parser, "predicted")
    engine_arguments.add_device_argument(parser)
    parser.add_argument(
        "--length-scale",
        nargs="+",
        type=float,
        metavar="L",
        help="length scales of the kernels; the rows after them build on the first "
        "(default: the engine's)",
    )
    engine_arguments.add_set_argument(parser)
    parser.add_argument(
        "--every", type=_count, default=720, metavar="N", help="bars between fits (default: 720)"
    )
    parser.add_argument(
        "--fewest",
        type=_count,
        default=2000,
        metavar="N",
        help="outcomes known before the first prediction (default: 2000)",
    )
    add_output_arguments(parser, report.MARKERS)


def run(args: argparse.Namespace) -> int:
    """Evaluate the direction and print it; returns 0."""
    params = engine_arguments.params(args.set)
    selection, screen = begin(args, report.MARKERS)
    length_scales = args.length_scale or [float(params["length_scale"])]
    wanted = model_specs.model_specs(length_scales)
    horizon = int(params["lattice_horizon"])
    past_window = int(params["past_window"])
    folds = evaluate.FoldSettings(selection.start, horizon, past_window, args.every, args.fewest)
    try:
        engine = hp.Engine(args.device)
        with screen.step("candles"):
            candles = {pair: selection.candles(pair) for pair in selection.pairs}
        with screen.step("columns") as note:
            found = pair_dataset.pair_datasets(
                engine,
                candles,
                selection.timeframe.name,
                wanted,
                engine_arguments.given(args.set),
                horizon,
                note,
            )
        with screen.step("fits") as note:
            results, chosen = evaluate.evaluate(found, wanted, folds, note)
        device = engine.device.name
    except ValueError as error:
        raise CommandError(str(error)) from error
    names = model_specs.channels(params)
    evaluation = report.Evaluation(
        market=selection.market.label,
        timeframe=selection.timeframe.name,
        device=device,
        params=params,
        settings={"every": args.every, "fewest": args.fewest, "timerange": selection.timerange},
        datasets=found,
        results=results,
        chosen={names[int(number)]: share for number, share in chosen.items()},
    )
    output = Output(
        name="signal",
        tables=[(report.title(evaluation), report.head(evaluation), report.lines(evaluation))],
        notes=report.notes(evaluation),
        document=report.document(evaluation),
        markdown=report.markdown(evaluation),
        page=page.page(evaluation),
    )
    finish(args, screen, report.MARKERS, output)
    return 0


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number}, expected at least 1")
    return number
