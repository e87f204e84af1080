"""The range model against its definition in plain loops, and against recorded numbers."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

import hyperphysics as hp
from oracles.range_model import LEVELS, RangeModel, Windows

Candles = pd.DataFrame
W, L, R, H = 200, 60, 100, 12
WINDOWS: dict[str, Any] = {
    "risk_method": "range",
    "season_window": W,
    "range_memory": L,
    "residuals": R,
    "risk_horizon": H,
}


def market(kind: str, rows: int = W + L + R + 60) -> Candles:
    """Hourly candles from a Friday on, with what hurts."""
    rng = np.random.default_rng(sum(map(ord, kind)))
    when = pd.date_range("2024-03-01 03:00", periods=rows, freq="1h", tz="UTC")
    cycle = np.exp(0.4 * np.sin(when.hour * np.pi / 12) - 0.5 * (when.day_of_week >= 5))
    sigma = 0.005 * np.asarray(cycle)
    returns = sigma * rng.standard_t(3, rows)
    match kind:
        case "jumps":
            returns[rng.integers(W, rows, 12)] += rng.choice([-0.4, 0.3], 12)
        case "one tick":
            returns = 0.001 * rng.choice([-1, 0, 0, 0, 1], rows)
        case "still, then moving":
            returns[: rows - 40] *= np.where(rng.random(rows - 40) < 0.5, 0.0, 1e-6)
        case "calm after a storm":
            returns[-30:] *= 1e-4
        case "trend":
            returns = 0.002 + 0.0005 * rng.random(rows)
    close = 50.0 * np.exp(np.cumsum(returns))
    opening = np.concatenate([[50.0], close[:-1]])
    wick = sigma * rng.exponential(0.7, (2, rows))
    if kind == "calm after a storm":
        wick[:, -30:] *= 1e-4
    if kind in ("closes only", "one tick", "trend"):
        opening, wick = close, 0 * wick
    if kind == "narrow":
        wick *= 0.1
    frame = pd.DataFrame(
        {
            "date": when.as_unit("ms"),
            "open": opening,
            "high": np.maximum(opening, close) * np.exp(wick[0]),
            "low": np.minimum(opening, close) * np.exp(-wick[1]),
            "close": close,
            "volume": 1.0,
        }
    )
    if kind == "gaps":
        frame.loc[[150, 290, 291], "volume"] = 0.0
        frame.loc[[200, 330], "close"] = np.nan
        frame = frame.drop(index=[250, 350, 390]).reset_index(drop=True)
    if kind == "zero ranges":
        still = rng.random(rows) < 0.3
        still[0] = False
        frame["close"] = frame["close"].where(~still).ffill()
        frame.loc[still, ["open", "high", "low"]] = frame.loc[still, "close"]
        for name, least in (("high", "max"), ("low", "min")):
            frame[name] = getattr(frame[[name, "open", "close"]], least)(axis=1)
    return frame


KINDS = [
    "ordinary",
    "jumps",
    "gaps",
    "closes only",
    "narrow",
    "one tick",
    "zero ranges",
    "still, then moving",
    "calm after a storm",
    "trend",
]


def check(frame: Candles, timeframe: str, hours: float, rows: list[int]) -> None:
    engine = hp.Engine("cpu")
    got = engine.analyze(frame, timeframe=timeframe, families=["risk"], **WINDOWS)
    definition = RangeModel(frame, hours, Windows(W, L, R, H))
    bars = {date: bar for bar, date in enumerate(definition.times)}
    for row in rows:
        bar = bars.get(frame["date"][row].to_pydatetime())
        if bar is None:
            assert got.loc[row, "hp_vol":].isna().all()
            continue
        for name, want in definition.row(bar).items():
            # Double precision on both sides; logarithms of sums of 200 terms in another order.
            assert got[name][row] == pytest.approx(want, rel=1e-12, abs=1e-16), (row, name)


@pytest.mark.parametrize("kind", KINDS)
def test_the_definition(kind: str) -> None:
    frame = market(kind)
    check(frame, "1h", 1.0, [len(frame) - 1, len(frame) - 35])


@pytest.mark.parametrize(("timeframe", "hours"), [("5m", 1 / 12), ("4h", 4.0), ("1d", 24.0)])
def test_other_timeframes(timeframe: str, hours: float) -> None:
    frame = market("ordinary")
    frame["date"] = frame["date"][0] + (frame["date"] - frame["date"][0]) * hours
    check(frame, timeframe, hours, [len(frame) - 1])


def test_every_window_with_the_first_move_has_no_risk() -> None:
    frame = market("ordinary")
    still = slice(None, W + L + R + 20)
    for name in ("open", "high", "low", "close"):
        frame.loc[still, name] = frame["open"][W + L + R + 21]
    got = hp.Engine("cpu").analyze(frame, timeframe="1h", families=["risk"], **WINDOWS)
    assert got.loc[:, "hp_vol":"hp_tail_short"].isna().all(axis=None)
    assert got["hp_season"].notna().iloc[-1]


def test_a_horizon_of_one_bar_is_the_next_bar() -> None:
    got = hp.Engine("cpu").analyze(
        market("ordinary"), timeframe="1h", families=["risk"], **(WINDOWS | {"risk_horizon": 1})
    )
    for suffix in ("", "_short"):
        for level in LEVELS:
            for measure in ("var", "es"):
                name = f"hp_{measure}_{level}"
                left, right = got[name + suffix], got[f"{name}_h{suffix}"]
                assert left.notna().any()
                assert left.tolist()[-50:] == right.tolist()[-50:]


@pytest.mark.parametrize("side", [1, -1])
def test_simulated_paths(side: int) -> None:
    """Paths on the scale and the seasons of the definition, by numpy's generator."""
    frame = market("ordinary")
    engine, end = hp.Engine("cpu"), len(frame) - 1
    closed, got = (
        engine.analyze(frame, timeframe="1h", families=["risk"], paths=40_000, **WINDOWS | method)
        for method in ({}, {"risk_method": "simulated"})
    )
    same = [name for name in closed if "_h" not in str(name)]
    pd.testing.assert_frame_equal(closed[same], got[same])
    definition = RangeModel(frame, 1.0, Windows(W, L, R, H))
    z = np.array(
        [
            side * definition.r[j] / definition.scales(j - 1, 1, side)[1]
            for j in definition.last(end)
        ]
    )
    spread = np.sqrt((z**2).mean())
    factors = [
        math.exp(definition.season(end, h) - definition.season(end, 1)) for h in range(1, 13)
    ]
    rng, many = np.random.default_rng(5), 200_000
    decay = 2.0 ** (-1.0 / 12.0)
    total, scale = np.zeros(many), np.ones(many)
    for factor in factors:
        shock = z[rng.integers(0, R, many)] / spread
        total += factor * scale * shock
        scale *= np.sqrt(decay + (1 - decay) * shock**2)
    total *= spread * definition.scales(end, 1, side)[1]
    for level, a in LEVELS.items():
        quantile = np.quantile(total, a)
        beyond = total[total <= quantile]
        suffix = "_h" if side == 1 else "_h_short"
        # Four standard errors of both samples; the density from the sample itself.
        near = np.quantile(total, [a * 0.8, a * 1.2])
        both = 1 / 40_000 + 1 / many
        error = np.sqrt(a * (1 - a) * both) / (0.4 * a / (near[1] - near[0]))
        assert abs(got[f"hp_var_{level}{suffix}"][end] + quantile) < 4 * error
        error = np.sqrt((beyond.var() + (quantile - beyond.mean()) ** 2) * both / a)
        assert abs(got[f"hp_es_{level}{suffix}"][end] + beyond.mean()) < 4 * error
