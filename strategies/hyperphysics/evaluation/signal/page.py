"""The evaluation of the signal as one web page that needs no network."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from hyperphysics.evaluation.html_page import COLOURS, GREY, shell
from hyperphysics.evaluation.signal.evaluate import LET_THROUGH, Result
from hyperphysics.evaluation.signal.model_specs import BASE, HYPERBOLIC, LOGISTIC, SINGLE
from hyperphysics.evaluation.signal.report import TWO_SIDED_5, Evaluation, head, lines, notes, title

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "x", "hexagon")
POINTS = 1_500
"""Most points of a line: more are not seen and make the page heavy."""


def page(evaluation: Evaluation) -> str:
    """The page as HTML."""
    results = [item for item in evaluation.results if not item.key.endswith(LET_THROUGH)]
    colours = _colours(results)
    above = _summary(evaluation, results, colours).to_html(full_html=False, include_plotlyjs=True)
    below = _detail(results, colours).to_html(full_html=False, include_plotlyjs=False)
    source = f"{evaluation.market}; columns computed by {evaluation.device}"
    return shell(
        title(evaluation),
        source,
        [above, below],
        {"Scores": (head(evaluation), lines(evaluation))},
        notes(evaluation),
    )


def _colours(results: list[Result]) -> dict[str, str]:
    others = [item.key for item in results if item.key != BASE]
    return {BASE: GREY} | {key: COLOURS[number % len(COLOURS)] for number, key in enumerate(others)}


def _summary(evaluation: Evaluation, results: list[Result], colours: dict[str, str]) -> go.Figure:
    """Gain with its interval, and the AUC of each pair, one line per model."""
    figure = make_subplots(
        cols=2,
        shared_yaxes=True,
        horizontal_spacing=0.03,
        subplot_titles=(
            "Gain over the base rate, with its 95 % interval",
            "Does it rank rises above falls?",
        ),
    )
    for item in results:
        if item.key == BASE:
            continue
        figure.add_scatter(
            x=[1e4 * item.base.gain],
            y=[item.label],
            error_x={"type": "data", "array": [1e4 * TWO_SIDED_5 * item.base.error]},
            mode="markers",
            marker={"color": colours[item.key], "size": 10},
            showlegend=False,
            row=1,
            col=1,
        )
    for number, dataset in enumerate(evaluation.datasets):
        scored = [item for item in results if dataset.pair in item.pairs]
        figure.add_scatter(
            x=[item.pairs[dataset.pair].auc for item in scored],
            y=[item.label for item in scored],
            mode="markers",
            name=dataset.pair,
            marker={"color": GREY, "symbol": SYMBOLS[number % len(SYMBOLS)], "size": 9},
            row=1,
            col=2,
        )
    figure.add_scatter(
        x=[item.total.auc for item in results],
        y=[item.label for item in results],
        mode="markers",
        name="mean of the pairs",
        marker={"color": "#000000", "symbol": "line-ns-open", "size": 18, "line": {"width": 3}},
        row=1,
        col=2,
    )
    figure.add_vline(x=0, line={"color": GREY, "dash": "dot"}, row=1, col=1)
    figure.add_vline(x=0.5, line={"color": GREY, "dash": "dot"}, row=1, col=2)
    figure.update_xaxes(title="gain in log loss, 1e-4 nats a candle", row=1, col=1)
    figure.update_xaxes(title="AUC (0.5: no better than chance)", row=1, col=2)
    figure.update_yaxes(
        categoryorder="array", categoryarray=[item.label for item in reversed(results)]
    )
    figure.update_layout(
        template="plotly_white",
        height=140 + 44 * len(results),
        margin={"t": 50, "b": 60},
        legend={"orientation": "h", "y": -0.25, "x": 1, "xanchor": "right"},
    )
    return figure


def _detail(results: list[Result], colours: dict[str, str]) -> go.Figure:
    """When the gain was made, and whether probabilities mean what they say."""
    figure = make_subplots(
        cols=2,
        column_widths=[0.6, 0.4],
        horizontal_spacing=0.09,
        subplot_titles=(
            "Gain over the base rate, added up over time",
            "Do the probabilities mean what they say?",
        ),
    )
    shown = {LOGISTIC, SINGLE, HYPERBOLIC, "interactions"}
    for item in results:
        if item.key == BASE:
            continue
        rows = np.unique(np.linspace(0, len(item.gain) - 1, POINTS).astype(int))
        style = {"color": colours[item.key]}
        figure.add_scatter(
            x=item.time[rows].astype("datetime64[ms]"),
            y=np.cumsum(item.gain)[rows],
            name=item.label,
            line=style,
            legendgroup=item.key,
            row=1,
            col=1,
        )
        if item.key in shown:
            figure.add_scatter(
                x=[chance for chance, _ in item.bins],
                y=[frequency for _, frequency in item.bins],
                mode="lines+markers",
                name=item.label,
                line=style,
                legendgroup=item.key,
                showlegend=False,
                row=1,
                col=2,
            )
    ends = [value for item in results if item.key in shown for pair in item.bins for value in pair]
    figure.add_scatter(
        x=[min(ends), max(ends)],
        y=[min(ends), max(ends)],
        mode="lines",
        line={"color": GREY, "dash": "dot"},
        showlegend=False,
        row=1,
        col=2,
    )
    figure.update_xaxes(title="open time of the candle (UTC)", row=1, col=1)
    figure.update_yaxes(title="gain in log loss, nats (mean of the pairs)", row=1, col=1)
    figure.update_xaxes(title="probability of a rise, mean of a tenth of the candles", row=1, col=2)
    figure.update_yaxes(title="share that rose", row=1, col=2)
    figure.update_layout(
        template="plotly_white",
        height=520,
        margin={"t": 50},
        legend={"orientation": "h", "y": -0.18},
    )
    return figure
