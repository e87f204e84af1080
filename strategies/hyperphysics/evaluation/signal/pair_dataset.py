"""What the evaluation works on: bars of each pair, the engine's columns and their outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

import hyperphysics as hp
from hyperphysics._engine import Value
from hyperphysics.engine import Engine
from hyperphysics.evaluation.dataset import fingerprint, frame
from hyperphysics.evaluation.signal.folds import Floats, outcomes
from hyperphysics.evaluation.signal.model_specs import Row
from hyperphysics.evaluation.signal.models import log_odds
from hyperphysics.market_data.candles import Candles

Params = Mapping[str, Value]


@dataclass(frozen=True)
class PairDataset:
    """The bars of a pair on which everything has a value, oldest first; one element per bar.

    Before them stand bars of which only the state is known.

    Attributes:
        pair: Name.
        begin: First bar of which everything is known.
        date: Open times, ms.
        states: Channels in a common unit, bars × 3.
        ups: Outcome over the evaluation's horizon: 1 rise, 0 fall, NaN neither or not known yet.
        odds: Log odds that hp_pbit stands for, by the key of a kernel's row.
        filters: Columns of the filters, by name.
        fingerprint: What the numbers were computed from.
    """

    pair: str
    begin: int
    date: NDArray[np.int64]
    states: Floats
    ups: Floats
    odds: dict[str, Floats]
    filters: dict[str, Floats]
    fingerprint: dict[str, str | int]


def pair_datasets(
    engine: Engine,
    candles: Mapping[str, Candles],
    timeframe: str,
    table: Sequence[Row],
    params: Params,
    horizon: int,
    note: Callable[[str], None],
) -> list[PairDataset]:
    """Runs the engine once for every row of the table that asks for it.

    Args:
        engine: Computes the columns.
        candles: Candles by pair; those without volume are no bars and left out afterwards.
        timeframe: Their length.
        table: Rows of the table.
        params: Parameters that all rows share.
        horizon: Bars that an outcome looks ahead.
        note: Told what is being computed.
    """
    frames = {pair: frame(item) for pair, item in candles.items()}
    note("states")
    states = {
        pair: _states(engine, pair, frame, timeframe, params) for pair, frame in frames.items()
    }
    odds: dict[str, dict[str, Floats]] = {pair: {} for pair in frames}
    filters: dict[str, dict[str, Floats]] = {pair: {} for pair in frames}
    for row in table:
        if row.kind not in {"kernel", "filter"}:
            continue
        note(row.label)
        column = "hp_pbit" if row.kind == "kernel" else row.column
        settings = {**params, **row.params}
        found = _column(engine, frames, timeframe, column, settings)
        for pair, values in found.items():
            if row.kind == "kernel":
                odds[pair][row.key] = log_odds(values)
            else:
                filters[pair][row.column] = values
    return [
        _dataset(pair, item, states[pair], odds[pair], filters[pair], horizon)
        for pair, item in candles.items()
    ]


def _states(
    engine: Engine, pair: str, frame: pl.DataFrame, timeframe: str, params: Params
) -> pl.DataFrame:
    """State `r`, `nx`, `ny`, `nz` of every candle, null where its window is not full."""
    bars = max(1, frame.height)
    known = engine.window(frame, timeframe=timeframe, bars=bars, pair=pair, **params)
    rows = frame.select("date").join(known, on="date", how="left", maintain_order="left")
    return rows.select("r", "nx", "ny", "nz")


def _dataset(
    pair: str,
    candles: Candles,
    states: pl.DataFrame,
    odds: dict[str, Floats],
    filters: dict[str, Floats],
    horizon: int,
) -> PairDataset:
    polar = states.to_numpy()
    bars = candles.volume > 0
    # Outcomes count bars, so they come before anything else is left out.
    ups = np.full(len(candles), np.nan)
    ups[bars] = outcomes(candles.close[bars], horizon)
    bars = bars & np.isfinite(polar).all(axis=1)
    whole = bars
    for values in (*odds.values(), *filters.values()):
        whole = whole & np.isfinite(values)
    early = np.cumsum(whole) == 0
    bars = whole | (bars & early)
    return PairDataset(
        pair=pair,
        begin=int((bars & early).sum()),
        date=candles.time[bars],
        states=polar[bars, :1] * polar[bars, 1:],
        ups=ups[bars],
        odds={key: values[bars] for key, values in odds.items()},
        filters={key: values[bars] for key, values in filters.items()},
        fingerprint=fingerprint(candles),
    )


def _column(
    engine: Engine,
    frames: dict[str, pl.DataFrame],
    timeframe: str,
    name: str,
    params: Mapping[str, Any],
) -> dict[str, Floats]:
    family = next(column.family for column in hp.columns() if column.name == name)
    results = engine.analyze(frames, timeframe=timeframe, families=[family], **params)
    return {
        pair: result[name].to_numpy().astype(np.float64, copy=False)
        for pair, result in results.items()
    }
