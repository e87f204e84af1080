"""`hyperphysics COMMAND`: one small module per command, imported only when it runs."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Protocol, cast

from hyperphysics.cli.shared.errors import CommandError

COMMANDS = {
    "demo": "run freqtrade from download to plot against a loopback exchange",
    "picture": "draw a pair's newest candles in the Poincaré disc, with Φ and CI, as HTML",
    "doctor": "show adapters and versions, test the engine, say what is missing",
    "verify": "compare the engine with reference numbers",
    "bench": "time the engine on every device asked for, and its kernels beside their peers",
    "study": "measure what the direction was worth; look into a hyperopt on many machines",
    "install": "put the strategy, its loss and the configurations into a freqtrade user directory",
    "record": "write order books of a running exchange to parquet, to be replayed in backtests",
    "exchange": "serve recorded or simulated candles in Binance's dialect on the loopback interface",
}
"""Name and summary; the module is `hyperphysics.cli.<name>`."""

FAILED = 1
INTERRUPTED = 130


class Command(Protocol):
    """What a module in `hyperphysics.cli` offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; returns the exit code. A `CommandError` is shown as a message."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (without the program's name; None is this process's own).

    Returns the exit code: 0, what the command says, 1 with a message when it fails, 2 for a wrong
    command line, 130 after Ctrl-C or SIGTERM.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="hyperphysics",
        description="Risk, regime and direction numbers for freqtrade.",
        epilog="'hyperphysics COMMAND --help' shows a command's arguments.",
    )
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    named = next((word for word in words if not word.startswith("-")), None)
    command = None
    for name, summary in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=summary)
        if name == named:
            try:
                command = _load(name)
            except ModuleNotFoundError as error:
                hint = f"{error.name} is missing; pip install 'hyperphysics[freqtrade]'"
                print(f"hyperphysics {name}: {hint}", file=sys.stderr)
                return FAILED
            subparser.description = command.__doc__
            subparser.formatter_class = argparse.RawDescriptionHelpFormatter
            command.add_arguments(subparser)
    args = parser.parse_args(words)
    if command is None:
        parser.error("no command")
    try:
        with _sigterm_interrupts():
            return command.run(args)
    except CommandError as error:
        print(f"hyperphysics {args.command}: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(f"hyperphysics {args.command}: interrupted", file=sys.stderr)
        return INTERRUPTED


@contextlib.contextmanager
def _sigterm_interrupts() -> Iterator[None]:
    """Make SIGTERM what Ctrl-C is, an exception: a command's own processes then end with it."""
    if threading.current_thread() is not threading.main_thread():
        # Python takes handlers in the main thread only.
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _load(name: str) -> Command:
    module = "study.command" if name == "study" else name
    return cast("Command", importlib.import_module(f"hyperphysics.cli.{module}"))


if __name__ == "__main__":
    sys.exit(main())
