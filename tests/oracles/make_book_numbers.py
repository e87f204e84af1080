"""Makes the reference numbers of order books that the package carries.

Without the engine, from definitions. Run it to write the file again:

    python tests/oracles/make_book_numbers.py strategies/hyperphysics/verification/numbers
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np

Case = dict[str, Any]
Levels = list[tuple[float, float]]


def point(price: float, size: float, mid: float, delta: float, reference: float) -> Case:
    """A level in the half-space, its distance by the inverse hyperbolic cosine, and in the ball."""
    xi, y = math.log(price / mid) / delta, size / reference
    scale = xi**2 + (y + 1) ** 2
    return {
        "xi": xi,
        "y": y,
        "distance": math.acosh(1 + (xi**2 + (y - 1) ** 2) / (2 * y)),
        "ball": [2 * xi / scale, 0.0, (xi**2 + y**2 - 1) / scale],
    }


def fill(asks: Levels, amount: float) -> tuple[float | None, float]:
    """Mean price and the rest of an order to buy."""
    left, paid = amount, 0.0
    for price, size in asks:
        taken = min(left, size)
        paid += taken * price
        left -= taken
    return (None if left > 0 else paid / amount), left


def book(name: str, levels: int, tick: float, rng: np.random.Generator) -> Case:
    """A random book of `levels` levels a side."""
    steps = np.cumsum(rng.integers(1, 4, (2, levels)), axis=1)
    bid_price = [round(100 - tick * int(step), 6) for step in steps[0]]
    ask_price = [round(100 + tick * int(step), 6) for step in steps[1]]
    sizes = np.round(rng.lognormal(0, 1, (2, levels)), 4)
    bids = list(zip(bid_price, sizes[0].tolist(), strict=True))
    asks = list(zip(ask_price, sizes[1].tolist(), strict=True))
    delta, lam = 2 * tick / 100, 1.25
    (bid, bid_size), (ask, ask_size) = bids[0], asks[0]
    mid, reference = (bid + ask) / 2, math.sqrt(bid_size * ask_size)
    outputs: Case = {
        "mid": mid,
        "spread": ask - bid,
        "spread_bps": (ask - bid) / mid * 1e4,
        "top_imbalance": (bid_size - ask_size) / (bid_size + ask_size),
        "weighted_mid": (ask * bid_size + bid * ask_size) / (bid_size + ask_size),
        "reference_size": reference,
    }
    for side, given in (("bid", bids), ("ask", asks)):
        points = [point(price, size, mid, delta, reference) for price, size in given]
        liquidity = math.fsum(
            size * math.exp(-p["distance"] / lam)
            for p, (_, size) in zip(points, given, strict=True)
        )
        outputs[side] = {key: [p[key] for p in points] for key in points[0]} | {"L_eff": liquidity}
    of_bids, of_asks = outputs["bid"]["L_eff"], outputs["ask"]["L_eff"]
    outputs["effective_imbalance"] = (of_bids - of_asks) / (of_bids + of_asks)
    outputs["effective_micro_price"] = (ask * of_bids + bid * of_asks) / (of_bids + of_asks)
    amounts = [
        round(ask_size / 2, 5),
        round(float(sizes[1].sum()) / 3, 5),
        2 * float(sizes[1].sum()),
    ]
    fills = [fill(asks, amount) for amount in amounts]
    outputs["buy_vwap"] = [vwap for vwap, _ in fills]
    outputs["buy_unfilled"] = [left for _, left in fills]
    outputs["buy_slippage_bps"] = [
        None if vwap is None else (vwap / mid - 1) * 1e4 for vwap, _ in fills
    ]
    inputs = {
        "bid_price": bid_price,
        "bid_size": sizes[0].tolist(),
        "ask_price": ask_price,
        "ask_size": sizes[1].tolist(),
        "delta": delta,
        "lambda": lam,
        "buy_sizes": amounts,
    }
    return {"id": name, "inputs": inputs, "outputs": outputs}


def race(arrival: float, departure: float, cancellation: float, inside: float) -> Case:
    """Which of two queues empties first, by a dense linear system of queues up to 40 orders."""
    most = 40
    states = [(b, a) for b in range(1, most + 1) for a in range(1, most + 1)]
    place = {state: at for at, state in enumerate(states)}
    matrix, right = np.zeros((len(states), len(states))), np.full(len(states), inside)
    for (b, a), row in place.items():
        total = 2 * inside
        for state, rate in (
            ((b + 1, a), arrival),
            ((b, a + 1), arrival),
            ((b - 1, a), departure + b * cancellation),
            ((b, a - 1), departure + a * cancellation),
        ):
            if max(state) > most:
                continue
            total += rate
            if state in place:
                matrix[row, place[state]] -= rate
            elif state[1] == 0:
                right[row] += rate
        matrix[row, row] += total
    up = np.linalg.solve(matrix, right).reshape(most, most)
    inputs = {
        "lambda": arrival,
        "mu": departure,
        "theta": cancellation,
        "inside_spread_rate": inside,
    }
    outputs = {"p_up_rows_bid_1_8_cols_ask_1_8": up[:8, :8].tolist()}
    return {"id": "cst_race", "inputs": inputs, "outputs": outputs}


def balanced() -> Case:
    """Both queues move by one order at the same rates: the integral."""
    pairs = [[1, 1], [1, 2], [2, 1], [3, 5]]
    node, weight = np.polynomial.legendre.leggauss(400)
    t, weight = np.pi / 2 * (1 + node), np.pi / 2 * weight
    # 2 - cos t = 1 + c, and its root is 1 / (1 + c + √(c (2 + c))).
    c = 2 * np.sin(t / 2) ** 2
    root = 1 / (1 + c + np.sqrt(c * (2 + c)))
    up = [
        float(np.sum(root**p * np.sin(n * t) * np.cos(t / 2) / np.sin(t / 2) * weight) / np.pi)
        for n, p in pairs
    ]
    return {
        "id": "cont_de_larrard_balanced",
        "inputs": {"pairs_bid_ask": pairs},
        "outputs": {"p_up": up},
    }


def diffusion() -> Case:
    """Avellaneda, Reed and Stoikov's formula."""
    rows: list[list[float]] = [
        [3, 1, -1, 0],
        [3, 1, -0.5, 2],
        [10, 2.5, 0.5, 0],
        [1, 1000, -0.9, 2],
    ]
    up: list[float] = []
    for bid, ask, rho, hidden in rows:
        share = (ask - bid) / (bid + ask + 2 * hidden)
        k = math.sqrt((1 + rho) / (1 - rho))
        up.append((1 - (math.atan(k * share) / math.atan(k) if k else share)) / 2)
    return {
        "id": "avellaneda_reed_stoikov",
        "inputs": {"rows_x_bid_y_ask_rho_H": rows},
        "outputs": {"p_up": up},
    }


def main() -> None:
    """Write the file."""
    folder = Path(sys.argv[1])
    rng = np.random.default_rng(21)
    cases = [
        book("random6", 6, 0.05, rng),
        book("random17", 17, 0.01, rng),
        race(1.85, 0.94, 0.71, 0.0),
        race(1.2, 1.0, 0.3, 1.5),
        balanced(),
        diffusion(),
    ]
    document = {"name": "orderbook", "cases": cases}
    (folder / "orderbook.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
