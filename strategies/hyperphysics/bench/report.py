"""A benchmark as tables of text and Markdown, and as a JSON document."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import hyperphysics as hp
from hyperphysics import _engine
from hyperphysics.bench.devices import Timing
from hyperphysics.bench.timing import Row, installed
from hyperphysics.evaluation.markdown import table

MARKERS = ("<!-- bench -->", "<!-- /bench -->")
"""Between them a document shows the tables."""


@dataclass(frozen=True)
class Report:
    """A finished benchmark.

    Attributes:
        operations: Operations, by device.
        families: Column families, by device.
        twins: The CPU's kernels beside their peers.
    """

    operations: Mapping[str, Sequence[Timing]]
    families: Mapping[str, Sequence[Timing]]
    twins: Sequence[Row]

    def tables(self) -> Iterable[tuple[str, Sequence[str], Sequence[Sequence[str]]]]:
        """Title, head and cells of each table that is not empty."""
        if self.operations:
            head = ("operation", *_heads(self.operations, "first call, ms", "then, µs"), "peers")
            title = "Operations through Python, transfers included"
            yield title, head, _timings(self.operations, _microseconds, peers=True)
        if self.families:
            head = ("family", *_heads(self.families, "first call, ms", "candles/s"))
            yield "Families of columns", head, _timings(self.families, _per_second, peers=False)
        if self.twins:
            head = ("kernel", "engine, one thread", "peers, in times of the engine (goal)")
            cells = [
                (row.what, f"{_duration(row.engine)} per {row.unit}", _ratios(row))
                for row in self.twins
            ]
            yield "Kernels on the CPU beside their peers", head, cells

    def markdown(self) -> str:
        """The tables, and where they were measured."""
        parts = [f"{_machine()}; {', '.join(f'{k} {v}' for k, v in installed().items())}."]
        for title, head, cells in self.tables():
            parts.append(f"{title}:\n\n{table(head, cells)}")
        return "\n\n".join(parts) + "\n"

    def document(self) -> dict[str, object]:
        """Machine, drivers, versions and every number, in seconds and nanoseconds."""
        return {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": {
                "platform": platform.platform(),
                "cpu": _engine.processor(),
                "cores": os.cpu_count(),
            },
            "devices": [
                {name: getattr(device, name) for name in ("name", "kind", "driver")}
                for device in hp.devices()
            ],
            "simd": hp.simd(),
            "versions": {"hyperphysics": importlib.metadata.version("hyperphysics")} | installed(),
            "operations_seconds": _raw(self.operations),
            "families_seconds": _raw(self.families),
            "twins_nanoseconds": [asdict(row) for row in self.twins],
        }


def _raw(timings: Mapping[str, Sequence[Timing]]) -> dict[str, list[dict[str, object]]]:
    return {device: [asdict(timing) for timing in found] for device, found in timings.items()}


def _heads(timings: Mapping[str, object], *what: str) -> list[str]:
    return [f"{device}: {name}" for device in timings for name in what]


def _timings(
    timings: Mapping[str, Sequence[Timing]], shown: Callable[[Timing], str], *, peers: bool
) -> list[list[str]]:
    lines: dict[str, list[str]] = {}
    for column, found in enumerate(timings.values()):
        for timing in found:
            # What never leaves the CPU is timed there only.
            empty = [timing.what, *["-"] * (2 * len(timings)), *[""] * peers]
            cells = lines.setdefault(timing.what, empty)
            cells[1 + 2 * column : 3 + 2 * column] = [f"{timing.cold * 1e3:.3g}", shown(timing)]
            if timing.peers:
                cells[-1] = _beside(timing)
    return list(lines.values())


def _microseconds(timing: Timing) -> str:
    return f"{timing.warm * 1e6:,.4g}" if timing.warm < 1e-2 else f"{timing.warm * 1e6:,.0f}"


def _per_second(timing: Timing) -> str:
    return f"{float(f'{timing.units / timing.warm:.2g}'):,.0f}"


def _beside(timing: Timing) -> str:
    own = timing.warm / timing.units * 1e9
    return ", ".join(f"{name} {time / own:.3g} ×" for name, time in timing.peers.items())


def _ratios(row: Row) -> str:
    def one(name: str, time: float) -> str:
        goal = row.goals.get(name)
        return f"{name} {time / row.engine:.3g} ×" + (f" ({goal:g})" if goal else "")

    return ", ".join(one(name, time) for name, time in row.peers.items())


def _duration(nanoseconds: float) -> str:
    micro = 1e3
    return f"{nanoseconds:.3g} ns" if nanoseconds < micro else f"{nanoseconds / micro:.3g} µs"


def _machine() -> str:
    return f"{_engine.processor()}, {os.cpu_count()} cores, {hp.simd()}"
