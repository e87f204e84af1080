"""Makes the reference numbers of the range model of risk that the package carries.

Without the engine, from the definition in plain loops (`range_model.py`), on a short series with
short windows. Run it to write the file again:

    cd tests
    python -m oracles.make_risk_range_numbers ../strategies/hyperphysics/verification/numbers
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from oracles.range_model import LEVELS, RangeModel, Windows

SEASONS, MEMORY, RESIDUALS = 170, 60, 100
ROWS = SEASONS + MEMORY + RESIDUALS + 6


def candles() -> pd.DataFrame:
    """Hourly candles with a cycle of the day, calm weekends and fat tails, in six digits."""
    rng = np.random.default_rng(23)
    date = pd.date_range("2024-03-01", periods=ROWS, freq="1h", tz="UTC").as_unit("ms")
    cycle = np.exp(0.4 * np.sin(date.hour * np.pi / 12) - 0.5 * (date.day_of_week >= 5))
    sigma = 0.005 * np.asarray(cycle)
    close = 100.0 * np.exp(np.cumsum(sigma * rng.standard_t(3, ROWS)))
    opening = np.concatenate([[100.0], close[:-1]])
    wick = np.exp(sigma * rng.exponential(0.7, (2, ROWS)))
    high, low = np.maximum(opening, close) * wick[0], np.minimum(opening, close) / wick[1]
    prices = {"open": opening, "high": high, "low": low, "close": close}
    return pd.DataFrame({"date": date, "volume": 1.0} | {k: v.round(6) for k, v in prices.items()})


def case(frame: pd.DataFrame, row: int, horizon: int) -> dict[str, Any]:
    """Volatility, both tails, season and trend at a row."""
    columns = RangeModel(frame, 1.0, Windows(SEASONS, MEMORY, RESIDUALS, horizon)).row(row)
    outputs: dict[str, Any] = {
        "sigma": columns["hp_vol"],
        "season": columns["hp_season"],
        "range_trend": columns["hp_range_trend"],
    }
    for side in ("", "_short"):
        for measure in ("var", "es"):
            names = [f"hp_{measure}_{level}_h{side}" for level in LEVELS]
            outputs[measure + side] = [columns[name] for name in names]
            outputs[f"{measure}_95_order{side}"] = columns[f"hp_{measure}_95{side}"]
    return {
        "id": f"row{row}_h{horizon}",
        "inputs": {"row": row, "horizon": horizon},
        "outputs": outputs,
    }


def main() -> None:
    """Writes the file into the folder that is named."""
    frame = candles()
    document = {
        "source": "tests/oracles/make_risk_range_numbers.py (plain loops)",
        "timeframe_ms": 3_600_000,
        "spec": {"R": RESIDUALS, "W": SEASONS, "L": MEMORY},
        "candles": {
            name: [int(t.timestamp() * 1000) for t in frame[name]]
            if name == "date"
            else frame[name].tolist()
            for name in ("date", "open", "high", "low", "close")
        },
        "cases": [case(frame, row, h) for row in (ROWS - 6, ROWS - 1) for h in (1, 12, 36)],
    }
    path = Path(sys.argv[1], "risk_range.json")
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
