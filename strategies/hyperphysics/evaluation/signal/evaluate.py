"""The direction, model by model: every row on the same candles, walk-forward."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from hyperphysics.evaluation.signal.folds import Flags, Floats, Fold, folds
from hyperphysics.evaluation.signal.model_specs import BASE, HYPERBOLIC, LOGISTIC, Row
from hyperphysics.evaluation.signal.models import (
    FEWEST,
    Single,
    filtered,
    frequency,
    log_odds,
    logistic,
    walk,
)
from hyperphysics.evaluation.signal.pair_dataset import PairDataset
from hyperphysics.evaluation.signal.scores import Comparison, Score, by_date, compare, losses, score

REFITS = 20
"""Fits on the past window while one past window passes."""

LET_THROUGH = "_let_through"
"""What follows a filter's key where only the candles count that it lets through."""


@dataclass(frozen=True)
class Result:
    """One row of the table, filled.

    Attributes:
        key: Name in the JSON file.
        label: Name in the table.
        total: Scores of all pairs' candles together; `auc` is the mean over the pairs, because
            probabilities of different pairs were not fitted to be ranked against each other.
        pairs: Scores by pair.
        share: Share of the candles that count.
        base: Against the base rate on the same candles.
        logistic: Against logistic regression on the same candles.
        time: Open times, ms.
        gain: At each of them the mean over the pairs of the base rate's loss minus the row's.
        bins: Mean probability and frequency of rises in tenths of the candles, lowest first.
    """

    key: str
    label: str
    total: Score
    pairs: dict[str, Score]
    share: float
    base: Comparison
    logistic: Comparison
    time: NDArray[np.int64]
    gain: Floats
    bins: list[tuple[float, float]]


@dataclass(frozen=True)
class Prediction:
    """Probabilities of one pair, NaN where there is none, and where they count."""

    chance: Floats
    counts: Flags


Predictions = Mapping[str, Prediction]
"""By pair."""


@dataclass(frozen=True)
class FoldSettings:
    """How the candles are divided.

    Attributes:
        start: Nothing is predicted before this open time, ms.
        horizon: Bars that an outcome looks ahead.
        past_window: Outcomes that a kernel sees.
        every: Bars between fits.
        fewest: Outcomes known before the first prediction, at least.
    """

    start: int
    horizon: int
    past_window: int
    every: int
    fewest: int

    def parts(self, dataset: PairDataset) -> list[Fold]:
        """Folds of a pair.

        Raises:
            ValueError: Its candles do not suffice.
        """
        fitted = dataset.begin + self.fewest + self.horizon
        first = max(fitted, int(dataset.date.searchsorted(self.start)))
        bars = len(dataset.date)
        if first + self.horizon >= bars:
            raise ValueError(
                f"{dataset.pair}: every column has a value on {bars - dataset.begin} bars, "
                f"expected more than {first + self.horizon - dataset.begin} to score one "
                f"prediction in the time range after {self.fewest} known outcomes"
            )
        return folds(dataset.begin, first, bars, horizon=self.horizon, every=self.every)

    def past_window_parts(self, dataset: PairDataset) -> list[Fold]:
        """Folds that are fitted on as many outcomes as a kernel's past window holds.

        They begin where the kernels do, and are fitted often: a past window moves with every bar.
        """
        first = max(dataset.begin, self.horizon + FEWEST)
        every, bars = max(self.past_window // REFITS, 1), len(dataset.date)
        horizon, window = self.horizon, self.past_window
        return folds(0, first, bars, horizon=horizon, every=every, window=window)


def evaluate(
    found: Sequence[PairDataset],
    table: Sequence[Row],
    settings: FoldSettings,
    note: Callable[[str], None],
) -> tuple[list[Result], dict[str, float]]:
    """Fills the table.

    Args:
        found: Pairs, each with the columns that the rows ask for.
        table: Rows, the base rate and logistic regression among them.
        settings: How the candles are divided.
        note: Told which row is being fitted.

    Returns:
        Results in the order of the table, a filter's followed by that of the candles it lets
        through; and how often each channel (0, 1, 2 as text) was the single best, as a share.

    Raises:
        ValueError: The candles of a pair do not suffice; names it and what was expected.
    """
    parts = {dataset.pair: settings.parts(dataset) for dataset in found}
    chosen: Counter[str] = Counter()
    known: dict[str, Predictions] = {}
    results = []
    for row in table:
        note(row.label)
        # Thousands of small fits: threads of a matrix library would only wait for each other.
        with threadpool_limits(limits=1):
            known[row.key] = {
                dataset.pair: _predict(row, dataset, settings, parts[dataset.pair], known, chosen)
                for dataset in found
            }
    for row in table:
        made = known[row.key]
        everywhere = {
            pair: Prediction(item.chance, ~np.isnan(item.chance)) for pair, item in made.items()
        }
        results.append(_result(row.key, row.label, found, everywhere, known, settings.horizon))
        if row.kind == "filter":
            key, label = row.key + LET_THROUGH, f"{row.label}, let through"
            results.append(_result(key, label, found, made, known, settings.horizon))
    fits = sum(chosen.values())
    return results, {key: count / fits for key, count in sorted(chosen.items())}


def _predict(
    row: Row,
    dataset: PairDataset,
    settings: FoldSettings,
    parts: list[Fold],
    known: Mapping[str, Predictions],
    chosen: Counter[str],
) -> Prediction:
    ups = dataset.ups
    if row.kind == "filter":
        base = known[BASE][dataset.pair].chance
        odds = dataset.odds[HYPERBOLIC][:, None]
        return Prediction(*filtered(dataset.filters[row.column], odds, ups, base, parts))
    if row.kind == "single":
        single = Single()
        chance = walk(single, dataset.states, ups, parts)
        chosen.update(str(number) for number in single.chosen)
    elif row.kind == "past_window":
        raw = walk(logistic, dataset.states, ups, settings.past_window_parts(dataset))
        chance = walk(logistic, log_odds(2 * raw - 1)[:, None], ups, parts)
    elif row.kind == "kernel":
        chance = walk(logistic, dataset.odds[row.key][:, None], ups, parts)
    else:
        model = frequency if row.kind == "base" else logistic
        chance = walk(model, dataset.states, ups, parts)
    return Prediction(chance, ~np.isnan(chance))


def _result(
    key: str,
    label: str,
    found: Sequence[PairDataset],
    predictions: Predictions,
    known: Mapping[str, Predictions],
    horizon: int,
) -> Result:
    """Scores where the predictions count; what they are compared with is scored there as well."""
    counted = {
        dataset.pair: predictions[dataset.pair].counts & ~np.isnan(dataset.ups) for dataset in found
    }
    ups = {dataset.pair: dataset.ups[counted[dataset.pair]] for dataset in found}
    chance = {pair: predictions[pair].chance[counts] for pair, counts in counted.items()}
    pairs = {pair: score(ups[pair], chance[pair]) for pair in ups if len(ups[pair])}
    ups_all, chance_all = (np.concatenate(list(values.values())) for values in (ups, chance))
    total = score(ups_all, chance_all)
    scored = [
        ~np.isnan(predictions[dataset.pair].chance) & ~np.isnan(dataset.ups) for dataset in found
    ]

    def series(of: Predictions) -> tuple[NDArray[np.int64], Floats]:
        dates = [dataset.date[counted[dataset.pair]] for dataset in found]
        each = [losses(ups[pair], of[pair].chance[counts]) for pair, counts in counted.items()]
        return by_date(dates, each)

    (time, own), (_, base), (_, linear) = map(series, (predictions, known[BASE], known[LOGISTIC]))
    return Result(
        key=key,
        label=label,
        total=Score(
            total.candles,
            total.log_loss,
            total.brier,
            float(np.mean([item.auc for item in pairs.values()])),
        ),
        pairs=pairs,
        share=total.candles / sum(int(rows.sum()) for rows in scored),
        base=compare(base, own, horizon),
        logistic=compare(linear, own, horizon),
        time=time,
        gain=base - own,
        bins=_bins(ups_all, chance_all),
    )


def _bins(ups: Floats, chance: Floats) -> list[tuple[float, float]]:
    tenths = np.array_split(np.argsort(chance, kind="stable"), 10)
    return [(float(chance[rows].mean()), float(ups[rows].mean())) for rows in tenths if len(rows)]
