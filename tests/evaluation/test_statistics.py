"""What the evaluation of the strategy computes from trials: windows, statistics, plateaus."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import rankdata, ttest_1samp

from hyperphysics.evaluation.walk_forward import epochs, statistics
from hyperphysics.evaluation.walk_forward.epochs import Trial
from hyperphysics.evaluation.walk_forward.windows import Span, windows
from hyperphysics.market_data.candles import DAY

HOUR = 3_600_000


def noise(seed: int, *shape: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.random.default_rng(seed).normal(0.0, 0.01, shape)


@given(st.integers(1, 60), st.integers(1, 40), st.integers(0, 300))
def test_a_test_follows_its_choice_and_the_test_before(train: int, test: int, days: int) -> None:
    start = 1_600_000 * HOUR // DAY * DAY
    if days < train + test:
        with pytest.raises(ValueError, match="too few"):
            windows(start, start + days * DAY, train, test)
        return
    found = windows(start, start + days * DAY, train, test)
    assert found[0].train.start == start
    assert start + days * DAY - found[-1].test.end < test * DAY
    for window in found:
        assert (window.train.days, window.test.days) == (train, test)
        assert window.train.end == window.test.start
        # freqtrade takes the candle that opens at the end of a range: it must close by the test.
        last = int(window.train.timerange(HOUR).partition("-")[2]) * 1000
        assert last + HOUR == window.test.start
    for one, other in pairwise(found):
        assert one.test.end == other.test.start


@pytest.mark.parametrize(
    ("trials", "skewness", "kurtosis", "threshold", "expected"),
    [
        (100, -3.0, 10.0, 0.1132, 0.9004),
        (46, -3.0, 10.0, None, 0.9505),
        (88, 0.0, 3.0, None, 0.9505),
    ],
)
def test_the_published_example_of_the_deflated_ratio(
    trials: int, skewness: float, kurtosis: float, threshold: float | None, expected: float
) -> None:
    # Bailey and López de Prado (2014), "A numerical example": five years of daily returns, Sharpe
    # ratio 2.5 a year, variance of the trials' ratios 1/2 a year; printed with four digits.
    bound = statistics.expected_maximum(trials, 0.5 / 250)
    if threshold is not None:
        assert bound == pytest.approx(threshold, abs=5e-5)
    found = statistics.probability(2.5 / 250**0.5, 1250, skewness, kurtosis, bound)
    assert found == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("trials", [10, 100, 1000])
def test_the_expected_maximum_is_that_of_normal_draws(trials: int) -> None:
    def density(x: float) -> float:
        normal = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
        return float(x * trials * normal * ndtr(x) ** (trials - 1))

    exact, _ = quad(density, -9, 9)
    # The formula is the limit for many trials.
    assert statistics.expected_maximum(trials, 4.0) == pytest.approx(2 * exact, rel=0.03)
    assert statistics.expected_maximum(1, 4.0) == 0.0


@pytest.mark.parametrize("shift", [-0.002, 0.0, 0.001])
def test_probabilities_of_normal_returns_are_student_s(shift: float) -> None:
    returns = noise(3, 900) + shift
    found = statistics.probabilistic(returns)
    test = ttest_1samp(returns, 0.0, alternative="greater")
    # Student's and the normal law differ by less than 0.001 at 900; the sample's own skewness and
    # kurtosis make up the rest.
    assert found == pytest.approx(1 - float(test.pvalue), abs=0.01)
    assert statistics.yearly_sharpe(returns) == pytest.approx(
        float(test.statistic) / 30 * 365**0.5, rel=1e-12
    )


def test_what_has_no_ratio_has_no_probability() -> None:
    for returns in (np.zeros(50), np.full(50, 0.3), np.zeros(0), np.array([0.1])):
        assert np.isnan(statistics.sharpe(returns))
        assert np.isnan(statistics.probabilistic(returns))
    assert np.isnan(statistics.probability(1.0, 100, 3.0, 3.0, 0.0))


def brute(returns: np.ndarray[Any, np.dtype[np.float64]], blocks: int) -> float:
    parts = np.array_split(np.arange(len(returns)), blocks)

    def ratio(column: np.ndarray[Any, np.dtype[np.float64]]) -> float:
        deviation = column.std(ddof=1)
        return 0.0 if deviation < 1e-12 else float(column.mean() / deviation)

    over = []
    for half in combinations(range(blocks), blocks // 2):
        rest = [part for part in range(blocks) if part not in half]
        inside = np.concatenate([parts[part] for part in half])
        outside = np.concatenate([parts[part] for part in rest])
        best = int(np.argmax([ratio(column[inside]) for column in returns.T]))
        ranks = rankdata([ratio(column[outside]) for column in returns.T])
        share = ranks[best] / (returns.shape[1] + 1)
        over.append(np.log(share / (1 - share)) <= 0)
    return float(np.mean(over))


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.integers(2, 7), st.integers(12, 40), st.sampled_from([2, 4, 6]))
def test_overfitting_is_the_count_over_all_halves(
    seed: int, trials: int, times: int, blocks: int
) -> None:
    returns = noise(seed, times, trials) + noise(seed + 1, trials)
    assert statistics.overfitting(returns, blocks) == brute(returns, blocks)


def test_overfitting_at_its_ends() -> None:
    good = noise(1, 160, 20)
    good[:, 7] += 0.02
    assert statistics.overfitting(good) == 0.0
    # A trial that is good in one half of the time only, and worse than the rest in the other.
    bad = noise(2, 160, 2) * 0.01
    bad[:80, 0] += 0.01
    bad[80:, 0] -= 0.01
    assert statistics.overfitting(bad, 2) == 1.0
    # Trials of nothing: the best of a half is above the median of the other as often as below.
    shares = [statistics.overfitting(noise(seed, 128, 9), 8) for seed in range(60)]
    assert np.mean(shares) == pytest.approx(0.5, abs=0.1)


def test_overfitting_without_anything_to_choose() -> None:
    assert np.isnan(statistics.overfitting(noise(0, 160, 1)))
    assert np.isnan(statistics.overfitting(noise(0, 31, 5)))
    # Three trials that are one: the middle rank of three.
    assert statistics.overfitting(np.repeat(noise(0, 64, 1), 3, axis=1)) == 1.0
    with pytest.raises(ValueError, match="even"):
        statistics.overfitting(noise(0, 160, 5), 7)


def test_a_plateau_is_told_from_noise() -> None:
    rng = np.random.default_rng(1)

    def trials() -> list[Trial]:
        points = rng.uniform(0, 1, (200, 2))
        # profit targets stand by minutes, which differ between trials
        found = [
            Trial(
                float((x - 0.4) ** 2),
                5,
                {"buy": {"matters": x, "does not": y}, "roi": {f"{round(1000 * y)}": x}},
                np.zeros(3),
            )
            for x, y in points
        ]
        return sorted(found, key=lambda trial: trial.loss)

    windows_ = [trials() for _ in range(4)]
    matters, other = epochs.plateaus([*windows_, [], windows_[0][:1]])
    assert (matters.name, other.name) == ("matters", "does not")
    assert matters.dispersion < 0.05 < other.dispersion
    # Beside the best are a fifth of the trials, and those the best: mean rank a tenth.
    assert matters.near == pytest.approx(0.1, abs=0.03)
    assert matters.far == pytest.approx(0.6, abs=0.03)
    assert abs(other.near - other.far) < 0.15
    assert min(matters.best) > 0.35
    assert len(matters.values) == 800
    best, *_ = windows_[0]
    assert best.loss < epochs.nearest_trials(windows_[0]) < 0.15
    assert np.isnan(epochs.nearest_trials(windows_[0][:1]))
    assert epochs.plateaus([[], []]) == []


def test_a_broken_file_of_epochs_is_named(tmp_path: Path) -> None:
    file = tmp_path / "epochs.fthypt"
    file.write_text('{"loss": 1}\n')
    with pytest.raises(ValueError, match=r"epochs.fthypt: line 1 is no epoch"):
        epochs.read(file, Span(0, DAY))
