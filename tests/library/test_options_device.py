"""Options in single precision on a device, beside double precision on the CPU."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import hyperphysics as hp

Columns = dict[str, Any]
"""Arrays by name; Any, for they are given as keywords of several types."""

ROWS = 10_007
"""More than two runs of a thread, and no multiple of 16."""


def chain(rows: int = ROWS) -> Columns:
    rng = np.random.default_rng(3)
    return {
        "spot": 100 * np.exp(rng.normal(0, 0.5, rows)),
        "strike": np.full(rows, 100.0),
        "years": rng.uniform(0.02, 10, rows),
        "volatility": rng.uniform(0.1, 1.5, rows),
        "rate": rng.uniform(-0.05, 0.1, rows),
        "dividend": rng.uniform(-0.05, 0.1, rows),
    }


def scales(c: Columns) -> Columns:
    """What errors are measured by: units of spot, volatility and σ√T of the spot."""
    s, t, v = c["spot"], c["years"], c["volatility"]
    root, larger = np.sqrt(t), np.maximum(s, c["strike"])
    drift = 1 + np.abs(c["rate"] - c["dividend"]) * root / v
    gamma = 1 / (s * v * root)
    return {
        "price": s,
        "delta": np.ones_like(s),
        "gamma": gamma,
        "vega": s * root,
        "theta": s * v / root + 0.2 * larger,
        "rho": larger * t,
        "phi": s * t,
        "vanna": 1 / v,
        "volga": s * root / v,
        "charm": drift / t,
        "speed": gamma / (s * v * root),
        "zomma": gamma / v,
        "color": drift * gamma / t,
        "veta": drift * s * root / t,
        "ultima": s * root / v**2,
    }


@pytest.fixture(params=["cpu", "vulkan"])
def device(request: pytest.FixtureRequest) -> str:
    name: str = "cpu" if request.param == "cpu" else request.getfixturevalue("vulkan")
    return name


def test_greeks_follow_double_precision(device: str) -> None:
    columns, engine = chain(), hp.Engine(device)
    for side in ("call", "put"):
        want = hp.greeks(**columns, call=side)
        got = hp.greeks(**columns, call=side, device=engine)
        for name, scale in scales(columns).items():
            error = np.abs(got[name] - want[name]) / scale
            assert error.max() < 1e-6, (name, error.max())
    assert engine.fallbacks == {}
    assert set(engine.plans) == {"cpu" if device == "cpu" else "vulkan"}


def test_parity_holds_to_the_last_bits(device: str) -> None:
    columns = chain(1000)
    call, put = (hp.greeks(**columns, call=side, device=device) for side in ("call", "put"))
    forward = columns["spot"] * np.exp(-columns["dividend"] * columns["years"])
    discounted = columns["strike"] * np.exp(-columns["rate"] * columns["years"])
    larger = np.maximum(forward, discounted)
    np.testing.assert_array_less(
        np.abs(call["price"] - put["price"] - (forward - discounted)), 2e-15 * larger
    )
    for name in ("gamma", "vega", "vanna", "volga", "speed", "zomma", "veta", "ultima"):
        assert (call[name] == put[name]).all()


def test_a_part_of_the_measures_has_the_same_bits(device: str) -> None:
    columns = chain(100)
    whole = hp.greeks(**columns, device=device)
    for measures in (["price"], ["vega", "delta"], ["ultima"]):
        part = hp.greeks(**columns, measures=measures, device=device)
        assert all((part[name] == whole[name]).all() for name in measures)


def test_rows_are_independent_and_chunks_do_not_matter(device: str) -> None:
    columns = chain()
    whole = hp.greeks(**columns, device=device)
    # Half of it holds 4096 rows, one plan after the other.
    frugal = hp.Engine(device, max_memory=1 << 20)
    small = hp.greeks(**columns, device=frugal)
    assert sum(frugal.plans.values()) == 3
    row = {name: column[4097] for name, column in columns.items()}
    alone = hp.greeks(**row, device=device)
    for name, values in whole.items():
        assert (small[name] == values).all(), name
        assert alone[name][0] == values[4097], name


def test_frames_gaps_and_nothing(device: str) -> None:
    frame = pl.DataFrame(chain(40))
    frame = frame.with_columns(
        pl.when(pl.int_range(pl.len()) == 7).then(None).otherwise(pl.col("years")).alias("years")
    )
    for result in (
        hp.greeks(frame, device=device),
        hp.sabr(frame, alpha=0.5, nu=1.0, device=device),
    ):
        added = result.drop(frame.columns)
        assert np.isnan(added[7].to_numpy()).all()
        assert np.isfinite(added.filter(pl.int_range(pl.len()) != 7).to_numpy()).all()
    assert len(hp.greeks(frame.clear(), device=device)) == 0
    assert len(hp.sabr(frame.clear(), alpha=0.5, device=device)) == 0
    pandas = hp.greeks(frame.to_pandas(), device=device)
    assert isinstance(pandas, pd.DataFrame)
    assert pandas["hp_delta"].isna().sum() == 1


def test_limits_and_corners(device: str) -> None:
    corner: dict[str, Any] = {
        "spot": [1e-100, 1e100, 110.0, 90.0, 100.0, 110.0, 90.0, 100.0],
        "strike": 100.0,
        "years": [1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0],
        "volatility": [1.0, 1.0, 0.5, 0.5, 0.5, 0.0, 0.0, 0.0],
    }
    for side in ("call", "put"):
        want = hp.greeks(**corner, call=side)
        got = hp.greeks(**corner, call=side, device=device)
        for name in ("price", "delta", "theta", "rho"):
            np.testing.assert_allclose(got[name], want[name], rtol=1e-14, atol=0, err_msg=name)
        assert (got["gamma"][2:] == 0).all()
        assert (got["ultima"][2:] == 0).all()


def test_sabr_follows_double_precision(device: str) -> None:
    rng = np.random.default_rng(4)
    rows = ROWS
    smile: dict[str, Any] = {
        "spot": 100.0,
        "strike": 100 * np.exp(rng.normal(0, 0.5, rows)),
        "years": rng.uniform(0.02, 10, rows),
        "alpha": rng.uniform(0.1, 1.0, rows),
        "rho": rng.uniform(-0.9, 0.9, rows),
        "nu": rng.uniform(0, 3, rows),
        "rate": 0.03,
        "dividend": 0.01,
        "call": rng.random(rows) < 0.5,
    }
    for beta in (0.5, 1.0):
        smile["beta"] = beta
        smile["alpha"] = smile["alpha"] * 100 ** (1 - beta)
        engine = hp.Engine(device)
        want, got = hp.sabr(None, **smile), hp.sabr(None, **smile, device=engine)
        for name in ("volatility", "distance"):
            np.testing.assert_allclose(got[name], want[name], rtol=1e-6, atol=1e-9, err_msg=name)
        for name in ("density", "valid"):
            np.testing.assert_array_equal(got[name], want[name])
        # Prices move by vega times the error of the volatility; slopes are of the order of 100.
        for name in ("price", "delta", "bartlett", "rega", "sega", "backbone"):
            np.testing.assert_allclose(got[name], want[name], rtol=3e-6, atol=3e-4, err_msg=name)
        assert engine.fallbacks == {}
        assert set(engine.plans) == {"cpu" if device == "cpu" else "vulkan"}
        smile["alpha"] = smile["alpha"] / 100 ** (1 - beta)


def test_what_single_precision_cannot_hold_is_computed_in_double(device: str) -> None:
    far: dict[str, Any] = {
        "spot": [100.0, 1e-100, 100.0],
        "strike": [1e12, 1.0, 100.0],
        "years": 0.5,
        "alpha": [0.4, 0.4, 1e-9],
        "nu": 0.5,
    }
    want, got = hp.sabr(None, **far), hp.sabr(None, **far, device=device)
    for name, values in want.items():
        np.testing.assert_array_equal(got[name], values, err_msg=name)


def test_flat_smiles_are_exact(device: str) -> None:
    found = hp.sabr(
        spot=100, strike=[1.0, 99.0, 100.0, 300.0], years=1, alpha=0.375, rho=0.3, device=device
    )
    assert (found["volatility"] == 0.375).all()
    assert (found["distance"] == 0.0).all()


def test_bad_input_is_named() -> None:
    good: dict[str, Any] = {"spot": 100.0, "strike": 100.0, "years": 1.0, "volatility": 0.2}
    with pytest.raises(hp.HyperPhysicsError, match=r"volatility, row 1: -0\.1, expected"):
        hp.greeks(None, **(good | {"volatility": [0.2, -0.1]}), device="cpu")
    with pytest.raises(hp.HyperPhysicsError, match="unknown measure `lambda`"):
        hp.greeks(None, **good, measures=["lambda"], device="cpu")
    with pytest.raises(hp.HyperPhysicsError, match=r"rho, row 0: 1\.0, expected"):
        hp.sabr(spot=100, strike=100, years=1, alpha=0.2, rho=1.0, device="cpu")
    with pytest.raises(hp.HyperPhysicsError, match="abacus"):
        hp.greeks(None, **good, device="abacus")


def test_auto_keeps_small_calls_on_the_cpu() -> None:
    engine = hp.Engine("auto")
    hp.greeks(**chain(100), device=engine)
    assert set(engine.plans) == {"cpu"}
