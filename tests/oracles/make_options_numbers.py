"""Makes the reference numbers of options and SABR that the package carries.

Without the engine: Greeks are numerical derivatives of the price, hyperbolic distances are least
distances to points of a line, both in 200 digits, since derivatives far out of the money are of
order 1e-70. Needs mpmath. Run it to write the files again:

    python tests/oracles/make_options_numbers.py strategies/hyperphysics/verification/numbers
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath as mp

Case = dict[str, Any]

mp.mp.dps = 200

# Orders of differentiation in S, K, T, r, q, sigma, and the sign.
DERIVATIVES: dict[str, tuple[tuple[int, int, int, int, int, int], int]] = {
    "price": ((0, 0, 0, 0, 0, 0), 1),
    "delta": ((1, 0, 0, 0, 0, 0), 1),
    "gamma": ((2, 0, 0, 0, 0, 0), 1),
    "vega": ((0, 0, 0, 0, 0, 1), 1),
    "theta": ((0, 0, 1, 0, 0, 0), -1),
    "rho": ((0, 0, 0, 1, 0, 0), 1),
    "phi_dividend_rho": ((0, 0, 0, 0, 1, 0), 1),
    "vanna": ((1, 0, 0, 0, 0, 1), 1),
    "volga": ((0, 0, 0, 0, 0, 2), 1),
    "charm": ((1, 0, 1, 0, 0, 0), -1),
    "speed": ((3, 0, 0, 0, 0, 0), 1),
    "zomma": ((2, 0, 0, 0, 0, 1), 1),
    "color": ((2, 0, 1, 0, 0, 0), -1),
    "veta": ((0, 0, 1, 0, 0, 1), -1),
    "ultima": ((0, 0, 0, 0, 0, 3), 1),
}


def price(sign: int) -> Callable[..., Any]:
    """Price of a call (1) or a put (-1)."""

    def value(s: Any, k: Any, t: Any, r: Any, q: Any, sigma: Any) -> Any:
        total = sigma * mp.sqrt(t)
        d1 = (mp.log(s / k) + (r - q) * t) / total + total / 2
        forward, discounted = s * mp.exp(-q * t), k * mp.exp(-r * t)
        return sign * (forward * mp.ncdf(sign * d1) - discounted * mp.ncdf(sign * (d1 - total)))

    return value


def option(side: str, s: float, k: float, t: float, r: float, q: float, sigma: float) -> Case:
    """All derivatives of an option."""
    value = price(1 if side == "call" else -1)
    point = tuple(map(mp.mpf, (s, k, t, r, q, sigma)))
    outputs = {
        name: float(sign * (mp.diff(value, point, orders) if any(orders) else value(*point)))
        for name, (orders, sign) in DERIVATIVES.items()
    }
    inputs = {"S": s, "K": k, "T": t, "r": r, "q": q, "sigma": sigma}
    return {"id": side, "inputs": inputs, "outputs": outputs}


def smile(f: float, k: float, t: float, alpha: float, beta: float, rho: float, nu: float) -> Case:
    """Distance from the state to the line of the strike, and the volatility to first order."""
    span = mp.quad(lambda u: u**-beta, [k, f])
    zeta = nu * span / alpha
    narrow = mp.sqrt(1 - mp.mpf(rho) ** 2)

    def away(log_y: Any) -> Any:
        # cosh d - 1 of the distance d from ((ζ - ρ)/√(1-ρ²), 1) to (-ρ y/√(1-ρ²), y).
        y = mp.exp(log_y)
        x = (zeta - rho + rho * y) / narrow
        return (x * x + (y - 1) ** 2) / (2 * y)

    foot = mp.findroot(lambda log_y: mp.diff(away, log_y), zeta / 4, tol=1e-60)
    distance = mp.acosh(1 + away(foot))
    leading = nu * mp.log(mp.mpf(f) / k) / (distance if f > k else -distance)
    level = mp.mpf(f * k) ** ((1 - mp.mpf(beta)) / 2)
    first = (1 - beta) ** 2 * alpha**2 / (24 * level**2)
    first += rho * beta * nu * alpha / (4 * level) + (2 - 3 * rho**2) * nu**2 / 24
    outputs = {
        "geodesic_distance": float(distance),
        "lognormal_vol_obloj2008": float(leading * (1 + t * first)),
    }
    inputs = {"F": f, "K": k, "T": t, "alpha": alpha, "beta": beta, "rho": rho, "nu": nu}
    return {"id": f"K{k}", "inputs": inputs, "outputs": outputs}


def main() -> None:
    """Write both files."""
    folder = Path(sys.argv[1])
    options = [
        option(side, *point)
        for point in (
            (100.0, 100.0, 1.0, 0.05, 0.02, 0.2),
            (60000.0, 66000.0, 0.08, 0.04, 0.0, 0.55),
            (100.0, 101.0, 1e-5, 0.0, 0.0, 0.8),
            (100.0, 30.0, 0.05, -0.02, 0.01, 0.3),
        )
        for side in ("call", "put")
    ]
    smiles = [
        smile(60000.0, 48000.0, 0.08, 0.55, 1.0, 0.1, 2.0),
        smile(60000.0, 60010.0, 0.08, 0.55, 1.0, 0.1, 2.0),
        smile(0.03, 0.06, 2.0, 0.04, 0.5, -0.25, 0.4),
        smile(100.0, 20.0, 0.5, 2.0, 0.5, 0.6, 0.6),
    ]
    for name, cases in {"black_scholes": options, "sabr": smiles}.items():
        source = "tests/oracles/make_options_numbers.py (mpmath)"
        document = {"name": name, "source": source, "cases": cases}
        (folder / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
