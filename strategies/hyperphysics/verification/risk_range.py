"""The range model of risk: volatility, value at risk and expected shortfall of both tails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from hyperphysics import _engine
from hyperphysics.verification import Check, each

ON_HOST = True

TOLERANCE = 1e-10
"""Relative, the file's own tolerance for double precision."""

LEVELS = ("95", "97", "99")


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Columns of one row and horizon."""
    columns = _columns(engine, document, case["inputs"]["horizon"]).row(
        case["inputs"]["row"], named=True
    )
    want = case["outputs"]
    for name, column in (
        ("sigma", "hp_vol"),
        ("season", "hp_season"),
        ("range_trend", "hp_range_trend"),
    ):
        if name in want:
            yield Check(column, columns[column], want[name], relative=TOLERANCE)
    for side in ("", "_short"):
        for measure in ("var", "es"):
            if measure + side in want:
                yield from _tail(columns, want, measure, side, case["inputs"]["horizon"])


def _tail(
    columns: dict[str, float], want: dict[str, Any], measure: str, side: str, horizon: int
) -> Iterator[Check]:
    expected = list(want[measure + side])
    order = f"{measure}_95_order{side}"
    if horizon == 1:
        # The order statistic takes the place of the fitted tail.
        expected[0] = want[order]
    if order in want:
        name = f"hp_{measure}_95{side}"
        yield Check(name, columns[name], want[order], relative=TOLERANCE)
    found = [columns[f"hp_{measure}_{level}_h{side}"] for level in LEVELS]
    yield from each(f"hp_{measure}_h{side}", found, expected, relative=TOLERANCE)


def _columns(engine: _engine.Engine, document: dict[str, Any], horizon: int) -> pl.DataFrame:
    spec = document["spec"]
    candles = pl.DataFrame(document["candles"]).with_columns(
        pl.col("date").cast(pl.Datetime("ms", "UTC")), volume=pl.lit(1.0)
    )
    return engine.columns(
        [("", candles)],
        timeframe=f"{document['timeframe_ms'] // 60_000}m",
        families=["risk"],
        params={
            "risk_method": "range",
            "risk_horizon": horizon,
            "residuals": spec["R"],
            "season_window": spec["W"],
            "range_memory": spec["L"],
        },
    )[0]
