"""Order books: one book and models of its next move in f64, batches on the device in f32."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from hyperphysics import _engine
from hyperphysics.verification import Check, each

F64 = 1e-9
"""Absolute, the file's own tolerance for double precision."""

F32 = 1e-5
"""Relative, the file's own tolerance for single precision."""

SIDES = ("bid", "ask")


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Books on the CPU and on the device; probabilities of the next move on the CPU."""
    del document
    inputs, outputs = case["inputs"], case["outputs"]
    if case["id"] == "cst_race":
        return _race(inputs, outputs)
    if case["id"] == "cont_de_larrard_balanced":
        model = _engine.MoveModel.cont_de_larrard()
        got = [model.p_up(bid, ask) for bid, ask in inputs["pairs_bid_ask"]]
        return each("p_up", got, outputs["p_up"], absolute=F64)
    if case["id"] == "avellaneda_reed_stoikov":
        rows = inputs["rows_x_bid_y_ask_rho_H"]
        got = [
            _engine.MoveModel.avellaneda_reed_stoikov(rho=rho, hidden=hidden).p_up(bid, ask)
            for bid, ask, rho, hidden in rows
        ]
        return each("p_up", got, outputs["p_up"], absolute=F64)
    return [*_single(inputs, outputs), *_batch(engine, inputs, outputs)]


def _race(inputs: dict[str, float], outputs: dict[str, Any]) -> Iterator[Check]:
    model = _engine.MoveModel.cont_stoikov_talreja(
        arrival=inputs["lambda"],
        departure=inputs["mu"],
        cancellation=inputs["theta"],
        inside=inputs["inside_spread_rate"],
    )
    for bid, row in enumerate(outputs["p_up_rows_bid_1_8_cols_ask_1_8"], 1):
        got = [model.p_up(bid, ask) for ask in range(1, len(row) + 1)]
        yield from each(f"p_up, bid {bid}", got, row, absolute=F64)


def _levels(inputs: dict[str, Any], side: str) -> list[tuple[float, float]]:
    return list(zip(inputs[f"{side}_price"], inputs[f"{side}_size"], strict=True))


def _single(inputs: dict[str, Any], outputs: dict[str, Any]) -> Iterator[Check]:
    book = _engine.HyperbolicOrderBook()
    book.snapshot(*(_levels(inputs, side) for side in SIDES))
    state = book.state(
        delta=inputs["delta"], length_scale=inputs["lambda"], amounts=inputs["buy_sizes"]
    )
    scalars = {
        "mid": state.mid,
        "spread": state.spread,
        "spread_bps": state.spread_bps,
        "top_imbalance": state.top_imbalance,
        "weighted_mid": state.top_weighted_mid,
        "reference_size": state.reference_size,
        "effective_imbalance": state.imbalance,
        "effective_micro_price": state.weighted_mid,
    }
    for name, got in scalars.items():
        yield Check(name, got, outputs[name], F64)
    for name, side, liquidity in zip(SIDES, (state.bids, state.asks), state.liquidity, strict=True):
        want = outputs[name]
        yield Check(f"L_eff, {name}", liquidity, want["L_eff"], F64)
        yield from each(f"xi, {name}", side.xi, want["xi"], absolute=F64)
        yield from each(f"y, {name}", side.y, want["y"], absolute=F64)
        yield from each(f"distance, {name}", side.distance, want["distance"], absolute=F64)
        for at, (point, image) in enumerate(zip(side.ball, want["ball"], strict=True)):
            yield from each(f"ball, {name} {at}", point, image, absolute=F64)
    for at, fill in enumerate(state.buys):
        yield Check(f"buy_unfilled[{at}]", fill.unfilled, outputs["buy_unfilled"][at], F64)
        want_vwap, want_bps = outputs["buy_vwap"][at], outputs["buy_slippage_bps"][at]
        yield Check(f"buy_vwap[{at}]", _or_nan(fill.vwap), _or_nan(want_vwap), F64)
        bps = None if fill.slippage is None else 1e4 * fill.slippage
        yield Check(f"buy_slippage_bps[{at}]", _or_nan(bps), _or_nan(want_bps), F64)


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _batch(
    engine: _engine.Engine, inputs: dict[str, Any], outputs: dict[str, Any]
) -> Iterator[Check]:
    columns = {
        f"{side}_{kind}_{at}": [float(value)]
        for side in SIDES
        for at, level in enumerate(_levels(inputs, side))
        for kind, value in zip(("px", "sz"), level, strict=True)
    }
    row = _engine.measure_books(
        engine,
        pl.DataFrame(columns),
        delta=inputs["delta"],
        length_scale=inputs["lambda"],
        amounts=inputs["buy_sizes"],
    ).row(0, named=True)
    wanted = {
        "bid_liquidity": outputs["bid"]["L_eff"],
        "ask_liquidity": outputs["ask"]["L_eff"],
        "imbalance": outputs["effective_imbalance"],
        "weighted_mid": outputs["effective_micro_price"],
    }
    # Of 1: it lies in [-1, 1], and is 0 where both sides are equal.
    imbalance = wanted.pop("imbalance")
    yield Check("imbalance (device, f32)", row["imbalance"], imbalance, absolute=F32)
    for name, want in wanted.items():
        yield Check(f"{name} (device, f32)", row[name], want, relative=F32)
    for at, want in enumerate(outputs["buy_slippage_bps"]):
        got = row[f"buy_slippage_{at}"]
        bps = None if got is None else 1e4 * got
        yield Check(
            f"buy_slippage_bps[{at}] (device, f32)", _or_nan(bps), _or_nan(want), relative=F32
        )
        unfilled = outputs["buy_unfilled"][at]
        size = inputs["buy_sizes"][at]
        got = row[f"buy_unfilled_{at}"]
        yield Check(f"buy_unfilled[{at}] (device, f32)", got, unfilled, absolute=F32 * size)
