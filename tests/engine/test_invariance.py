"""The same bits whatever stands before, after or beside a candle."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hyperphysics as hp
from support.frames import SHORT

NAMES = [column.name for column in hp.columns()]
METHODS = st.sampled_from(["range", "ewma", "simulated"])
STARTUP = max(hp.startup(params=SHORT | {"risk_method": m}) for m in ("range", "ewma"))
ENGINES = [hp.Engine("cpu", threads=1), hp.Engine("cpu", threads=2)]


@st.composite
def markets(draw: st.DrawFn) -> pd.DataFrame:
    """Candles with gaps, jumps, quiet stretches and prices of any size."""
    rows = draw(st.integers(200, 450))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sigma = np.where(rng.random(rows) < 0.01, 0.2, 0.01)
    if draw(st.booleans()):
        sigma[50:150] = 0.0
    close = 10.0 ** draw(st.integers(-8, 6)) * np.exp(np.cumsum(sigma * rng.standard_normal(rows)))
    opening = np.concatenate([close[:1], close[:-1]])
    frame = pd.DataFrame(
        {
            "date": pd.date_range("2024-01-01", periods=rows, freq="5min", tz="UTC").as_unit("ms"),
            "open": opening,
            "high": np.maximum(opening, close) * np.exp(sigma * rng.random(rows)),
            "low": np.minimum(opening, close) * np.exp(-sigma * rng.random(rows)),
            "close": close,
            "volume": rng.lognormal(2.0, 2.0, rows),
        }
    )
    gaps = draw(st.lists(st.integers(0, rows - 1), max_size=8, unique=True))
    for gap in gaps[::3]:
        frame.loc[gap, "volume"] = 0.0
    for gap in gaps[1::3]:
        frame.loc[gap, ["open", "close"]] = np.nan
    return frame.drop(index=gaps[2::3]).reset_index(drop=True)


def analyze(engine: hp.Engine, frames: Any, **more: Any) -> Any:
    return engine.analyze(frames, **{"timeframe": "5m"} | SHORT | more)


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    for name in NAMES:
        assert left[name].to_numpy().tobytes() == right[name].to_numpy().tobytes(), name


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(batch=st.lists(markets(), min_size=2, max_size=4), data=st.data())
def test_bits_do_not_depend_on_company(batch: list[pd.DataFrame], data: st.DataObject) -> None:
    alone = {str(n): analyze(ENGINES[0], frame) for n, frame in enumerate(batch)}
    pairs = data.draw(st.permutations(list(alone)))
    for engine in ENGINES:
        together = analyze(engine, {pair: batch[int(pair)] for pair in pairs})
        assert list(together) == pairs
        for pair, result in together.items():
            same(result, alone[pair])
    only = data.draw(st.sets(st.sampled_from(hp.families()), min_size=1))
    chosen = analyze(ENGINES[0], batch[0], families=sorted(only))
    for column in hp.columns():
        assert (column.name in chosen) == (column.family in only)
        if column.family in only:
            left, right = chosen[column.name], alone["0"][column.name]
            assert left.to_numpy().tobytes() == right.to_numpy().tobytes()


def test_bits_do_not_depend_on_eighty_pairs(candles: Callable[..., pd.DataFrame]) -> None:
    frames = {f"P{n}/USDT": candles(260, n) for n in range(80)}
    alone = {pair: analyze(ENGINES[0], frame, timeframe="1h") for pair, frame in frames.items()}
    assert alone["P79/USDT"][NAMES].notna().any().all()
    shuffled = np.random.default_rng(80).permutation(list(frames)).tolist()
    for order in (list(frames), shuffled):
        for engine in ENGINES:
            together = analyze(engine, {pair: frames[pair] for pair in order}, timeframe="1h")
            assert list(together) == order
            for pair, result in together.items():
                same(result, alone[pair])


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(market=markets(), data=st.data())
def test_bits_depend_on_the_window_only(market: pd.DataFrame, data: st.DataObject) -> None:
    method = {"risk_method": data.draw(METHODS)}
    whole = analyze(ENGINES[0], market, **method)
    end = data.draw(st.integers(1, len(market)))
    same(analyze(ENGINES[0], market.iloc[:end], **method), whole.iloc[:end])
    start = data.draw(st.integers(0, len(market) - 1))
    later = analyze(ENGINES[0], market.iloc[start:], **method)
    same(later.iloc[STARTUP:], whole.iloc[start + STARTUP :])
    last = data.draw(st.integers(0, len(market)))
    tail = analyze(ENGINES[0], market, last=last, **method)
    first = len(market) - last
    same(tail.iloc[first:], whole.iloc[first:])
    assert tail[NAMES].iloc[:first].isna().all(axis=None)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(market=markets())
def test_values_keep_their_documented_ranges(market: pd.DataFrame) -> None:
    result = analyze(ENGINES[0], market)
    assert not np.isinf(result[NAMES].to_numpy()).any()
    bars = market["volume"].gt(0) & market.notna().all(axis=1)
    assert result.loc[~bars, NAMES].isna().all(axis=None)
    for name in ("hp_novelty", "hp_drift"):
        assert not (result[name] > 16).any()
    for name in ("hp_vol", "hp_spread", "hp_amihud", "hp_radius", "hp_novelty", "hp_drift"):
        assert not (result[name] < 0).any()
    assert not (result["hp_radius"] > 8).any()
    assert not (result["hp_pbit"].abs() > 1).any()
    assert not ((result["hp_phi"] < 0) | (result["hp_phi"] > result["hp_tdmi"])).any()
    assert not ((result["hp_phi_mib"] < 1) | (result["hp_phi_mib"] > 31)).any()
    assert not ((result["hp_confidence"] < 0) | (result["hp_confidence"] >= 1)).any()
    assert not (result["hp_tail"] < 1).any()
    for suffix in ("", "_h", "_short", "_h_short"):
        for level in ("95", "97", "99"):
            names = f"hp_es_{level}{suffix}", f"hp_var_{level}{suffix}"
            assert not (result[names[0]] < result[names[1]]).any()
        assert not (result[f"hp_var_97{suffix}"] < result[f"hp_var_95{suffix}"]).any()
        assert not (result[f"hp_var_99{suffix}"] < result[f"hp_var_97{suffix}"]).any()
