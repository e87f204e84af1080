# SPDX-License-Identifier: GPL-3.0-or-later
"""The evaluation of the strategy as one web page that needs no network."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from hyperphysics.evaluation.html_page import COLOURS, GREY, shell
from hyperphysics.evaluation.walk_forward import report
from hyperphysics.evaluation.walk_forward.equity import curve, underwater
from hyperphysics.evaluation.walk_forward.report import Evaluation
from hyperphysics.market_data.candles import DAY

ACROSS = 3
"""Parameters in a row."""


def page(evaluation: Evaluation) -> str:
    """The page as HTML."""
    figures = [_wallets(evaluation), _choices(evaluation)]
    tables = {
        "Wallets": (report.LINES, report.lines(evaluation)),
        "Tests": (report.WINDOWS, report.windows(evaluation)),
    }
    if evaluation.plateaus:
        figures.append(_parameters(evaluation))
        tables["Parameters"] = (report.PLATEAUS, report.plateaus(evaluation))
    drawn = [
        figure.to_html(full_html=False, include_plotlyjs=number == 0)
        for number, figure in enumerate(figures)
    ]
    source = f"{evaluation.market}; freqtrade hyperopt and backtesting"
    return shell(report.title(evaluation), source, drawn, tables, report.notes(evaluation))


def _wallets(evaluation: Evaluation) -> go.Figure:
    """Wallets over all tests, and how far each is under its peak."""
    figure = make_subplots(
        rows=2, shared_xaxes=True, vertical_spacing=0.04, row_heights=[0.65, 0.35]
    )
    start = evaluation.windows[0].window.test.start
    own = [lines[0] for lines in evaluation.own]
    shown = [
        *((line, 2.5, "solid", None) for line in own),
        *zip(evaluation.benchmarks, (1.3, 1.3), ("solid", "dot"), (GREY, GREY), strict=True),
        *((line, 1.3, "dot", None) for _, *multiples in evaluation.own for line in multiples),
        *((line, 1.3, "dash", None) for line in evaluation.variants),
    ]
    first = len(own) + len(evaluation.benchmarks)
    for number, (line, width, dash, colour) in enumerate(shown):
        days = (start + DAY * np.arange(len(line.returns) + 1)).astype("datetime64[ms]")
        style = {
            "color": colour or COLOURS[number % len(COLOURS)],
            "width": width,
            "dash": dash,
        }
        for row, values in ((1, curve(line.returns)), (2, 100 * underwater(line.returns))):
            figure.add_scatter(
                x=days,
                y=values,
                name=line.label,
                legendgroup=line.label,
                line=style,
                showlegend=row == 1,
                # One click on the legend shows a variant's line.
                visible=True if number < first else "legendonly",
                row=row,
                col=1,
            )
    for choice in evaluation.windows:
        when = np.datetime64(choice.window.test.start, "ms").item()
        figure.add_vline(x=when, line={"color": "#cccccc", "width": 1, "dash": "dot"})
    figure.update_yaxes(title="wallet, 1 at the start (log)", type="log", row=1, col=1)
    figure.update_yaxes(title="under the peak, %", row=2, col=1)
    figure.update_xaxes(title="day (UTC); dotted: parameters chosen anew", row=2, col=1)
    figure.update_layout(
        template="plotly_white",
        height=680,
        margin={"t": 30},
        legend={"orientation": "h", "y": -0.14},
    )
    return figure


def _choices(evaluation: Evaluation) -> go.Figure:
    """Returns window by window, and Sharpe ratios where chosen and where used."""
    figure = make_subplots(
        cols=2,
        column_widths=[0.62, 0.38],
        horizontal_spacing=0.09,
        subplot_titles=("Return of each test", "Does the choice hold?"),
    )
    names = [str(row.window.test) for row in evaluation.windows]
    for name, values, colour in (
        ("walk-forward", [row.total for row in evaluation.windows], COLOURS[0]),
        ("by default", [row.default for row in evaluation.windows], COLOURS[1]),
        ("buy and hold", [row.hold for row in evaluation.windows], GREY),
    ):
        figure.add_bar(
            x=names, y=[100 * v for v in values], name=name, marker_color=colour, row=1, col=1
        )
    figure.add_scatter(
        x=[row.inside for row in evaluation.windows],
        y=[row.outside for row in evaluation.windows],
        text=names,
        mode="markers",
        marker={"color": COLOURS[0], "size": 10},
        showlegend=False,
        row=1,
        col=2,
    )
    figure.add_hline(y=0, line={"color": GREY, "dash": "dot"}, row=1, col=2)
    figure.update_xaxes(title="days traded", tickangle=-40, row=1, col=1)
    figure.update_yaxes(title="return, %", row=1, col=1)
    figure.update_xaxes(title="Sharpe ratio a year where chosen", row=1, col=2)
    figure.update_yaxes(title="Sharpe ratio a year where used", row=1, col=2)
    figure.update_layout(
        template="plotly_white",
        height=500,
        margin={"t": 80, "b": 150},
        legend={"orientation": "h", "y": 1.2, "x": 0.0},
    )
    return figure


def _parameters(evaluation: Evaluation) -> go.Figure:
    """Rank of every trial over the value of each parameter."""
    rows = -(-len(evaluation.plateaus) // ACROSS)
    figure = make_subplots(
        rows=rows,
        cols=ACROSS,
        shared_yaxes=True,
        horizontal_spacing=0.04,
        vertical_spacing=0.3 / rows,
    )
    for number, plateau in enumerate(evaluation.plateaus):
        row, column = number // ACROSS + 1, number % ACROSS + 1
        for label, points, style in (
            ("trial", plateau.values, {"color": GREY, "size": 5, "opacity": 0.6}),
            (
                "best of a window",
                [(value, 0.0) for value in plateau.best],
                {"color": COLOURS[1], "size": 9, "symbol": "diamond"},
            ),
        ):
            figure.add_scatter(
                x=[value for value, _ in points],
                y=[rank for _, rank in points],
                mode="markers",
                name=label,
                legendgroup=label,
                showlegend=number == 0,
                marker=style,
                row=row,
                col=column,
            )
        figure.update_xaxes(title=plateau.name, row=row, col=column)
        if column == 1:
            figure.update_yaxes(title="rank, 0 best", row=row, col=column)
    figure.update_layout(
        template="plotly_white",
        title="Where the objective is good: the trials of all windows",
        height=120 + 230 * rows,
        margin={"t": 80},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 1, "xanchor": "right"},
    )
    return figure
