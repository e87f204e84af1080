"""MkDocs hook: a page that names a repository file in `include:` shows that file's text.

Links of that text are relative to the file. Those to documentation pages are made relative to the
page; those to anything else keep their words and lose the link, because a site has no such file.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\[([^\]]*)\]\(([^)#\s]*)(#[^)\s]*)?\)")


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:  # noqa: ANN401
    """Replace the page's text by that of the file named in its front matter."""
    name = page.meta.get("include")
    if name is None:
        return markdown
    source = PurePosixPath(str(name))
    here = PurePosixPath("docs") / page.file.src_uri

    def link(found: re.Match[str]) -> str:
        words, target, anchor = found[1], found[2], found[3] or ""
        if not target or ":" in target:
            return found[0]
        place = PurePosixPath(os.path.normpath(source.parent / target))
        if place.suffix != ".md" or place.parts[0] != "docs":
            return words
        return f"[{words}]({os.path.relpath(place, here.parent)}{anchor})"

    return LINK.sub(link, (ROOT / source).read_text("utf-8"))
