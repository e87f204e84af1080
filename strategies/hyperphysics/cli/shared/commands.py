"""Commands found by their files' names: a module is a command, a package is a group of them.

A command's module has a docstring, whose first line is its summary in the lists, `add_arguments`
and `run`. Lists read the docstrings only; a module is imported when its command is asked for.
"""

from __future__ import annotations

import argparse
import ast
import importlib
from pathlib import Path
from typing import Any, Protocol, cast

from hyperphysics.cli.shared.errors import CommandError

NO_COMMANDS = frozenset({"main", "shared"})
"""What stands beside the commands in their folder."""


class Command(Protocol):
    """What a command's module offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; returns the exit code. A `CommandError` is shown as a message."""


class CommandParser(argparse.ArgumentParser):
    """A parser that imports its command when it first reads a command line.

    Args:
        file: The command's module, or the folder of a group; None for the program itself.
        module: Its name for imports.
        options: As `ArgumentParser`.
    """

    def __init__(self, *, file: Path | None = None, module: str = "", **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self._file, self._module = file, module

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401
        """As `ArgumentParser`; the command declares its arguments first."""
        if self._file is not None:
            self._load(self._file)
            self._file = None
        return super().parse_known_args(args, namespace)

    def _load(self, file: Path) -> None:
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        self.description = _docstring(file)
        self.set_defaults(prog=self.prog)
        if file.is_dir():
            add_commands(self, file, self._module)
            return
        try:
            command = cast("Command", importlib.import_module(self._module))
        except ModuleNotFoundError as error:
            raise CommandError(
                f"`{self.prog}` needs {error.name}, which is missing:"
                " pip install '.[freqtrade]' in the repository"
            ) from error
        command.add_arguments(self)
        self.set_defaults(run=command.run)


def find_commands(folder: Path) -> dict[str, Path]:
    """The commands of a folder by name: modules, and packages as groups of commands."""
    found = {
        path.stem: path
        for path in sorted(folder.iterdir())
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    return {
        name: path
        for name, path in found.items()
        if name not in NO_COMMANDS and not name.startswith("_")
    }


def summary(file: Path) -> str:
    """The first line of a command's docstring, without its full stop."""
    return _docstring(file).partition("\n")[0].removesuffix(".")


def add_commands(parser: argparse.ArgumentParser, folder: Path, package: str) -> None:
    """Declare the commands of a folder, none of which is imported.

    Args:
        parser: What they are declared to.
        folder: Of their modules.
        package: Its name for imports.
    """
    commands = parser.add_subparsers(
        metavar="COMMAND", required=True, parser_class=CommandParser, dest="command"
    )
    for name, file in find_commands(folder).items():
        # argparse formats help with %
        said = summary(file).replace("%", "%%")
        commands.add_parser(name, help=said, file=file, module=f"{package}.{name}")


def _docstring(file: Path) -> str:
    path = file / "__init__.py" if file.is_dir() else file
    return ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
