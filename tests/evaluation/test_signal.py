"""The evaluation of the direction: on markets whose answer is known, and as a command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import hyperphysics as hp
from hyperphysics.cli import main
from hyperphysics.evaluation.dataset import fingerprint
from hyperphysics.evaluation.signal.evaluate import LET_THROUGH, FoldSettings, Result, evaluate
from hyperphysics.evaluation.signal.model_specs import channels, model_specs
from hyperphysics.evaluation.signal.pair_dataset import PairDataset, pair_datasets
from hyperphysics.market_data.candles import HOUR, Candles
from support.patience import PATIENCE

SMALL: dict[str, Any] = {
    "half_life": 4.0,
    "past_window": 256,
    "lattice_horizon": 2,
    "phi_window": 64,
}
START = 1_672_531_200_000


def market(moves: np.ndarray, seed: int = 1) -> Candles:
    """Hourly candles with these log returns."""
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(moves))
    opening = np.concatenate([[100.0], close[:-1]])
    wick = np.exp(np.abs(rng.normal(0, 0.002, (2, len(moves)))))
    high, low = np.maximum(opening, close) * wick[0], np.minimum(opening, close) / wick[1]
    time = START + HOUR * np.arange(len(moves), dtype=np.int64)
    return Candles(time, opening, high, low, close, rng.lognormal(3, 1, len(moves)))


def reverting(count: int, pull: float, seed: int) -> np.ndarray:
    """Returns of a price that is pulled back to its mean over the last candles."""
    rng = np.random.default_rng(seed)
    level, mean, moves = 0.0, 0.0, np.empty(count)
    for row in range(count):
        moves[row] = rng.normal(0, 0.01) - pull * (level - mean)
        level += moves[row]
        mean += 0.15 * (level - mean)
    return moves


def run(
    candles: dict[str, Candles],
) -> tuple[dict[str, Result], list[PairDataset], dict[str, float]]:
    table = model_specs([1.0])
    quiet = lambda _: None  # noqa: E731
    found = pair_datasets(hp.Engine("cpu"), candles, "1h", table, SMALL, 2, quiet)
    results, chosen = evaluate(found, table, FoldSettings(0, 2, 256, 200, 400), quiet)
    return {item.key: item for item in results}, found, chosen


@pytest.fixture(scope="module")
def walks() -> tuple[dict[str, Result], list[PairDataset], dict[str, float]]:
    rng = np.random.default_rng(11)
    return run({name: market(rng.normal(0, 0.01, 4000), seed=2) for name in ("A/B", "C/B")})


def test_nothing_is_found_in_a_random_walk(
    walks: tuple[dict[str, Result], list[PairDataset], dict[str, float]],
) -> None:
    results, _, _ = walks
    for key, item in results.items():
        # Four standard errors of an AUC over outcomes that overlap by two.
        error = np.sqrt(2 / (3 * item.total.candles))
        assert abs(item.total.auc - 0.5) < 4 * error, key
        assert not item.base.statistic > 3, key
        assert item.total.log_loss > np.log(2) - 0.001, key


def test_every_row_is_scored_on_the_same_candles(
    walks: tuple[dict[str, Result], list[PairDataset], dict[str, float]],
) -> None:
    results, found, chosen = walks
    whole = [item for key, item in results.items() if not key.endswith(LET_THROUGH)]
    assert len({item.total.candles for item in whole}) == 1
    assert {item.share for item in whole} == {1.0}
    through = [item for key, item in results.items() if key.endswith(LET_THROUGH)]
    assert through
    for item in through:
        assert 0.3 < item.share < 0.7
        assert item.total.candles == round(item.share * whole[0].total.candles)
    assert sum(chosen.values()) == pytest.approx(1)
    for item in results.values():
        counts = [part.candles for part in item.pairs.values()]
        assert set(item.pairs) == {dataset.pair for dataset in found}
        assert sum(counts) == item.total.candles
        mean = np.average([part.log_loss for part in item.pairs.values()], weights=counts)
        assert item.total.log_loss == pytest.approx(mean, rel=1e-12)
        assert np.mean(item.gain) == pytest.approx(item.base.gain, abs=1e-15)


def test_a_planted_reversal_is_found() -> None:
    results, _, _ = run({"A/B": market(reverting(4000, 0.3, 21))})
    for key in ("logistic", "past_window", "single", "euclidean", "hyperbolic"):
        item = results[key]
        assert item.total.auc > 0.55, key
        assert item.base.gain > 0.003, key
        assert item.base.statistic > 4, key


def test_predictions_do_not_know_the_candles_that_follow() -> None:
    moves = reverting(2600, 0.3, 22)
    table = model_specs([1.0])
    quiet = lambda _: None  # noqa: E731
    engine = hp.Engine("cpu")
    whole = market(moves)
    ends = 2300
    parts = {"A/B": whole, "B/B": whole[:ends]}
    found = pair_datasets(engine, parts, "1h", table, SMALL, 2, quiet)
    long, short = (
        evaluate([dataset], table, FoldSettings(0, 2, 256, 100, 400), quiet)[0] for dataset in found
    )
    for left, right in zip(long, short, strict=True):
        if not right.key.endswith(LET_THROUGH):
            # The last outcome that the shorter one knows ends with its last candle.
            assert right.time[-1] == whole.time[ends - 3]
        same = len(right.time)
        assert 500 < same < len(left.time)
        np.testing.assert_array_equal(left.time[:same], right.time)
        np.testing.assert_array_equal(left.gain[:same], right.gain)


def test_datasets_hold_the_engine_s_own_columns() -> None:
    candles = market(reverting(1500, 0.3, 23))
    candles.volume[900] = 0.0
    table = model_specs([1.0])
    (dataset,) = pair_datasets(
        hp.Engine("cpu"), {"A/B": candles}, "1h", table, SMALL, 2, lambda _: None
    )
    frame = pl.DataFrame(
        {
            "date": pl.Series(candles.time).cast(pl.Datetime("ms", "UTC")),
            **{name: getattr(candles, name) for name in ("open", "high", "low", "close", "volume")},
        }
    )
    own = next(row for row in table if row.key == "hyperbolic")
    columns = hp.Engine("cpu").analyze(frame, timeframe="1h", **{**SMALL, **own.params})
    at = np.searchsorted(candles.time, dataset.date)
    assert 900 not in at
    late = slice(dataset.begin, None)
    pbit = columns["hp_pbit"].to_numpy()[at][late]
    np.testing.assert_allclose(np.tanh(dataset.odds["hyperbolic"][late] / 2), pbit, atol=2e-6)
    radius = columns["hp_radius"].to_numpy()[at][late]
    np.testing.assert_allclose(np.linalg.norm(dataset.states[late], axis=1), radius, rtol=1e-12)
    bars = np.delete(np.arange(1500), 900)
    forward = candles.close[bars[2:]] - candles.close[bars[:-2]]
    ups = np.append(forward > 0, [np.nan, np.nan])
    np.testing.assert_array_equal(dataset.ups, ups[np.searchsorted(bars, at)])


def test_a_fingerprint_changes_with_any_value() -> None:
    candles = market(np.zeros(5))
    other = market(np.zeros(5))
    assert fingerprint(candles) == fingerprint(other)
    other.volume[3] = np.nextafter(other.volume[3], np.inf)
    assert fingerprint(candles) != fingerprint(other)
    assert fingerprint(candles)["candles"] == 5


def test_rows_are_what_the_engine_can_fill() -> None:
    table = model_specs([0.5, 2.0])
    keys = [row.key for row in table]
    assert keys[:4] == ["base", "logistic", "past_window", "single"]
    assert {"euclidean", "hyperbolic", "euclidean_2", "hyperbolic_2"} <= set(keys)
    assert keys[-3:] == ["interactions", "phi", "ci"]
    known = {param.name for param in hp.params()}
    for row in table:
        assert set(row.params) <= known
    assert len(channels({})) == 3
    assert channels({"channels": "a,b,c"}) == ["a", "b", "c"]


def test_too_few_candles_are_named() -> None:
    with pytest.raises(ValueError, match=r"A/B: every column has a value on \d+ bars, expected"):
        run({"A/B": market(np.full(700, 0.001))})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--set", "past_window"], "--set past_window: expected NAME=VALUE"),
        (["--set", "librarian=5"], "unknown parameter `librarian`"),
        (["--set", "metric=manhattan"], "expected hyperbolic or euclidean"),
        (["--data", "nowhere"], "nowhere"),
        (["--into", __file__ + ".not"], ".not"),
        (["--length-scale", "99"], "`length_scale` is 99.0"),
    ],
)
def test_what_is_wrong_is_named(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["study", "signal", "--timerange", "20210301-20210302", *words]) == 1
    assert message in capsys.readouterr().err


def test_the_command_writes_its_table_as_text_json_and_page(tmp_path: Path) -> None:
    out = tmp_path / "out"
    settings = [word for name, value in SMALL.items() for word in ("--set", f"{name}={value}")]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "hyperphysics.cli.main", "study", "signal"),
            *("--pairs", "BTC", "ETH", "--timerange", "20210401-20210601", "--device", "cpu"),
            *("--fewest", "500", "--every", "240", "--out", str(out), *settings),
        ],
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    table = model_specs([1.0])
    assert all(row.label in done.stdout for row in table)
    document = json.loads((out / "signal.json").read_text("utf-8"))
    made = {row["key"]: row for row in document["rows"]}
    assert {row.key for row in table} <= set(made)
    assert set(document["data"]) == {"BTC/USDT", "ETH/USDT"}
    assert document["parameters"]["past_window"] == 256
    assert document["settings"] == {"every": 240, "fewest": 500, "timerange": "20210401-20210601"}
    for row in made.values():
        assert 0.6 < row["scores"]["log_loss"] < 0.8
        assert f"{row['scores']['log_loss']:.5f}" in done.stdout
    text = (out / "signal.md").read_text("utf-8")
    rules = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rules) == 2 + len(made)
    assert len({line.count("|") for line in rules}) == 1
    page = (out / "signal.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    # Self-contained: nothing is loaded from anywhere.
    assert "<script src=" not in page
    assert "<link" not in page
    assert page.rindex('class="plotly-graph-div"') < page.index("<table>"), "charts come first"
    for title in ("gain in log loss", "AUC (0.5", "share that rose", "open time of the candle"):
        assert title in page
