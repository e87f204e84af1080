"""Walk the strategy forward: choose its parameters on the past, trade what follows, and again.

Every window is a real freqtrade hyperopt and real backtests of the days after it: with the chosen
parameters at several costs, with the default ones, and with one gate more or less. Stitched
together they stand beside buy and hold, plain and volatility-targeted, with the deflated Sharpe
ratio and the probability of overfitting of each choice, how the objective varies around
it, and the same on a random walk. Prints tables and writes them as JSON, as Markdown and as
a web page that needs no network.

It takes a while. Finished steps are kept in the folder `strategy` of --out: after Ctrl-C,
SIGTERM or a crash the same command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import hashlib
import math
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import hyperphysics as hp
from hyperphysics import _engine
from hyperphysics.cli.install import templates
from hyperphysics.cli.shared import engine_arguments as engine_settings
from hyperphysics.cli.shared import market_arguments as market_plan
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.files import add_output_arguments, check_into, write
from hyperphysics.cli.shared.market_arguments import WARM_UP, Plan
from hyperphysics.cli.shared.screen import Screen, table
from hyperphysics.distributed_hyperopt import fingerprint
from hyperphysics.evaluation import dataset
from hyperphysics.evaluation.walk_forward import ablations, page, report
from hyperphysics.evaluation.walk_forward.epochs import Trial, plateaus
from hyperphysics.evaluation.walk_forward.results import Line, chosen, held, stitched
from hyperphysics.evaluation.walk_forward.run import Choice, Steps, Walk
from hyperphysics.evaluation.walk_forward.windows import Span, Window, windows
from hyperphysics.market_data.candles import DAY, Candles
from hyperphysics.market_data.market import Market
from hyperphysics.market_data.simulated import EPOCH, Simulated
from hyperphysics.simulated_exchange import SimulatedExchangeError
from hyperphysics.strategy.settings import Settings
from hyperphysics.strategy.validators import REQUIRED_FAMILIES

FAMILIES = Settings().families


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `study strategy`."""
    market_plan.add_market_arguments(parser, "chosen on and traded")
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
        help=f"columns that gates are made of ({' '.join(FAMILIES)})",
    )
    number("--null", type=_whole(0), default=4, metavar="N", help="windows of a random walk (4)")
    engine_settings.add_device_argument(parser)
    add_output_arguments(parser, report.MARKERS)


def run(args: argparse.Namespace) -> int:
    """Run the study, or what is left of it, and print it; returns 0."""
    plan = market_plan.make_plan(args)
    if DAY % plan.timeframe.step:
        raise CommandError(f"--timeframe {args.timeframe}: expected a part of a day")
    if missing := [family for family in REQUIRED_FAMILIES if family not in args.families]:
        raise CommandError(f"--families: {missing[0]} is needed")
    check_into(args, report.MARKERS)
    try:
        parts = windows(plan.start, plan.end, args.train, args.test)
    except ValueError as error:
        raise CommandError(f"--timerange {plan.timerange}: {error}") from error
    screen = Screen()
    screen.say(f"{plan.market.label}; {plan.market.mode}, {', '.join(plan.pairs)}")
    try:
        study = _Strategy(args, plan, parts, screen).study()
    except SimulatedExchangeError as error:
        raise CommandError(f"the simulated exchange failed: {error}") from error
    except ValueError as error:
        raise CommandError(str(error)) from error
    except KeyboardInterrupt:
        screen.say("stopped; the same command goes on from here")
        raise
    table(report.title(study), report.LINES, report.lines(study))
    table("What choosing was worth", report.WINDOWS, report.windows(study))
    if study.plateaus:
        table("Parameters", report.PLATEAUS, report.plateaus(study))
    for line in report.notes(study):
        screen.say(line)
    for path in write(
        args,
        "strategy",
        report.MARKERS,
        document=report.document(study),
        markdown=report.markdown(study),
        page=page.page(study),
    ):
        screen.say(f"written: {path}")
    return 0


class _Strategy:
    """One study."""

    def __init__(
        self, args: argparse.Namespace, plan: Plan, parts: Sequence[Window], screen: Screen
    ) -> None:
        self._args, self._plan, self._parts, self._screen = args, plan, parts, screen
        self._cost = args.fee + args.slippage
        self._choice = Choice(args.epochs, args.spaces, args.loss, args.seed, args.jobs, self._cost)
        self._own = [ablations.TUNED, ablations.DEFAULT] if args.epochs else [ablations.TUNED]
        shorts = plan.market.mode == "futures"
        self._variants = ablations.ablations(args.families, shorts=shorts)

    def study(self) -> report.Study:
        """All steps that are not done yet, then the results of all."""
        args, plan, screen = self._args, self._plan, self._screen
        steps = Steps(args.out / "strategy")
        with screen.step("candles"):
            span = Span(self._parts[0].test.start, self._parts[-1].test.end)
            candles = {pair: plan.candles(pair) for pair in plan.pairs}
            for pair, one in candles.items():
                # The last day may be cut short, as recordings are.
                if not len(one) or one.time[-1] < span.end - DAY:
                    raise CommandError(f"{pair} has no candles on the last day of {span}")
            data = {pair: dataset.fingerprint(one) for pair, one in candles.items()}
            step = plan.timeframe.step
            benchmarks = held(candles, span, step, args.target, self._cost)
        settings = self._settings(plan, data)
        if steps.claim(settings):
            screen.say(f"going on in {steps.folder}")
        # Before hours have gone into the rest: this folder, too, may hold another study.
        aside = Steps(steps.folder / f"random-walk-{args.null}")
        walked = self._random_walk() if args.null else None
        if walked is not None:
            aside.claim(self._settings(walked, {}))
        others = [x for x in dict.fromkeys(args.fees) if x != 1]
        walk = Walk(steps, plan, self._choice, self._section())
        trials, at = self._walk(walk, self._parts, self._variants, others, "")
        own = self._lines("", self._parts, at, candles, step)
        variants = [
            stitched(v.label, at[1], v.name, self._parts, candles, step) for v in self._variants
        ]
        return report.Study(
            market=plan.market.label,
            timerange=str(span),
            pairs=plan.pairs,
            settings=settings,
            cost=self._cost,
            own=own,
            benchmarks=benchmarks,
            variants=variants,
            null=[] if walked is None else self._null(aside, walked),
            windows=chosen(self._parts, trials, [lines[0] for lines in own], benchmarks[0]),
            plateaus=plateaus(trials),
        )

    def _walk(
        self,
        walk: Walk,
        parts: Sequence[Window],
        variants: Sequence[ablations.Variant],
        others: Sequence[float],
        name: str,
    ) -> tuple[list[list[Trial]], dict[float, list[Path]]]:
        """Trials of each window, and its backtests by multiples of the cost, the whole first.

        Variants are traded at the whole cost only.
        """
        trials: list[list[Trial]] = []
        found: dict[float, list[Path]] = {x: [] for x in (1, *others)}
        data = None if name else self._args.data
        with walk.open(data, structure=not name):
            with self._screen.step(f"{name}download") as note:
                walk.download(note)
            for number, window in enumerate(parts, start=1):
                title = f"{name}window {number} of {len(parts)}, {window.test}"
                with self._screen.step(title) as note:
                    trials.append(walk.choose(number, window, note))
                    best = trials[-1][0].parameters if trials[-1] else {}
                    for x, folders in found.items():
                        traded = [*self._own, *(variants if x == 1 else [])]
                        cost = x * self._cost
                        folders.append(walk.backtest(number, window, traded, best, cost, note))
        return trials, found

    def _lines(
        self,
        name: str,
        parts: Sequence[Window],
        at: Mapping[float, Sequence[Path]],
        candles: Mapping[str, Candles],
        step: int,
    ) -> list[list[Line]]:
        """The strategy's results, each way of parameters at each cost."""
        return [
            [
                stitched(f"{name}{own.label}, costs × {x:g}", where, own.name, parts, candles, step)
                for x, where in at.items()
            ]
            for own in self._own
        ]

    def _random_walk(self) -> Plan:
        """A market of prices that nobody can foretell, as long as the windows asked for."""
        args, plan = self._args, self._plan
        market: Market = Simulated(args.seed, plan.market.mode, structure=False)
        warm = -(-(EPOCH + WARM_UP * plan.timeframe.step) // DAY) * DAY
        length = (args.train + args.null * args.test) * DAY
        # No later than the candles of the study: freqtrade asks for none of the future.
        start = max(min(plan.start, plan.end - length), warm)
        end = start + length
        settle = ":USDT" if market.mode == "futures" else ""
        items = list(market.instruments.values())[: len(plan.pairs)]
        pairs = [f"{item.base}/{item.quote}{settle}" for item in items]
        return Plan(market, pairs, plan.timeframe, start, end)

    def _null(self, steps: Steps, plan: Plan) -> list[list[Line]]:
        """Windows of a random walk, costs × 1 and × 0."""
        parts = windows(plan.start, plan.end, self._args.train, self._args.test)
        walk = Walk(steps, plan, self._choice, self._section())
        name = "random walk: "
        _, at = self._walk(walk, parts, [], [0.0], name)
        candles = {pair: plan.candles(pair) for pair in plan.pairs}
        return self._lines(name, parts, at, candles, plan.timeframe.step)

    def _section(self) -> dict[str, Any]:
        return {"families": list(self._args.families), "device": self._args.device}

    def _settings(self, plan: Plan, data: dict[str, Any]) -> dict[str, Any]:
        """What the steps depend on: with other settings they would be others."""
        args = self._args
        strategy = hashlib.sha256()
        for path, content in sorted(templates().items()):
            strategy.update(f"{path}\n".encode() + content)
        code = [*fingerprint.modules(), Path(_engine.__file__)]
        names = [
            "train",
            "test",
            "epochs",
            "spaces",
            "loss",
            "jobs",
            "device",
            "fee",
            "slippage",
            "seed",
            "families",
        ]
        return {
            "market": plan.market.label,
            "mode": plan.market.mode,
            "pairs": plan.pairs,
            "timeframe": plan.timeframe.name,
            "timerange": plan.timerange,
            "candles": data,
            "strategy": strategy.hexdigest(),
            "code": fingerprint.files(code),
            "versions": {name: version(name) for name in ("hyperphysics", "freqtrade")},
            **{name: getattr(args, name) for name in names},
        }


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
