"""Integrated information of Gaussian series, in f64 on the CPU whatever the engine's device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hyperphysics import _engine

from . import Check

F64 = 1e-9
"""Absolute, the file's own tolerance for closed forms in double precision."""

INFORMATION = ("I_11", "I_12", "I_21", "I_22")


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Closed forms at every bipartition, and the one with the least Φ_R.

    Φ_G and Φ_* of the file are not among what the engine computes.
    """
    del engine, document
    inputs, outputs = case["inputs"], case["outputs"]
    blocks = [inputs[name] for name in ("cov_past", "cov_past_present", "cov_present")]
    found = _engine.bipartitions(*blocks)
    for got, want in zip(found, outputs["bipartitions"], strict=True):
        yield from _bipartition(got, want)
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
