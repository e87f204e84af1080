"""Makes the reference numbers of the effective spread and price impact that the package carries.

Without the engine: EDGE as its authors define it (Ardia, Guidotti and Kroencke 2024, equations 19
to 28), Amihud's impact as a mean. Needs numpy. Run it to write the file again:

    python tests/oracles/make_spread_numbers.py strategies/hyperphysics/verification/numbers
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BARS = 60
WINDOW = 20
TRADES = 12
"""Trades of a bar."""


def edge(candles: Floats) -> float:
    """Signed spread as a fraction of the price, of rows of open, high, low, close and volume."""
    bars = np.log(candles[1:, :4])
    (o, h, low, _), (_, h1, l1, c1) = bars.T, np.log(candles[:-1, :4]).T
    m, m1 = (h + low) / 2, (h1 + l1) / 2
    moved = ((h != low) | (low != c1)).astype(float)
    tau = moved.mean()
    p_open = (moved * (o != h)).mean() + (moved * (o != low)).mean()
    p_close = (moved * (c1 != h1)).mean() + (moved * (c1 != l1)).mean()
    if moved.sum() < 2 or p_open == 0 or p_close == 0:
        return float("nan")

    def centred(returns: Floats) -> Floats:
        found: Floats = returns - moved * returns.mean() / tau
        return found

    by_open, by_close, over_night = centred(m - o), centred(m - c1), centred(o - c1)
    x1 = -4 / p_open * by_open * (o - m1) - 4 / p_close * by_close * (c1 - m1)
    x2 = -4 / p_open * by_open * (o - c1) - 4 / p_close * over_night * (c1 - m1)
    v1, v2 = x1.var(), x2.var()
    square = (v2 * x1.mean() + v1 * x2.mean()) / (v1 + v2)
    return float(np.sign(square) * np.sqrt(abs(square)))


def amihud(candles: Floats) -> float:
    """Mean of absolute returns over turnover in quote currency."""
    close, volume = candles[:, 3], candles[:, 4]
    return float((np.abs(np.diff(np.log(close))) / (close[1:] * volume[1:])).mean())


def market(spread: float, seed: int) -> Floats:
    """Bars of trades at the bid or the ask of a random walk; every tenth is of one trade."""
    rng, middle, rows = np.random.default_rng(seed), 100.0, []
    for bar in range(BARS):
        count = 1 if bar % 10 == 9 else TRADES
        middles = middle * np.exp(np.cumsum(rng.normal(0, 0.002, count)))
        prices = np.round(middles * (1 + spread / 2 * rng.choice([-1.0, 1.0], count)), 6)
        middle = float(middles[-1])
        rows.append([prices[0], prices.max(), prices.min(), prices[-1], 0.5 + count])
    return np.array(rows)


def case(name: str, spread: float, seed: int) -> dict[str, Any]:
    """Candles, and the estimates of all and of the last `WINDOW` at each."""
    candles = market(spread, seed)
    rolling = [edge(candles[at - WINDOW : at]) for at in range(WINDOW, BARS + 1)]
    return {
        "id": name,
        "inputs": {"true_spread": spread, "window": WINDOW, "ohlcv": candles.tolist()},
        "outputs": {
            "all": {"EDGE": edge(candles)},
            f"rolling{WINDOW}": {"EDGE": [None] * (WINDOW - 1) + rolling},
            "amihud_mean_abs_logret_over_quote_volume": amihud(candles),
        },
    }


def main(folder: Path) -> None:
    """Writes the file into `folder`."""
    document = {
        "name": "spread_ohlc",
        "source": "tests/oracles/make_spread_numbers.py (numpy)",
        "cases": [case("narrow", 0.0005, 1), case("wide", 0.01, 2)],
    }
    (folder / "spread_ohlc.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
