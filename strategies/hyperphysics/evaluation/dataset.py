"""Candles as the engine takes them, and a fingerprint of what an evaluation was made from."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from hyperphysics.market_data.candles import Candles


def frame(candles: Candles) -> pl.DataFrame:
    """Candles as the engine takes them."""
    date = pl.Series("date", candles.time).cast(pl.Datetime("ms", "UTC"))
    prices = ("open", "high", "low", "close", "volume")
    return pl.DataFrame([date, *(pl.Series(name, getattr(candles, name)) for name in prices)])


def fingerprint(candles: Candles) -> dict[str, str | int]:
    """Number, first and last open time (ms) and SHA-256 of candles.

    The hash runs over the columns time (int64), open, high, low, close, volume (float64), each as
    little-endian bytes.
    """
    digest = hashlib.sha256()
    for column in (
        *(candles.time.astype("<i8"), candles.open, candles.high),
        *(candles.low, candles.close, candles.volume),
    ):
        digest.update(np.ascontiguousarray(column).astype(column.dtype.newbyteorder("<")).tobytes())
    return {
        "candles": len(candles),
        "first": int(candles.time[0]),
        "last": int(candles.time[-1]),
        "sha256": digest.hexdigest(),
    }
