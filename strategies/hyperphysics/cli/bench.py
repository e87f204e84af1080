"""Time the engine on each device, and its kernels beside the peers that are installed.

Three tables: operations through Python (transfers and the call itself included; the first call
opens the device and compiles its shaders), column families, and the CPU's kernels beside numpy,
scipy, numba, QuantLib and dwave-samplers, as far as they are installed. Results are compared
before a time is printed; times are the least of several.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from threadpoolctl import threadpool_limits

import hyperphysics as hp
from hyperphysics.bench import (
    devices,
    geometry,
    integration,
    lattice,
    operations,
    options,
    order_book,
    portfolio,
    risk,
)
from hyperphysics.bench.devices import Operation, Timing
from hyperphysics.bench.report import MARKERS, Report
from hyperphysics.bench.timing import Row, WrongResultError, best
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.files import between, check_into
from hyperphysics.cli.shared.screen import Screen, table

TWINS: dict[str, Callable[[], list[Row]]] = {
    "normals": risk.normals,
    "distances": geometry.distances,
    "simulation": risk.simulation,
    "vote": geometry.vote,
    "lattices": lattice.lattices,
    "annealer": lattice.annealer,
    "integration": integration.integration,
    "greeks": options.greeks,
    "books": order_book.books,
    "products": portfolio.products,
    "portfolios": portfolio.portfolios,
}
PARTS = ("operations", "families", "kernels")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--device",
        action="append",
        metavar="DEVICE",
        help="cpu, vulkan or vulkan:NAME; repeatable (default: cpu and the device of auto)",
    )
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="a part of it; repeatable (default: all)"
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=3,
        metavar="N",
        help="times that kernels and peers take turns (default: %(default)s)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where raw numbers go")
    parser.add_argument(
        "--into",
        type=Path,
        metavar="FILE",
        help=f"a Markdown file to put the tables into, between {' and '.join(MARKERS)}",
    )


def run(args: argparse.Namespace) -> int:
    """Measure, print and write; returns 0."""
    if args.rounds < 1:
        raise CommandError(f"--rounds {args.rounds}: expected at least 1")
    check_into(args, MARKERS)
    parts = args.only or PARTS
    screen = Screen()
    selectors = args.device or _default_devices()
    try:
        report = Report(
            operations=_on_each(screen, "operations", selectors, _operations, parts),
            families=_on_each(screen, "families", selectors, _families, parts),
            twins=_kernels(screen, args.rounds) if "kernels" in parts else [],
        )
    except (WrongResultError, ValueError, hp.EngineError) as error:
        raise CommandError(str(error)) from error
    for title, head, cells in report.tables():
        table(title, head, cells)
    if args.json is not None:
        text = json.dumps(report.document(), indent=1, ensure_ascii=False) + "\n"
        args.json.write_text(text, "utf-8")
        screen.say(f"written: {args.json.resolve()}")
    if args.into is not None:
        args.into.write_text(between(args.into, MARKERS, report.markdown()), "utf-8")
        screen.say(f"written: {args.into.resolve()}")
    return 0


def _default_devices() -> list[str]:
    chosen = next((device for device in hp.devices() if device.chosen), None)
    return ["cpu"] if chosen is None or chosen.kind == "CPU" else ["cpu", f"vulkan:{chosen.name}"]


def _operations(selector: str) -> list[Operation]:
    every = operations.operations()
    return [*every, *operations.on_the_cpu()] if selector == "cpu" else every


def _families(_: str) -> list[Operation]:
    return devices.families()


def _on_each(
    screen: Screen,
    title: str,
    selectors: list[str],
    find: Callable[[str], list[Operation]],
    parts: tuple[str, ...] | list[str],
) -> dict[str, list[Timing]]:
    found: dict[str, list[Timing]] = {}
    for selector in selectors if title in parts else ():
        with screen.step(f"{title} on {selector}") as note:
            found[selector] = list(_noted(devices.measure(selector, find(selector)), note))
    return found


def _noted(timings: Iterator[Timing], note: Callable[[str], None]) -> Iterator[Timing]:
    for timing in timings:
        note(f"{timing.what}: {timing.warm * 1e3:.3g} ms")
        yield timing


def _kernels(screen: Screen, rounds: int) -> list[Row]:
    tries: dict[str, list[list[Row]]] = {name: [] for name in TWINS}
    # The engine's twins are timed on one thread, and so are their peers.
    with screen.step("kernels and peers") as note, threadpool_limits(1):
        for number in range(rounds):
            for name, rows in TWINS.items():
                note(f"round {number + 1} of {rounds}: {name}")
                tries[name].append(rows())
    return [best(same) for found in tries.values() for same in zip(*found, strict=True)]
