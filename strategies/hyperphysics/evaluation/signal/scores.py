"""How good probabilities of a rise were, and whether one model's were better than another's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from hyperphysics import _engine
from hyperphysics.evaluation.signal.folds import Floats


@dataclass(frozen=True, slots=True)
class Score:
    """Scores of one series of probabilities.

    Attributes:
        candles: Number of predictions.
        log_loss: Mean negative log likelihood, nats; ln 2 = 0.6931 for a coin.
        brier: Mean squared error of the probability; 0.25 for a coin.
        auc: Probability that a rise was given more than a fall; NaN if there was but one kind.
    """

    candles: int
    log_loss: float
    brier: float
    auc: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A model against another, by the log loss of each candle.

    Attributes:
        gain: Mean loss of the other minus that of the model, nats: positive if the model is better.
        statistic: The gain in units of its standard error.
        p_value: Two-sided, under the normal law; NaN if the losses are equal.
    """

    gain: float
    statistic: float
    p_value: float

    @property
    def error(self) -> float:
        """Standard error of the gain."""
        return self.gain / self.statistic if self.statistic else float("nan")


def score(ups: Floats, chance: Floats) -> Score:
    """Scores probabilities of a rise.

    Args:
        ups: 1 for a rise, 0 for a fall.
        chance: Probabilities, strictly between 0 and 1, as many.
    """
    both = 0 < ups.sum() < len(ups)
    return Score(
        candles=len(ups),
        log_loss=float(log_loss(ups, chance, labels=[0, 1])),
        brier=float(brier_score_loss(ups, chance, pos_label=1)),
        auc=float(roc_auc_score(ups, chance)) if both else float("nan"),
    )


def losses(ups: Floats, chance: Floats) -> Floats:
    """Negative log likelihood of each candle, nats; NaN where either is."""
    return -np.log(np.where(np.isnan(ups), np.nan, np.where(ups == 1, chance, 1 - chance)))


def by_date(dates: Sequence[np.ndarray], values: Sequence[Floats]) -> tuple[np.ndarray, Floats]:
    """Mean over the pairs at each time, oldest first.

    Pairs move together: their mean is one observation of a time, not several.

    Args:
        dates: Open times of each pair's candles, ms.
        values: One finite number per candle.
    """
    times, at = np.unique(np.concatenate(dates), return_inverse=True)
    counts = np.bincount(at)
    return times, np.bincount(at, np.concatenate(values)) / counts


def lags(candles: int, horizon: int) -> int:
    """Lags of the robust variance: the horizon, or Newey and West's (1994) rule if that is more."""
    return max(horizon, int(4 * (candles / 100) ** (2 / 9)))


def compare(other: Floats, model: Floats, horizon: int) -> Comparison:
    """Diebold and Mariano's (1995) test with the variance of Newey and West (1987).

    Args:
        other: Losses of the other model, in order of time.
        model: Losses of the model.
        horizon: Candles that an outcome looks ahead: neighbouring losses share their future.
    """
    test = _engine.diebold_mariano(other, model, lags(len(other), horizon))
    return Comparison(*test)
