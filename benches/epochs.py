"""CPU time of the columns in an epoch of `freqtrade hyperopt --analyze-per-epoch --spaces lattice`.

Two pairs of 8760 hourly candles of a random walk, one thread, parameters drawn from the strategy's
ranges; once with every family computed anew and once with those only of which something changed.

    python benches/epochs.py [EPOCHS]
"""

from __future__ import annotations

import sys
from time import process_time

import numpy as np
import pandas as pd

from hyperphysics._engine import Value
from hyperphysics.strategy.columns import analysis
from hyperphysics.strategy.columns.column_cache import ColumnCache
from hyperphysics.strategy.rules.filters import searched_families
from hyperphysics.strategy.rules.settings import Settings

BARS = 8760


def candles(seed: int) -> pd.DataFrame:
    """A random walk as freqtrade passes candles."""
    rng = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.005, BARS)))
    start = np.concatenate([[100.0], close[:-1]])
    return pd.DataFrame(
        {
            "date": pd.date_range("2023-01-01", periods=BARS, freq="1h", tz="UTC").as_unit("ms"),
            "open": start,
            "high": np.maximum(start, close) * 1.001,
            "low": np.minimum(start, close) * 0.999,
            "close": close,
            "volume": rng.lognormal(3.0, 1.0, BARS),
        }
    )


def parameters(rng: np.random.Generator) -> dict[str, Value]:
    """Parameters of one epoch, in the ranges of the space `lattice`."""
    return {
        "half_life": float(rng.integers(4, 18)),
        "lattice_horizon": int(rng.integers(3, 37)),
        "past_window": int(rng.integers(480, 1921)),
        "length_scale": round(rng.uniform(0.5, 2.0), 1),
        "temperature": round(rng.uniform(0.5, 3.0), 2),
    }


def seconds(epochs: int, *, use_cache: bool) -> float:
    """CPU seconds of an epoch, on average over `epochs`."""
    frames = {f"P{seed}/USDT": candles(seed) for seed in range(2)}
    settings = Settings.read({"device": "cpu"})
    analysis._column_cache = ColumnCache()
    rng = np.random.default_rng(0)
    start = process_time()
    for _ in range(epochs):
        analysis.analyze(
            {pair: frame.copy() for pair, frame in frames.items()},
            timeframe="1h",
            settings=settings,
            families=searched_families(),
            parameters=parameters(rng),
            threads=1,
            last=None,
            use_cache=use_cache,
        )
    return (process_time() - start) / epochs


def main() -> None:
    """Measure and print."""
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print(f"every family:         {seconds(epochs, use_cache=False):.3f} s CPU an epoch")
    print(f"what changed only:    {seconds(epochs, use_cache=True):.3f} s CPU an epoch")
    kept = analysis._column_cache.size / 2**20
    print(f"kept after {epochs} epochs: {kept:.1f} MiB")


if __name__ == "__main__":
    main()
