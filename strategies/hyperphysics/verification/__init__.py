"""The engine against numbers of independent libraries.

A reference file holds cases with inputs and outputs that were not made with the engine. The module
of the same name says how the engine computes the outputs of a case, and how closely: it is found by
its name, and offers `checks`. Where it says `ON_HOST = True`, all is computed in f64 on the CPU,
whatever the engine's device.
"""

from __future__ import annotations

import importlib
import json
import math
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from hyperphysics._engine import Engine


class NotImplementedCase(Exception):  # noqa: N818 - a verdict, not a failure
    """The engine does not compute what the case asks, or not all; the message says what and why."""


@dataclass(frozen=True, slots=True)
class Check:
    """One number of a case beside the engine's."""

    quantity: str
    got: float
    want: float
    absolute: float = 0.0
    relative: float = 0.0

    @property
    def share(self) -> float:
        """Error as a share of the tolerance: at most 1 is a pass; exact checks give 0 or inf."""
        error = abs(self.got - self.want)
        if error == 0.0 or (math.isnan(self.got) and math.isnan(self.want)):
            return 0.0
        allowed = self.absolute + self.relative * abs(self.want)
        return error / allowed if allowed > 0.0 and not math.isnan(error) else math.inf


class Checks(Protocol):
    """What a module of this package offers."""

    def checks(
        self, engine: Engine, case: dict[str, Any], document: dict[str, Any]
    ) -> Iterable[Check]:
        """Compares one case; `NotImplementedCase` ends it, what came before counts."""


@dataclass(slots=True)
class Outcome:
    """Result of one reference file on one device."""

    reference: str
    device: str
    cases: int = 0
    numbers: int = 0
    left_out: dict[str, str] = field(default_factory=dict)
    worst: Check | None = None
    worst_case: str = ""
    misses: list[tuple[str, Check]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether something was compared and nothing missed its tolerance."""
        return self.numbers > 0 and not self.misses


def references() -> list[str]:
    """Names of the reference files that the engine implements."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def on_host(reference: str) -> bool:
    """Whether a file's numbers are computed in f64 on the CPU, whatever the engine's device."""
    return bool(getattr(_checks(reference), "ON_HOST", False))


def packaged() -> Traversable:
    """The folder of reference numbers that the package carries."""
    return files(__package__).joinpath("numbers")


def documents(folder: Path | Traversable) -> Iterator[tuple[str, dict[str, Any]]]:
    """The reference files in `folder` that the engine implements, by name."""
    for reference in references():
        path = folder.joinpath(f"{reference}.json")
        if path.is_file():
            yield reference, json.loads(path.read_text("utf-8"))


def _checks(reference: str) -> Checks:
    return cast("Checks", importlib.import_module(f".{reference}", __package__))


def verify(engine: Engine, reference: str, document: dict[str, Any]) -> Outcome:
    """Compares every case of `document` on the engine's device."""
    module = _checks(reference)
    outcome = Outcome(reference, engine.device.name)
    for case in document["cases"]:
        checks: list[Check] = []
        try:
            # not `list(…)`: that would lose what is compared before a part is left out
            checks.extend(module.checks(engine, case, document))
        except NotImplementedCase as verdict:
            outcome.left_out[case["id"]] = str(verdict)
            if not checks:
                continue
        outcome.cases += 1
        outcome.numbers += len(checks)
        for check in checks:
            if outcome.worst is None or check.share > outcome.worst.share:
                outcome.worst, outcome.worst_case = check, case["id"]
            if not check.share <= 1.0:
                outcome.misses.append((case["id"], check))
    return outcome


def each(
    quantity: str,
    got: Iterable[float],
    want: Iterable[float],
    *,
    absolute: float = 0.0,
    relative: float = 0.0,
) -> Iterator[Check]:
    """A check per element; lengths must agree."""
    for at, (g, w) in enumerate(zip(got, want, strict=True)):
        yield Check(f"{quantity}[{at}]", g, w, absolute, relative)
