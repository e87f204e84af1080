"""Integrated information of Gaussian series, in f64 on the CPU whatever the engine's device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hyperphysics import _engine
from hyperphysics.verification import Check

ON_HOST = True

F64 = 1e-9
"""Absolute, the file's own tolerance for closed forms in double precision."""

STAR = 1e-7
"""Absolute, the file's own tolerance for Φ_*."""

GEOMETRIC = 1e-6
"""Absolute, the file's own tolerance for Φ_G where its solvers agree."""

INFORMATION = ("I_11", "I_12", "I_21", "I_22")


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Every measure at every bipartition, and the bipartition with the least Φ_R."""
    del engine, document
    inputs, outputs = case["inputs"], case["outputs"]
    blocks = [inputs[name] for name in ("cov_past", "cov_past_present", "cov_present")]
    found = _engine.bipartitions(*blocks)
    for got, want in zip(found, outputs["bipartitions"], strict=True):
        yield from _bipartition(got, want)
        yield from _searched(blocks, want)
    mask, phi_r, _, tdmi = _engine.minimum_information_bipartition(*blocks)
    least = outputs["phi_at_mib_unnormalised"]["phi_r"]
    yield Check("tdmi", tdmi, outputs["tdmi"], F64)
    yield Check("phi_r", phi_r, least, F64)
    # Which of equal bipartitions is the least is decided by rounding: its value counts.
    yield Check("phi_r at the mask", found[mask - 1].phi_r, least, F64)


def _bipartition(got: _engine.Bipartition, want: dict[str, Any]) -> Iterator[Check]:
    mask = want["mask"]
    yield Check("mask", got.mask, mask)
    entries = [entry for row in got.information for entry in row]
    for name, entry in zip(INFORMATION, entries, strict=True):
        yield Check(f"{name} at {mask}", entry, want[name], F64)
    for name in ("phi_wms", "phi_r", "phi_si"):
        yield Check(f"{name} at {mask}", getattr(got, name), want[name], F64)


def _searched(blocks: list[list[list[float]]], want: dict[str, Any]) -> Iterator[Check]:
    """Φ_* and Φ_G, where the file has them."""
    (past, across, present), mask = blocks, want["mask"]
    if "phi_star" in want:
        star = _engine.phi_star(past, across, present, mask)
        yield Check(f"phi_star at {mask}", star, want["phi_star"], STAR)
    if "phi_g" not in want:
        return
    geometric = _engine.phi_g(past, across, present, mask)
    if want["phi_g_unambiguous"]:
        yield Check(f"phi_g at {mask}", geometric, want["phi_g"], GEOMETRIC)
    else:
        # The solvers of the file stopped at different minima: no higher than the higher of theirs.
        highest = max(want["phi_g_toolbox_AL"], want["phi_g_toolbox_LI"])
        yield Check(
            f"phi_g above the solvers at {mask}", max(geometric - highest, 0.0), 0.0, GEOMETRIC
        )
