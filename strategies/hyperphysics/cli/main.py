"""`hyperphysics COMMAND`: one module a command, found by its file's name, imported when it runs."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from hyperphysics.cli.shared.commands import CommandParser, add_commands
from hyperphysics.cli.shared.errors import CommandError

FAILED = 1
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (without the program's name; None is this process's own).

    Returns the exit code: 0, what the command says, 1 with a message when it fails, 2 for a wrong
    command line, 130 after Ctrl-C or SIGTERM.
    """
    parser = CommandParser(
        prog="hyperphysics",
        description="Risk, regime and direction numbers for freqtrade.",
        epilog="'hyperphysics COMMAND --help' shows a command's arguments.",
    )
    parser.add_argument("--version", action=Version)
    add_commands(parser, Path(__file__).parent, "hyperphysics.cli")
    args = argparse.Namespace(prog=parser.prog)
    try:
        parser.parse_args(argv, args)
        with _sigterm_interrupts():
            return int(args.run(args))
    except CommandError as error:
        print(f"{args.prog}: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(f"{args.prog}: interrupted", file=sys.stderr)
        return INTERRUPTED


class Version(argparse.Action):
    """Print the installed package's version and exit; the package is asked only then."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="show the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print and exit."""
        # reading installed packages takes as long to import as all else here
        import importlib.metadata  # noqa: PLC0415

        print(f"hyperphysics {importlib.metadata.version('hyperphysics')}")
        parser.exit()


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


if __name__ == "__main__":
    sys.exit(main())
