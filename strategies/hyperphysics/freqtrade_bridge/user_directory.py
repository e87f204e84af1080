# SPDX-License-Identifier: GPL-3.0-or-later
"""The strategy, its hyperopt loss and ready configurations, installed into a user directory."""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from hyperphysics.freqtrade_bridge.errors import FreqtradeError
from hyperphysics.freqtrade_bridge.presets import USUAL, on_timeframe

STRATEGY = "HyperPhysics"
"""Class of the packaged strategy, and stem of its file."""
FOLDERS = {"strategies": ".py", "hyperopts": ".py", "config": ".json"}
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
    root = files("hyperphysics").joinpath("userdir")
    return {
        Path(folder, item.name): item.read_bytes()
        for folder, suffix in FOLDERS.items()
        for item in _children(root.joinpath(folder))
        if item.name.endswith(suffix)
    }


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
    wanted = on_timeframe(named(name), timeframe)
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


def _children(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda item: item.name) if folder.is_dir() else []
