"""Measure what the engine's direction was worth on candles that it had not seen.

`hyperphysics study hyperopt` looks into a hyperopt that runs on many machines, `hyperphysics study
risk` tests the forecasts of risk, `hyperphysics study strategy` walks the strategy forward.

`hyperphysics study signal` compares hp_pbit, kernel by kernel and gate by gate, with the base rate
and with logistic regression on the same channels: log loss, Brier score, AUC and Diebold-Mariano
tests, walk-forward. Prints the table and writes it as JSON, as Markdown and as a web page that
needs no network. Without --data the simulated market is studied, whose direction is worth nothing.
"""

from __future__ import annotations

import argparse

import hyperphysics as hp
from hyperphysics.cli.shared import engine_arguments as engine_settings
from hyperphysics.cli.shared import market_arguments as market_plan
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.files import add_output_arguments, check_into, write
from hyperphysics.cli.shared.screen import Screen, table
from hyperphysics.cli.study import hyperopt, risk, strategy
from hyperphysics.evaluation import dataset
from hyperphysics.evaluation.signal import model_specs, page
from hyperphysics.evaluation.signal import study as signal
from hyperphysics.evaluation.signal.report import (
    MARKERS,
    Study,
    document,
    head,
    lines,
    markdown,
    notes,
    title,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    kinds = parser.add_subparsers(dest="kind", metavar="STUDY", required=True)
    one = kinds.add_parser(
        "signal",
        help="the direction: what each part of the lattice adds",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    market_plan.add_market_arguments(one, "predicted")
    engine_settings.add_device_argument(one)
    one.add_argument(
        "--length-scale",
        nargs="+",
        type=float,
        metavar="L",
        help="length scales of the kernels; the rows after them build on the first "
        "(default: the engine's)",
    )
    engine_settings.add_argument(one)
    one.add_argument(
        "--every", type=_count, default=720, metavar="N", help="bars between fits (default: 720)"
    )
    one.add_argument(
        "--fewest",
        type=_count,
        default=2000,
        metavar="N",
        help="outcomes known before the first prediction (default: 2000)",
    )
    add_output_arguments(one, MARKERS)
    for name, module, summary in (
        ("risk", risk, "value at risk and expected shortfall, beside simpler forecasts"),
        ("strategy", strategy, "the strategy, walk-forward, beside buy and hold"),
        ("hyperopt", hyperopt, "hyperopt on many machines: progress and results"),
    ):
        module.add_arguments(
            kinds.add_parser(
                name,
                help=summary,
                description=module.__doc__,
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
        )


def run(args: argparse.Namespace) -> int:
    """Run the study and print it; returns 0."""
    if args.kind == "hyperopt":
        return hyperopt.run(args)
    if args.kind == "risk":
        return risk.run(args)
    if args.kind == "strategy":
        return strategy.run(args)
    plan = market_plan.make_plan(args)
    params = engine_settings.params(args.set)
    check_into(args, MARKERS)
    screen = Screen()
    screen.say(f"{plan.market.label}; {plan.market.mode}, {', '.join(plan.pairs)}")
    length_scales = args.length_scale or [float(params["length_scale"])]
    wanted = model_specs.rows(length_scales)
    horizon = int(params["lattice_horizon"])
    past_window = int(params["past_window"])
    folds = signal.Plan(plan.start, horizon, past_window, args.every, args.fewest)
    try:
        engine = hp.Engine(args.device)
        with screen.step("candles"):
            candles = {pair: plan.candles(pair) for pair in plan.pairs}
        with screen.step("columns") as note:
            found = dataset.tracks(
                engine,
                candles,
                plan.timeframe.name,
                wanted,
                engine_settings.given(args.set),
                horizon,
                note,
            )
        with screen.step("fits") as note:
            results, chosen = signal.study(found, wanted, folds, note)
        device = engine.device.name
    except ValueError as error:
        raise CommandError(str(error)) from error
    names = model_specs.channels(params)
    study = Study(
        market=plan.market.label,
        timeframe=plan.timeframe.name,
        device=device,
        params=params,
        settings={"every": args.every, "fewest": args.fewest, "timerange": plan.timerange},
        tracks=found,
        results=results,
        chosen={names[int(number)]: share for number, share in chosen.items()},
    )
    table(title(study), head(study), lines(study))
    for line in notes(study):
        screen.say(line)
    for path in write(
        args,
        "signal",
        MARKERS,
        document=document(study),
        markdown=markdown(study),
        page=page.page(study),
    ):
        screen.say(f"written: {path}")
    return 0


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number}, expected at least 1")
    return number
