"""Makes the reference numbers of portfolios that the package carries.

Without the engine: covariances by pandas, shrinkage by scikit-learn, tails of normal shocks in
closed form, tails of the history by sorting, products by numpy in double precision. Run it to write
the file again:

    python tests/oracles/make_portfolio_numbers.py strategies/hyperphysics/verification/numbers
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.covariance import OAS

Floats = NDArray[np.float64]
Case = dict[str, Any]

ASSETS, ROWS, BASE = 4, 160, 50
LEVELS = (0.05, 0.025, 0.01)


def returns(seed: int) -> Floats:
    """Correlated returns with heavy tails, short enough to be carried."""
    rng = np.random.default_rng(seed)
    common = rng.standard_t(5, (ROWS, 1))
    own = rng.standard_t(5, (ROWS, ASSETS))
    return np.asarray(0.01 * (0.8 * common + 0.6 * own) * (1 + np.arange(ASSETS)), float).round(6)


def shrunk() -> Case:
    """Equal weights, the intensity by the oracle approximating shrinkage estimator."""
    values = returns(1)
    scale = np.sqrt((values**2).mean(axis=0))
    fitted = OAS(assume_centered=True).fit(values / scale)
    return {
        "id": "shrunk_covariance",
        # So long that every row weighs the same.
        "inputs": {"returns": values.tolist(), "half_life": 1e12},
        "outputs": {
            "shrinkage": fitted.shrinkage_,
            "covariance": (fitted.covariance_ * np.outer(scale, scale)).tolist(),
        },
    }


def weighted() -> Case:
    """Exponential weights, no shrinkage; normal tails of the covariance and the assets' parts."""
    values, half_life, weights = returns(2), 36.0, np.array([900.0, -400.0, 250.0, 120.0])
    frame = pd.DataFrame(values)
    covariance = np.array(
        [
            [(frame[i] * frame[j]).ewm(halflife=half_life).mean().iloc[-1] for j in frame]
            for i in frame
        ]
    )
    sigma = float(np.sqrt(weights @ covariance @ weights))
    parts = weights * (covariance @ weights) / sigma
    tails = {}
    for level in LEVELS:
        quantile = -NormalDist().inv_cdf(level)
        mean = NormalDist().pdf(quantile) / level
        tails[str(level)] = {
            "VaR": quantile * sigma,
            "ES": mean * sigma,
            "ES_component": (mean * parts).tolist(),
        }
    return {
        "id": "normal_tails",
        "inputs": {"returns": values.tolist(), "half_life": half_life, "weights": weights.tolist()},
        "outputs": {"covariance": covariance.tolist(), "tails": tails},
    }


def historical() -> Case:
    """Filtered history of a bar: every row of residuals once, each asset at its own volatility."""
    values, half_life, weights = returns(3), 24.0, np.array([500.0, 300.0, -200.0, 100.0])
    decay = 0.5 ** (1 / half_life)
    square = pd.DataFrame(values[BASE:] ** 2)
    start = pd.DataFrame((values[:BASE] ** 2).mean(axis=0)[None])
    variance = pd.concat([start, square]).ewm(alpha=1 - decay, adjust=False).mean().to_numpy()
    residuals = values[BASE:] / np.sqrt(variance[:-1])
    rows = (residuals - residuals.mean(axis=0)) * np.sqrt(variance[-1])
    losses = np.sort(-(rows @ weights))[::-1]
    tails = {}
    for level in LEVELS:
        mass = len(losses) * level
        rank = int(np.ceil(round(mass, 9)))
        whole = losses[: rank - 1].sum() + (mass - (rank - 1)) * losses[rank - 1]
        tails[str(level)] = {"VaR": losses[rank - 1], "ES": whole / mass}
    shock = {"-0.3 of the first": float(0.3 * weights[0])}
    return {
        "id": "filtered_history",
        "inputs": {"returns": values.tolist(), "half_life": half_life, "weights": weights.tolist()},
        "outputs": {"tails": tails, "stress": shock},
    }


def product() -> Case:
    """A product that fills no tile."""
    rng = np.random.default_rng(4)
    left, right = rng.normal(size=(7, 19)).round(3), rng.normal(size=(19, 11)).round(3)
    return {
        "id": "matrix_product",
        "inputs": {"left": left.tolist(), "right": right.tolist()},
        "outputs": {"product": (left @ right).tolist()},
    }


def main() -> None:
    """Writes `portfolio.json` into the folder that is named."""
    cases = [shrunk(), weighted(), historical(), product()]
    text = json.dumps({"cases": cases}, separators=(",", ":"))
    (Path(sys.argv[1]) / "portfolio.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
