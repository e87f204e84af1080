"""Test forecasts of value at risk and expected shortfall on candles that they had not seen.

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
from hyperphysics.cli.shared import engine_arguments
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.evaluation_output import Output, add_output_arguments, begin, finish
from hyperphysics.cli.shared.market_arguments import add_market_arguments
from hyperphysics.evaluation import dataset
from hyperphysics.evaluation.risk import coverage, page, report
from hyperphysics.evaluation.risk.forecasts import Forecasts, forecasts
from hyperphysics.market_data.selection import MarketSelection


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `study risk`."""
    add_market_arguments(parser, "predicted")
    engine_arguments.add_device_argument(parser)
    engine_arguments.add_set_argument(parser)
    add_output_arguments(parser, report.MARKERS)


def run(args: argparse.Namespace) -> int:
    """Evaluate the forecasts and print it; returns 0."""
    selection, screen = begin(args, report.MARKERS)
    params = engine_arguments.params(args.set)
    try:
        engine = hp.Engine(args.device)
        found: dict[str, list[Forecasts]] = {}
        with screen.step("forecasts") as note:
            for pair in selection.pairs:
                note(pair)
                found[pair] = _forecasts(engine, selection, pair, params)
        with screen.step("tests"):
            results = coverage.evaluate(found, selection.start)
        device = engine.device.name
    except ValueError as error:
        raise CommandError(str(error)) from error
    evaluation = report.Evaluation(
        selection.market.label,
        selection.timeframe.name,
        selection.timerange,
        device,
        params,
        results,
    )
    first = selection.pairs[0]
    output = Output(
        name="risk",
        tables=[(report.title(evaluation), report.HEAD, report.lines(evaluation))],
        notes=report.notes(),
        document=report.document(evaluation),
        markdown=report.markdown(evaluation),
        page=page.page(evaluation, first, found[first][0]),
    )
    finish(args, screen, report.MARKERS, output)
    return 0


def _forecasts(
    engine: hp.Engine, selection: MarketSelection, pair: str, params: dict[str, Any]
) -> list[Forecasts]:
    horizon = int(params["risk_horizon"])
    frame, timeframe = dataset.frame(selection.candles(pair)), selection.timeframe.name
    made = engine.analyze(frame, timeframe=timeframe, families=["risk"], pair=pair, **params)
    bars = made.filter(pl.col("volume") > 0, pl.col("close").is_not_nan())
    ahead = ((1, ""), (horizon, "_h"))
    return [forecasts(bars, bars_ahead, suffix, selection.start) for bars_ahead, suffix in ahead]
