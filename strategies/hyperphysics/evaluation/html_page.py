"""A web page that needs no network: tables, figures and notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

# Okabe and Ito's colours, which every eye can tell apart; grey is what others are compared with.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#000000")
GREY = "#777777"

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 1280px; margin: 2rem auto;
       padding: 0 1rem; color: #222 }
h1 { font-size: 1.4rem; margin-bottom: .2rem }
.market { color: #555; margin-top: 0 }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums;
        font-size: 13px }
th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid #ddd;
         white-space: nowrap }
th { border-bottom: 2px solid #888; white-space: normal; vertical-align: bottom }
th:first-child, td:first-child { text-align: left }
li { margin: .3rem 0 }
"""


def shell(
    name: str,
    source: str,
    table: tuple[Sequence[str], Sequence[Sequence[str]]],
    figures: Iterable[str],
    points: Iterable[str],
) -> str:
    """A page as HTML.

    Args:
        name: Its title.
        source: What it was made from.
        table: Names of columns, and rows of cells.
        figures: HTML of each figure.
        points: Notes below them.
    """
    below = "".join(f"<li>{escape(point)}</li>" for point in points)
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(name)}</title>'
        f"<style>{_STYLE}</style></head><body>\n"
        f'<h1>{escape(name)}</h1>\n<p class="market">{escape(source)}</p>\n'
        f"{grid(*table)}{chr(10).join(figures)}\n<ul>{below}</ul>\n</body></html>\n"
    )


def grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as HTML: names of columns, and rows of cells."""
    names = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "\n".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{names}</tr></thead><tbody>\n{body}\n</tbody></table>\n"
