"""Makes the reference numbers of integrated information and shrinkage that the package carries.

Without the engine, from definitions, determinant by determinant. Run it to write the files again:

    python tests/oracles/make_phi_numbers.py strategies/hyperphysics/verification/numbers
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Case = dict[str, Any]
Matrix = NDArray[np.float64]


def entropy(joint: Matrix, chosen: list[int]) -> float:
    """Half the logarithm of the determinant of chosen rows and columns."""
    return float(np.linalg.slogdet(joint[np.ix_(chosen, chosen)])[1]) / 2


def information(joint: Matrix, past: list[int], present: list[int]) -> float:
    """Mutual information of channels of the past and channels of the present."""
    d = len(joint) // 2
    ahead = [d + k for k in present]
    return entropy(joint, past) + entropy(joint, ahead) - entropy(joint, past + ahead)


def integration(name: str, d: int, rng: np.random.Generator) -> Case:
    """Every bipartition of a random covariance of `d` channels, past before present."""
    samples = rng.standard_normal((6 * d, 2 * d)) @ rng.standard_normal((2 * d, 2 * d))
    joint = np.round(np.cov(samples.T), 6)
    every = list(range(d))
    tdmi = information(joint, every, every)
    bipartitions = []
    for mask in range(1, 2 ** (d - 1)):
        two = [k for k in every if k > 0 and mask >> (k - 1) & 1]
        one = [k for k in every if k not in two]
        own_1, across_12 = information(joint, one, one), information(joint, one, two)
        across_21, own_2 = information(joint, two, one), information(joint, two, two)
        conditional = [
            entropy(joint, part + [d + k for k in part]) - entropy(joint, part)
            for part in (one, two, every)
        ]
        wms = tdmi - own_1 - own_2
        bipartitions.append(
            {
                "mask": mask,
                "I_11": own_1,
                "I_12": across_12,
                "I_21": across_21,
                "I_22": own_2,
                "phi_wms": wms,
                "phi_r": wms + min(own_1, across_12, across_21, own_2),
                "phi_si": conditional[0] + conditional[1] - conditional[2],
            }
        )
    inputs = {
        "cov_past": joint[:d, :d].tolist(),
        "cov_past_present": joint[:d, d:].tolist(),
        "cov_present": joint[d:, d:].tolist(),
    }
    outputs = {
        "tdmi": tdmi,
        "bipartitions": bipartitions,
        "phi_at_mib_unnormalised": {"phi_r": min(b["phi_r"] for b in bipartitions)},
    }
    return {"id": name, "inputs": inputs, "outputs": outputs}


def shrinkage(name: str, n: int, p: int, rng: np.random.Generator) -> Case:
    """Both intensities for correlated columns, from the definitions."""
    x = np.round(rng.standard_normal((n, p)) + 0.6 * rng.standard_normal((n, 1)), 6)
    z = (x - x.mean(0)) / x.std(0, ddof=1)
    s = z.T @ z / n
    mu = np.trace(s) / p
    square = np.mean(s**2)
    oas = min(1.0, (square + mu**2) / ((n + 1) * (square - mu**2 / p)))
    beta = sum(np.sum((np.outer(row, row) - s) ** 2) for row in z) / n**2
    outputs = {
        "oas_shrinkage": float(oas),
        "ledoit_wolf_shrinkage": float(min(1.0, beta / np.sum((s - mu * np.eye(p)) ** 2))),
    }
    return {"id": name, "inputs": {"X_rows_are_samples": x.tolist()}, "outputs": outputs}


def main() -> None:
    """Write both files."""
    folder = Path(sys.argv[1])
    rng = np.random.default_rng(20)
    files = {
        "phi_gaussian": [integration(f"random{d}", d, rng) for d in (2, 4)],
        "shrinkage": [shrinkage("n40_p6", 40, 6, rng), shrinkage("n12_p6", 12, 6, rng)],
    }
    for name, cases in files.items():
        document = {
            "name": name,
            "source": "tests/oracles/make_phi_numbers.py (numpy)",
            "cases": cases,
        }
        (folder / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
