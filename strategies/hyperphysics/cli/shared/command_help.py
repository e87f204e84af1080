"""The help of every command, as argparse prints it 100 columns wide."""

from __future__ import annotations

import argparse
import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from hyperphysics.cli.shared.commands import find_commands

CLI = Path(__file__).parents[1]


def commands() -> str:
    """A section for each command."""
    # argparse asks the terminal how wide it is
    with patch.dict(os.environ, {"COLUMNS": "100"}):
        parts = [
            f"## {parser.prog}\n\n```text\n{parser.format_help().rstrip()}\n```"
            for parser in _commands(CLI, "hyperphysics", "hyperphysics.cli")
        ]
    return "\n\n".join(parts)


def _commands(folder: Path, prog: str, package: str) -> Iterator[argparse.ArgumentParser]:
    for name, file in find_commands(folder).items():
        if file.is_dir():
            yield from _commands(file, f"{prog} {name}", f"{package}.{name}")
            continue
        command = importlib.import_module(f"{package}.{name}")
        parser = argparse.ArgumentParser(
            prog=f"{prog} {name}",
            description=command.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(parser)
        yield from _with_actions(parser)


def _with_actions(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """A command's parser and those of its own subcommands."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from _with_actions(child)
