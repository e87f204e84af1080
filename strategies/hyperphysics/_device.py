"""What an argument `device` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperphysics.engine import Engine, shared

if TYPE_CHECKING:
    from hyperphysics import _engine


def engine_handle(device: str | Engine) -> _engine.Engine:
    """The compiled engine of a device's name, one per process, or of an engine."""
    return (device if isinstance(device, Engine) else shared({"device": device}))._inner
