"""Columns against their definitions, written again with numpy and scipy."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

import hyperphysics as hp

Maker = Callable[..., pd.DataFrame]
F64 = NDArray[np.float64]
LEVELS = {"95": 0.05, "97": 0.025, "99": 0.01}
BASE = 50


def log_returns(candles: pd.DataFrame) -> F64:
    returns: F64 = np.diff(np.log(candles["close"].to_numpy()), prepend=np.nan)
    return returns


def volatility(returns: F64, half_life: float) -> F64:
    """Forecast made at each bar, by the weighted sum of the definition."""
    decay = 2.0 ** (-1.0 / half_life)
    memory = int(np.ceil(20 * half_life))
    weights = (1 - decay) * decay ** np.arange(memory)
    sigma = np.full(len(returns), np.nan)
    for t in range(memory + BASE, len(returns)):
        recent = returns[t - memory + 1 : t + 1][::-1] ** 2
        before = returns[t - memory - BASE + 1 : t - memory + 1] ** 2
        sigma[t] = np.sqrt(weights @ recent + decay**memory * before.mean())
    return sigma


def shortfall(sample: F64, a: float) -> float:
    """Acerbi and Tasche's mean of the worst share `a`."""
    ordered = np.sort(sample)
    mass = len(sample) * a
    whole = int(np.floor(round(mass, 9)))
    rest = (mass - whole) * ordered[whole] if mass > whole else 0.0
    return float(-(ordered[:whole].sum() + rest) / mass)


def test_risk_of_the_next_bar(candles: Maker) -> None:
    given = candles(1400)
    got = hp.Engine("cpu").analyze(
        given, timeframe="1h", families=["risk"], risk_method="ewma", paths=100
    )
    returns = log_returns(given)
    sigma = volatility(returns, 12.0)
    residuals = returns[1:] / sigma[:-1]
    residuals = np.concatenate([[np.nan], residuals])
    first = int(got["hp_vol"].notna().argmax())
    assert first == 1000 + 240 + BASE
    for t in (first, first + 1, 1399):
        window = residuals[t - 999 : t + 1]
        window = sigma[t] * (window - window.mean())
        # Double precision on both sides; sums of 1000 terms in another order.
        assert got["hp_vol"][t] == pytest.approx(sigma[t], rel=1e-12)
        for level, a in LEVELS.items():
            var = -np.quantile(window, a, method="inverted_cdf")
            assert got[f"hp_var_{level}"][t] == pytest.approx(var, rel=1e-10)
            assert got[f"hp_es_{level}"][t] == pytest.approx(shortfall(window, a), rel=1e-10)
            var = -np.quantile(-window, a, method="inverted_cdf")
            assert got[f"hp_var_{level}_short"][t] == pytest.approx(var, rel=1e-10)
            assert got[f"hp_es_{level}_short"][t] == pytest.approx(shortfall(-window, a), rel=1e-10)
        assert got["hp_tail"][t] == got["hp_es_99"][t] / got["hp_var_99"][t]


@pytest.mark.parametrize("horizon", [1, 12])
def test_risk_of_the_horizon(candles: Maker, horizon: int) -> None:
    given = candles(1300)
    paths = 20_000
    got = hp.Engine("cpu").analyze(
        given,
        timeframe="1h",
        families=["risk"],
        risk_method="ewma",
        paths=paths,
        risk_horizon=horizon,
    )
    returns = log_returns(given)
    sigma = volatility(returns, 12.0)
    residuals = returns[1:] / sigma[:-1]
    t = 1299
    window = residuals[t - 1000 : t] - residuals[t - 1000 : t].mean()
    spread = np.sqrt((window**2).mean())
    window /= spread
    rng = np.random.default_rng(0)
    many = 200_000
    decay = 2.0 ** (-1.0 / 12.0)
    total, scale = np.zeros(many), np.ones(many)
    for _ in range(horizon):
        shock = window[rng.integers(0, 1000, many)]
        total += scale * shock
        scale *= np.sqrt(decay + (1 - decay) * shock**2)
    for level, a in LEVELS.items():
        quantile = np.quantile(total, a)
        # Density at the quantile from the sample itself; four standard errors of both samples.
        near = np.quantile(total, [a * 0.8, a * 1.2])
        density = 0.4 * a / (near[1] - near[0])
        error = np.sqrt(a * (1 - a) * (1 / paths + 1 / many)) / density
        unit = sigma[t] * spread
        var, es = got[f"hp_var_{level}_h"][t] / unit, got[f"hp_es_{level}_h"][t] / unit
        step = np.diff(np.sort(window))[: int(a * 1000) + 1].max() if horizon == 1 else 0.0
        assert abs(var + quantile) < 4 * error + step
        beyond = total[total <= quantile]
        error = np.sqrt(
            (beyond.var() + (quantile - beyond.mean()) ** 2) * (1 / paths + 1 / many) / a
        )
        assert abs(es - shortfall(total, a)) < 4 * error


def test_the_seed_changes_the_horizon_only(candles: Maker) -> None:
    engine = hp.Engine("cpu")
    given = candles(1300)
    runs = [
        engine.analyze(given, timeframe="1h", families=["risk"], risk_method="ewma", seed=s)
        for s in (0, 0, 1)
    ]
    pd.testing.assert_frame_equal(runs[0], runs[1])
    for column in hp.columns():
        if column.family == "risk":
            changed = not runs[0][column.name].equals(runs[2][column.name])
            assert changed == ("_h" in column.name.removeprefix("hp_")), column.name


def states(candles: pd.DataFrame, sigma: F64, channels: str) -> F64:
    """Tangent vectors of the states, `[bar, 3]`."""
    parts = [(name, int(bars)) for name, bars in (c.split("_") for c in channels.split(","))]
    close, volume = np.log(candles["close"].to_numpy()), np.log(candles["volume"].to_numpy())
    rows = np.full((len(close), 3), np.nan)
    for t in range(96, len(close)):
        for axis, (name, bars) in enumerate(parts):
            window = volume[t + 1 - bars : t + 1]
            rows[t, axis] = (
                (close[t] - close[t - bars]) / (sigma[t] * np.sqrt(bars))
                if name == "momentum"
                else (window[-1] - window.mean()) / window.std()
            )
    radius = np.linalg.norm(rows, axis=1)
    length = np.minimum(radius * 1.5 / np.sqrt(3), 8.0)
    vectors: F64 = rows * (length / radius)[:, None]
    return vectors


def distances(left: F64, right: F64, metric: str) -> F64:
    """Distances by the hyperboloid's inner product in extended precision, or Euclidean."""
    if metric == "euclidean":
        flat: F64 = np.linalg.norm(left[:, None] - right[None], axis=2)
        return flat
    a, b = left.astype(np.longdouble), right.astype(np.longdouble)
    ra, rb = np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1)
    cosine = (a @ b.T) / ra[:, None] / rb[None]
    inner = np.cosh(ra)[:, None] * np.cosh(rb) - np.sinh(ra)[:, None] * np.sinh(rb) * cosine
    curved: F64 = np.arccosh(np.maximum(inner, 1.0)).astype(float)
    return curved


@pytest.mark.parametrize("metric", ["hyperbolic", "euclidean"])
@pytest.mark.parametrize(
    ("horizon", "length_scale", "label", "channels"),
    [
        (1, 1.0, "sign", "momentum_3,momentum_12,momentum_24"),
        (4, 2.0, "tanh", "momentum_6,momentum_24,volume_96"),
        (5, 0.7, "sign", "volume_48,momentum_1,momentum_96"),
    ],
)
def test_geometry_and_lattice(
    candles: Maker, metric: str, horizon: int, length_scale: float, label: str, channels: str
) -> None:
    past_window, temperature = 200, 1.25
    given = candles(700)
    got = hp.Engine("cpu").analyze(
        given,
        timeframe="1h",
        families=["geometry", "lattice"],
        past_window=past_window,
        lattice_horizon=horizon,
        length_scale=length_scale,
        temperature=temperature,
        metric=metric,
        label=label,
        channels=channels,
        coupled_unlabelled_bars=12,
    )
    sigma = volatility(log_returns(given), 12.0)
    vectors = states(given, sigma, channels)
    close = np.log(given["close"].to_numpy())
    moved = (close[horizon:] - close[:-horizon]) / (sigma[:-horizon] * np.sqrt(horizon))
    # A sign tells the mean size of a normal return.
    labels, size = (np.sign(moved), np.sqrt(2 / np.pi)) if label == "sign" else (np.tanh(moved), 1)
    first = 240 + BASE + past_window + horizon - 1
    assert got["hp_radius"].notna().argmax() == first
    assert got["hp_pbit"].notna().argmax() == first + horizon - 1
    for t in (first + horizon - 1, 699):
        spins = []
        for k in range(horizon):
            known = slice(t - k - horizon - past_window + 1, t - k - horizon + 1)
            d = distances(vectors[[t - k]], vectors[known], metric)[0]
            kernel, y = np.exp(-d / length_scale), labels[known]
            spins.append((kernel @ y, kernel.sum(), y.mean(), d.min()))
        field = np.array([(s[0] - s[2] * s[1]) / horizon for s in spins])
        open_states = vectors[t - np.arange(horizon)]
        gram = np.exp(-distances(open_states, open_states, metric) / length_scale)
        np.fill_diagonal(gram, 1.0)
        # The largest eigenvalue, as twenty products with the couplings give it.
        vector = np.linalg.matrix_power(gram, 19) @ np.ones(horizon)
        scale = temperature * (vector @ gram @ vector) / (vector @ vector)
        total = mean = 0.0
        for states_ in itertools.product([-1, 1], repeat=horizon):
            s = np.array(states_, dtype=float)
            weight = np.exp((0.5 * (s @ gram @ s - horizon) + field @ s) / scale)
            total += weight
            mean += s[0] * weight
        # Single precision of the device: 2e-6 of each kernel value, 200 of them in a sum.
        assert got["hp_pbit"][t] == pytest.approx(mean / total, abs=5e-5)
        vote, weights, base, nearest = spins[0]
        assert got["hp_confidence"][t] == pytest.approx(weights / (weights + horizon), rel=1e-5)
        gain = (vote / weights - base) * size * sigma[t] * np.sqrt(horizon)
        assert got["hp_gain"][t] == pytest.approx(gain, rel=1e-4, abs=1e-6)
        assert got["hp_novelty"][t] == pytest.approx(nearest, rel=1e-4)
        radius = np.linalg.norm(vectors[t])
        assert got["hp_radius"][t] == pytest.approx(radius, rel=1e-12)
        drift = distances(vectors[[t]], vectors[[t - 1]], metric)[0, 0]
        # The oracle's arccosh loses half of the digits of short distances.
        assert got["hp_drift"][t] == pytest.approx(drift, rel=1e-8)


def test_liquidity_of_a_known_spread() -> None:
    """Trades bounce between bid and ask of 1 % apart around a random walk."""
    rng = np.random.default_rng(5)
    bars, trades, spread = 4000, 20, 0.01
    middle = 100 * np.exp(np.cumsum(rng.normal(0, 0.0005, bars * trades)))
    price = middle * (1 + spread / 2 * rng.choice([-1, 1], bars * trades))
    price = price.reshape(bars, trades)
    volume = rng.lognormal(0, 1, bars)
    frame = pd.DataFrame(
        {
            "date": pd.date_range("2024-01-01", periods=bars, freq="1h", tz="UTC").as_unit("ms"),
            "open": price[:, 0],
            "high": price.max(axis=1),
            "low": price.min(axis=1),
            "close": price[:, -1],
            "volume": volume,
        }
    )
    options: dict[str, Any] = {"timeframe": "1h", "families": ["liquidity"]}
    got = hp.Engine("cpu").analyze(frame, spread_bars=1000, **options)
    # With 20 trades a bar the estimator itself is about 4 % high, and 1000 bars scatter as much.
    assert got["hp_spread"][3999] == pytest.approx(spread, rel=0.1)
    returns = np.abs(log_returns(frame)) / (frame["close"] * volume)
    assert got["hp_amihud"][3999] == pytest.approx(returns[3001:].mean(), rel=1e-12)


def test_trend_is_the_return_over_the_root_of_its_squares() -> None:
    rng = np.random.default_rng(5)
    rows, window = 400, 60
    close = pd.Series(1e-5 * np.exp(np.cumsum(rng.standard_t(3, rows) * 0.01)))
    close[200:270] = close[200]
    close[350] *= 1e6
    frame = pd.DataFrame(
        {
            "date": pd.date_range("2024-01-01", periods=rows, freq="1h", tz="UTC").as_unit("ms"),
            **dict.fromkeys(("open", "high", "low", "close"), close),
            "volume": 1.0,
        }
    )
    engine = hp.Engine("cpu")
    options: dict[str, Any] = {"timeframe": "1h", "families": ["trend"], "trend_window": window}
    got = engine.analyze(frame, **options)["hp_trend"]
    logs = pd.Series(np.log(close.to_numpy()))
    returns = logs.diff()
    moved = returns.rolling(window).apply(lambda r: np.any(r != 0), raw=True) > 0
    norm = returns.rolling(window).apply(np.linalg.norm, raw=True)
    want = (logs - logs.shift(window)) / norm.where(moved)
    # Two logarithms near 12 cancel; the root of the squares is at least 0.01.
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)
    assert got[260:270].isna().all()
    assert got.abs().max() <= window**0.5
    # A gap is bridged: the window counts the candles that were traded.
    gaps = frame.copy()
    gaps.loc[100, "volume"] = 0.0
    kept = engine.analyze(frame.drop(100), **options)["hp_trend"]
    np.testing.assert_array_equal(engine.analyze(gaps, **options)["hp_trend"].drop(100), kept)
    assert hp.startup(["trend"], {"trend_window": 60}) == 61 + 4
