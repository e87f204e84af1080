"""Random candles, and parameters that need few of them."""

from typing import Any

import numpy as np
import pandas as pd

# Short windows, so that small frames are enough.
SHORT: dict[str, Any] = {
    "half_life": 2.0,
    "risk_method": "range",
    "residuals": 100,
    "season_window": 48,
    "range_memory": 40,
    "risk_horizon": 3,
    "paths": 200,
    "past_window": 64,
    "trend_window": 24,
    "lattice_horizon": 3,
    "coupled_unlabelled_bars": 12,
    "phi_window": 64,
    "phi_permutations": 2,
    "ci_temperature": 1.5,
    "ci_sweeps": 128,
}


def walk(rows: int, seed: int = 0) -> pd.DataFrame:
    """Hourly candles of a random walk with regimes, typed as freqtrade passes them."""
    rng = np.random.default_rng(seed)
    calm = 0.004 * np.exp(np.cumsum(rng.normal(0, 0.02, rows)).clip(-1, 1))
    drift = 0.003 * np.sin(np.arange(rows) / 60.0)
    close = 100.0 * np.exp(np.cumsum(drift + calm * rng.standard_t(4, rows)))
    opening = np.concatenate([[100.0], close[:-1]])
    wick = calm * rng.exponential(0.5, (2, rows))
    return pd.DataFrame(
        {
            "date": pd.date_range("2023-01-01", periods=rows, freq="1h", tz="UTC").as_unit("ms"),
            "open": opening,
            "high": np.maximum(opening, close) * np.exp(wick[0]),
            "low": np.minimum(opening, close) * np.exp(-wick[1]),
            "close": close,
            "volume": rng.lognormal(3.0, 1.0, rows),
        }
    )
