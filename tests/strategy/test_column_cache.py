"""Columns kept between epochs: the bits of computing them, and no more memory than allowed."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pytest

import hyperphysics as hp
from hyperphysics._engine import Value
from hyperphysics.strategy.columns import analysis
from hyperphysics.strategy.columns.column_cache import ColumnCache, names
from hyperphysics.strategy.rules.settings import Settings
from support.frames import SHORT

Candles = Callable[..., pd.DataFrame]

FAMILIES = ("risk", "liquidity", "geometry", "lattice")
# Another value of each parameter that a family of FAMILIES depends on.
OTHER: dict[str, Value] = {
    "half_life": 3.0,
    "risk_method": "ewma",
    "residuals": 120,
    "season_window": 60,
    "range_memory": 50,
    "risk_horizon": 4,
    "paths": 300,
    "seed": 1,
    "spread_bars": 24,
    "lattice_horizon": 4,
    "coupled_unlabelled_bars": 4,
    "channels": "momentum_3,momentum_12,volume_24",
    "past_window": 80,
    "length_scale": 1.5,
    "temperature": 2.0,
    "metric": "euclidean",
    "label": "tanh",
}


@pytest.fixture
def frames(candles: Candles) -> dict[str, pd.DataFrame]:
    return {pair: candles(400, seed) for seed, pair in enumerate(("BTC/USDT", "ETH/USDT"))}


class Epochs:
    """Epochs of one process, with the families that each had to compute."""

    def __init__(self, frames: dict[str, pd.DataFrame], recall: ColumnCache) -> None:
        self.frames = frames
        self.recall = recall
        self.engine = hp.Engine("cpu", threads=1)

    def fresh(
        self, families: Sequence[str], parameters: dict[str, Value]
    ) -> dict[str, pd.DataFrame]:
        options: dict[str, Any] = dict(parameters)
        found = self.engine.analyze(self.frames, timeframe="1h", families=families, **options)
        return {pair: frame[names(families)] for pair, frame in found.items()}

    def run(self, **changes: Value) -> list[str]:
        """An epoch; its columns must be those of an engine that remembers nothing."""
        parameters = {**SHORT, **changes}
        computed: list[str] = []

        def compute(families: Sequence[str]) -> dict[str, pd.DataFrame]:
            computed.extend(families)
            return self.fresh(families, parameters)

        # a worker unpickles its frames anew each epoch
        anew = {pair: frame.copy() for pair, frame in self.frames.items()}
        found = self.recall.columns(anew, FAMILIES, parameters, "1h", compute)
        for pair, expected in self.fresh(FAMILIES, parameters).items():
            pd.testing.assert_frame_equal(found[pair], expected, check_exact=True)
        return computed


def test_each_parameter_recomputes_the_families_that_it_changes(
    frames: dict[str, pd.DataFrame],
) -> None:
    epochs = Epochs(frames, ColumnCache())
    assert epochs.run() == list(FAMILIES)
    assert epochs.run() == []
    changed = {one.name: [f for f in FAMILIES if f in one.families] for one in hp.params()}
    assert {name for name, families in changed.items() if families} == set(OTHER)
    for name, value in OTHER.items():
        assert epochs.run(**{name: value}) == changed[name], name
        assert epochs.run() == [], name


def test_other_candles_pairs_and_timeframes_are_others(frames: dict[str, pd.DataFrame]) -> None:
    recall = ColumnCache()
    assert Epochs(frames, recall).run() == list(FAMILIES)
    swapped = dict(zip(frames, reversed(frames.values()), strict=True))
    assert Epochs(swapped, recall).run() == list(FAMILIES)
    later = {pair: frame.assign(volume=frame["volume"] * 2.0) for pair, frame in frames.items()}
    assert Epochs(later, recall).run() == list(FAMILIES)
    assert Epochs(frames, recall).run() == []


def test_memory_is_bounded_and_the_newest_stay(frames: dict[str, pd.DataFrame]) -> None:
    whole = ColumnCache()
    Epochs(frames, whole).run()
    tight = Epochs(frames, ColumnCache(whole.size))
    tight.run()
    assert tight.run(length_scale=1.5) == ["lattice"]
    assert tight.recall.size <= whole.size
    assert tight.run(length_scale=1.5) == []
    assert tight.run() == ["lattice"]
    none = Epochs(frames, ColumnCache(0))
    assert none.run() == none.run() == list(FAMILIES)
    assert none.recall.size == 0


def test_what_came_out_may_be_changed(frames: dict[str, pd.DataFrame]) -> None:
    epochs = Epochs(frames, ColumnCache())
    parameters = dict(SHORT)

    def compute(families: Sequence[str]) -> dict[str, pd.DataFrame]:
        return epochs.fresh(families, parameters)

    for _ in range(2):
        found = epochs.recall.columns(frames, FAMILIES, parameters, "1h", compute)
        found["BTC/USDT"].loc[:, "hp_vol"] = 7.0
    assert epochs.run() == []


def test_analysis_computes_only_what_changed(
    frames: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ColumnCache()
    monkeypatch.setattr(analysis, "_column_cache", cache)
    sizes = []
    for length_scale in (1.0, 1.5, 1.5):
        found = analysis.analyze(
            frames,
            timeframe="1h",
            settings=Settings.read({"device": "cpu"}),
            families=FAMILIES,
            parameters={**SHORT, "length_scale": length_scale},
            threads=1,
            last=None,
            use_cache=True,
        )
        sizes.append(cache.size)
    whole = sum(int(frame.memory_usage(index=False).sum()) for frame in found.values())
    lattice = [name for name in next(iter(found.values())) if name in names(["lattice"])]
    again = sum(int(frame[lattice].memory_usage(index=False).sum()) for frame in found.values())
    assert sizes == [whole, whole + again, whole + again]
