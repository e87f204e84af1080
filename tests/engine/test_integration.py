"""The integration family against its definition in numpy and scipy, and device against device."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

import hyperphysics as hp

Maker = Callable[..., pd.DataFrame]
F64 = NDArray[np.float64]
WINDOW = 64
COLUMNS = ["hp_phi", "hp_phi_excess", "hp_phi_wms", "hp_tdmi", "hp_phi_mib"]


def shrunk(window: F64) -> F64:
    """Correlation of past before present of `(channels, bars)`, shrunk by OAS."""
    scores = ndtri((rankdata(window, axis=1) - 0.5) / window.shape[1])
    joint = np.corrcoef(np.concatenate([scores[:, :-1], scores[:, 1:]]))
    n, p = window.shape[1] - 1, len(joint)
    square = (joint**2).mean()
    rho = min(1.0, (square + 1) / ((n + 1) * (square - 1 / p)))
    kept: F64 = (1 - rho) * joint + rho * np.eye(p)
    return kept


def least_bipartition(joint: F64) -> tuple[float, float, float, int]:
    """Φ_R, Φ_WMS, information and mask, determinant by determinant."""
    d = len(joint) // 2
    every = [*range(d)]

    def mutual(past: list[int], present: list[int]) -> float:
        ahead = [d + k for k in present]
        sets = (past, ahead, past + ahead)
        one, two, both = (np.linalg.slogdet(joint[np.ix_(s, s)])[1] / 2 for s in sets)
        return float(one + two - both)

    found = []
    for mask in range(1, 2 ** (d - 1)):
        two = [k for k in every if k > 0 and mask >> (k - 1) & 1]
        one = [k for k in every if k not in two]
        own = mutual(one, one), mutual(two, two)
        wms = mutual(every, every) - sum(own)
        found.append((wms + min(*own, mutual(one, two), mutual(two, one)), wms, mask))
    phi, wms, mask = min(found)
    return phi, wms, mutual(every, every), mask


def analyzed(device: str, frame: pd.DataFrame, **options: Any) -> pd.DataFrame:
    engine = hp.Engine(device)
    return engine.analyze(frame, timeframe="1h", families=["integration"], **options)[COLUMNS]


def test_measures_of_windows_against_the_definition() -> None:
    rng = np.random.default_rng(3)
    x = np.zeros((6, 200))
    for t in range(1, 200):
        x[:, t] = 0.5 * np.roll(x[:, t - 1], 1) + rng.standard_normal(6)
    x[2] = np.round(x[2])
    got = np.array(hp.integrated_information(list(x), window=WINDOW, permutations=1))
    assert np.isnan(got[: WINDOW - 1]).all()
    for t in (WINDOW - 1, 100, 150, 199):
        phi, wms, tdmi, mask = least_bipartition(shrunk(x[:, t - WINDOW + 1 : t + 1]))
        np.testing.assert_allclose(got[t, [0, 2, 3]], [phi, wms, tdmi], rtol=1e-6)
        assert got[t, 4] == mask


@pytest.mark.parametrize("window", [24 + 8, WINDOW, 256, 600])
def test_columns_agree_on_every_device(candles: Maker, vulkan: str, window: int) -> None:
    frame = candles(1100)
    # Equal volumes and a stretch without change make ties, near ties and rows without a value.
    frame["volume"] = frame["volume"].round(1)
    frame.loc[400:700, "volume"] = 5.0
    options: dict[str, Any] = {"phi_window": window, "phi_permutations": 3}
    ours, theirs = analyzed("cpu", frame, **options), analyzed(vulkan, frame, **options)
    assert (ours.isna() == theirs.isna()).all(axis=None)
    assert ours["hp_phi"].notna().any()
    if window < 300:
        assert ours["hp_phi"][690:700].isna().all()
    # Discrete: no difference at all.
    mask = ours["hp_phi_mib"].to_numpy(), theirs["hp_phi_mib"].to_numpy()
    np.testing.assert_array_equal(*mask)
    np.testing.assert_allclose(theirs, ours, rtol=2e-6, atol=2.5e-5)
