"""The evaluation of risk as one web page that needs no network."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from hyperphysics.evaluation.html_page import COLOURS, GREY, shell
from hyperphysics.evaluation.risk.forecasts import ENGINE, LEVELS, Forecasts
from hyperphysics.evaluation.risk.report import HEAD, Evaluation, lines, notes, title

SHOWN = 1_000
"""Newest bars whose returns are drawn."""
Z95 = 1.96
LEVEL_COLOURS = dict(zip(LEVELS, COLOURS, strict=False))


def page(evaluation: Evaluation, pair: str, forecasts: Forecasts) -> str:
    """The page as HTML.

    Args:
        evaluation: What to show.
        pair: The pair whose newest returns are drawn.
        forecasts: Its forecasts a bar ahead.
    """
    above = _shares(evaluation).to_html(full_html=False, include_plotlyjs=True)
    below = _exceedances(pair, forecasts).to_html(full_html=False, include_plotlyjs=False)
    source = f"{evaluation.market}; columns computed by {evaluation.device}"
    table = {"Tests and losses": (HEAD, lines(evaluation))}
    return shell(title(evaluation), source, [above, below], table, notes())


def _shares(evaluation: Evaluation) -> go.Figure:
    """Share of exceedances over what it should be, by model, with its interval; a row a level."""
    horizons = sorted({result.horizon for result in evaluation.results})
    figure = make_subplots(
        rows=len(LEVELS),
        cols=len(horizons),
        shared_xaxes=True,
        shared_yaxes=True,
        horizontal_spacing=0.03,
        vertical_spacing=0.05,
        column_titles=[f"{h} bar{'s' if h > 1 else ''} ahead" for h in horizons],
        row_titles=[f"VaR {1 - wanted:.1%}" for wanted in LEVELS.values()],
    )
    for row, (level, wanted) in enumerate(LEVELS.items(), start=1):
        for column, horizon in enumerate(horizons, start=1):
            chosen = [r for r in evaluation.results if r.level == level and r.horizon == horizon]
            counts = [sum(p.forecasts for p in r.pairs.values()) for r in chosen]
            hits = [sum(p.hits for p in r.pairs.values()) for r in chosen]
            error = [Z95 * np.sqrt((1 - wanted) / (n * wanted)) for n in counts]
            figure.add_scatter(
                x=[h / n / wanted for h, n in zip(hits, counts, strict=True)],
                y=[r.model for r in chosen],
                error_x={"type": "data", "array": error},
                mode="markers",
                showlegend=False,
                marker={"color": LEVEL_COLOURS[level], "size": 10},
                row=row,
                col=column,
            )
    figure.add_vline(x=1, line={"color": GREY, "dash": "dot"})
    figure.update_yaxes(autorange="reversed", col=1)
    figure.update_xaxes(title="exceedances / expected, with its 95 % interval", row=len(LEVELS))
    figure.update_layout(
        template="plotly_white", height=180 * len(LEVELS) + 80, margin={"t": 50, "b": 60}
    )
    return figure


def _exceedances(pair: str, forecasts: Forecasts) -> go.Figure:
    """Newest returns of a pair with the engine's bounds, and those that fell below."""
    known = np.flatnonzero(np.isfinite(forecasts.returns))[-SHOWN:]
    when = forecasts.date[known].astype("datetime64[ms]")
    returns = 100 * forecasts.returns[known]
    figure = go.Figure()
    figure.add_scatter(x=when, y=returns, mode="lines", name="return", line={"color": "#bbbbbb"})
    for level, symbol in (("95", "circle-open"), ("99", "x")):
        bound = -100 * forecasts.tails[ENGINE, level].var[known]
        colour = LEVEL_COLOURS[level]
        name = f"VaR {1 - LEVELS[level]:.0%}"
        figure.add_scatter(x=when, y=bound, mode="lines", name=name, line={"color": colour})
        worse = returns < bound
        figure.add_scatter(
            x=when[worse],
            y=returns[worse],
            mode="markers",
            name=f"worse than {name}",
            marker={"color": colour, "size": 8, "symbol": symbol},
        )
    figure.update_layout(
        title=f"{pair}: the newest {len(known)} bars and the engine's bounds",
        template="plotly_white",
        height=440,
        legend={"orientation": "h", "y": -0.3},
    )
    figure.update_xaxes(title="open time of the bar before the return (UTC)")
    figure.update_yaxes(title="log return of the next bar, %")
    return figure
