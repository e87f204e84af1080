"""A web page that needs no network: figures, tables and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

# Okabe and Ito's colours, which every eye can tell apart; grey is what others are compared with.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#000000")
GREY = "#777777"

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 1280px; margin: 2rem auto;
       padding: 0 1rem; color: #222 }
h1 { font-size: 1.4rem; margin-bottom: .2rem }
h2 { font-size: 1.1rem; margin: 2rem 0 .4rem }
.market { color: #555; margin-top: 0 }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums;
        font-size: 13px }
th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid #ddd;
         white-space: nowrap }
th { border-bottom: 2px solid #888; white-space: normal; vertical-align: bottom }
th:first-child, td:first-child { text-align: left }
li { margin: .3rem 0 }
"""

_CODE = re.compile("`([^`]+)`")


def shell(
    name: str,
    source: str,
    figures: Iterable[str],
    tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[str]]]],
    points: Iterable[str],
) -> str:
    """A page as HTML.

    Args:
        name: Its title.
        source: What it was made from.
        figures: HTML of each figure.
        tables: Below the figures, by title: names of columns, and rows of cells.
        points: Notes below them; what is between backticks is code.
    """
    listed = "".join(f"<h2>{escape(name)}</h2>\n{_grid(*table)}" for name, table in tables.items())
    notes = [_CODE.sub(r"<code>\1</code>", escape(point)) for point in points]
    below = "".join(f"<li>{note}</li>" for note in notes)
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(name)}</title>'
        f"<style>{_STYLE}</style></head><body>\n"
        f'<h1>{escape(name)}</h1>\n<p class="market">{escape(source)}</p>\n'
        f"{chr(10).join(figures)}\n{listed}<ul>{below}</ul>\n</body></html>\n"
    )


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    names = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "\n".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{names}</tr></thead><tbody>\n{body}\n</tbody></table>\n"
