"""Philox words and Box-Muller normals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hyperphysics import _engine
from hyperphysics.verification import Check, NotImplementedCase, each

F32 = 4e-6
"""Absolute, for |z| < 5.9: an ulp of the radius and of the angle in single precision."""


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Words bit for bit, on the CPU and on the device; normals of the device."""
    del document
    inputs, outputs = case["inputs"], case["outputs"]
    if "words" in inputs:
        raise NotImplementedCase("normals of words that no block of Philox gave")
    counter, key = inputs["counter"], inputs["key"]
    yield from each("words", _engine.philox(counter, key), outputs["words"])
    device_words, normals = _engine.normal_block(engine, counter, key)
    yield from each("words (device)", device_words, outputs["words"])
    yield from each("normals (device, f32)", normals, outputs["normal_box_muller"], absolute=F32)
