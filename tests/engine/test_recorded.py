"""Recorded candles: gaps of real exchanges, real prices. Skipped where there are none."""

import numpy as np
import pandas as pd
import pytest

import hyperphysics as hp
from support.paths import SHARED

FOLDER = SHARED / "data" / "binance"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is not there")

NAMES = [column.name for column in hp.columns()]
PAIRS = ("BTC", "ETH", "LTC", "LINK")


def recorded(coin: str, rows: int, end: str) -> pd.DataFrame:
    candles = pd.read_feather(FOLDER / f"{coin}_USDT-1h.feather")
    candles = candles[candles["date"] < pd.Timestamp(end, tz="UTC")]
    return candles.iloc[-rows:].reset_index(drop=True)


def filled(candles: pd.DataFrame) -> pd.DataFrame:
    """Missing candles filled as freqtrade does: the last close, no volume."""
    grid = pd.date_range(candles["date"].iloc[0], candles["date"].iloc[-1], freq="1h")
    whole = candles.set_index("date").reindex(grid.as_unit("ms"))
    whole["close"] = whole["close"].ffill()
    for name in ("open", "high", "low"):
        whole[name] = whole[name].fillna(whole["close"])
    whole["volume"] = whole["volume"].fillna(0.0)
    return whole.rename_axis("date").reset_index()


def test_filled_outages_equal_missing_candles() -> None:
    engine = hp.Engine("cpu")
    # 2021-04 to 2021-09 saw several outages.
    missing = recorded("ETH", 3400, "2021-10-01")
    whole = filled(missing)
    assert len(whole) > len(missing)
    left = engine.analyze(missing, timeframe="1h", paths=100)
    right = engine.analyze(whole, timeframe="1h", paths=100)
    right = right[whole["volume"] > 0].reset_index(drop=True)
    pd.testing.assert_frame_equal(left[NAMES], right[NAMES], check_exact=True)
    assert left["hp_pbit"].notna().sum() > 800


def test_pairs_together_equal_pairs_alone() -> None:
    frames = {coin: recorded(coin, 2600, "2022-06-20") for coin in PAIRS}
    engine = hp.Engine("cpu")
    together = engine.analyze(frames, timeframe="1h", paths=200)
    for coin, frame in frames.items():
        alone = engine.analyze(frame, timeframe="1h", paths=200, last=50)
        for name in NAMES:
            left = together[coin][name].to_numpy()[-50:]
            assert left.tobytes() == alone[name].to_numpy()[-50:].tobytes(), name


def test_values_are_those_of_a_market() -> None:
    result = hp.Engine("cpu").analyze(
        recorded("BTC", 4000, "2023-01-01"), timeframe="1h", risk_method="range"
    )
    last = result.iloc[2500:]
    # A correlation time too long for the sweeps has no dwell, and so no index.
    timed = ["hp_ci", "hp_ci_dwell"]
    assert last[NAMES].drop(columns=timed).notna().all(axis=None)
    assert last[timed].notna().mean().min() > 0.95
    assert last["hp_vol"].between(1e-4, 0.05).all()
    loss = -np.log(last["close"]).diff().shift(-1)
    for level, share in (("95", 0.05), ("99", 0.01)):
        exceeded = (loss > last[f"hp_var_{level}"]).mean()
        # 1500 bars: four standard errors of a frequency.
        assert abs(exceeded - share) < 4 * np.sqrt(share * (1 - share) / len(last))
    assert (last["hp_es_99_h"] > last["hp_es_99"]).all()
    assert 0.2 < last["hp_pbit"].abs().max() <= 1
    assert 0.5 < last["hp_radius"].median() < 3
