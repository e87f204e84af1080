"""Who imports whom: no circles of modules or rooms, and freqtrade only under the GPL."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from support.paths import PACKAGE

GPL = ("strategy", "distributed_hyperopt", "evaluation/walk_forward", "freqtrade_bridge", "userdir")
"""Folders whose modules may import freqtrade, and are under its licence."""
SPDX = "# SPDX-License-Identifier: GPL-3.0-or-later\n"

Graph = dict[str, set[str]]


def module_files(package: Path) -> dict[str, Path]:
    """The modules of a package by their full names."""
    found = {}
    for path in package.rglob("*.py"):
        parts = [package.name, *path.relative_to(package).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path) -> Iterator[str]:
    """Full names that a module imports when it runs, within functions too."""

    def visit(node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            children: list[ast.AST] = list(node.orelse)
        else:
            children = list(ast.iter_child_nodes(node))
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                # an absolute one: the linter refuses others
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
        for child in children:
            yield from visit(child)

    return visit(ast.parse(path.read_text("utf-8")))


def arrows(package: Path) -> Graph:
    """Each module of a package with those of the package that it imports."""
    files = module_files(package)
    graph: Graph = {name: set() for name in files}
    for name, path in files.items():
        for whole in imported(path):
            target = whole if whole in files else whole.rpartition(".")[0]
            if target in files and target != name:
                graph[name].add(target)
    return graph


def folded(graph: Mapping[str, set[str]], depth: int) -> Graph:
    """The graph of rooms: names cut to so many parts, arrows within a room left out."""
    cut: Graph = {}
    for name, targets in graph.items():
        room = ".".join(name.split(".")[:depth])
        others = {".".join(target.split(".")[:depth]) for target in targets}
        cut.setdefault(room, set()).update(others - {room})
    return cut


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """A circle of the graph, if there is one."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return path[path.index(name) :]
        if name in done:
            return []
        for target in sorted(graph.get(name, ())):
            if found := walk(target, [*path, name]):
                return found
        done.add(name)
        return []

    for name in sorted(graph):
        if found := walk(name, []):
            return found
    return []


def folders(graph: Mapping[str, set[str]], package: Path) -> Graph:
    """The graph of folders: a module counts as its folder, whatever lies below that."""
    files = module_files(package)

    def folder(name: str) -> str:
        return name if files[name].name == "__init__.py" else name.rpartition(".")[0]

    cut: Graph = {}
    for name, targets in graph.items():
        others = {folder(target) for target in targets} - {folder(name), package.name}
        if folder(name) != package.name:
            cut.setdefault(folder(name), set()).update(others)
    return cut


def test_no_circle_of_modules() -> None:
    graph = arrows(PACKAGE)
    assert graph["hyperphysics.cli.demo"] >= {"hyperphysics.simulated_exchange"}
    assert circle(graph) == []


def test_no_circle_of_rooms() -> None:
    rooms = folded(arrows(PACKAGE), 2)
    assert "hyperphysics.market_data" in rooms["hyperphysics.simulated_exchange"]
    assert circle(rooms) == []


def test_no_circle_of_folders() -> None:
    graph = folders(arrows(PACKAGE), PACKAGE)
    assert "hyperphysics.evaluation" in graph["hyperphysics.evaluation.signal"]
    assert circle(graph) == []


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"a.py": "import p.b", "b.py": "from p import a"}, ["p.a", "p.b"]),
        ({"a.py": "def f():\n import p.b", "b.py": "from p.a import x"}, ["p.a", "p.b"]),
        (
            {
                "a.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n from p import b",
                "b.py": "from p.a import x",
            },
            [],
        ),
        ({"a.py": "import p.b", "b.py": "import os"}, []),
    ],
)
def test_a_circle_is_found(tmp_path: Path, files: dict[str, str], found: list[str]) -> None:
    package = tmp_path / "p"
    package.mkdir()
    for name, text in {"__init__.py": "", **files}.items():
        (package / name).write_text(text)
    assert circle(arrows(package)) == found


def test_rooms_may_be_in_a_circle_where_modules_are_not(tmp_path: Path) -> None:
    for name, text in {
        "a/one.py": "import p.b.one",
        "a/two.py": "",
        "b/one.py": "",
        "b/two.py": "from p.a import two",
    }.items():
        path = tmp_path / "p" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    graph = arrows(tmp_path / "p")
    assert circle(graph) == []
    assert circle(folded(graph, 2)) == ["p.a", "p.b"]


def licensed(path: Path) -> bool:
    """Whether a module stands in a folder of the GPL."""
    return any(path.is_relative_to(PACKAGE / folder) for folder in GPL)


def test_freqtrade_is_imported_only_where_its_licence_holds() -> None:
    users = {
        path
        for path in PACKAGE.rglob("*.py")
        if any(name.split(".")[0] == "freqtrade" for name in imported(path))
    }
    assert PACKAGE / "strategy" / "base.py" in users
    assert [path for path in sorted(users) if not licensed(path)] == []


def test_the_licence_follows_folders() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert path.read_text("utf-8").startswith(SPDX) == licensed(path), path
