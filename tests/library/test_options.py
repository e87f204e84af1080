"""Options through Python: frames, gaps, errors, and recorded chains."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy.special import ndtr

import hyperphysics as hp
from hyperphysics import options
from support.paths import SHARED

CHAINS = SHARED / "data" / "options"
recorded = pytest.mark.skipif(not CHAINS.is_dir(), reason=f"{CHAINS} is not here")

SPX_FORWARDS = {
    "2026-02-20": 6946.6,
    "2026-03-20": 6961.3,
    "2026-06-18": 7014.6,
    "2026-12-18": 7114.2,
}


def chain(rows: int = 5000) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "spot": 100 * np.exp(rng.normal(0, 0.3, rows)),
            "strike": 100.0,
            "years": rng.uniform(0.02, 2, rows),
            "volatility": rng.uniform(0.1, 1.5, rows),
            "rate": rng.uniform(-0.05, 0.1, rows),
            "call": rng.random(rows) < 0.5,
        }
    )


def test_greeks_agree_with_scipy() -> None:
    frame = chain()
    got = hp.greeks(frame)
    s, k, t, v, r = (frame[n].to_numpy() for n in ("spot", "strike", "years", "volatility", "rate"))
    sign = np.where(frame["call"], 1.0, -1.0)
    total = v * np.sqrt(t)
    d1 = (np.log(s / k) + r * t) / total + total / 2
    discounted = k * np.exp(-r * t)
    price = sign * (s * ndtr(sign * d1) - discounted * ndtr(sign * (d1 - total)))
    np.testing.assert_allclose(got["hp_price"], price, rtol=0, atol=2e-13)
    np.testing.assert_allclose(got["hp_delta"], sign * ndtr(sign * d1), rtol=0, atol=1e-14)
    np.testing.assert_allclose(
        got["hp_gamma"], np.exp(-d1 * d1 / 2) / np.sqrt(2 * np.pi) / (s * total), rtol=1e-12
    )
    rho = sign * t * discounted * ndtr(sign * (d1 - total))
    np.testing.assert_allclose(got["hp_rho"], rho, rtol=0, atol=2e-13)
    assert list(got.columns[:6]) == list(frame.columns)
    assert "hp_price" not in frame


def test_a_frame_of_any_kind_and_columns_give_the_same_bits() -> None:
    frame = chain(300)
    pandas = hp.greeks(frame, measures=["price", "veta"])
    polars = hp.greeks(pl.from_pandas(frame), measures=["price", "veta"])
    assert isinstance(polars, pl.DataFrame)
    sides = np.where(frame["call"], "call", "Put")
    arrays = hp.greeks(
        spot=frame["spot"],
        strike=100,
        years=list(frame["years"]),
        volatility=pl.Series(frame["volatility"]),
        rate=frame["rate"].to_numpy(),
        call=sides,
        measures=["price", "veta"],
    )
    for name, values in arrays.items():
        assert (pandas[f"hp_{name}"].to_numpy() == values).all()
        assert (polars[f"hp_{name}"].to_numpy() == values).all()
    renamed = frame.rename(columns={"spot": "underlying"})
    again = hp.greeks(renamed, spot="underlying", strike=100.0, measures=["price"])
    assert (again["hp_price"] == pandas["hp_price"]).all()


def test_a_gap_gives_no_value_on_its_row() -> None:
    frame = pl.from_pandas(chain(40)).with_columns(
        pl.when(pl.int_range(pl.len()) == 7).then(None).otherwise(pl.col("years")).alias("years")
    )
    for result in (hp.greeks(frame), hp.sabr(frame, alpha=0.5, nu=1.0)):
        added = result.drop(frame.columns)
        assert added[7].to_numpy().ravel().tolist() == pytest.approx(
            [np.nan] * added.width, nan_ok=True
        )
        assert np.isfinite(added[8].to_numpy()).all()
    assert len(hp.greeks(frame.clear())) == 0


@pytest.mark.parametrize(
    "call",
    [
        pd.Series([True, False], dtype=object),
        pd.Series([True, False], dtype="boolean"),
        pd.Series([True, False], dtype="bool[pyarrow]"),
        pl.Series([True, False]),
        ["call", "P"],
    ],
)
def test_sides_of_any_type_are_read(call: object) -> None:
    market: dict[str, Any] = {"spot": 100.0, "strike": 90.0, "years": 1.0, "volatility": 0.2}
    delta = hp.greeks(**market, call=call)["delta"]
    expected = hp.greeks(**market, call=np.array([True, False]))["delta"]
    assert delta.tolist() == expected.tolist()
    assert delta[0] > 0 > delta[1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"volatility": [0.2, -0.1]}, r"volatility, row 1: -0\.1, expected a number from 0\.0 to"),
        ({"spot": [100.0, np.inf]}, r"spot, row 1: inf, expected"),
        ({"strike": [0.0]}, r"strike, row 0: 0\.0"),
        ({"years": [1.0, 2.0, 3.0], "spot": [1.0, 2.0]}, r"years has 3 rows, expected 1 or 2"),
        ({"call": pd.Series([True, None], dtype=object)}, "call, row 1: None, expected True or"),
        ({"call": pd.Series([None, True], dtype="boolean")}, "call, row 0: <NA>, expected True"),
        ({"call": pl.Series([True, None])}, "call, row 1: None, expected True"),
        ({"call": ["call", "straddle"]}, r"call, row 1: .*straddle.*expected True or `call`"),
        ({"measures": ["delta", "lambda"]}, r"unknown measure `lambda`, expected one of price,"),
        ({"spot": "close"}, r"spot: `close` was not given"),
        ({"rate": "abc def"}, r"rate: `abc def` was not given"),
    ],
)
def test_bad_input_is_named(change: dict[str, object], message: str) -> None:
    good: dict[str, object] = {"spot": 100.0, "strike": 100.0, "years": 1.0, "volatility": 0.2}
    with pytest.raises(hp.HyperPhysicsError, match=message):
        options.greeks(**(good | change))  # type: ignore[call-overload]


def test_bad_quotes_are_named() -> None:
    with pytest.raises(hp.HyperPhysicsError, match=r"price, row 2: -1\.0, expected"):
        hp.implied_volatility(price=[1.0, 2.0, -1.0], spot=100, strike=100, years=1)
    with pytest.raises(hp.HyperPhysicsError, match="2 quotes with a weight, expected at least 3"):
        hp.calibrate_sabr([90, 100, 110], [0.2, np.nan, 0.3], forward=100, years=1)
    with pytest.raises(hp.HyperPhysicsError, match="volatility has 2 rows, expected 3"):
        hp.calibrate_sabr([90, 100, 110], [0.2, 0.3], forward=100, years=1)
    with pytest.raises(hp.HyperPhysicsError, match="unknown quantity `volvol`"):
        hp.sabr(spot=100, strike=100, years=1, alpha=0.2, volvol=1.0)
    with pytest.raises(hp.HyperPhysicsError, match=r"rho, row 0: 1\.0, expected"):
        hp.sabr(spot=100, strike=100, years=1, alpha=0.2, rho=1.0)


def test_no_volatility_gives_these_prices() -> None:
    given = hp.implied_volatility(
        price=[9.9, 10.0, 100.1, np.nan, 12.0], spot=100, strike=90, years=[1, 1, 1, 1, 0]
    )
    assert np.isnan(given[[0, 2, 3, 4]]).all()
    assert given[1] == 0.0  # the intrinsic value, without volatility


def test_smile_greeks_are_derivatives_of_the_price() -> None:
    base: dict[str, Any] = {
        "spot": 100.0,
        "strike": [80.0, 100.0, 130.0],
        "years": 0.5,
        "rate": 0.03,
    }
    base |= {"alpha": 0.5, "rho": -0.4, "nu": 1.1, "dividend": 0.01}

    def price(**change: float) -> NDArray[np.float64]:
        return hp.sabr(None, measures=["price"], **(base | change))["price"]

    got = hp.sabr(None, **base)
    for name, variable, step in (
        ("delta", "spot", 1e-3),
        ("vega", "alpha", 1e-5),
        ("rega", "rho", 1e-5),
        ("sega", "nu", 1e-5),
    ):
        here = base[variable]
        difference = price(**{variable: here + step}) - price(**{variable: here - step})
        np.testing.assert_allclose(got[name], difference / (2 * step), rtol=1e-6, atol=1e-7)
    # Bartlett: the volatility moves along, by ρν/F^β per unit of the forward.
    forward = 100 * np.exp(0.02 * 0.5)
    moved = [
        price(spot=100 + h, alpha=0.5 - 0.4 * 1.1 / forward * h * np.exp(0.02 * 0.5))
        for h in (1e-3, -1e-3)
    ]
    np.testing.assert_allclose(got["bartlett"], (moved[0] - moved[1]) / 2e-3, rtol=1e-6)


@recorded
def test_recorded_deribit_prices() -> None:
    chain = pd.read_csv(CHAINS / "deribit_BTC_2024-05-24.csv").dropna(subset=["forward_parity"])
    price = hp.greeks(
        chain,
        spot="forward_parity",
        years="tau_years",
        volatility=chain["mark_iv_pct"] / 100,
        call="option_type",
        measures=["price"],
    )["hp_price"]
    error = (price / chain["forward_parity"] - chain["mark_price_coin"]).abs()
    # Of the data's description: 2.8e-5 and 8.2e-5; prices are rounded to 1e-4.
    assert error.median() < 3e-5
    assert error.quantile(0.95) < 8.5e-5


@recorded
@pytest.mark.parametrize("expiry", sorted(SPX_FORWARDS))
def test_recorded_spx_mids_are_priced_again(expiry: str) -> None:
    chain = pd.read_csv(CHAINS / "spx_2026-01-30.csv")
    chain = chain[(chain["traded_on_quote_date"] == 1) & (chain["expiration"] == expiry)]
    chain = chain[(chain["bid"] > 0) & chain["strike"].between(6500, 7400)]
    years = (pd.Timestamp(expiry) - pd.Timestamp("2026-01-30")).days / 365
    forward = SPX_FORWARDS[expiry]
    known: dict[str, Any] = {"spot": forward, "years": years, "rate": 0.04, "dividend": 0.04}
    chain = chain.assign(mid=(chain["bid"] + chain["ask"]) / 2)
    volatility = hp.implied_volatility(chain, price="mid", call="option_type", **known)
    assert np.isfinite(volatility).mean() > 0.99
    again = hp.greeks(chain, volatility=volatility, call="option_type", measures=["price"], **known)
    error = (again["hp_price"] - chain["mid"]).abs()[np.isfinite(volatility)]
    assert error.max() < 1e-9
    # Call and put of a strike imply one volatility, as parity holds within 0.7 points.
    both = chain.assign(v=volatility).pivot_table(
        index="strike", columns=["option_type"], values="v", aggfunc="mean"
    )
    vega = hp.greeks(
        spot=forward, strike=both.index, years=years, volatility=0.15, measures=["vega"]
    )["vega"]
    apart = ((both["call"] - both["put"]).abs() * vega).dropna()
    assert len(apart) > 5
    assert apart.median() < 2.0


@recorded
def test_recorded_smiles_are_fitted() -> None:
    chain = pd.read_csv(CHAINS / "deribit_BTC_2026-08-08.csv")
    chain["years"] = (
        pd.to_datetime(chain["expiry_utc"]) - pd.Timestamp("2026-08-08")
    ).dt.days / 365
    fitted = 0
    for years in chain["years"].unique().astype(float):
        if years < 0.01:
            continue
        expiry = chain[chain["years"] == years]
        forward = expiry["forward"].median()
        smile = expiry.drop_duplicates("strike")
        reach = 2.5 * 0.5 * np.sqrt(years)
        smile = smile[np.log(smile["strike"] / forward).abs() < reach]
        fit = hp.calibrate_sabr(
            smile["strike"], smile["mark_iv_pct"] / 100, forward=forward, years=years
        )
        assert fit.converged
        assert fit.rms < 0.02
        fitted += 1
    assert fitted >= 8
