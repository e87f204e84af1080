"""The warning that a software rasteriser computes where a graphics card was asked for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hyperphysics import _engine

FACTOR = 19
"""Processor time of all columns there, in times of the CPU's own code.

From `benches/software_rasteriser.json`."""

logger = logging.getLogger(__name__)
_said: set[str] = set()


def warn(engine: _engine.Engine) -> None:
    """Say once a process that an engine computed on a software rasteriser, and what to do."""
    if "vulkan" not in engine.plans:
        # the device may not be open, and this must not open it
        return
    device = engine.device
    if device.kind == "software rasteriser" and device.name not in _said:
        _said.add(device.name)
        logger.warning(
            "%s is a software rasteriser, no graphics card: columns take about %d times the"
            ' processor time that they take on the CPU; set the device to "cpu" (or "auto")',
            device.name,
            FACTOR,
        )
