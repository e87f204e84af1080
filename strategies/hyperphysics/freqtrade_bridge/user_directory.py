# SPDX-License-Identifier: GPL-3.0-or-later
"""The strategy, its loss, ready configurations and examples, installed into a user directory."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from hyperphysics.freqtrade_bridge.errors import FreqtradeError
from hyperphysics.freqtrade_bridge.presets import USUAL, on_timeframe

STRATEGY = "HyperPhysics"
"""Class of the packaged strategy, and stem of its file."""
FOLDERS = {"strategies": ".py", "hyperopts": ".py", "notebooks": ".py", "config": ".json"}
"""The folders of the user directory, and what in them is ours to install."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation did, by path."""

    written: list[Path]
    unchanged: list[Path]
    kept: list[Path]
    """Files that differ from their templates and were left as they are."""

    def check(self) -> None:
        """Refuse an installation that is not complete.

        Raises:
            FreqtradeError: Files differ; each is named.
        """
        if self.kept:
            names = "\n  ".join(str(path) for path in self.kept)
            raise FreqtradeError(f"these files differ; --force overwrites them:\n  {names}")


def templates() -> dict[Path, bytes]:
    """The packaged files by their path in a user directory."""
    return _files(files("hyperphysics").joinpath("userdir"))


def examples() -> dict[str, dict[Path, bytes]]:
    """The packaged examples by name: the files of each by their path in a user directory."""
    root = files("hyperphysics").joinpath("userdir", "examples")
    return {item.name: found for item in _children(root) if (found := _files(item))}


def named(name: str) -> dict[Path, bytes]:
    """The templates with the strategy's class and file called `name`.

    Raises:
        FreqtradeError: `name` is no name of a Python class.
    """
    if not name.isidentifier() or keyword.iskeyword(name) or name == f"{STRATEGY}Strategy":
        raise FreqtradeError(f"{name!r} cannot be the name of a strategy's class")
    sources = templates()
    path = Path("strategies", f"{STRATEGY}.py")
    text = sources.pop(path).decode()
    for before in (f"class {STRATEGY}(", f"--strategy {STRATEGY}\n"):
        text = text.replace(before, before.replace(STRATEGY, name))
    return {path.with_stem(name): text.encode(), **sources}


def install(
    userdir: Path, *, force: bool = False, name: str = STRATEGY, timeframe: str = USUAL
) -> Installed:
    """Write the templates into `userdir`, the strategy's under `name`, with a timeframe's windows.

    Files that differ from their templates are kept unless `force` is set.

    Raises:
        FreqtradeError: The directory cannot be written, `name` is no name of a class, or there are
            no windows for the timeframe.
    """
    return _place(userdir, on_timeframe(named(name), timeframe), force=force)


def install_example(userdir: Path, name: str, *, force: bool = False) -> Installed:
    """Write the files of an example into `userdir`.

    Files that differ from the example's are kept unless `force` is set.

    Raises:
        FreqtradeError: There is no such example, or the directory cannot be written.
    """
    if (found := examples().get(name)) is None:
        raise FreqtradeError(f"no example {name!r}; there are {', '.join(examples())}")
    return _place(userdir, found, force=force)


def _place(userdir: Path, wanted: Mapping[Path, bytes], *, force: bool) -> Installed:
    sources = {userdir / path: content for path, content in wanted.items()}
    try:
        present = {path: path.read_bytes() for path in sources if path.exists()}
        unchanged = [path for path in present if present[path] == sources[path]]
        kept = [] if force else [path for path in present if path not in unchanged]
        written = [path for path in sources if path not in unchanged and path not in kept]
        for path in written:
            path.parent.mkdir(parents=True, exist_ok=True)
            # A link would lead the write to a file elsewhere, perhaps to the template itself.
            path.unlink(missing_ok=True)
            path.write_bytes(sources[path])
    except OSError as error:
        raise FreqtradeError(f"{error.filename or userdir}: {error.strerror}") from error
    return Installed(written, unchanged, kept)


def _files(root: Traversable) -> dict[Path, bytes]:
    return {
        Path(folder, item.name): item.read_bytes()
        for folder, suffix in FOLDERS.items()
        for item in _children(root.joinpath(folder))
        if item.name.endswith(suffix)
    }


def _children(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda item: item.name) if folder.is_dir() else []
