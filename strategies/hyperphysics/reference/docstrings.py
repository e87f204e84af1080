"""Google docstrings to Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

SECTION = re.compile(r"(Args|Returns|Raises|Attributes|Yields):$")
ENTRY = re.compile(r" {4}(\*{0,2}\w[\w ,*]*): (.*)$")


def markdown(docstring: str) -> str:
    """Sections in bold, their entries as lists, examples as code."""
    lines = list(_lines(docstring.splitlines()))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def first_line(docstring: str) -> str:
    """The summary as one line of Markdown."""
    return escape(" ".join(docstring.split("\n\n", maxsplit=1)[0].split()))


def escape(text: str) -> str:
    """Keeps Markdown from reading brackets as links and stars as emphasis outside of code."""
    pieces = text.split("`")
    pieces[::2] = [re.sub(r"([\[\]*_<|])", r"\\\1", piece) for piece in pieces[::2]]
    return "`".join(pieces)


def _lines(lines: list[str]) -> Iterator[str]:
    section, example = "", False
    for line in lines:
        if example and not line.strip():
            yield "```"
            example = False
        if line.startswith(">>>") and not example:
            yield from ("", "```pycon")
            example, section = True, ""
        if example:
            yield line
        elif found := SECTION.match(line):
            section = found[1]
            yield from ("", f"**{section}**", "")
        elif section and line and not line.startswith(" "):
            section = ""
            yield from ("", escape(line))
        elif section and (entry := ENTRY.match(line)) and section not in {"Returns", "Yields"}:
            yield f"- `{entry[1]}`: {escape(entry[2])}"
        else:
            yield escape(line.strip() if section in {"Returns", "Yields"} else line)
    if example:
        yield "```"
