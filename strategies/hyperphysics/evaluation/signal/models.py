"""Models that are fitted on a training part and give probabilities of a rise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from hyperphysics.evaluation.signal.folds import Flags, Floats, Fold

SATURATED = 1 - 1e-6
"""|hp_pbit| above which its log odds mean nothing: single precision ends there."""

FEWEST = 50
"""Outcomes below which nothing but their frequency is fitted."""

Model = Callable[[Floats, Floats, Floats], Floats]
"""Features to fit on (rows × features), their outcomes, features to predict: probabilities."""


def frequency(x: Floats, ups: Floats, ahead: Floats) -> Floats:
    """The base rate: how often the past rose, with Laplace's correction, for every candle."""
    del x
    return np.full(len(ahead), (ups.sum() + 1) / (len(ups) + 2))


def logistic(x: Floats, ups: Floats, ahead: Floats) -> Floats:
    """Logistic regression on standardised features; of a single score, Platt's calibration."""
    rises = ups.sum()
    if min(rises, len(ups) - rises) < FEWEST:
        return frequency(x, ups, ahead)
    model = make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky"))
    return np.asarray(model.fit(x, ups).predict_proba(ahead)[:, 1], dtype=np.float64)


@dataclass
class Single:
    """Logistic regression on the feature that ranked the training part best, whatever its sign."""

    chosen: list[int] = field(default_factory=list)
    """Number of the feature, fit by fit."""

    def __call__(self, x: Floats, ups: Floats, ahead: Floats) -> Floats:
        """As `logistic`."""
        rises = ups.sum()
        if min(rises, len(ups) - rises) < FEWEST:
            return frequency(x, ups, ahead)
        ranks = [abs(roc_auc_score(ups, column) - 0.5) for column in x.T]
        best = int(np.argmax(ranks))
        self.chosen.append(best)
        return logistic(x[:, [best]], ups, ahead[:, [best]])


def log_odds(pbit: Floats) -> Floats:
    """Log odds that a mean spin in [-1, 1], or twice a probability less 1, stands for."""
    return np.asarray(2 * np.arctanh(np.clip(pbit, -SATURATED, SATURATED)), dtype=np.float64)


def walk(model: Model, x: Floats, ups: Floats, parts: Iterable[Fold]) -> Floats:
    """Fits the model on each fold's training part and applies it to the candles that follow.

    Args:
        model: What is fitted.
        x: Features, rows × features, finite in the test parts; rows with NaN are not fitted on.
        ups: Outcomes; rows without one (NaN) are predicted but not fitted on.
        parts: Folds.

    Returns:
        Probabilities, NaN outside the folds' test parts.
    """
    chance = np.full(len(ups), np.nan)
    whole = np.isfinite(x).all(axis=1) & ~np.isnan(ups)
    for part in parts:
        known = whole[part.train]
        fit = x[part.train][known], ups[part.train][known]
        chance[part.test] = model(*fit, x[part.test])
    return chance


def filtered(
    column: Floats, x: Floats, ups: Floats, base: Floats, parts: Iterable[Fold]
) -> tuple[Floats, Flags]:
    """Logistic regression on the candles that a filter lets through; the base rate on the others.

    A candle passes where the filter's column is above its median of the training part, so that
    about half of them pass and no outcome has a say in where the threshold stands.

    Args:
        column: Of the filter; nothing passes where it is NaN.
        x: Features, as in `walk`.
        ups: Outcomes.
        base: What an abstention says.
        parts: Folds.

    Returns:
        Probabilities, NaN outside the folds' test parts, and where the filter let through.
    """
    chance, passed = np.full(len(ups), np.nan), np.zeros(len(ups), dtype=np.bool_)
    for part in parts:
        above = column > np.nanmedian(column[part.train])
        known = ~np.isnan(ups[part.train]) & above[part.train]
        fit = x[part.train][known], ups[part.train][known]
        chance[part.test] = np.where(
            above[part.test], logistic(*fit, x[part.test]), base[part.test]
        )
        passed[part.test] = above[part.test]
    return chance, passed
