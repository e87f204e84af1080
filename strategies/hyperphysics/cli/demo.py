"""Run the real freqtrade from download to plot against a simulated exchange.

The exchange serves a simulated market, or with --data the recorded candles of a folder (spot
candles in DIR itself, futures in DIR/futures). Ends with freqtrade's own result table, the time the
engine took and the paths of the plots: freqtrade's own, and the first pair's newest candles in the
Poincaré disc.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.files import picture_name
from hyperphysics.cli.shared.market_arguments import (
    add_market_arguments,
    data_folder,
    market_selection,
)
from hyperphysics.cli.shared.screen import Screen
from hyperphysics.freqtrade_bridge import engine_calls
from hyperphysics.freqtrade_bridge.errors import FreqtradeError
from hyperphysics.freqtrade_bridge.process import run_freqtrade
from hyperphysics.freqtrade_bridge.user_directory import install
from hyperphysics.market_data.files import candle_file
from hyperphysics.market_data.selection import MarketSelection
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
    selection = market_selection(args)
    screen = Screen()
    try:
        # The default directory is the demo's own.
        install(args.userdir, force=args.force or args.userdir == Path("build/demo")).check()
        screen.say(
            f"{selection.market.label}; {selection.market.mode}, {', '.join(selection.pairs)}"
        )
        screen.say(
            f"{selection.timeframe.name} candles, {selection.timerange}; user directory"
            f" {args.userdir}"
        )
        with running(
            data=args.data, mode=selection.market.mode, seed=args.seed, clock=selection.clock
        ) as exchange:
            _Demo(args.userdir, args.strategy, selection, exchange, screen).run()
    except SimulatedExchangeError as error:
        raise CommandError(f"the simulated exchange failed: {error}") from error
    except FreqtradeError as error:
        raise CommandError(str(error)) from error
    return 0


class _Demo:
    """The freqtrade commands, in order."""

    def __init__(
        self,
        userdir: Path,
        strategy: str,
        selection: MarketSelection,
        exchange: SimulatedExchange,
        screen: Screen,
    ) -> None:
        self._userdir, self._strategy, self._selection = userdir, strategy, selection
        self._screen = screen
        self._data = data_folder(userdir, selection.market)
        self._calls = (userdir / "logs" / "engine_calls.jsonl").resolve()
        overlay = userdir / "config" / "exchange.json"
        overlay.write_text(json.dumps(exchange.settings(selection.pairs), indent=2) + "\n")
        self._common = [
            *("--config", str(userdir / "config" / "demo.json"), "--config", str(overlay)),
            *("--userdir", str(userdir), "--datadir", str(self._data)),
        ]

    def run(self) -> None:
        """Download, backtest, plot; then the results."""
        selection, strategy = self._selection, ["--strategy", self._strategy]
        range_ = ["--timeframe", selection.timeframe.name, "--timerange", selection.timerange]
        self._download()
        table, trades = self._backtest(*strategy, *range_)
        plots = self._userdir / "plot"
        for old in [*plots.glob("freqtrade-*.html"), *plots.glob("hyperphysics-*.html")]:
            old.unlink()
        self._freqtrade(
            *("plot-dataframe", *strategy, "--timeframe", selection.timeframe.name),
            *("--timerange", selection.plot_range, "--pairs", selection.pairs[0]),
        )
        if trades:
            self._freqtrade("plot-profit", *range_)
        else:
            # plot-profit fails on a result without trades.
            self._screen.say("  no trades, hence no plot of the profit")
        self._report(table, sorted(plots.glob("freqtrade-*.html")), self._picture(plots))

    def _download(self) -> None:
        selection = self._selection
        self._freqtrade(
            *("download-data", "--erase", "--timeframes", selection.timeframe.name),
            *("--timerange", selection.download_range),
        )
        for pair in selection.pairs:
            if not candle_file(self._data, pair, selection.timeframe.name).exists():
                raise CommandError(f"{pair} was not downloaded\nlog: {self._log('download-data')}")

    def _backtest(self, *arguments: str) -> tuple[str, int]:
        """Freqtrade's table, and the number of trades in its result file."""
        # Here and not above: it imports freqtrade, which takes seconds.
        from hyperphysics.freqtrade_bridge.backtest_result import (  # noqa: PLC0415
            result_files,
            trade_count,
        )

        before = result_files(self._userdir)
        self._calls.parent.mkdir(parents=True, exist_ok=True)
        self._calls.unlink(missing_ok=True)
        table = self._freqtrade("backtesting", *arguments, "--cache", "none")
        made = result_files(self._userdir) - before
        if len(made) != 1:
            raise CommandError(
                f"freqtrade backtesting wrote no result\nlog: {self._log('backtesting')}"
            )
        return table, trade_count(made.pop(), self._strategy)

    def _picture(self, folder: Path) -> Path | None:
        """The first pair's newest candles, with the strategy's own defaults for the lattice."""
        # Here and not above: freqtrade and plotly take seconds to import.
        from hyperphysics.cli.shared.draw_picture import draw  # noqa: PLC0415
        from hyperphysics.strategy.rules.parameters import ENGINE_PARAMETERS, HyperPhysicsParameters  # noqa: PLC0415

        pair, timeframe = self._selection.pairs[0], self._selection.timeframe.name
        try:
            with self._screen.step("hyperphysics picture"):
                return draw(
                    candle_file(self._data, pair, timeframe),
                    folder / picture_name(pair, timeframe),
                    pair=pair,
                    timeframe=timeframe,
                    parameters={
                        name: getattr(HyperPhysicsParameters, attribute).value
                        for name, attribute in ENGINE_PARAMETERS.items()
                    },
                )
        except CommandError as error:
            # The results stand without it, as with a few candles only.
            self._screen.say(f"  no picture: {error}")
            return None

    def _report(self, table: str, plots: list[Path], picture: Path | None) -> None:
        screen = self._screen
        screen.write(table)
        screen.say(self._selection.market.label)
        took = engine_calls.total(engine_calls.read(self._calls))
        screen.say(f"engine: {took}" if took else f"engine: no call in {self._calls}")
        for plot in plots:
            screen.say(f"plot: {plot.resolve()}")
        if picture is not None:
            screen.say(f"picture: {picture.resolve()}")

    def _freqtrade(self, command: str, *arguments: str) -> str:
        console = self._screen.console
        width = max(console.width, 100) if console.is_terminal else _WIDTH
        with self._screen.step(f"freqtrade {command}") as note:
            return run_freqtrade(
                [command, *self._common, *arguments],
                self._log(command),
                note,
                width,
                **{engine_calls.VARIABLE: str(self._calls) if command == "backtesting" else ""},
            )

    def _log(self, command: str) -> Path:
        return (self._userdir / "logs" / f"{command}.log").resolve()
