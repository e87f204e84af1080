# SPDX-License-Identifier: GPL-3.0-or-later
"""The evaluation of the strategy as tables of text, as Markdown and as a JSON document."""

from __future__ import annotations

import importlib.metadata
import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import numpy as np

from hyperphysics.evaluation.markdown import table
from hyperphysics.evaluation.walk_forward.choice import uses_protections
from hyperphysics.evaluation.walk_forward.epochs import NEAR, NEIGHBOURS, Plateau
from hyperphysics.evaluation.walk_forward.equity import performance
from hyperphysics.evaluation.walk_forward.results import Chosen, Line

MARKERS = ("<!-- strategy -->", "<!-- /strategy -->")
"""Between them a document shows the tables."""

PACKAGES = ("hyperphysics", "freqtrade", "numpy", "scipy")
SURE = 0.95

LINES = (
    *("", "trades", "return", "a year", "volatility", "Sharpe", "P(Sharpe > 0)"),
    *("drawdown", "costs"),
)
WINDOWS = (
    *("used on", "trials", "Sharpe where chosen", "DSR", "PBO", "loss: best, nearest, median"),
    *("Sharpe where used", "trades", "return", "by default", "buy and hold"),
)
PLATEAUS = ("parameter", "best values", "dispersion", "rank near the best", "rank elsewhere")


@dataclass(frozen=True)
class Evaluation:
    """A finished evaluation.

    Attributes:
        market: What kind of market this was.
        timerange: Days of all tests.
        pairs: What was traded.
        settings: Everything that the numbers depend on.
        cost: Of each side, a fraction.
        own: The strategy with parameters chosen on the past, then with default ones; each at the
            whole cost, then at multiples of it.
        benchmarks: Buy and hold first.
        variants: Default parameters with one filter or exit more or less.
        null: As `own`, on a random walk; empty where it was not asked for.
        windows: Rows of the choices.
        plateaus: Rows of the parameters.
    """

    market: str
    timerange: str
    pairs: Sequence[str]
    settings: Mapping[str, Any]
    cost: float
    own: Sequence[Sequence[Line]]
    benchmarks: Sequence[Line]
    variants: Sequence[Line]
    null: Sequence[Sequence[Line]]
    windows: Sequence[Chosen]
    plateaus: Sequence[Plateau]

    def lines(self) -> list[Line]:
        """Rows of the first table."""
        own, null = (list(chain.from_iterable(lines)) for lines in (self.own, self.null))
        return [*own, *self.benchmarks, *self.variants, *null]


def title(evaluation: Evaluation) -> str:
    """What was evaluated, in a line."""
    timeframe = evaluation.settings["timeframe"]
    pairs = ", ".join(evaluation.pairs)
    return f"Walk-forward of the strategy, {timeframe}, {evaluation.timerange}, {pairs}"


def lines(evaluation: Evaluation) -> list[tuple[str, ...]]:
    """Cells of the first table."""
    return [_line(line) for line in evaluation.lines()]


def _line(line: Line) -> tuple[str, ...]:
    found = performance(line.returns)
    return (
        line.label,
        f"{sum(line.trades):,}" if line.trades else "-",
        f"{found.total:+.1%}",
        f"{found.yearly:+.1%}",
        f"{found.volatility:.1%}",
        _number(found.sharpe),
        _number(found.prob_sharpe_positive),
        f"{found.drawdown:.1%}",
        "-" if math.isnan(line.costs) else f"{line.costs:.1%}",
    )


def windows(evaluation: Evaluation) -> list[tuple[str, ...]]:
    """Cells of the table of choices."""
    return [
        (
            str(row.window.test),
            f"{row.trials}",
            _number(row.inside),
            _number(row.deflated),
            _number(row.overfitting),
            " / ".join(_number(loss) for loss in row.losses),
            _number(row.outside),
            f"{row.trades}",
            f"{row.total:+.1%}",
            "-" if math.isnan(row.default) else f"{row.default:+.1%}",
            f"{row.hold:+.1%}",
        )
        for row in evaluation.windows
    ]


def plateaus(evaluation: Evaluation) -> list[tuple[str, ...]]:
    """Cells of the table of parameters."""
    return [
        (
            row.name,
            f"{min(row.best):g} to {max(row.best):g}",
            _number(row.dispersion),
            _number(row.near),
            _number(row.far),
        )
        for row in evaluation.plateaus
    ]


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def verdict(line: Line, benchmark: Line) -> str:
    """Whether there is an edge over buy and hold, in a few sentences."""
    own, hold = performance(line.returns), performance(benchmark.returns)
    better = own.total > 0 and own.sharpe > hold.sharpe and own.drawdown <= hold.drawdown / 2
    edge = (
        "hardly chance"
        if own.prob_sharpe_positive > SURE
        else "no edge that can be told from chance"
    )
    aim = "met" if better else "not met"
    trades = sum(line.trades)
    return (
        f"{_begin(line.label)}: {edge}; {own.total:+.1%} in {trades:,} trades, Sharpe "
        f"{_number(own.sharpe)} (true one positive with probability "
        f"{_number(own.prob_sharpe_positive)}), drawdown {own.drawdown:.1%}, beside "
        f"{hold.total:+.1%}, {_number(hold.sharpe)} and {hold.drawdown:.1%} of buy and hold. The "
        "aim, a profit with a higher Sharpe ratio at no "
        f"more than half the drawdown, is {aim}."
    )


def notes(evaluation: Evaluation) -> list[str]:
    """What a reader must know to read the tables."""
    settings = evaluation.settings
    return [
        *(verdict(lines[0], evaluation.benchmarks[0]) for lines in evaluation.own),
        *_null(evaluation),
        f"{_choice(settings)} and used on the {settings['test']} that follow, by freqtrade "
        "backtesting; positions that are open when these end are closed at a cost. A day's return "
        "is of the wallet marked to market: open positions count at the close. Windows follow one "
        "another, each with a wallet of the same size. "
        f"{_protected(settings)}",
        f"Costs are {evaluation.cost:.2%} a side (fee {settings['fee']:.2%}, slippage "
        f"{settings['slippage']:.2%}), over the wallet at each window's start; the gain filter "
        "knows them. Buy and hold is of equal amounts and pays them too; at a target the "
        "invested share is set anew each day, at most 1.",
        "Sharpe: of daily returns, times the root of 365; P: that the true one is positive, by "
        "length, skewness and kurtosis of the returns (Bailey and López de Prado 2012). DSR: that "
        "the true Sharpe ratio of the chosen trial exceeds the best that chance makes of "
        "as many trials. PBO: probability that the best trial of one half of the days is below "
        "the median on the other (CSCV). Both see the trials that traded, by closed trades.",
        f"Loss: hyperopt's, of the best trial, the median of its {NEIGHBOURS} nearest, and of all. "
        f"Ranks run from 0, the best of a window, to 1; near: within {NEAR:.0%} of the "
        "parameter's range. A plateau has low ranks near the best and little dispersion (deviation "
        "of the best values over the range); ranks alike mean that the parameter does not matter, "
        "or that too few trials were made.",
    ]


def _begin(label: str) -> str:
    return f"{label[0].upper()}{label[1:]}"


def _protected(settings: Mapping[str, Any]) -> str:
    if uses_protections(settings["spaces"]):
        return "Protections pause it, as they do a running bot."
    return "Protections, which a running bot has, do not pause it here."


def _choice(settings: Mapping[str, Any]) -> str:
    if not settings["epochs"]:
        return "Parameters are the strategy's own,"
    spaces = ", ".join(settings["spaces"])
    return (
        f"Parameters ({spaces}) are chosen by freqtrade hyperopt, {settings['epochs']} epochs with "
        f"{settings['loss']}, on {settings['train']} days"
    )


def _null(evaluation: Evaluation) -> list[str]:
    said = []
    for net, *others in evaluation.null:
        found = performance(net.returns)
        holds = (
            "holds" if found.total <= 0 or found.prob_sharpe_positive < SURE else "does not hold"
        )
        free = "".join(f"; {o.label}: {performance(o.returns).total:+.1%}" for o in others)
        said.append(
            f"{_begin(net.label)}, where no rule expects more than its costs: "
            f"{found.total:+.1%} over {found.days} days, costs {net.costs:.1%}{free}; that "
            f"expectation {holds}."
        )
    return said


def markdown(evaluation: Evaluation) -> str:
    """The tables as Markdown, the notes below them."""
    parts = [
        f"{title(evaluation)}:",
        table(LINES, lines(evaluation)),
        table(WINDOWS, windows(evaluation)),
    ]
    if evaluation.plateaus:
        parts.append(table(PLATEAUS, plateaus(evaluation)))
    parts.append("\n".join(f"- {note}" for note in notes(evaluation)))
    return "\n\n".join(parts) + "\n"


def document(evaluation: Evaluation) -> dict[str, Any]:
    """Every number, and what it was computed with; what is not a number is null."""
    found = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "evaluation": "strategy",
        "market": evaluation.market,
        "timerange": evaluation.timerange,
        "settings": dict(evaluation.settings),
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
        "platform": platform.platform(),
        "lines": [
            {
                "label": line.label,
                "trades": list(line.trades),
                "costs": line.costs,
                **asdict(performance(line.returns)),
                "returns": line.returns,
            }
            for line in evaluation.lines()
        ],
        "windows": [asdict(row) for row in evaluation.windows],
        "parameters": [asdict(row) for row in evaluation.plateaus],
        "notes": notes(evaluation),
    }
    made: dict[str, Any] = _plain(found)
    return made


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
