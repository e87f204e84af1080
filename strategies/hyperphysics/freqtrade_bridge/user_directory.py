# SPDX-License-Identifier: GPL-3.0-or-later
"""The strategy, its hyperopt loss and ready configurations, installed into a user directory."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from hyperphysics.freqtrade_bridge.errors import FreqtradeError

FOLDERS = {"strategies": ".py", "hyperopts": ".py", "config": ".json"}
"""The folders of the user directory, and what in them is ours to install."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation did, by path."""

    written: list[Path]
    unchanged: list[Path]


def templates() -> dict[Path, bytes]:
    """The packaged files by their path in a user directory."""
    root = files("hyperphysics").joinpath("userdir")
    return {
        Path(folder, item.name): item.read_bytes()
        for folder, suffix in FOLDERS.items()
        for item in _children(root.joinpath(folder))
        if item.name.endswith(suffix)
    }


def install(userdir: Path, *, force: bool = False) -> Installed:
    """Write the templates into `userdir`; all of them or none.

    Raises:
        FreqtradeError: Without `force`, a file there differs from its template (each is named), or
            the directory cannot be written.
    """
    sources = {userdir / path: content for path, content in templates().items()}
    try:
        present = {path: path.read_bytes() for path in sources if path.exists()}
        changed = [path for path in present if present[path] != sources[path]]
        if changed and not force:
            names = "\n  ".join(str(path) for path in changed)
            raise FreqtradeError(f"these files differ; --force overwrites them:\n  {names}")
        written = [path for path in sources if path not in present or path in changed]
        for path in written:
            path.parent.mkdir(parents=True, exist_ok=True)
            # A link would lead the write to a file elsewhere, perhaps to the template itself.
            path.unlink(missing_ok=True)
            path.write_bytes(sources[path])
    except OSError as error:
        raise FreqtradeError(f"{error.filename or userdir}: {error.strerror}") from error
    return Installed(written, [path for path in sources if path not in written])


def _children(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda item: item.name) if folder.is_dir() else []
