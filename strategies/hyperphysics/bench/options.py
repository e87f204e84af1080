"""Options: Greeks in double precision, through Python."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

import hyperphysics as hp
from hyperphysics import _engine
from hyperphysics.bench.timing import F64, Row, beside, compiled, least, optional

special = optional("scipy.special")
ql = optional("QuantLib")

ITEMS, STRIKE, RATE = 20_000, 100.0, 0.03
GREEKS = ["delta", "gamma", "vega", "theta", "rho"]
# Options for a library that takes them one by one.
SINGLE = 200


def greeks() -> list[Row]:
    """Five derivatives of 20 000 calls, per option."""
    rng = np.random.default_rng(2)
    spot = 80 + 40 * rng.random(ITEMS)
    years = 0.05 + rng.random(ITEMS)
    volatility = 0.1 + 0.5 * rng.random(ITEMS)
    engine = _engine.Engine("cpu", threads=1)
    columns = (spot, [STRIKE], years, volatility, [RATE], [0.0], [1.0])

    def ours() -> NDArray[np.float64]:
        return _engine.greeks(engine, *columns, measures=GREEKS)

    expected = ours().reshape(len(GREEKS), ITEMS)
    arguments = (spot, STRIKE, years, volatility, RATE)

    def close(got: F64) -> None:
        np.testing.assert_allclose(got, expected[:, : got.shape[1]], rtol=1e-11, atol=1e-14)

    times = beside(
        {"scipy": lambda: greeks_scipy(*arguments), "numba": lambda: greeks_numba(*arguments)},
        close,
        ITEMS,
        30,
    )
    few = (spot[:SINGLE], STRIKE, years[:SINGLE], volatility[:SINGLE], RATE)
    times |= beside({"QuantLib": lambda: greeks_quantlib(*few)}, close, SINGLE, 5)
    goals = {"scipy": 6.0 if hp.simd().startswith("AVX-512") else 4.0}
    seconds = least(ours, 100)
    return [Row("five Greeks in double precision", "option", seconds / ITEMS * 1e9, times, goals)]


def greeks_scipy(spot: F64, strike: float, years: F64, volatility: F64, rate: float) -> F64:
    """Delta, gamma, vega, theta and rho of calls, `(5, options)`, with scipy's normal law."""
    root = np.sqrt(years)
    total = volatility * root
    d1 = (np.log(spot / strike) + rate * years) / total + total / 2
    density = np.exp(-0.5 * d1 * d1) / math.sqrt(2 * math.pi)
    inside = strike * np.exp(-rate * years) * special.ndtr(d1 - total)
    return np.stack(
        [
            special.ndtr(d1),
            density / (spot * total),
            spot * density * root,
            -spot * density * volatility / (2 * root) - rate * inside,
            years * inside,
        ]
    )


@compiled()
def greeks_numba(spot: Any, strike: float, years: Any, volatility: Any, rate: float) -> Any:
    """The same, option by option."""
    out = np.empty((5, len(spot)))
    for i in range(len(spot)):
        root = math.sqrt(years[i])
        total = volatility[i] * root
        d1 = (math.log(spot[i] / strike) + rate * years[i]) / total + total / 2
        density = math.exp(-0.5 * d1 * d1) / math.sqrt(2 * math.pi)
        within = 0.5 * math.erfc((total - d1) * math.sqrt(0.5))
        inside = strike * math.exp(-rate * years[i]) * within
        out[0, i] = 0.5 * math.erfc(-d1 * math.sqrt(0.5))
        out[1, i] = density / (spot[i] * total)
        out[2, i] = spot[i] * density * root
        out[3, i] = -spot[i] * density * volatility[i] / (2 * root) - rate * inside
        out[4, i] = years[i] * inside
    return out


def greeks_quantlib(spot: F64, strike: float, years: F64, volatility: F64, rate: float) -> F64:
    """The same by QuantLib's Black calculator, through its Python binding."""
    payoff = ql.PlainVanillaPayoff(ql.Option.Call, strike)
    out = np.empty((5, len(spot)))
    for i, (price, time, sigma) in enumerate(zip(spot, years, volatility, strict=True)):
        discount = math.exp(-rate * time)
        black = ql.BlackCalculator(payoff, price / discount, sigma * math.sqrt(time), discount)
        out[:, i] = (
            black.delta(price),
            black.gamma(price),
            black.vega(time),
            black.theta(price, time),
            black.rho(time),
        )
    return out
