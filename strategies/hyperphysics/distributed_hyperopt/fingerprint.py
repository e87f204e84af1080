"""What must be the same for two losses to be comparable: facts by name, each as a short text.

A fact is readable where it can be (a stake, a range), and ends in a digest where it is long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
TRADED = ("engine.py", "frame.py", "strategy/*.py", "order_books/*.py")
"""What trades depend on besides the compiled engine, as patterns in the package."""


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


def modules() -> list[Path]:
    """The package's modules that trades depend on."""
    package = Path(hyperphysics.__file__).parent
    return [path for pattern in TRADED for path in package.glob(pattern)]


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
