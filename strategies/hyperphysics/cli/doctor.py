"""Show adapters and versions, test the engine, say what is missing.

The engine is compared with reference numbers on every adapter.

Exit code 1 if something is broken: the engine cannot compute, or its numbers are off. A missing
graphics card is not: the CPU computes the same columns.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import platform
from dataclasses import asdict, dataclass, field

from hyperphysics import verification
from hyperphysics._engine import Device, Engine, EngineError, HyperPhysicsError, devices, simd
from hyperphysics.cli.shared.screen import table

PACKAGES = ("hyperphysics", "freqtrade", "polars", "pandas", "numpy", "ccxt", "optuna")
FREQTRADE = "2026.9"
"""The release that the strategy is tested with."""


@dataclass(slots=True)
class Report:
    """What the doctor found."""

    python: str
    platform: str
    simd: str
    packages: dict[str, str | None]
    devices: list[dict[str, object]]
    tests: list[dict[str, object]] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")


def run(args: argparse.Namespace) -> int:
    """Examine, print; returns 1 if something is broken."""
    report = examine()
    if args.json:
        print(json.dumps(asdict(report), indent=2))
    else:
        _print(report)
    return 1 if report.broken else 0


def examine() -> Report:
    """Looks at the installation and tests the engine on the CPU and on every Vulkan adapter."""
    found = devices()
    report = Report(
        python=platform.python_version(),
        platform=platform.platform(),
        simd=simd(),
        packages={name: _version(name) for name in PACKAGES},
        devices=[_record(device) for device in found],
    )
    for device in found:
        if device.kind != "null device":
            _test(report, device)
    _advise(report, found)
    return report


def _record(device: Device) -> dict[str, object]:
    return {name: getattr(device, name) for name in ("name", "kind", "driver", "chosen", "why")}


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _test(report: Report, device: Device) -> None:
    choice = "cpu" if device.kind == "CPU" else f"vulkan:{device.name}"
    try:
        engine = Engine(choice)
        if engine.device.kind != device.kind:
            report.broken.append(f"{device.name}: {engine.device.why}")
            return
        outcomes = [
            verification.verify(engine, reference, document)
            for reference, document in verification.documents(verification.packaged())
        ]
    except (EngineError, HyperPhysicsError) as error:
        report.broken.append(f"{device.name}: {error}")
        return
    for outcome in outcomes:
        worst = outcome.worst.share if outcome.worst else None
        report.tests.append(
            {
                "device": device.name,
                "reference": outcome.reference,
                "numbers": outcome.numbers,
                "error_over_tolerance": worst,
                "passed": outcome.passed,
            }
        )
        if not outcome.passed:
            report.broken.append(f"{device.name}: {outcome.reference} misses its tolerance")


def _advise(report: Report, found: list[Device]) -> None:
    kinds = {device.kind for device in found}
    if not kinds & {"discrete GPU", "integrated GPU", "virtual GPU"}:
        report.advice.append(
            "no graphics card with a Vulkan driver: all runs on the CPU. For an AMD or Intel "
            "card install Debian's mesa-vulkan-drivers and libvulkan1, and put the user into the "
            "groups video and render."
        )
    version = report.packages["freqtrade"]
    if version is None:
        report.advice.append(
            "freqtrade is not installed: pip install '.[freqtrade]' in the repository for the "
            "strategy; the library works without it."
        )
    elif version != FREQTRADE:
        report.advice.append(f"freqtrade {version} is untested; {FREQTRADE} is the release tested.")


def _share(share: object) -> str:
    """How much of its tolerance the worst number took; a dash where nothing was compared."""
    return f"{share:.2g}" if isinstance(share, float) else "-"


def _print(report: Report) -> None:
    print(f"Python {report.python} on {report.platform}; CPU twins use {report.simd}")
    versions = [(name, version or "not installed") for name, version in report.packages.items()]
    table("Versions", ("package", "version"), versions)
    rows = [
        (
            "→" if device["chosen"] else "",
            *(str(device[name]) for name in ("name", "kind", "driver", "why")),
        )
        for device in report.devices
    ]
    table("Devices (→ is what `auto` uses)", ("", "name", "kind", "driver", "why"), rows)
    tests = [
        (
            str(test["device"]),
            str(test["reference"]),
            str(test["numbers"]),
            _share(test["error_over_tolerance"]),
            "pass" if test["passed"] else "FAIL",
        )
        for test in report.tests
    ]
    table("Self-test", ("device", "reference", "numbers", "error/tolerance", ""), tests)
    for line in report.advice:
        print(f"note: {line}")
    for line in report.broken:
        print(f"broken: {line}")
    print("broken" if report.broken else "healthy")
