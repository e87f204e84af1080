"""Philox words and Box-Muller normals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hyperphysics import _engine
from hyperphysics.verification import Check, each

F64 = 1e-14
"""Of max(1, |z|), the file's own tolerance."""

F32 = 4e-6
"""Absolute, for |z| < 5.9: an ulp of the radius and of the angle in single precision."""


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Words bit for bit, on the CPU and on the device; normals in both precisions."""
    del document
    inputs, outputs = case["inputs"], case["outputs"]
    want = outputs["normal_box_muller"]
    words = inputs.get("words")
    if words is None:
        counter, key = inputs["counter"], inputs["key"]
        words = _engine.philox(counter, key)
        yield from each("words", words, outputs["words"])
        device_words, normals = _engine.normal_block(engine, counter, key)
        yield from each("words (device)", device_words, outputs["words"])
        yield from each("normals (device, f32)", normals, want, absolute=F32)
    for at, (got, expected) in enumerate(zip(_engine.box_muller(words), want, strict=True)):
        yield Check(f"normals[{at}]", got, expected, F64 * max(1.0, abs(expected)))
