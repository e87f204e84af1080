"""The evaluation of risk as a table of text, as Markdown and as a JSON document."""

from __future__ import annotations

import importlib.metadata
import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np

import hyperphysics as hp
from hyperphysics._engine import Value
from hyperphysics.evaluation.markdown import table
from hyperphysics.evaluation.risk import garch
from hyperphysics.evaluation.risk.coverage import Coverage, Result
from hyperphysics.evaluation.risk.forecasts import LEVELS

MARKERS = ("<!-- risk -->", "<!-- /risk -->")
"""Between them a document shows the table."""

SIGNIFICANT = 0.05
PACKAGES = ("hyperphysics", "numpy", "polars")

HEAD = (
    "bars ahead",
    "level",
    "forecast",
    "forecasts",
    "exceeded",
    "Kupiec",
    "Christoffersen",
    "both",
    "Z2",
    "FZ0 loss",
    "DM against the engine",
)


@dataclass(frozen=True)
class Evaluation:
    """A finished evaluation.

    Attributes:
        market: What kind of market this was.
        timeframe: Length of a candle.
        timerange: What was scored.
        device: What computed the columns.
        params: Every parameter of the engine.
        results: Rows of the table.
    """

    market: str
    timeframe: str
    timerange: str
    device: str
    params: Mapping[str, Value]
    results: Sequence[Result]


def title(evaluation: Evaluation) -> str:
    """What was evaluated, in a line."""
    pairs = ", ".join(evaluation.results[0].pairs)
    candles = f"{evaluation.timeframe}, {evaluation.timerange}, {pairs}"
    return f"Value at risk and expected shortfall, {candles}"


def lines(evaluation: Evaluation) -> list[tuple[str, ...]]:
    """The table's cells, row by row."""
    return [_line(result) for result in evaluation.results]


def _line(result: Result) -> tuple[str, ...]:
    pairs = list(result.pairs.values())
    count = sum(pair.forecasts for pair in pairs)
    hits = sum(pair.hits for pair in pairs)
    loss = float(np.mean([pair.loss for pair in pairs]))
    return (
        f"{result.horizon}",
        f"{1 - LEVELS[result.level]:.1%}",
        result.model,
        f"{count:,}",
        f"{hits / count:.2%}",
        _kept([pair.kupiec for pair in pairs]),
        _kept([pair.independence for pair in pairs]),
        _kept([pair.conditional for pair in pairs]),
        f"{np.mean([pair.z2 for pair in pairs]):+.2f}",
        f"{loss:.4f}",
        "-" if math.isnan(result.statistic) else f"{result.statistic:+.2f} ({_p(result.p_value)})",
    )


def _kept(p_values: Sequence[float]) -> str:
    """How many pairs a test lets stand, of those that it can be made for."""
    made = [p for p in p_values if not math.isnan(p)]
    return f"{sum(p >= SIGNIFICANT for p in made)} of {len(made)}"


def _p(value: float) -> str:
    return f"p {value:.3f}" if value >= 0.001 else "p < 0.001"


def notes() -> list[str]:
    """What a reader must know to read the table."""
    return [
        "Exceeded: share of returns worse than minus VaR; it should be one less the level. Kupiec, "
        "Christoffersen, both: pairs whose share, whose independence, whose share and independence "
        f"of exceedances a test at {SIGNIFICANT:.0%} lets stand.",
        "Z2 (Acerbi and Szekely), mean of the pairs: 0 where number and size of shortfalls hold, "
        "negative where risk is understated. FZ0: joint loss of VaR and ES, the less "
        "the better. DM: Diebold-Mariano statistic of that loss less the engine's, averaged over "
        "the pairs at each time: positive where the engine is better.",
        "History N: historical simulation over the last N returns over the same horizon, which "
        "overlap where it is longer than a bar. Normal EWMA: the engine's volatility with a normal "
        "tail, times the root of the horizon. Returns that are scored do not overlap.",
        f"{garch.MODEL}: filtered simulation on GARCH(1,1) with Student's t, fitted by `arch` to "
        f"the last {garch.FITTED} returns every {garch.EVERY} bars. It is in the table where the "
        "extra `study` is installed.",
    ]


def markdown(evaluation: Evaluation) -> str:
    """The table as Markdown, the notes below it."""
    made = table(HEAD, lines(evaluation), text=[HEAD.index("forecast")])
    points = "\n".join(f"- {note}" for note in notes())
    return f"{title(evaluation)}:\n\n{made}\n\n{points}\n"


def document(evaluation: Evaluation) -> dict[str, object]:
    """Every number, and what it was computed with."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "market": evaluation.market,
        "timeframe": evaluation.timeframe,
        "timerange": evaluation.timerange,
        "device": evaluation.device,
        "simd": hp.simd(),
        "platform": platform.platform(),
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
        "params": dict(evaluation.params),
        "results": [_record(result) for result in evaluation.results],
    }


def _record(result: Result) -> dict[str, object]:
    def number(value: float) -> float | None:
        return None if isinstance(value, float) and math.isnan(value) else value

    def coverage(pair: Coverage) -> dict[str, float | None]:
        return {name: number(value) for name, value in asdict(pair).items()}

    return {
        "horizon": result.horizon,
        "level": 1 - LEVELS[result.level],
        "model": result.model,
        "dm_statistic": number(result.statistic),
        "dm_p_value": number(result.p_value),
        "pairs": {name: coverage(pair) for name, pair in result.pairs.items()},
    }
