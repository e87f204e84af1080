"""Makes the reference numbers of the complexity index that the package carries.

Without the engine, from definitions, sum by sum. Run it to write the file again:

    python tests/oracles/make_complexity_numbers.py strategies/hyperphysics/verification/numbers
"""

from __future__ import annotations

import json
import math
import random
import statistics
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

Case = dict[str, Any]


def time(draw: random.Random) -> Case:
    """Autocorrelation of a short series with memory, with Sokal's window."""
    series = [0.0]
    for _ in range(239):
        series.append(round(0.6 * series[-1] + draw.gauss(0, 1), 4))
    centre = math.fsum(series) / len(series)
    off = [x - centre for x in series]

    def product(lag: int) -> float:
        return math.fsum(a * b for a, b in zip(off, off[lag:], strict=False))

    rho = [product(lag) / product(0) for lag in range(len(series))]
    times = [2 * math.fsum(rho[: lag + 1]) - 1 for lag in range(len(series))]
    window = next(lag for lag, t in enumerate(times) if lag >= 5 * t)
    outputs = {
        "tau_half_plus_sum": times[window] / 2,
        "window": window,
        "acf_lag0_4": rho[:5],
    }
    inputs = {"series": series, "window_constant": 5}
    return {"id": "tau_ar1", "inputs": inputs, "outputs": outputs}


def takens(distances: list[float]) -> tuple[float, float, int]:
    """Dimension, median and pairs below it."""
    median = statistics.median(distances)
    logs = [math.log(d / median) for d in distances if d < median]
    return -len(logs) / math.fsum(logs), median, len(logs)


def dimension(draw: random.Random) -> Case:
    """Correlation dimension of a few points of the ball."""
    points = [[draw.uniform(-0.5, 0.5) for _ in range(3)] for _ in range(16)]

    def apart(a: list[float], b: list[float]) -> float:
        inside = (1 - math.hypot(*a) ** 2) * (1 - math.hypot(*b) ** 2)
        return math.acosh(1 + 2 * math.dist(a, b) ** 2 / inside)

    distances = [apart(a, b) for a, b in combinations(points, 2)]
    volumes = [(3 * (math.sinh(2 * d) - 2 * d) / 4) ** (1 / 3) for d in distances]
    found, by_volume = takens(distances), takens(volumes)
    radii = [0.5, 1.0, 1.5, 2.0]
    outputs = {
        "takens_D": found[0],
        "median_distance_r0": found[1],
        "pairs_below_r0": found[2],
        "takens_D_volume_corrected": by_volume[0],
        "volume_radius_median": by_volume[1],
        "gp_radii": radii,
        "gp_C": [sum(d < r for d in distances) / len(distances) for r in radii],
    }
    return {"id": "corrdim_n16", "inputs": {"positions_ball": points}, "outputs": outputs}


def slope() -> Case:
    """Growth of the volume of balls, where the sums cancel little."""
    radii = [0.75, 1.0, 2.0, 4.0]
    slopes = [4 * r * math.sinh(r) ** 2 / (math.sinh(2 * r) - 2 * r) for r in radii]
    inputs = {"r": radii}
    return {"id": "uniform_H3_local_slope", "inputs": inputs, "outputs": {"dlnV_dlnr": slopes}}


def composite() -> Case:
    """A product."""
    inputs = {"D": 0.9, "G": 0.4, "C": 0.6, "tau": 3.0, "alpha": 1.5, "beta": 0.2}
    value = 1.5 * 0.9 * 0.4 * 0.6 * (1 - math.exp(-0.6))
    return {"id": "composite", "inputs": inputs, "outputs": {"CI": value}}


def main(folder: Path) -> None:
    """Writes the file into `folder`."""
    draw = random.Random(21)  # noqa: S311 - a fixed sample, not a secret
    cases = [time(draw), dimension(draw), slope(), composite()]
    text = json.dumps({"name": "complexity_index", "cases": cases}, indent=1) + "\n"
    (folder / "complexity_index.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
