"""Portfolios against numpy in double precision."""

from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.typing import NDArray

import hyperphysics as hp
from hyperphysics import _engine

Floats = NDArray[np.float64]

ASSETS = ["BTC", "ETH", "SOL"]
HALF_LIFE = 72.0
NORMAL = NormalDist()


def returns(rows: int = 600, assets: list[str] = ASSETS, seed: int = 1) -> pd.DataFrame:
    """Correlated returns whose volatilities move."""
    rng = np.random.default_rng(seed)
    shocks = rng.standard_t(5, (rows, len(assets))) * 0.6 + rng.standard_t(5, (rows, 1)) * 0.8
    scale = 0.01 * np.exp(0.5 * np.sin(np.arange(rows) / 40))[:, None]
    return pd.DataFrame(shocks * scale * (1 + np.arange(len(assets))), columns=assets)


def ewma_covariance(values: Floats, shrinkage: float | None) -> tuple[Floats, float]:
    """EWMA covariance with shrunk correlations, and the intensity."""
    age = np.arange(len(values))[::-1]
    weights = 0.5 ** (age / HALF_LIFE)
    weights /= weights.sum()
    covariance = (values * weights[:, None]).T @ values
    volatility = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(volatility, volatility)
    count, p = 1 / (weights**2).sum(), len(volatility)
    if shrinkage is None:
        # Chen et al. 2010 as scikit-learn has it, of a matrix of unit diagonal
        alpha = (correlation**2).mean()
        below = (count + 1) * (alpha - 1 / p)
        shrinkage = 1.0 if below <= 0 else min(1.0, (alpha + 1) / below)
    mixed = (1 - shrinkage) * correlation + shrinkage * np.eye(p)
    return mixed * np.outer(volatility, volatility), shrinkage


def tail_of(rows: Floats, weights: Floats, level: float) -> tuple[float, float, Floats]:
    """VaR, ES and the assets' components of ES (Acerbi and Tasche 2002) of scenarios."""
    losses = -(rows @ weights)
    order = np.argsort(-losses, kind="stable")
    mass = len(losses) * level
    rank = int(np.ceil(round(mass, 9)))
    share = np.ones(rank)
    share[-1] = mass - (rank - 1)
    component = -(share[:, None] * rows[order[:rank]]).sum(axis=0) / mass * weights
    return float(losses[order[rank - 1]]), float(component.sum()), component


@pytest.mark.parametrize("shrinkage", [None, 0.0, 0.3, 1.0])
def test_covariance_is_numpys(shrinkage: float | None) -> None:
    frame = returns()
    risk = hp.portfolio(frame, [1, 1, 1], shrinkage=shrinkage, paths=100, device="cpu")
    covariance, intensity = ewma_covariance(frame.to_numpy(), shrinkage)
    # sums of 600 terms in another order
    np.testing.assert_allclose(risk.covariance, covariance, rtol=1e-12)
    assert risk.shrinkage == pytest.approx(intensity, rel=1e-12)
    assert risk.rows == 600


def test_normal_shocks_are_those_of_the_covariance() -> None:
    weights = np.array([1000.0, -700.0, 300.0])
    risk = hp.portfolio(returns(), weights, horizon=5, device="cpu")
    sigma = np.sqrt(5 * weights @ risk.covariance @ weights)
    for tail in risk.simulated:
        quantile = -NORMAL.inv_cdf(tail.level)
        shortfall = NORMAL.pdf(quantile) / tail.level
        # five standard errors each
        assert tail.var == pytest.approx(sigma * quantile, abs=5 * tail.var_error)
        assert tail.es == pytest.approx(sigma * shortfall, abs=5 * tail.es_error)
        exact = shortfall * 5 * weights * (risk.covariance @ weights) / sigma
        # chance in an asset's mean over the tail is that of its standard deviation
        spread = np.sqrt(5 * np.diag(risk.covariance)) * np.abs(weights)
        chance = spread / np.sqrt(100_000 * tail.level)
        assert (np.abs(tail.es_component - exact) < 5 * chance).all()
        exact = quantile * 5 * weights * (risk.covariance @ weights) / sigma
        assert (np.abs(tail.var_component - exact) < 5 * chance).all()


def test_standard_errors_are_those_of_repeated_draws() -> None:
    frame = returns()
    draws = [
        hp.portfolio(frame, [1, 1, 1], paths=4000, seed=seed, device="cpu").simulated[0]
        for seed in range(60)
    ]
    for name in ("var", "es"):
        spread = np.std([getattr(tail, name) for tail in draws])
        stated = np.mean([getattr(tail, f"{name}_error") for tail in draws])
        # sixty draws know a standard deviation to 9 %
        assert stated == pytest.approx(spread, rel=0.35)


def residuals(values: Floats) -> tuple[Floats, Floats, float]:
    """Residuals without mean of an EWMA filter that begins with 50 rows, last variance, decay."""
    decay = 0.5 ** (1 / HALF_LIFE)
    variance = (values[:50] ** 2).mean(axis=0)
    rows = []
    for row in values[50:]:
        rows.append(row / np.sqrt(variance))
        variance = decay * variance + (1 - decay) * row**2
    z = np.array(rows)
    z -= z.mean(axis=0)
    return z, variance, decay


def test_filtered_history_of_a_bar_takes_every_row_once() -> None:
    frame, weights = returns(), np.array([1.0, -0.5, 0.25])
    z, variance, _ = residuals(frame.to_numpy())
    risk = hp.portfolio(frame, weights, paths=100, device="cpu")
    for tail in risk.historical:
        var, es, component = tail_of(z * np.sqrt(variance), weights, tail.level)
        assert tail.var == pytest.approx(var, rel=1e-11)
        assert tail.es == pytest.approx(es, rel=1e-11)
        np.testing.assert_allclose(tail.es_component, component, rtol=1e-10)


def test_filtered_history_of_many_bars_follows_each_variance() -> None:
    frame, weights, paths = returns(), np.array([1.0, 1.0, 1.0]), 20_000
    z, start, decay = residuals(frame.to_numpy())
    spread = np.sqrt((z**2).mean(axis=0))
    draws = np.random.default_rng(3).integers(0, len(z), (paths, 4))
    total, variance = np.zeros((paths, 3)), np.tile(start, (paths, 1))
    for step in range(4):
        row = np.sqrt(variance) * z[draws[:, step]] / spread
        variance = decay * variance + (1 - decay) * row**2
        total += row * spread
    risk = hp.portfolio(frame, weights, paths=paths, horizon=4, device="cpu")
    for tail in risk.historical:
        var, es, _ = tail_of(total, weights, tail.level)
        # five standard errors of the difference of two simulations
        assert tail.var == pytest.approx(var, abs=7 * tail.var_error)
        assert tail.es == pytest.approx(es, abs=7 * tail.es_error)


@pytest.mark.parametrize("before", [0.0, -0.01])
def test_a_fall_after_standing_still_counts_as_it_was(before: float) -> None:
    moves = np.zeros((2000, 1))
    moves[10], moves[1000] = before, -0.1
    risk = hp.portfolio(pd.DataFrame(moves, columns=["A"]), [1000.0], device="cpu")
    rows = moves[50:] - moves[50:].mean()
    _, es, _ = tail_of(rows, np.array([1000.0]), 0.01)
    assert risk.historical[-1].es == pytest.approx(es, rel=1e-11)
    assert es == pytest.approx(100 / 19.5, rel=0.02)


def test_an_asset_that_begins_flat_has_the_tail_of_what_came_then() -> None:
    moves = np.random.default_rng(1).normal(0, 1e-3, 2000)
    moves[1000] = -0.1
    whole, late = (
        hp.portfolio(pd.DataFrame({"A": given}), [1000.0], device="cpu").historical[-1]
        for given in (moves, np.where(np.arange(2000) < 50, 0.0, moves))
    )
    # the first half-lives are measured by another volatility
    assert late.es == pytest.approx(whole.es, rel=0.05)


def every_tail(risk: hp.Portfolio) -> Iterator[hp.PortfolioTail]:
    yield from risk.simulated
    yield from risk.historical


@pytest.mark.parametrize("weights", [[3.0, 2.0, 1.0], [1.0, -1.0, 0.0], [-5.0, 0.0, 0.0]])
@pytest.mark.parametrize("horizon", [1, 3])
def test_contributions_add_up(weights: list[float], horizon: int) -> None:
    risk = hp.portfolio(returns(), weights, horizon=horizon, paths=5000, device="cpu")
    for tail in every_tail(risk):
        assert tail.es_component.sum() == pytest.approx(tail.es, rel=1e-12)
        assert tail.var_component.sum() == pytest.approx(tail.var, rel=1e-12)
        assert tail.es >= tail.var > 0
        held = np.array(weights) != 0
        np.testing.assert_array_equal(tail.es_component[~held], 0.0)


@pytest.mark.parametrize("asset", [0, 1, 2])
def test_marginal_shortfall_is_a_derivative(asset: int) -> None:
    frame, weights = returns(), np.array([3.0, -2.0, 1.0])
    move = 1e-6 * np.eye(3)[asset]
    here, up, down = (
        list(every_tail(hp.portfolio(frame, held, paths=3000, device="cpu")))
        for held in (weights, weights + move, weights - move)
    )
    slopes = [(u.es - d.es) / 2e-6 for u, d in zip(up, down, strict=True)]
    # where no scenario changes its rank the shortfall is linear; 1e-16 / 1e-6 of rounding
    np.testing.assert_allclose([t.es_marginal[asset] for t in here], slopes, rtol=1e-5, atol=1e-8)


def same(a: hp.Portfolio, b: hp.Portfolio) -> None:
    for one, other in zip(every_tail(a), every_tail(b), strict=True):
        assert (one.var, one.es) == (other.var, other.es)
        np.testing.assert_array_equal(one.es_component, other.es_component)


def test_kinds_of_frames_dates_and_names_change_nothing() -> None:
    frame = returns()
    stamps = pd.date_range("2024-01-01", periods=600, freq="h", tz="UTC")
    dated = frame.assign(date=stamps)
    named = {"SOL": 1.0, "BTC": 3.0, "ETH": -2.0}
    plain = hp.portfolio(frame, [3.0, -2.0, 1.0], paths=1000)
    for given in (dated, frame.set_axis(stamps), pl.from_pandas(dated), pl.from_pandas(frame)):
        same(hp.portfolio(given, named, paths=1000), plain)
    gaps = pl.concat(
        [pl.DataFrame({name: [None] for name in ASSETS}), pl.from_pandas(frame)],
        how="vertical_relaxed",
    )
    same(hp.portfolio(gaps, named, paths=1000), plain)


def test_threads_and_batches_change_no_path() -> None:
    question: dict[str, Any] = {
        "half_life": 72.0,
        "shrinkage": None,
        "paths": 30_001,
        "horizon": 2,
        "levels": [0.05, 0.01],
        "seed": 5,
        "scenarios": [],
    }
    assets = [f"A{i}" for i in range(7)]
    frame = returns(assets=assets)
    columns = [frame[name].to_numpy() for name in assets]
    answers = []
    for options in ({"threads": 1}, {"threads": 2}, {"max_memory": 1 << 20}):
        engine = _engine.Engine("cpu", **options)
        risk = _engine.portfolio_risk(engine, assets, columns, [1.0] * 7, **question)
        answers.append([(t.var, t.es, t.es_marginal) for t in risk.simulated + risk.historical])
    assert answers[0] == answers[1] == answers[2]
    more = _engine.portfolio_risk(
        _engine.Engine("cpu"), assets, columns, [1.0] * 7, **question | {"seed": 6}
    )
    assert more.simulated[0].var != answers[0][0][0]


def test_device_agrees_with_the_cpu(vulkan: str) -> None:
    frame = returns()
    ours, theirs = (
        hp.portfolio(frame, [3, -2, 1], paths=20_000, device=device) for device in ("cpu", vulkan)
    )
    for one, other in zip(ours.simulated, theirs.simulated, strict=True):
        # 4e-6 of the kernel of normals, whose draws are of the order of one
        assert one.var == pytest.approx(other.var, rel=2e-5)
        assert one.es == pytest.approx(other.es, rel=2e-5)
        # a scenario at the edge of a tail may change places with its neighbour
        np.testing.assert_allclose(one.es_component, other.es_component, rtol=1e-3)
    for one, other in zip(ours.historical, theirs.historical, strict=True):
        assert one.es == other.es


def test_one_asset_is_its_own_portfolio() -> None:
    frame = returns()[["BTC"]]
    risk = hp.portfolio(frame, [2.0], device="cpu")
    sigma = 2 * np.sqrt(risk.covariance[0, 0])
    assert risk.shrinkage == 1.0
    for tail in risk.simulated:
        assert tail.var == pytest.approx(sigma * -NORMAL.inv_cdf(tail.level), rel=0.03)
        assert tail.es_component[0] == pytest.approx(tail.es, rel=1e-15)


def test_duplicated_assets_split_the_risk_of_one() -> None:
    frame = returns()[["BTC"]]
    twice = frame.assign(copy=frame["BTC"])
    with pytest.raises(hp.HyperPhysicsError, match=r"not positive definite.*copy"):
        hp.portfolio(twice, [1, 1], shrinkage=0.0)
    one, two = hp.portfolio(frame, [2.0]), hp.portfolio(twice, [1.0, 1.0], shrinkage=1e-6)
    for a, b in zip(one.historical, two.historical, strict=True):
        assert a.es == pytest.approx(b.es, rel=1e-12)
        np.testing.assert_allclose(b.es_component, b.es / 2, rtol=1e-12)
    assert hp.portfolio(twice, [1, 1]).shrinkage > 0
    # a long and a short of the same leave nothing
    assert abs(hp.portfolio(twice, [1, -1], shrinkage=1e-6).historical[0].es) < 1e-15


def test_weights_of_nothing_risk_nothing() -> None:
    risk = hp.portfolio(returns(), [0, 0, 0], paths=1000, scenarios={"up": 4.0})
    for tail in every_tail(risk):
        assert (tail.var, tail.es, tail.var_error, tail.es_error) == (0, 0, 0, 0)
    assert risk.stress["up"].loss == 0


def test_stress_scenarios() -> None:
    frame, weights = returns(), np.array([3.0, -2.0, 1.0])
    scenarios: dict[str, Any] = {
        "fall": {"BTC": -0.3, "ETH": -0.4},
        "storm": 9.0,
        "week": (100, 268),
    }
    risk = hp.portfolio(frame, weights, paths=2000, scenarios=scenarios)
    fall, storm, week = (risk.stress[name] for name in scenarios)
    assert fall.loss == pytest.approx(3 * 0.3 - 2 * 0.4)
    np.testing.assert_allclose(fall.component, [0.9, -0.8, 0.0])
    assert storm.loss == pytest.approx(3 * risk.simulated[-1].es, rel=1e-14)
    window = frame.to_numpy()[100:268].sum(axis=0)
    np.testing.assert_allclose(week.component, -weights * window, rtol=1e-11)
    for outcome in risk.stress.values():
        assert outcome.component.sum() == pytest.approx(outcome.loss, rel=1e-11)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"weights": [1, 2]}, "2 values, expected 3"),
    ({"weights": [1, 2, np.nan]}, "weight of SOL is NaN"),
    ({"weights": {"BTC": 1.0}}, "weights: `ETH` has none"),
    ({"weights": {"DOGE": 1.0}}, "`DOGE` is no asset"),
    ({"levels": []}, "levels"),
    ({"levels": [0.0]}, "levels is 0"),
    ({"paths": 0}, "paths is 0"),
    ({"horizon": 0}, "horizon is 0"),
    ({"half_life": 0.0}, "half_life is 0"),
    ({"shrinkage": -0.1}, "shrinkage is -0.1"),
    ({"scenarios": {"x": {"DOGE": 1.0}}}, "scenario `x`: `DOGE` is no asset"),
    ({"scenarios": {"x": (5, 5)}}, "window"),
    ({"scenarios": {"x": "crash"}}, "scenario `x` is 'crash'"),
    ({"scenarios": {"x": -1.0}}, "factor of covariances is -1"),
]


@pytest.mark.parametrize(("change", "words"), WRONG)
def test_what_is_wrong_is_named(change: dict[str, Any], words: str) -> None:
    arguments: dict[str, Any] = {"weights": [1, 1, 1], "paths": 100} | change
    with pytest.raises(hp.HyperPhysicsError) as raised:
        hp.portfolio(returns(), **arguments)
    assert words in str(raised.value)


def test_a_series_of_weights_goes_by_its_labels() -> None:
    frame = returns()
    by_name = hp.portfolio(frame, {"BTC": 1.0, "ETH": -700.0, "SOL": 30.0}, device="cpu")
    held = pd.Series({"SOL": 30.0, "BTC": 1.0, "ETH": -700.0})
    crash = pd.Series({"SOL": -0.2})
    by_label = hp.portfolio(frame, held, scenarios={"crash": crash}, device="cpu")
    assert by_label.weights.tolist() == by_name.weights.tolist() == [1.0, -700.0, 30.0]
    assert [tail.es for tail in by_label.historical] == [tail.es for tail in by_name.historical]
    assert by_label.stress["crash"].loss == pytest.approx(6.0, rel=1e-15)


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (pd.Series([1.0, 1.0, 1.0]), "weights: `0` is no asset; assets are BTC, ETH, SOL"),
        (pd.Series({"BTC": 1.0, "SOL": 1.0}), "weights: `ETH` has none"),
        (pd.Series([1.0] * 4, ["BTC", "ETH", "SOL", "ETH"]), "weights: `ETH` is there twice"),
    ],
)
def test_labels_that_are_not_the_assets_are_named(held: Any, words: str) -> None:
    with pytest.raises(hp.HyperPhysicsError, match=words):
        hp.portfolio(returns(), held)


def test_wrong_returns_are_named() -> None:
    frame = returns()
    frame.loc[7, "ETH"] = np.inf
    with pytest.raises(hp.HyperPhysicsError, match="ETH, row 7"):
        hp.portfolio(frame, [1, 1, 1])
    frame = returns()
    frame.loc[:520, "SOL"] = np.nan
    with pytest.raises(hp.HyperPhysicsError, match=r"79 rows .* SOL has the fewest returns, 79"):
        hp.portfolio(frame, [1, 1, 1])
    with pytest.raises(hp.HyperPhysicsError, match="expected a frame"):
        hp.portfolio([[0.1]], [1])  # type: ignore[arg-type]


def test_results_are_frozen() -> None:
    risk = hp.portfolio(returns(), [1, 1, 1], paths=100)
    with pytest.raises(FrozenInstanceError):
        risk.rows = 1  # type: ignore[misc]


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 500, 2), (129, 65, 131), (200, 1, 3)])
def test_product_is_numpys(shape: tuple[int, int, int], vulkan: str) -> None:
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=shape[:2]), rng.normal(size=shape[1:])
    exact = left.astype(np.float32).astype(float) @ right.astype(np.float32).astype(float)
    # a rounding per step of the sum of absolute products
    bound = shape[1] * 2.0**-24 * (np.abs(left) @ np.abs(right)) + 1e-30
    for device in ("cpu", vulkan):
        assert (np.abs(hp.matmul(left, right, device=device) - exact) <= bound).all()


def test_wrong_matrices_are_named() -> None:
    with pytest.raises(hp.HyperPhysicsError, match=r"\(2, 2\) and \(3, 1\)"):
        hp.matmul(np.eye(2), np.ones((3, 1)))
    with pytest.raises(hp.HyperPhysicsError, match="left: row 1, column 0: inf"):
        hp.matmul([[0.0, 1.0], [1e39, 0.0]], np.eye(2))
    with pytest.raises(hp.HyperPhysicsError, match="at least 1"):
        hp.matmul(np.ones((0, 2)), np.ones((2, 2)))
