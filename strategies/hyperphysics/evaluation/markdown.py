"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, text: Iterable[int] = (0,)) -> str:
    """A table, numbers to the right.

    Args:
        head: Names of the columns.
        rows: Their cells.
        text: Positions of the columns that are read as words, set to the left.
    """
    left = set(text)
    rule = (" --- " if column in left else " --: " for column in range(len(head)))
    return "\n".join([_line(head), f"|{'|'.join(rule)}|", *(_line(row) for row in rows)])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
