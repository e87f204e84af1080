"""Steps of a longer command on the screen: a spinner on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

WIDE = 180
"""Columns of a table that goes to a file or a pipe."""


class Screen:
    """Where a command shows what it is doing."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)

    def say(self, line: str) -> None:
        """A line of its own."""
        self.console.print(escape(line), soft_wrap=True)

    def write(self, text: str) -> None:
        """Text as it is, for instance a table made by someone else."""
        self.console.file.write(text if text.endswith("\n") else f"{text}\n")
        self.console.file.flush()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        """A step with its time; what is yielded takes notes on how far it is."""
        start = time.monotonic()
        last = ""
        if self.console.is_terminal:
            spinner = Spinner("dots", text=title)

            def note(text: str) -> None:
                nonlocal last
                last = text
                room = max(self.console.width - len(title) - 16, 10)
                took = f"{time.monotonic() - start:5.1f} s"
                spinner.update(text=Text(f"{title} {took}  {text[:room]}", no_wrap=True))

            shown: contextlib.AbstractContextManager[object] = Live(
                spinner, console=self.console, transient=True
            )
        else:
            self.say(f"{title} …")

            def note(text: str) -> None:
                nonlocal last
                last = text

            shown = contextlib.nullcontext()
        try:
            with shown:
                yield note
        except (Exception, KeyboardInterrupt):
            self.say(f"✗ {title}  {last}")
            raise
        self.say(f"✓ {title}  {time.monotonic() - start:.1f} s")


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Prints a table; where the output is no terminal it may be wide."""
    grid = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for name in head:
        grid.add_column(name)
    for row in rows:
        grid.add_row(*(escape(cell) for cell in row))
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDE
    console.print(grid)
