"""Run the real freqtrade from download to plot against a loopback exchange.

The exchange serves a simulated market, or with --data the recorded candles of a folder (spot
candles in DIR itself, futures in DIR/futures). Ends with freqtrade's own result table, the time the
engine took and the paths of the plots: freqtrade's own, and the first pair's newest candles in the
Poincaré disc.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from hyperphysics.cli.install import install
from hyperphysics.cli.shared import freqtrade
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.files import candle_file, picture_name
from hyperphysics.cli.shared.market_arguments import (
    Plan,
    add_market_arguments,
    data_folder,
    make_plan,
)
from hyperphysics.cli.shared.screen import Screen
from hyperphysics.simulated_exchange import SimulatedExchange, SimulatedExchangeError, running

_WIDTH = 140
"""Columns of freqtrade's tables where there is no terminal."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_market_arguments(parser, "backtested")
    parser.add_argument("--strategy", default="HyperPhysics", help="default: %(default)s")
    parser.add_argument(
        "--userdir",
        type=Path,
        default=Path("build/demo"),
        metavar="DIR",
        help="default: %(default)s",
    )
    parser.add_argument(
        "--force", action="store_true", help="overwrite strategies and configurations that differ"
    )


def run(args: argparse.Namespace) -> int:
    """Run all steps; returns 0."""
    # The default directory is the demo's own.
    install(args.userdir, force=args.force or args.userdir == Path("build/demo"))
    plan = make_plan(args)
    screen = Screen()
    screen.say(f"{plan.market.label}; {plan.market.mode}, {', '.join(plan.pairs)}")
    screen.say(f"{plan.timeframe.name} candles, {plan.timerange}; user directory {args.userdir}")
    try:
        with running(
            data=args.data, mode=plan.market.mode, seed=args.seed, clock=plan.clock
        ) as exchange:
            _Demo(args.userdir, args.strategy, plan, exchange, screen).run()
    except SimulatedExchangeError as error:
        raise CommandError(f"the simulated exchange failed: {error}") from error
    return 0


class _Demo:
    """The freqtrade commands, in order."""

    def __init__(
        self, userdir: Path, strategy: str, plan: Plan, exchange: SimulatedExchange, screen: Screen
    ) -> None:
        self._userdir, self._strategy, self._plan = userdir, strategy, plan
        self._screen = screen
        self._data = data_folder(userdir, plan.market)
        overlay = userdir / "config" / "exchange.json"
        overlay.write_text(json.dumps(exchange.settings(plan.pairs), indent=2) + "\n")
        self._common = [
            *("--config", str(userdir / "config" / "demo.json"), "--config", str(overlay)),
            *("--userdir", str(userdir), "--datadir", str(self._data)),
        ]

    def run(self) -> None:
        """Download, backtest, plot; then the results."""
        plan, strategy = self._plan, ["--strategy", self._strategy]
        range_ = ["--timeframe", plan.timeframe.name, "--timerange", plan.timerange]
        self._download()
        table = self._freqtrade("backtesting", *strategy, *range_, "--cache", "none")
        if "Result for strategy" not in table:
            raise CommandError(
                f"freqtrade backtesting made no table\nlog: {self._log('backtesting')}"
            )
        plots = self._userdir / "plot"
        for old in [*plots.glob("freqtrade-*.html"), *plots.glob("hyperphysics-*.html")]:
            old.unlink()
        self._freqtrade(
            *("plot-dataframe", *strategy, "--timeframe", plan.timeframe.name),
            *("--timerange", plan.plot_range, "--pairs", plan.pairs[0]),
        )
        if "No trades made" in table:
            # plot-profit fails on a result without trades.
            self._screen.say("  no trades, hence no plot of the profit")
        else:
            self._freqtrade("plot-profit", *range_)
        self._report(table, sorted(plots.glob("freqtrade-*.html")), self._picture(plots))

    def _download(self) -> None:
        plan = self._plan
        self._freqtrade(
            *("download-data", "--erase", "--timeframes", plan.timeframe.name),
            *("--timerange", plan.download_range),
        )
        for pair in plan.pairs:
            if not candle_file(self._data, pair, plan.timeframe.name).exists():
                raise CommandError(f"{pair} was not downloaded\nlog: {self._log('download-data')}")

    def _picture(self, folder: Path) -> Path | None:
        """The first pair's newest candles, with the strategy's own defaults for the lattice."""
        # Here and not above: freqtrade and plotly take seconds to import.
        from hyperphysics.cli.picture import draw  # noqa: PLC0415
        from hyperphysics.strategy.parameters import ENGINE_PARAMETERS, HyperPhysicsSpaces  # noqa: PLC0415

        pair, timeframe = self._plan.pairs[0], self._plan.timeframe.name
        try:
            with self._screen.step("hyperphysics picture"):
                return draw(
                    candle_file(self._data, pair, timeframe),
                    folder / picture_name(pair, timeframe),
                    pair=pair,
                    timeframe=timeframe,
                    parameters={
                        name: getattr(HyperPhysicsSpaces, attribute).value
                        for name, attribute in ENGINE_PARAMETERS.items()
                    },
                )
        except CommandError as error:
            # The results stand without it, as with a few candles only.
            self._screen.say(f"  no picture: {error}")
            return None

    def _report(self, table: str, plots: list[Path], picture: Path | None) -> None:
        screen, log = self._screen, self._log("backtesting")
        screen.write(table)
        screen.say(self._plan.market.label)
        took = freqtrade.engine_time(log.read_text(errors="replace"))
        screen.say(f"engine: {took}" if took else f"engine: no report in {log}")
        for plot in plots:
            screen.say(f"plot: {plot.resolve()}")
        if picture is not None:
            screen.say(f"picture: {picture.resolve()}")

    def _freqtrade(self, command: str, *arguments: str) -> str:
        console = self._screen.console
        width = max(console.width, 100) if console.is_terminal else _WIDTH
        with self._screen.step(f"freqtrade {command}") as note:
            return freqtrade.run(
                [command, *self._common, *arguments], self._log(command), note, width
            )

    def _log(self, command: str) -> Path:
        return (self._userdir / "logs" / f"{command}.log").resolve()
