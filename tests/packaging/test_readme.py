"""The README shows what the code says."""

from __future__ import annotations

import doctest
import re
from collections.abc import Callable

import pandas as pd
import pytest

import hyperphysics as hp
from hyperphysics.order_books.playback import COLUMNS, BookColumn
from support.paths import ROOT

SLASHED = "\\|"
README = ROOT / "README.md"


def column_table() -> str:
    """The columns as a table of Markdown."""
    known: list[hp.Column | BookColumn] = [*hp.columns(), *COLUMNS]
    rows = [
        f"| `{c.name}` | {c.family} | {c.unit} | {c.range} | {c.doc.replace('|', SLASHED)} |"
        for c in known
    ]
    return "\n".join(
        ["| column | family | unit | range | says |", "| --- | --- | --- | --- | --- |", *rows]
    )


def test_the_column_table_is_generated() -> None:
    text = README.read_text("utf-8")
    shown = re.search(r"<!-- columns -->\n(.*)\n<!-- /columns -->", text, re.DOTALL)
    assert shown is not None
    assert shown[1] == column_table()


def test_examples_run(candles: Callable[..., pd.DataFrame]) -> None:
    test = doctest.DocTestParser().get_doctest(
        README.read_text("utf-8"), {"candles": candles(1600)}, "README", str(README), 0
    )
    assert test.examples
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test)
    assert result.failed == 0


def test_docstring_examples_run() -> None:
    result = doctest.testmod(hp)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("name", ["rust/README.md", "CHANGELOG.md", "LICENSE-MIT"])
def test_links_lead_somewhere(name: str) -> None:
    assert (README.parent / name).is_file()
