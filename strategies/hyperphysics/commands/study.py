"""Measure what the engine's direction was worth on candles that it had not seen.

`hyperphysics study signal` compares hp_pbit, kernel by kernel and gate by gate, with the base rate
and with logistic regression on the same channels: log loss, Brier score, AUC and Diebold-Mariano
tests, walk-forward. Prints the table and writes it as JSON, as Markdown and as a web page that
needs no network. Without --data the simulated market is studied, whose direction is worth nothing.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import hyperphysics as hp
from hyperphysics._engine import Value
from hyperphysics.study import page, rows, signal, tracks
from hyperphysics.study.table import MARKERS, Study, document, head, lines, markdown, notes, title
from hyperphysics.venue.candles import Candles

from . import CommandError
from . import _plan as market_plan
from ._files import between
from ._screen import Screen, table

_SETTING = re.compile(r"(\w+)=(.+)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    kinds = parser.add_subparsers(dest="kind", metavar="STUDY", required=True)
    one = kinds.add_parser(
        "signal",
        help="the direction: what each part of the lattice adds",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    one.add_argument("--data", type=Path, metavar="DIR", help="recorded candles")
    one.add_argument("--mode", choices=("spot", "futures"), help="default: what DIR holds, or spot")
    one.add_argument("--pairs", nargs="+", metavar="PAIR", help="as BTC or BTC/USDT")
    one.add_argument("--timeframe", default="1h", help="default: %(default)s")
    one.add_argument("--timerange", metavar="YYYYMMDD-YYYYMMDD", help="what is predicted")
    one.add_argument("--seed", type=int, default=0, help="of the simulated market (default: 0)")
    one.add_argument("--device", default="auto", help="auto, cpu, vulkan or vulkan:NAME")
    one.add_argument(
        "--lam",
        nargs="+",
        type=float,
        metavar="L",
        help="length scales of the kernels; the rows after them build on the first "
        "(default: the engine's)",
    )
    one.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the engine for every row, as library=1000; repeatable",
    )
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
    one.add_argument(
        "--into",
        type=Path,
        metavar="FILE",
        help="a Markdown file to put the table into, between <!-- study --> and <!-- /study -->",
    )
    one.add_argument(
        "--out", type=Path, default=Path("build/study"), metavar="DIR", help="default: %(default)s"
    )


def run(args: argparse.Namespace) -> int:
    """Run the study and print it; returns 0."""
    plan = market_plan.make_plan(args)
    params = _params(args.set)
    if args.into is not None:
        # A file without markers should not be noticed only when the study is done.
        between(args.into, MARKERS, "")
    screen = Screen()
    screen.say(f"{plan.market.label}; {plan.market.mode}, {', '.join(plan.pairs)}")
    lams = args.lam or [float(params["lam"])]
    wanted = rows.rows(lams)
    horizon = int(params["lattice_horizon"])
    library = int(params["library"])
    settings = signal.Plan(plan.start, horizon, library, args.every, args.fewest)
    try:
        engine = hp.Engine(args.device)
        with screen.step("candles"):
            candles = {pair: _candles(plan, pair) for pair in plan.pairs}
        with screen.step("columns") as note:
            found = tracks.tracks(
                engine, candles, plan.timeframe.name, wanted, _given(args.set), horizon, note
            )
        with screen.step("fits") as note:
            results, chosen = signal.study(found, wanted, settings, note)
        device = engine.device.name
    except ValueError as error:
        raise CommandError(str(error)) from error
    names = rows.channels(params)
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
    for path in _write(study, args.out):
        screen.say(f"written: {path.resolve()}")
    if args.into is not None:
        args.into.write_text(between(args.into, MARKERS, markdown(study)), "utf-8")
        screen.say(f"written: {args.into.resolve()}")
    return 0


def _write(study: Study, folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "json": json.dumps(document(study), indent=2, ensure_ascii=False) + "\n",
        "md": markdown(study),
        "html": page.page(study),
    }
    paths = []
    for suffix, text in made.items():
        path = folder / f"signal.{suffix}"
        path.write_text(text, "utf-8")
        paths.append(path)
    return paths


def _candles(plan: market_plan.Plan, pair: str) -> Candles:
    """All candles of a pair up to the end of the time range: the past is there to be fitted on."""
    name = pair.partition(":")[0]
    items = plan.market.instruments.values()
    item = next(item for item in items if f"{item.base}/{item.quote}" == name)
    last = plan.end - plan.timeframe.step
    return plan.market.candles(item.symbol, plan.timeframe, item.listed, last, 2**62)


def _given(words: list[str]) -> dict[str, Value]:
    given: dict[str, Value] = {}
    for word in words:
        parts = _SETTING.fullmatch(word)
        if parts is None:
            raise CommandError(f"--set {word}: expected NAME=VALUE")
        given[parts[1]] = _value(parts[2])
    return given


def _params(words: list[str]) -> dict[str, Value]:
    """Every parameter of the engine.

    Raises:
        CommandError: A word is no setting of one.
    """
    given = _given(words)
    try:
        hp.startup(params=given)
    except ValueError as error:
        raise CommandError(f"--set: {error}") from error
    return {param.name: param.default for param in hp.params()} | given


def _value(text: str) -> Value:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number}, expected at least 1")
    return number
