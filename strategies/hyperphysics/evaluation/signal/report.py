"""A evaluation as a table of text, as Markdown and as a JSON document."""

from __future__ import annotations

import importlib.metadata
import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import hyperphysics as hp
from hyperphysics._engine import Value
from hyperphysics.evaluation.markdown import table
from hyperphysics.evaluation.signal.evaluate import Result
from hyperphysics.evaluation.signal.pair_dataset import PairDataset
from hyperphysics.evaluation.signal.scores import Comparison

TWO_SIDED_5 = 1.96
"""Of a standard normal."""

MARKERS = ("<!-- signal -->", "<!-- /signal -->")
"""Between them a document shows the table."""

PACKAGES = ("hyperphysics", "numpy", "polars", "scikit-learn")


@dataclass(frozen=True)
class Evaluation:
    """A finished evaluation.

    Attributes:
        market: What kind of market this was.
        timeframe: Length of a candle.
        device: What computed the columns.
        params: Every parameter of the engine.
        settings: Every setting of the evaluation.
        datasets: Pairs.
        results: Rows of the table.
        chosen: How often each channel was the single best, as a share of the fits.
    """

    market: str
    timeframe: str
    device: str
    params: Mapping[str, Value]
    settings: Mapping[str, Value]
    datasets: Sequence[PairDataset]
    results: Sequence[Result]
    chosen: Mapping[str, float]


def head(evaluation: Evaluation) -> tuple[str, ...]:
    """Names of the table's columns."""
    pairs = [dataset.pair.partition("/")[0] for dataset in evaluation.datasets]
    return (
        *("model", "candles", "log loss", "gain, 1e-4 nats", "Brier", "AUC"),
        *(f"AUC {pair}" for pair in pairs if len(pairs) > 1),
        *("DM against base rate", "DM against logistic"),
    )


def lines(evaluation: Evaluation) -> list[tuple[str, ...]]:
    """The table's cells, row by row."""
    several = len(evaluation.datasets) > 1
    return [
        (
            result.label,
            f"{result.total.candles:,}",
            f"{result.total.log_loss:.5f}",
            "-" if math.isnan(result.base.p_value) else f"{1e4 * result.base.gain:+.1f}",
            f"{result.total.brier:.5f}",
            f"{result.total.auc:.4f}",
            *(
                f"{result.pairs[dataset.pair].auc:.4f}" if dataset.pair in result.pairs else "-"
                for dataset in evaluation.datasets
                if several
            ),
            _test(result.base),
            _test(result.logistic),
        )
        for result in evaluation.results
    ]


def markdown(evaluation: Evaluation) -> str:
    """The table as Markdown, without the AUC of each pair, the notes below it."""
    names = head(evaluation)
    kept = [number for number, name in enumerate(names) if not name.startswith("AUC ")]
    rows = [[cells[number] for number in kept] for cells in lines(evaluation)]
    made = table([names[number] for number in kept], rows)
    points = "\n".join(f"- {note}" for note in notes(evaluation))
    return f"{title(evaluation)}:\n\n{made}\n\n{points}\n"


def _test(comparison: Comparison) -> str:
    if math.isnan(comparison.p_value):
        return "-"
    p_value = comparison.p_value
    shown = f"{p_value:.3f}" if p_value >= 0.001 else "< 0.001"
    return f"{comparison.statistic:+.2f} (p {shown})"


def title(evaluation: Evaluation) -> str:
    """What was evaluated, in a line."""
    first = min(int(result.time[0]) for result in evaluation.results)
    last = max(int(result.time[-1]) for result in evaluation.results)
    horizon = evaluation.params["lattice_horizon"]
    return (
        f"Direction of the next {horizon} bars, {evaluation.timeframe}, "
        f"{_day(first)} to {_day(last)}, walk-forward"
    )


def verdict(evaluation: Evaluation) -> str:
    """Which rows beat the base rate and logistic regression, by their tests, in a sentence."""
    sentences = []
    for name, tests in (
        ("the base rate", {item.label: item.base for item in evaluation.results}),
        ("logistic regression", {item.label: item.logistic for item in evaluation.results}),
    ):
        better = [label for label, test in tests.items() if test.statistic > TWO_SIDED_5]
        worse = [label for label, test in tests.items() if test.statistic < -TWO_SIDED_5]
        sentences.append(f"Better than {name} at 5 %: {'; '.join(better) or 'none'}.")
        if worse:
            sentences.append(f"Worse than {name}: {'; '.join(worse)}.")
    return f"{' '.join(sentences)} Of twenty tests of nothing one comes out so by chance."


def notes(evaluation: Evaluation) -> list[str]:
    """What a reader must know to read the table, and what was left out."""
    settings = evaluation.settings
    horizon = evaluation.params["lattice_horizon"]
    shares = ", ".join(f"{name} {share:.0%}" for name, share in evaluation.chosen.items())
    filters = [
        f"{result.share:.0%} ({result.label})" for result in evaluation.results if result.share < 1
    ]
    return [
        verdict(evaluation),
        f"Every model is fitted on all outcomes known at the time (at least {settings['fewest']}), "
        f"anew every {settings['every']} bars, and predicts the bars that follow; the last "
        f"{horizon} bars before a fit have no outcome yet and are not used. Kernels: hp_pbit, "
        "calibrated by logistic regression on its log odds (Platt); the logistic regression on the "
        f"past window sees the newest {evaluation.params['past_window']} outcomes only, as they "
        "do, and is calibrated alike.",
        "Gain: log loss of the base rate minus that of the model, mean over times of the pairs' "
        "means, so not quite the difference of the column of log losses. A coin has a log loss "
        "of 0.69315 and a Brier score of 0.25. AUC: mean over the pairs. Bars that end where they "
        "began are not scored.",
        "DM: Diebold-Mariano statistic of the log losses, averaged over the pairs at each time, "
        f"Newey-West variance over at least {horizon} lags; positive: better than what it is "
        "compared with.",
        *([f"Single best channel, share of the fits: {shares}."] if shares else []),
        *(
            [
                "Filters let through what is above the median of the known past, and abstain with "
                f"the base rate elsewhere; let through: {', '.join(filters)}."
            ]
            if filters
            else []
        ),
    ]


def document(evaluation: Evaluation) -> dict[str, object]:
    """Everything but the series, ready for JSON; what is not a number is null."""
    return {
        "evaluation": "signal",
        "market": evaluation.market,
        "timeframe": evaluation.timeframe,
        "device": evaluation.device,
        "parameters": dict(evaluation.params),
        "settings": dict(evaluation.settings),
        "versions": _versions(),
        "data": {dataset.pair: dataset.fingerprint for dataset in evaluation.datasets},
        "rows": [_record(result) for result in evaluation.results],
        "single_best": dict(evaluation.chosen),
        "notes": notes(evaluation),
    }


def _record(result: Result) -> dict[str, object]:
    return {
        "key": result.key,
        "label": result.label,
        "first": int(result.time[0]),
        "last": int(result.time[-1]),
        "share": result.share,
        "scores": _finite(asdict(result.total)),
        "pairs": {pair: _finite(asdict(item)) for pair, item in result.pairs.items()},
        "against_base_rate": _finite(asdict(result.base)),
        "against_logistic": _finite(asdict(result.logistic)),
        "calibration": [
            {"chance": chance, "frequency": frequency} for chance, frequency in result.bins
        ],
    }


def _finite(values: Mapping[str, float]) -> dict[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version(), "simd": hp.simd()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return versions


def _day(time: int) -> str:
    return datetime.fromtimestamp(time / 1000, UTC).strftime("%Y-%m-%d")
