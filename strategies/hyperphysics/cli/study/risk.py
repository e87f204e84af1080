"""Test the forecasts of value at risk and expected shortfall on candles they had not seen.

One bar and `risk_horizon` bars ahead, at 95, 97.5 and 99 %: share and independence of exceedances
(Kupiec, Christoffersen), size of shortfalls (Acerbi and Szekely) and joint loss (FZ0, with
Diebold-Mariano tests) of the engine, of historical simulation over 250, 500 and 1000 returns, of
a normal tail on the same volatility, and, where the extra `study` is installed, of filtered
simulation on GARCH(1,1) with Student's t. Prints the table and writes it as JSON, as Markdown and
as a web page that needs no network.
"""

from __future__ import annotations

import argparse
from typing import Any

import polars as pl

import hyperphysics as hp
from hyperphysics.cli.shared import engine_arguments as engine_settings
from hyperphysics.cli.shared import market_arguments as market_plan
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.files import add_output_arguments, check_into, write
from hyperphysics.cli.shared.screen import Screen, table
from hyperphysics.evaluation import dataset
from hyperphysics.evaluation.risk import coverage, page, report
from hyperphysics.evaluation.risk.forecasts import Forecasts, forecasts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `study risk`."""
    market_plan.add_market_arguments(parser, "predicted")
    engine_settings.add_device_argument(parser)
    engine_settings.add_argument(parser)
    add_output_arguments(parser, report.MARKERS)


def run(args: argparse.Namespace) -> int:
    """Run the study and print it; returns 0."""
    plan = market_plan.make_plan(args)
    check_into(args, report.MARKERS)
    screen = Screen()
    screen.say(f"{plan.market.label}; {plan.market.mode}, {', '.join(plan.pairs)}")
    params = engine_settings.params(args.set)
    try:
        engine = hp.Engine(args.device)
        found: dict[str, list[Forecasts]] = {}
        with screen.step("forecasts") as note:
            for pair in plan.pairs:
                note(pair)
                found[pair] = _forecasts(engine, plan, pair, params)
        with screen.step("tests"):
            results = coverage.study(found, plan.start)
        device = engine.device.name
    except ValueError as error:
        raise CommandError(str(error)) from error
    study = report.Study(
        plan.market.label, plan.timeframe.name, plan.timerange, device, params, results
    )
    table(report.title(study), report.HEAD, report.lines(study))
    for line in report.notes():
        screen.say(line)
    first = plan.pairs[0]
    for path in write(
        args,
        "risk",
        report.MARKERS,
        document=report.document(study),
        markdown=report.markdown(study),
        page=page.page(study, first, found[first][0]),
    ):
        screen.say(f"written: {path}")
    return 0


def _forecasts(
    engine: hp.Engine, plan: market_plan.Plan, pair: str, params: dict[str, Any]
) -> list[Forecasts]:
    horizon = int(params["risk_horizon"])
    frame, timeframe = dataset.frame(plan.candles(pair)), plan.timeframe.name
    made = engine.analyze(frame, timeframe=timeframe, families=["risk"], pair=pair, **params)
    bars = made.filter(pl.col("volume") > 0, pl.col("close").is_not_nan())
    ahead = ((1, ""), (horizon, "_h"))
    return [forecasts(bars, bars_ahead, suffix, plan.start) for bars_ahead, suffix in ahead]
