"""The evaluation of risk: its forecasts, its tests and its command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.special import chdtrc, ndtri, stdtrit, xlogy

import hyperphysics as hp
from hyperphysics.cli import main
from hyperphysics.evaluation.risk import garch, page
from hyperphysics.evaluation.risk.coverage import evaluate
from hyperphysics.evaluation.risk.forecasts import ENGINE, LEVELS, Forecasts, forecasts
from hyperphysics.evaluation.risk.history import Floats, Tail, historical
from hyperphysics.evaluation.risk.report import Evaluation

HOUR = 3_600_000


@pytest.mark.parametrize("window", [20, 250, 1000])
@pytest.mark.parametrize("level", LEVELS.values())
def test_history_is_the_sample_s_own_tail(window: int, level: float) -> None:
    returns = np.random.default_rng(1).standard_t(4, 1100).round(2)
    got = historical(returns, window, level)
    assert np.isnan(got.var[: window - 1]).all()
    for end in (window, window + 57, 1100):
        sample = np.sort(returns[end - window : end])
        quantile = np.quantile(sample, level, method="inverted_cdf")
        assert got.var[end - 1] == -quantile
        # The mean of the worst share of the sample, the last observation counted in part.
        mass = window * level
        weights = np.clip(mass - np.arange(window), 0, 1)
        assert got.es[end - 1] == pytest.approx(-(weights @ sample) / mass, rel=1e-12)


def test_history_with_a_gap_or_too_little_has_no_value() -> None:
    returns = np.arange(30.0)
    returns[12] = np.nan
    got = historical(returns, 10, 0.05)
    assert np.isfinite(got.var).tolist() == [9 <= at < 12 or at >= 22 for at in range(30)]
    assert np.isnan(historical(returns[:5], 10, 0.05).es).all()


def market(bars: int, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(0.01 * rng.standard_normal(bars)))
    opening = np.concatenate([[100.0], close[:-1]])
    dates = pl.Series(1_600_000_000_000 // HOUR * HOUR + HOUR * np.arange(bars))
    return pl.DataFrame(
        {
            "date": dates.cast(pl.Datetime("ms", "UTC")),
            "open": opening,
            "high": np.maximum(opening, close) * 1.001,
            "low": np.minimum(opening, close) * 0.999,
            "close": close,
            "volume": np.ones(bars),
        }
    )


def analysed(frame: pl.DataFrame) -> pl.DataFrame:
    engine = hp.Engine("cpu")
    return engine.analyze(frame, timeframe="1h", families=["risk"], paths=2000)


@pytest.mark.parametrize(("horizon", "suffix"), [(1, ""), (12, "_h")])
def test_forecasts_know_nothing_of_what_comes(horizon: int, suffix: str) -> None:
    frame = market(2400)
    shock = pl.when(pl.int_range(pl.len()) > 2200).then(1.5).otherwise(1.0)
    prices = ("open", "high", "low", "close")
    moved = frame.with_columns(pl.col(name) * shock for name in prices)
    before, after = (forecasts(analysed(f), horizon, suffix) for f in (frame, moved))
    log = np.log(frame["close"].to_numpy())
    assert before.returns[100] == pytest.approx(log[100 + horizon] - log[100], abs=1e-15)
    assert np.isnan(before.returns[-horizon:]).all()
    for key, tail in before.tails.items():
        np.testing.assert_array_equal(tail.var[:2200], after.tails[key].var[:2200])
        np.testing.assert_array_equal(tail.es[:2200], after.tails[key].es[:2200])
    rows = before.scored(int(before.date[0]))
    assert rows[0] >= 1000
    assert np.diff(rows).min() >= horizon
    assert rows[-1] <= 2400 - 1 - horizon
    late = before.scored(int(before.date[2000]))
    assert late[0] == 2000


def made(var: float, count: int = 20_000, seed: int = 0) -> Forecasts:
    """Standard normal returns; the engine knows the law, the other model takes `var` times it."""
    returns = np.random.default_rng(seed).standard_normal(count)
    tails = {}
    for name, level in LEVELS.items():
        quantile = -ndtri(level)
        shortfall = np.exp(-0.5 * quantile**2) / np.sqrt(2 * np.pi) / level
        whole = np.ones(count)
        tails[ENGINE, name] = Tail(quantile * whole, shortfall * whole)
        tails["other", name] = Tail(var * quantile * whole, var * shortfall * whole)
    return Forecasts(1, HOUR * np.arange(count), returns, tails)


def garch_t(count: int, seed: int, beta: float = 0.9) -> tuple[Floats, Floats]:
    """Returns of a GARCH(1,1) with Student's t of unit variance, and the volatility of each."""
    rng, omega, alpha = np.random.default_rng(seed), 2e-6, 0.08
    shocks = rng.standard_t(6, count) * np.sqrt(4 / 6)
    sigma, returns = np.empty(count), np.empty(count)
    variance = 1e-4
    for bar in range(count):
        sigma[bar] = np.sqrt(variance)
        returns[bar] = sigma[bar] * shocks[bar]
        variance = omega + alpha * returns[bar] ** 2 + beta * variance
    returns[0] = np.nan
    return returns, sigma


def test_garch_finds_the_tails_of_its_own_law() -> None:
    returns, sigma = garch_t(9000, 4)
    tails = garch.next_bar(returns, LEVELS)
    for name, level in LEVELS.items():
        tail = tails[name]
        assert np.isnan(tail.var[: garch.FITTED]).all()
        true = -stdtrit(6, level) * np.sqrt(4 / 6) * sigma[garch.FITTED + 1 :]
        ratio = tail.var[garch.FITTED : -1] / true
        # A quantile of 1000 residuals has a standard error of 4 to 9 %; the windows are few.
        assert ratio.mean() == pytest.approx(1, abs=0.05), name
        assert ratio.std() < 0.2, name
        assert (tail.es[garch.FITTED :] > tail.var[garch.FITTED :]).all()


def test_garch_over_a_bar_is_its_next_bar_and_over_many_has_their_variance() -> None:
    returns, _ = garch_t(2600, 5)
    rows = np.array([2000, 2239, 2240, 2599])
    exact, one = garch.next_bar(returns, LEVELS), garch.horizon(returns, rows, 1, LEVELS)
    many = garch.horizon(returns, rows, 12, LEVELS)
    for name in LEVELS:
        # 10 000 draws of 1000 residuals: about 2 % at 99 %.
        np.testing.assert_allclose(one[name].var[rows], exact[name].var[rows], rtol=0.12)
        np.testing.assert_allclose(one[name].es[rows], exact[name].es[rows], rtol=0.12)
        growth = many[name].var[rows] / one[name].var[rows]
        assert ((growth > 2.2) & (growth < 5)).all(), growth
        assert np.isfinite(many[name].var).sum() == len(rows)


def test_garch_leaves_out_spans_with_gaps_or_without_moves() -> None:
    returns, _ = garch_t(3000, 6)
    returns[2800] = np.nan
    returns[:2300] = 0.0
    found = garch.next_bar(returns, {"95": 0.05})["95"]
    # A span is 2000 returns and the 240 bars that share their fit, from bar 2000 on: that of 2240
    # has nothing to fit, that of 2720 a gap, and that of 2960 the gap in its past.
    assert np.flatnonzero(np.isfinite(found.var)).tolist() == list(range(2480, 2720))


def test_fits_at_the_edge_of_stationarity_begin_from_the_last_one(
    recwarn: pytest.WarningsRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    # every few hundred bars the estimate of α + β ends on its bound of 1
    returns, _ = garch_t(6000, 3, beta=0.919)
    assert np.isfinite(garch.next_bar(returns, {"95": 0.05})["95"].var[garch.FITTED :]).all()
    assert [str(warning.message) for warning in recwarn] + caplog.messages == []


def test_what_arch_warns_of_is_said_once(
    recwarn: pytest.WarningsRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    returns = np.full(2600, 1e-9)
    returns[1200] = 5.0
    garch.next_bar(returns, {"95": 0.05})
    assert len(recwarn) == 0
    (line,) = caplog.messages
    assert line.startswith("arch warned in 3 of 3 fits of GARCH-t FHS: The optimizer returned")


def test_a_pair_without_bars_has_no_forecasts() -> None:
    found = forecasts(analysed(market(2400)).clear(), 12, "_h")
    assert len(found.scored(0)) == 0
    assert (garch.MODEL, "99") in found.tails


def test_the_right_law_stands_and_a_wrong_one_falls() -> None:
    results = evaluate({"A": [made(0.8, seed=1)], "B": [made(0.8, seed=2)]}, 0)
    assert [(r.model, r.level) for r in results] == list(made(0.8, 2).tails)
    for result in results:
        right = result.model == ENGINE
        for pair, seed in (("A", 1), ("B", 2)):
            found, level = result.pairs[pair], LEVELS[result.level]
            tail = made(0.8, seed=seed)
            hits = int((tail.returns < -tail.tails[result.model, result.level].var).sum())
            assert (found.hits, found.forecasts) == (hits, 20_000)
            # Kupiec's ratio is a likelihood ratio of binomials.
            parts, expected = np.array([hits, 20_000 - hits]), np.array([level, 1 - level])
            ratio = 2 * float(xlogy(parts, parts / 20_000 / expected).sum())
            assert found.kupiec == pytest.approx(chdtrc(1, ratio), rel=1e-6, abs=1e-12)
            assert (found.kupiec > 0.001) == right
            assert (found.z2 > -0.2) == right
        assert np.isnan(result.statistic) == right
        assert right or result.statistic > 4


def test_too_few_bars_are_named() -> None:
    with pytest.raises(ValueError, match="B: fewer than two bars"):
        evaluate({"A": [made(1.0)], "B": [made(1.0, 1)]}, 0)


def test_every_forecast_has_a_row_of_its_own() -> None:
    bars = {1: made(1.2), 12: replace(made(1.2), horizon=12)}
    results = evaluate({"A": [*bars.values()]}, 0)
    figure = page._shares(Evaluation("", "1h", "", "", {}, results))
    rows = [(trace.yaxis, model) for trace in figure.data for model in trace.y]
    assert len(set(rows)) == len(rows) == len(results)
    drawn = {value for trace in figure.data for value in trace.x}
    assert drawn == {
        sum(one.hits for one in result.pairs.values())
        / sum(one.forecasts for one in result.pairs.values())
        / LEVELS[result.level]
        for result in results
    }
    said = [note.text for note in figure.layout.annotations]
    assert said == ["1 bar ahead", "12 bars ahead", "VaR 95.0%", "VaR 97.5%", "VaR 99.0%"]


def test_the_command_writes_its_table_as_text_json_and_page(tmp_path: Path) -> None:
    into = tmp_path / "page.md"
    into.write_text("<!-- risk -->\n<!-- /risk -->\n")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "hyperphysics.cli.main", "study", "risk", "--device", "cpu"),
            *("--pairs", "BTC", "ETH", "--timerange", "20230401-20230601"),
            *("--out", str(tmp_path), "--into", str(into)),
        ],
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "normal EWMA" in done.stdout
    document = json.loads((tmp_path / "risk.json").read_text("utf-8"))
    rows = document["results"]
    assert len(rows) == 2 * 6 * len(LEVELS)
    assert {row["horizon"] for row in rows} == {1, document["params"]["risk_horizon"]}
    day = next(row for row in rows if row["model"] == ENGINE and row["level"] == 0.95)
    assert day["pairs"]["BTC/USDT"]["forecasts"] == pytest.approx(61 * 24, abs=2)
    assert day["dm_statistic"] is None
    shown = (tmp_path / "risk.html").read_text("utf-8")
    assert "log return of the next bar, %" in shown
    assert "<script src=" not in shown
    assert shown.rindex('class="plotly-graph-div"') < shown.index("<table>"), "charts come first"
    assert "fitted by <code>arch</code>" in shown
    assert (tmp_path / "risk.md").read_text("utf-8").strip() in into.read_text("utf-8")


def test_what_is_wrong_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["study", "risk", "--data", "nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err
