"""Documents say what the code says, their examples run and their links lead somewhere."""

from __future__ import annotations

import doctest
import importlib
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

import hyperphysics as hp
from hyperphysics.cli import docs, main
from hyperphysics.reference import docstrings, pages
from support.paths import PACKAGE, ROOT

DOCS = ROOT / "docs"

pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="runs in the repository only")

README = ROOT / "README.md"
PAGES = sorted(DOCS.rglob("*.md"))
DOCUMENTS = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "rust" / "README.md"]
DOCUMENTS += PAGES
EXAMPLES = [page for page in PAGES if "reference" not in page.parts and ">>> " in page.read_text()]

DIFFS = [
    pytest.param(found[1], id=f"{page.stem}-{number}")
    for page in PAGES
    for number, found in enumerate(
        re.finditer(r"^```diff\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    )
]

FENCED = re.compile(r"^(`{3,}).*?^\1`*\s*$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)!?\[[^\]]*\]\(([^)\s]+)\)")
TITLE = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_readme_is_two_screens() -> None:
    assert len(README.read_bytes()) <= 9 * 1024


def test_generated_parts_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    stale = main.main(["docs", "--check", "--folder", str(DOCS)])
    assert stale == 0, capsys.readouterr().out


def test_a_stale_part_is_named_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for part in docs.PARTS:
        path = tmp_path / part.page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((DOCS / part.page).read_text("utf-8"), "utf-8")
    columns = tmp_path / "columns.md"
    columns.write_text(columns.read_text("utf-8").replace("`hp_vol`", "`hp_wol`"), "utf-8")
    assert main.main(["docs", "--check", "--folder", str(tmp_path)]) == 1
    assert f"not current: {columns}" in capsys.readouterr().out
    assert main.main(["docs", "--write", "--folder", str(tmp_path)]) == 0
    assert columns.read_text("utf-8") == (DOCS / "columns.md").read_text("utf-8")
    columns.write_text("no markers", "utf-8")
    assert main.main(["docs", "--check", "--folder", str(tmp_path)]) == 1
    assert "columns.md: expected one <!-- columns -->" in capsys.readouterr().err


@pytest.mark.parametrize("page", EXAMPLES, ids=named)
def test_examples_run(page: Path, candles: Callable[..., pd.DataFrame]) -> None:
    test = doctest.DocTestParser().get_doctest(
        page.read_text("utf-8"), {"candles": candles(1600)}, page.stem, str(page), 0
    )
    assert test.examples
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test)
    assert result.failed == 0


@pytest.mark.parametrize("diff", DIFFS)
def test_diffs_apply(diff: str) -> None:
    done = subprocess.run(
        ["git", "apply", "--check", "-"],
        cwd=ROOT,
        input=diff,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("module", ["", *(f".{name}" for name in pages.SUBJECTS)])
def test_docstring_examples_run(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"{hp.__name__}{module}"))
    assert result.attempted > 0 or module
    assert result.failed == 0


def test_every_public_name_is_on_a_page() -> None:
    titles = {
        title
        for module in pages.SUBJECTS
        for title in TITLE.findall((DOCS / "reference" / f"{module}.md").read_text("utf-8"))
    }
    assert set(hp.__all__) - set(pages.SUBJECTS) <= titles


def test_a_docstring_becomes_markdown() -> None:
    made = docstrings.markdown(
        "Sums [a].\n\nArgs:\n    a: First,\n        a number.\n\nReturns:\n    The `a_b` sum.\n\n"
        ">>> 1 + 1\n2"
    )
    assert made == (
        "Sums \\[a\\].\n\n**Args**\n\n- `a`: First,\n        a number.\n\n"
        "**Returns**\n\nThe `a_b` sum.\n\n```pycon\n>>> 1 + 1\n2\n```"
    )


def anchors(path: Path) -> set[str]:
    """Names of a document's titles, as GitHub and MkDocs make them."""
    text = FENCED.sub("", path.read_text("utf-8"))
    if found := re.match(r"---\ninclude: (.+)\n---", text):
        return anchors(ROOT / found[1])
    plain = (
        unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
        for title in TITLE.findall(text)
    )
    return {re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title).strip()) for title in plain}


def links(path: Path) -> Iterator[str]:
    text = re.sub(r"`[^`\n]*`", "", FENCED.sub("", path.read_text("utf-8")))
    for target in LINK.findall(text):
        if not re.match(r"[a-z]+:", target):
            yield target


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    broken = []
    for link in links(path):
        target, _, anchor = link.partition("#")
        place = (path.parent / target).resolve() if target else path
        if not place.exists() or (anchor and anchor not in anchors(place)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_files_that_are_named_are_there(path: Path) -> None:
    roots = (ROOT, ROOT / "rust", PACKAGE)
    missing = [name for name in files(path) if not any((root / name).exists() for root in roots)]
    assert missing == []


def files(path: Path) -> list[str]:
    """Files of the repository that a document names; not what users have or will write."""
    found = re.findall(r"`(?:[^`\n]* )?(\w+(?:/[\w.]+)+\.(?:py|rs|wgsl|md|json))", path.read_text())
    return [name for name in found if "NAME" not in name and not name.startswith("user_data/")]


def test_links_are_found() -> None:
    assert len(list(links(README))) > 20
    assert "strategy/rules/filters.py" in files(DOCS / "architecture" / "python.md")
    assert "performance-notes" in anchors(DOCS / "architecture" / "rust.md")


def test_the_site_builds(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "PlainStrategy" in (tmp_path / "own-strategy" / "index.html").read_text()
    for page in tmp_path.rglob("*.html"):
        # every include was found
        assert "--8" not in page.read_text()
        # and a page needs nothing from elsewhere
        loaded = re.findall(
            r'<(?:script|link|img)[^>]*(?:src|href)="(https?:[^"]+)"', page.read_text()
        )
        assert not loaded, page
