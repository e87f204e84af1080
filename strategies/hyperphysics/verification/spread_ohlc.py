"""Effective spread and price impact from candles, in f64 on the CPU whatever the engine's device.

Of the file's estimators the engine computes EDGE (Ardia, Guidotti and Kroencke 2024) and Amihud's
price impact, not those of Corwin and Schultz and of Abdi and Ranaldo. The file gives EDGE the sign
of the estimated square; `hp_spread` is 0 where that is negative, and so compared with
max(EDGE, 0).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from hyperphysics import _engine
from hyperphysics.verification import Check, each

ON_HOST = True

F64 = 1e-10
"""Absolute, the file's own tolerance."""

IMPACT = 1e-9
"""Relative, for the mean of absolute returns over turnover."""

PRICES = ("open", "high", "low", "close", "volume")


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterator[Check]:
    """EDGE of the whole sample and of its last bars at each bar; price impact of the sample."""
    del document
    inputs, outputs = case["inputs"], case["outputs"]
    candles = _candles(inputs["ohlcv"])
    whole = _liquidity(engine, candles, len(candles)).row(-1, named=True)
    yield Check("EDGE", whole["hp_spread"], max(outputs["all"]["EDGE"], 0.0), F64)
    impact = outputs["amihud_mean_abs_logret_over_quote_volume"]
    yield Check("Amihud", whole["hp_amihud"], impact, relative=IMPACT)
    window = inputs["window"]
    rolling = _liquidity(engine, candles, window)["hp_spread"].fill_null(math.nan)
    wanted = (
        math.nan if value is None else max(value, 0.0)
        for value in outputs[f"rolling{window}"]["EDGE"]
    )
    yield from each(f"EDGE of {window}", rolling, wanted, absolute=F64)


def _candles(rows: list[list[float]]) -> pl.DataFrame:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    dates = [start + timedelta(hours=at) for at in range(len(rows))]
    prices = pl.DataFrame(rows, schema=dict.fromkeys(PRICES, pl.Float64), orient="row")
    return prices.select(pl.Series("date", dates), *PRICES)


def _liquidity(engine: _engine.Engine, candles: pl.DataFrame, bars: int) -> pl.DataFrame:
    (found,) = engine.columns(
        [("candles", candles)],
        timeframe="1h",
        families=["liquidity"],
        params={"spread_bars": bars},
    )
    return found
