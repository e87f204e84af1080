"""Desks with the eager parameter file, and candles beside which funding is another."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from support.desk import Desk, Funded


@pytest.fixture
def eager_spot(spot: Desk) -> Iterator[Desk]:
    """The spot desk with the eager parameter file."""
    with spot.parameters():
        yield spot


@pytest.fixture
def eager_futures(futures: Desk) -> Iterator[Desk]:
    """The futures desk with the eager parameter file."""
    with futures.parameters():
        yield futures


@pytest.fixture
def funded(futures: Desk, tmp_path: Path) -> Funded:
    """Candles beside which every rate is another: options that name them."""

    def make(rate: float, *, noise: float = 0.0) -> list[str]:
        place = tmp_path / f"{rate}" / "binance"
        shutil.copytree(futures.userdir / "data" / "binance", place)
        (file,) = place.rglob("*-funding_rate.feather")
        settled = pd.read_feather(file)
        assert (settled["date"].diff().dropna() == pd.Timedelta("8h")).all()
        rng = np.random.default_rng(0)
        settled["funding_rate"] = rate + noise * rng.standard_normal(len(settled))
        settled.to_feather(file)
        return ["--datadir", str(place)]

    return make
