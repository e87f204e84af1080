# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be the same for two losses to be comparable: facts by name, each as a short text.

A fact is readable where it can be (a stake, a range), and ends in a digest where it is long.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
    distribution_to_json,
)

import hyperphysics

Facts: TypeAlias = Mapping[str, str]

ABSENT = "nothing"
DIGITS = 16
ROOM = "strategy"
"""Where the search begins: all modules of this room count."""
APART = ("distributed_hyperopt", "freqtrade_bridge")
"""Rooms that the strategy imports and whose code moves no trade.

The one decides which parameters are tried, not what they earn; the other notes what was computed.
"""


def candles(frame: pd.DataFrame) -> str:
    """Rows, range and digest of candles: open times in ms and every column's exact values."""
    digest = sha256()
    for name in sorted(map(str, frame.columns)):
        column = frame[name]
        if name == "date":
            column = column.dt.as_unit("ms").astype(np.int64)
        values = column.to_numpy()
        digest.update(f"{name}:{values.dtype.str}:{len(values)};".encode())
        digest.update(np.ascontiguousarray(values).tobytes())
    ends = [frame["date"].iloc[row].strftime("%Y-%m-%d %H:%M") for row in (0, -1)]
    return f"{len(frame)} rows from {ends[0]} to {ends[1]}, {digest.hexdigest()[:DIGITS]}"


def modules(package: Path | None = None) -> list[Path]:
    """The package's modules that trades depend on: the strategy's, and what they import.

    Args:
        package: Folder of the package; None is the one that is running.
    """
    root = package or Path(hyperphysics.__file__).parent
    found: set[Path] = set()
    waiting = list((root / ROOM).rglob("*.py"))
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(path, root)
    return sorted(found)


def _imported(path: Path, root: Path) -> Iterator[Path]:
    """Files of the package that a module imports, at its top or within a function."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            first, *rest = name.split(".")
            # the package itself only passes on names of its modules
            if first != root.name or not rest or rest[0] in APART:
                continue
            place = root.joinpath(*rest)
            for file in (place.with_suffix(".py"), place / "__init__.py"):
                if file.is_file():
                    yield file


def files(paths: Iterable[Path]) -> str:
    """Digest of some files' names and bytes."""
    digest = sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        digest.update(f"{path.name}:{len(content)};".encode())
        digest.update(content)
    return digest.hexdigest()[:DIGITS]


def stored(dimension: BaseDistribution) -> BaseDistribution:
    """One of freqtrade's dimensions as the Optuna distribution that a storage can read back.

    freqtrade's are subclasses with other arguments (SKDecimal, ft_IntDistribution …), which Optuna
    writes under their own names and then does not know.
    """
    match dimension:
        case FloatDistribution():
            return FloatDistribution(
                dimension.low, dimension.high, step=dimension.step, log=dimension.log
            )
        case IntDistribution():
            return IntDistribution(
                dimension.low, dimension.high, step=dimension.step, log=dimension.log
            )
        case CategoricalDistribution():
            return CategoricalDistribution(dimension.choices)
    raise TypeError(f"no dimension of a study: {dimension!r}")


def spaces(dimensions: Mapping[str, BaseDistribution]) -> Facts:
    """The search space, one fact a parameter; `dimensions` as `stored` makes them."""
    return {f"space {name}": distribution_to_json(one) for name, one in dimensions.items()}


def differences(study: Facts, ours: Facts) -> list[str]:
    """A line for each fact in which a process differs from the study."""
    return [
        f"{name}: the study has {study.get(name, ABSENT)}, this process {ours.get(name, ABSENT)}"
        for name in sorted({*study, *ours})
        if study.get(name) != ours.get(name)
    ]
