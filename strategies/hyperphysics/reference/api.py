"""The public Python API by subject: signatures and docstrings, read from sources and stubs.

Sources are parsed, not imported: the extension's functions have their words and types in stubs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hyperphysics
from hyperphysics.reference.docstrings import first_line, markdown

PACKAGE = Path(hyperphysics.__file__).parent
WIDTH = 96
"""Longest signature in one line."""


def subject(module: str) -> str:
    """A page for a public module: its words, then what its `__all__` names.

    Raises:
        LookupError: A name is defined neither there nor in a stub.
    """
    path = PACKAGE / f"{module}.py"
    tree = _tree(path)
    return "\n\n".join(
        (
            markdown(ast.get_docstring(tree) or ""),
            *(
                _section(name, (path, *sorted(PACKAGE.glob("_engine*.pyi"))))
                for name in _public(tree)
            ),
        )
    )


def _section(name: str, sources: tuple[Path, ...]) -> str:
    for source in sources:
        body = _tree(source).body
        for node in body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                return _class(node, source.read_text("utf-8").splitlines())
        found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]
        if found:
            return _function(found, "##")
    raise LookupError(f"{name} is defined neither in {sources[0]} nor in a stub")


def _class(node: ast.ClassDef, lines: list[str]) -> str:
    methods: dict[str, list[ast.FunctionDef]] = {}
    for body in (node.body, *(base.body for base in _bases(node))):
        for one in body:
            if isinstance(one, ast.FunctionDef):
                methods.setdefault(one.name, []).append(one)
    made = methods.get("__init__") or methods.get("__new__")
    words = ast.get_docstring(node) or ""
    fields = [] if "Attributes:" in words else list(_fields(node, lines))
    return "\n\n".join(
        (
            f"## {node.name}",
            *([_signature(made[0], node.name)] if made else []),
            markdown(words),
            *(["\n".join((*_HEAD, *fields))] if fields else []),
            *(
                _function(found, "###", node.name)
                for name, found in methods.items()
                if not name.startswith("_") and not _is(found[0], "property")
            ),
        )
    )


def _bases(node: ast.ClassDef) -> Iterator[ast.ClassDef]:
    """Classes of the package's top that a class derives from."""
    names = {ast.unparse(base) for base in node.bases}
    for path in sorted(PACKAGE.glob("*.py")) if names else ():
        for one in _tree(path).body:
            if isinstance(one, ast.ClassDef) and one.name in names:
                yield one


_HEAD = ("| attribute | type | meaning |", "| --- | --- | --- |")


def _fields(node: ast.ClassDef, lines: list[str]) -> Iterator[str]:
    """Rows of attributes: annotations with the comments at or above them, and properties."""
    for one in node.body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            name, kind = one.target.id, ast.unparse(one.annotation)
            says = _comment(lines, one.lineno - 1)
        elif isinstance(one, ast.FunctionDef) and _is(one, "property"):
            kind = ast.unparse(one.returns) if one.returns else ""
            name, says = one.name, ast.get_docstring(one) or ""
        else:
            continue
        if not name.startswith("_"):
            kind = re.sub(r"^Final\[(.*)\]$", r"\1", kind).replace("|", "\\|")
            yield f"| `{name}` | `{kind}` | {first_line(says)} |"


def _comment(lines: list[str], row: int) -> str:
    """The comment at the end of a line, or those right above it."""
    _, mark, text = lines[row].partition("  # ")
    above: list[str] = []
    while not mark and (line := lines[row - 1 - len(above)].strip()).startswith("# "):
        above.insert(0, line[2:])
    return text or " ".join(above)


def _function(found: list[ast.FunctionDef], level: str, owner: str = "") -> str:
    """A function's section; of overloads the one that is implemented, else the first."""
    shown = next((one for one in found if not _is(one, "overload")), found[0])
    words = next((text for one in found if (text := ast.get_docstring(one))), "")
    title = f"{level} {f'{owner}.' if owner else ''}{shown.name}"
    return "\n\n".join((title, _signature(shown), markdown(words)))


def _signature(node: ast.FunctionDef, name: str = "") -> str:
    own = re.sub(r"^(self|cls)(, )?(/(, )?)?", "", ast.unparse(node.args))
    arguments = [_spaced(one) for one in _split(own)]
    returns = f" -> {ast.unparse(node.returns)}" if node.returns and not name else ""
    line = f"{name or node.name}({', '.join(arguments)}){returns}"
    if len(line) > WIDTH:
        inner = "".join(f"    {one},\n" for one in arguments)
        line = f"{name or node.name}(\n{inner}){returns}"
    return f"```python\n{line}\n```"


def _spaced(argument: str) -> str:
    """A default of an annotated argument, with the spaces that `ast` leaves out."""
    name, colon, rest = argument.partition(": ")
    return f"{name}{colon}{re.sub('=', ' = ', rest, count=1)}" if colon else argument


def _split(text: str) -> Iterator[str]:
    """Splits at commas outside brackets."""
    depth, start = 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            yield text[start:place]
            start = place + 2
    if text[start:]:
        yield text[start:]


def _public(tree: ast.Module) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    kinds = ast.ClassDef | ast.FunctionDef
    names = [node.name for node in tree.body if isinstance(node, kinds)]
    return [name for name in dict.fromkeys(names) if not name.startswith("_")]


def _is(node: ast.FunctionDef, decorator: str) -> bool:
    return any(ast.unparse(one).split(".")[-1] == decorator for one in node.decorator_list)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))
