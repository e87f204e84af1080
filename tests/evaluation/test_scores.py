"""Scores, tests and folds of the evaluations against numbers computed by hand or by others."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperphysics.evaluation.signal.folds import folds, outcomes
from hyperphysics.evaluation.signal.models import (
    Single,
    filtered,
    frequency,
    log_odds,
    logistic,
    walk,
)
from hyperphysics.evaluation.signal.scores import by_date, compare, lags, losses, score


def test_scores_by_hand() -> None:
    ups, chance = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.8, 0.6, 0.55, 0.25])
    made = score(ups, chance)
    assert made.candles == 4
    assert made.log_loss == pytest.approx(
        -(math.log(0.8) + math.log(0.4) + math.log(0.55) + math.log(0.75)) / 4, rel=1e-14
    )
    assert made.brier == pytest.approx((0.04 + 0.36 + 0.2025 + 0.0625) / 4, rel=1e-14)
    assert made.auc == 0.75  # three of four pairs of a rise and a fall are in order
    assert losses(ups, chance).mean() == pytest.approx(made.log_loss, rel=1e-14)


def test_one_kind_of_outcome_has_no_auc() -> None:
    made = score(np.ones(3), np.full(3, 0.5))
    assert math.isnan(made.auc)
    assert made.log_loss == pytest.approx(math.log(2), rel=1e-14)


def test_a_loss_without_an_outcome_is_nan() -> None:
    assert np.isnan(losses(np.array([np.nan, 1.0]), np.array([0.5, np.nan]))).all()


def test_the_mean_of_a_date_is_over_the_pairs_that_have_it() -> None:
    time, mean = by_date(
        [np.array([1, 2, 4]), np.array([2, 3])], [np.array([1.0, 2.0, 3.0]), np.array([6.0, 5.0])]
    )
    assert time.tolist() == [1, 2, 3, 4]
    assert mean.tolist() == [1.0, 4.0, 5.0, 3.0]


def test_diebold_and_mariano_by_definition() -> None:
    rng = np.random.default_rng(3)
    noise = rng.normal(size=505)
    # Overlapping outcomes: a moving average whose variance a test without lags takes for too low.
    difference = 0.05 + np.convolve(noise, np.full(6, 0.4))[6:-6]
    other = rng.normal(size=len(difference))
    horizon = 6
    made = compare(other, other - difference, horizon)
    count, mean = len(difference), difference.mean()
    depth = lags(count, horizon)
    centred = difference - mean
    variance = centred @ centred
    for lag in range(1, depth + 1):
        variance += 2 * (1 - lag / (depth + 1)) * (centred[lag:] @ centred[:-lag])
    assert depth >= horizon
    assert made.gain == pytest.approx(mean, rel=1e-12)
    assert made.statistic == pytest.approx(mean / math.sqrt(variance) * count, rel=1e-10)
    assert made.error == pytest.approx(math.sqrt(variance) / count, rel=1e-10)
    assert made.p_value == pytest.approx(math.erfc(abs(made.statistic) / math.sqrt(2)), rel=1e-9)


def test_lags_reach_over_the_horizon() -> None:
    assert lags(100, 24) == 24
    assert lags(100, 1) == 4
    assert lags(26_280, 6) == 13


def test_outcomes_know_rises_falls_and_neither() -> None:
    made = outcomes(np.array([1.0, 2.0, 1.0, 3.0, 1.0]), 2)
    np.testing.assert_array_equal(made, [np.nan, 1.0, np.nan, np.nan, np.nan])


@given(
    begin=st.integers(0, 50),
    extra=st.integers(1, 200),
    rows=st.integers(1, 500),
    horizon=st.integers(1, 30),
    every=st.integers(1, 90),
    window=st.none() | st.integers(1, 100),
)
def test_folds_cover_the_future_once_and_fit_on_what_is_known(
    begin: int, extra: int, rows: int, horizon: int, every: int, window: int | None
) -> None:
    first = begin + horizon + extra
    parts = folds(begin, first, first + rows, horizon=horizon, every=every, window=window)
    predicted = [row for part in parts for row in range(part.test.start, part.test.stop)]
    assert predicted == list(range(first, first + rows))
    for part in parts:
        # The newest outcome fitted on ends with the candle at whose close the fit is made.
        assert part.train.stop - 1 + horizon == part.test.start
        fitted = part.train.stop - part.train.start
        assert fitted == min(part.train.stop - begin, window or rows + first)
        assert fitted > 0


def test_nothing_to_fit_on_is_an_error() -> None:
    with pytest.raises(ValueError, match="row 16 is predicted first, expected at least 17"):
        folds(10, 16, 100, horizon=6, every=10)


def test_a_rate_is_corrected_and_few_outcomes_are_not_fitted() -> None:
    ups = np.array([1.0, 1.0, 0.0])
    x = np.arange(3.0)[:, None]
    assert frequency(x, ups, x[:2]).tolist() == [0.6, 0.6]
    assert logistic(x, ups, x[:2]).tolist() == [0.6, 0.6]
    assert Single()(x, ups, x[:2]).tolist() == [0.6, 0.6]


def test_log_odds_undo_a_mean_spin() -> None:
    chance = np.array([0.01, 0.5, 0.9])
    np.testing.assert_allclose(log_odds(2 * chance - 1), np.log(chance / (1 - chance)), rtol=1e-12)
    assert np.isfinite(log_odds(np.array([-1.0, 1.0]))).all()


def test_calibration_finds_the_law_of_the_outcomes() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(40_000, 1))
    truth = 1 / (1 + np.exp(-(0.2 + 0.7 * x[:, 0])))
    ups = (rng.random(len(x)) < truth).astype(float)
    made = logistic(x[:20_000], ups[:20_000], x[20_000:])
    # Standard error of a coefficient from 20 000 outcomes: 0.016.
    assert np.abs(made - truth[20_000:]).max() < 0.03


def test_the_single_best_channel_is_found_whatever_its_sign() -> None:
    rng = np.random.default_rng(6)
    x = rng.normal(size=(4000, 3))
    ups = (rng.random(4000) < 1 / (1 + np.exp(x[:, 1]))).astype(float)
    model = Single()
    made = model(x[:3000], ups[:3000], x[3000:])
    assert model.chosen == [1]
    assert np.corrcoef(made, x[3000:, 1])[0, 1] < -0.9


@pytest.mark.parametrize("filters", [False, True])
def test_no_prediction_knows_what_comes_after_its_fit(filters: bool) -> None:
    rng = np.random.default_rng(7)
    rows, horizon, every = 900, 5, 50
    x, ups = rng.normal(size=(rows, 2)), (rng.random(rows) < 0.5).astype(float)
    parts = folds(0, 300, rows, horizon=horizon, every=every)
    column = rng.normal(size=rows)

    def predict(ups: np.ndarray, x: np.ndarray, column: np.ndarray) -> np.ndarray:
        base = walk(frequency, x, ups, parts)
        return (
            filtered(column, x, ups, base, parts)[0] if filters else walk(logistic, x, ups, parts)
        )

    before = predict(ups, x, column)
    for part in parts:
        # What closes after the fit: outcomes from here on, and states after the fold's end.
        late_ups, late_x, late_column = ups.copy(), x.copy(), column.copy()
        late_ups[part.test.start - horizon + 1 :] = 1.0
        late_x[part.test.stop :] = 9.0
        late_column[part.test.stop :] = -9.0
        after = predict(late_ups, late_x, late_column)
        np.testing.assert_array_equal(after[: part.test.stop], before[: part.test.stop])
    # And what is known has a say.
    flipped = predict(1 - ups, x, column)
    assert np.nanmax(np.abs(flipped - before)) > 0.01


def test_a_filter_lets_half_through_and_abstains_elsewhere() -> None:
    rng = np.random.default_rng(8)
    rows = 3000
    x, passes = rng.normal(size=(rows, 1)), rng.normal(size=rows)
    # The feature counts only where the filter lets through.
    odds = np.where(passes > 0, 1.5 * x[:, 0], 0.0)
    ups = (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(float)
    parts = folds(0, 1000, rows, horizon=1, every=100)
    base = walk(frequency, x, ups, parts)
    passes[2000] = np.nan
    chance, passed = filtered(passes, x, ups, base, parts)
    tested = np.arange(rows) >= 1000
    assert 0.45 < passed[tested].mean() < 0.55
    np.testing.assert_array_equal(chance[tested & ~passed], base[tested & ~passed])
    assert not passed[2000]
    assert score(ups[passed], chance[passed]).auc > 0.75
