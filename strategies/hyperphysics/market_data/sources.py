"""Recorded or simulated: the market behind the exchange's command line."""

from __future__ import annotations

from pathlib import Path

from hyperphysics.market_data.market import Market, Mode
from hyperphysics.market_data.recorded import Recorded
from hyperphysics.market_data.simulated import Simulated


def open_market(
    data: Path | None, mode: Mode | None, seed: int, *, structure: bool = True
) -> Market:
    """The recording in the folder `data`, or without it the simulated market of `seed`.

    Without `structure` the simulated market is a random walk.

    Raises:
        ValueError: the folder holds no such candles, or the seed is negative.
    """
    if data is None:
        return Simulated(seed, mode or "spot", structure=structure)
    return Recorded(data, mode, seed)
