"""Compare the engine with numbers that were not made with it.

Without --reference the small set that the package carries is used; with it every file of the
folder that the engine implements. Prints the worst error of each file as a share of its
tolerance; exit code 1 if one is above 1.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from hyperphysics import verification
from hyperphysics._engine import Engine, HyperPhysicsError
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.screen import table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--reference", type=Path, metavar="DIR", help="a folder of reference files")
    parser.add_argument(
        "--device",
        action="append",
        metavar="D",
        help="auto, cpu, vulkan or vulkan:NAME; may be given more than once (default: cpu)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(args: argparse.Namespace) -> int:
    """Verify and print; returns 0 if everything is within tolerance."""
    if args.reference is not None and not args.reference.is_dir():
        raise CommandError(f"{args.reference} is no folder")
    folder = args.reference or verification.packaged()
    outcomes = []
    for device in args.device or ["cpu"]:
        try:
            engine = Engine(device)
        except HyperPhysicsError as error:
            raise CommandError(str(error)) from error
        if device.startswith("vulkan") and engine.device.kind == "CPU":
            raise CommandError(f"{device}: {engine.device.why}")
        for reference, document in verification.documents(folder):
            outcomes.append(verification.verify(engine, reference, document))
    if not outcomes:
        names = ", ".join(f"{reference}.json" for reference in verification.references())
        raise CommandError(f"{folder} holds none of {names}")
    if args.json:
        print(json.dumps([_record(outcome) for outcome in outcomes], indent=2))
    else:
        _print(outcomes)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _record(outcome: verification.Outcome) -> dict[str, object]:
    worst = outcome.worst
    return {
        "reference": outcome.reference,
        "device": outcome.device,
        "passed": outcome.passed,
        "cases": outcome.cases,
        "numbers": outcome.numbers,
        "worst": worst
        and {"case": outcome.worst_case, "quantity": worst.quantity, "share": worst.share},
        "misses": [f"{case}: {check.quantity}" for case, check in outcome.misses],
        "left_out": outcome.left_out,
    }


def _print(outcomes: list[verification.Outcome]) -> None:
    rows = [
        (
            outcome.reference,
            outcome.device,
            str(outcome.cases),
            str(outcome.numbers),
            f"{outcome.worst.share:.2g}" if outcome.worst else "-",
            f"{outcome.worst_case}: {outcome.worst.quantity}" if outcome.worst else "-",
            "pass" if outcome.passed else "FAIL",
        )
        for outcome in outcomes
    ]
    head = ("reference", "device", "cases", "numbers", "error/tolerance", "worst", "")
    table("Engine against reference numbers", head, rows)
    for outcome in outcomes:
        for case, check in outcome.misses[:10]:
            print(
                f"miss: {outcome.reference} {case} {check.quantity} on {outcome.device}: "
                f"{check.got!r}, expected {check.want!r}"
            )
    left_out = {
        f"{outcome.reference} {case}": why
        for outcome in outcomes
        for case, why in outcome.left_out.items()
    }
    for case, why in left_out.items():
        print(f"left out: {case}: {why}")
