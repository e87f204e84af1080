"""The picture of a candle file, as `hyperphysics picture` and the demo draw it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from hyperphysics._engine import EngineError, Value
from hyperphysics.cli.shared import picture_figure
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.engine import Engine
from hyperphysics.market_data.files import read_frame


def draw(
    candles: Path,
    out: Path,
    *,
    pair: str,
    timeframe: str,
    end: datetime | None = None,
    device: str = "auto",
    bars: int = picture_figure.BARS,
    shown: int = picture_figure.CANDLES,
    parameters: Mapping[str, Value] | None = None,
) -> Path:
    """Draw the candles of a candle file into `out`; returns its path.

    Raises:
        CommandError: There is no such file, it holds no candles, or the engine refuses them.
    """
    if not candles.is_file():
        raise CommandError(f"{candles} is not there; freqtrade download-data makes it")
    try:
        frame = read_frame(candles).to_pandas()
        if end is not None:
            frame = frame[frame["date"] < end]
        figure = picture_figure.picture(
            Engine(device),
            frame,
            timeframe=timeframe,
            pair=pair,
            bars=bars,
            shown=shown,
            **(parameters or {}),
        )
        picture_figure.write(figure, out)
    except (OSError, ValueError, EngineError) as error:
        raise CommandError(str(error)) from error
    return out
