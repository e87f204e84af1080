"""A pair's newest candles in the Poincaré disc, and what the regime measures say, as a figure.

Each candle is a point of H³ (`Engine.window`). The disc shows the foot of the perpendicular from it
onto the plane of the first two axes, the momenta: a projection that brings no two points farther
apart, so that what is far apart in the picture is far apart in space. What it leaves out, the third
axis, is in the notes that appear under the pointer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from hyperphysics import _engine, geometry
from hyperphysics._engine import HyperPhysicsError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from hyperphysics._engine import Value
    from hyperphysics.engine import Engine

BARS = 48
"""Candles in the disc."""

CANDLES = 500
"""Candles in the chart."""

REGIMES = {
    "Φ, nats": (("hp_phi", "#6a3d9a"), ("hp_phi_excess", "#b07cd8")),
    "CI": (("hp_ci", "#00796b"),),
}
"""Panels under the candles: title, and columns with their colours."""

UP, DOWN, NEUTRAL, HIGHLIGHT = "#2166ac", "#b2431e", "#d9d9d9", "#ffd54f"
INK, FAINT = "#222222", "#e3e3e8"
SCALE = [[0.0, DOWN], [0.5, NEUTRAL], [1.0, UP]]
FONT = "DejaVu Sans, Helvetica, Arial, sans-serif"


def picture(
    engine: Engine,
    candles: pd.DataFrame,
    *,
    timeframe: str,
    pair: str = "frame",
    bars: int = BARS,
    shown: int = CANDLES,
    **params: Value,
) -> go.Figure:
    """The disc of the newest `bars` candles beside the last `shown` candles with Φ and CI.

    Args:
        engine: Where columns are computed.
        candles: Candles of one pair, as in `Engine.analyze`; columns of `REGIMES` that it has are
            drawn as they are, the others computed.
        timeframe: Candle length, such as `1h`.
        pair: Name of the pair.
        bars: Candles in the disc.
        shown: Candles in the chart.
        **params: Parameters of the engine.

    Raises:
        HyperPhysicsError: Candles or parameters are wrong, or there are too few candles.
    """
    window = engine.window(candles, timeframe=timeframe, bars=bars, pair=pair, **params)
    if window.empty:
        raise HyperPhysicsError(
            f"{pair}: {len(candles)} candles are too few for one state, or the newest are gaps"
        )
    wanted = {name for columns in REGIMES.values() for name, _ in columns}
    known = {column.name: column.family for column in _engine.columns()}
    families = sorted({known[name] for name in wanted - set(candles.columns) if name in known})
    if families:
        candles = engine.analyze(
            candles, timeframe=timeframe, families=families, pair=pair, last=shown, **params
        )
    values = {param.name: params.get(param.name, param.default) for param in _engine.params()}
    return draw(
        window,
        candles.tail(shown),
        title=f"{pair}, {timeframe}",
        length_scale=float(values["length_scale"]),
        horizon=int(values["lattice_horizon"]),
    )


def draw(
    window: pd.DataFrame, candles: pd.DataFrame, *, title: str, length_scale: float, horizon: int
) -> go.Figure:
    """The figure of a window (`Engine.window`) and of candles with `hp_*` columns.

    Panels of columns that the candles lack, or that have no value there, are left out.
    """
    panels = {
        name: [(column, colour) for column, colour in columns if _has(candles, column)]
        for name, columns in REGIMES.items()
    }
    panels = {name: columns for name, columns in panels.items() if columns}
    rows = 1 + len(panels)
    figure = make_subplots(
        rows=rows,
        cols=2,
        column_widths=[0.52, 0.48],
        row_heights=[1.0] if rows == 1 else [0.6, *[0.4 / len(panels)] * len(panels)],
        specs=[[{"rowspan": rows}, {}], *[[None, {}]] * len(panels)],
        horizontal_spacing=0.08,
        vertical_spacing=0.04,
    )
    _plane(figure, length_scale)
    _nodes(figure, window, length_scale, horizon)
    _chart(figure, candles, window, rows)
    for number, (name, columns) in enumerate(panels.items(), start=2):
        for column, colour in columns:
            line = {"color": colour, "width": 1.4}
            figure.add_scatter(
                x=candles["date"], y=candles[column], name=column, line=line, mode="lines",
                row=number, col=2,
            )  # fmt: skip
        figure.add_hline(y=0, line={"color": "#999999", "width": 0.8}, row=number, col=2)
        figure.update_yaxes(title=name, row=number, col=2)
        figure.update_xaxes(matches="x2", row=number, col=2)
    newest = window["date"].iloc[-1]
    figure.update_layout(
        title={"text": f"<b>{title}</b>   {newest:%Y-%m-%d %H:%M} UTC", "x": 0.02},
        template="plotly_white",
        font={"family": FONT, "size": 13, "color": INK},
        legend={"orientation": "h", "x": 0.98, "xanchor": "right", "y": 1.0, "yanchor": "bottom"},
        legend2={
            "orientation": "h",
            "x": 0.24,
            "xanchor": "center",
            "y": 0.0,
            "yanchor": "top",
            "itemsizing": "constant",
        },
        margin={"l": 30, "r": 30, "t": 80, "b": 80},
        hoverlabel={"font": {"family": FONT, "size": 12}},
        hovermode="closest",
    )
    for row in range(1, rows):
        figure.update_xaxes(showticklabels=False, row=row, col=2)
    figure.update_xaxes(title="open time, UTC", row=rows, col=2)
    return figure


def write(figure: go.Figure, path: Path) -> None:
    """Writes a figure as one HTML file that needs nothing else, neither files nor a network."""
    path.parent.mkdir(parents=True, exist_ok=True)
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["sendChartToCloud", "lasso2d", "select2d"],
        "plotlyServerURL": "",
        "responsive": True,
        "showTips": False,
    }
    drawn: Any = figure
    page: str = drawn.to_html(include_plotlyjs=True, config=config, default_height="100vh")
    # Without the browser's own margin the height of the window is all there is to fill.
    path.write_text(page.replace("<body>", '<body style="margin: 0">', 1), "utf-8")


def _has(frame: pd.DataFrame, column: str) -> bool:
    return column in frame and bool(frame[column].notna().any())


def _plane(figure: go.Figure, length_scale: float) -> None:
    """The disc: a faint {3, 7} tiling, circles of equal distance, its rim and the axes' names."""
    tiles = geometry.tessellation(3, 7, 5)
    disc = np.asarray(tiles.disc)
    edges = np.asarray(tiles.edges)
    ways = geometry.geodesic(disc[edges[:, 0]], disc[edges[:, 1]], 8)
    _lines(figure, ways, {"color": FAINT, "width": 0.7})
    angle = np.linspace(0.0, 2.0 * np.pi, 181)
    around = np.column_stack([np.cos(angle), np.sin(angle)])
    for distance in (1.0, 2.0, 3.0, 4.0):
        circle = geometry.exp0(distance * around)
        _lines(figure, circle[None], {"color": "#b4b4be", "width": 0.8, "dash": "dot"})
        x, y = geometry.exp0([distance * np.sqrt(0.5), -distance * np.sqrt(0.5)])
        figure.add_annotation(
            x=x, y=y, text=f"{distance:.0f}", showarrow=False, bgcolor="white", opacity=0.85,
            font={"size": 10, "color": "#777777"}, row=1, col=1,
        )  # fmt: skip
    _lines(figure, around[None], {"color": INK, "width": 1.6})
    right, up, off = geometry.axes()
    places = [
        (0.0, 1.03, "bottom", f"↑ {up}"),
        (0.0, -1.03, "top", f"→ {right}"),
    ]
    for x, y, anchor, text in places:
        figure.add_annotation(
            x=x, y=y, yanchor=anchor, text=text, showarrow=False,
            font={"size": 13}, row=1, col=1,
        )  # fmt: skip
    figure.add_annotation(
        x=0, y=-1.11, yanchor="top", showarrow=False, align="center",
        font={"size": 11, "color": "#666666"}, row=1, col=1,
        text=f"projected along {off}; dotted: hyperbolic distance from an ordinary candle<br>"
        f"size: coupling to now, exp(−d/{length_scale:g})",
    )  # fmt: skip
    # Notes outside the range of an axis would not be drawn.
    figure.update_xaxes(visible=False, range=[-1.02, 1.02], row=1, col=1)
    figure.update_yaxes(visible=False, range=[-1.25, 1.1], scaleanchor="x", row=1, col=1)


def _lines(
    figure: go.Figure, ways: NDArray[np.float64], line: dict[str, Any], name: str | None = None
) -> None:
    """Polylines, shaped (ways, points, 2), as one trace."""
    gaps = np.full((len(ways), 1, 2), np.nan)
    x, y = np.concatenate([ways, gaps], axis=1).reshape(-1, 2).T
    figure.add_scatter(
        x=x, y=y, mode="lines", line=line, name=name, hoverinfo="skip", showlegend=False,
        row=1, col=1,
    )  # fmt: skip


def _nodes(figure: go.Figure, window: pd.DataFrame, length_scale: float, horizon: int) -> None:
    """The candles: their way through the disc, known outcomes, open ones, and now."""
    polar = window[["r", "nx", "ny", "nz"]].to_numpy()
    feet = geometry.disc(polar)
    ball = geometry.convert(polar, "polar", "ball")
    if len(window) > 1:
        ways = geometry.geodesic(ball[:-1], ball[1:], 12)
        trail = geometry.disc(ways, form="ball")
        _lines(figure, trail, {"color": "#b0b0b6", "width": 0.8}, name="trail")
    notes = [_note(row, length_scale, horizon) for row in window.to_dict("records")]
    size = 5.0 + 25.0 * np.sqrt(window["coupling"].to_numpy())
    outcome = window["outcome"].to_numpy()
    now = np.arange(len(window)) == len(window) - 1
    # Labels are signs, or bent into (-1, 1).
    signs = bool(np.isin(outcome[~np.isnan(outcome)], (-1.0, 0.0, 1.0)).all())
    later = f"{horizon} candles later"
    known: list[tuple[str, NDArray[np.bool_], str, str]] = [
        (f"up {later}", (outcome > 0) & ~now, "triangle-up", UP),
        (f"down {later}", (outcome < 0) & ~now, "triangle-down", DOWN),
    ]
    # a price that has not moved is rare
    if (unchanged := (outcome == 0) & ~now).any():
        known.append((f"unchanged {later}", unchanged, "diamond", NEUTRAL))
    others = [
        ("not known yet", np.isnan(outcome) & ~now, "circle", "white"),
        ("now", now, "star", HIGHLIGHT),
    ]
    for name, chosen, symbol, colour in [*known, *others]:
        has_outcome = name.endswith(later)
        graded = has_outcome and not signs
        figure.add_scatter(
            x=feet[chosen, 0],
            y=feet[chosen, 1],
            mode="markers",
            name=name,
            legend="legend2",
            text=[note for note, here in zip(notes, chosen, strict=True) if here],
            hovertemplate="%{text}<extra></extra>",
            marker={
                "symbol": symbol,
                "size": size[chosen],
                "color": outcome[chosen] if graded else colour,
                "coloraxis": "coloraxis" if graded else None,
                "line": {"color": INK, "width": 1.0 if has_outcome else 1.6},
                "opacity": 0.92,
            },
            row=1,
            col=1,
        )
    if not signs:
        _colour_bar(figure, f"outcome: tanh of the return in σ√{horizon} over {horizon} candles")


def _colour_bar(figure: go.Figure, title: str) -> None:
    """The scale of outcomes that are more than a sign."""
    figure.update_layout(
        coloraxis={
            "colorscale": SCALE,
            "cmin": -1.0,
            "cmax": 1.0,
            "colorbar": {
                "title": {"text": title, "side": "bottom", "font": {"size": 11}},
                "orientation": "h",
                "x": 0.24,
                "xanchor": "center",
                "y": -0.06,
                "yanchor": "top",
                "len": 0.4,
                "thickness": 9,
                "tickvals": [-1, -0.5, 0, 0.5, 1],
            },
        }
    )


def _note(row: dict[Any, Any], length_scale: float, horizon: int) -> str:
    """What appears under the pointer."""
    known = f"{row['outcome']:+.2f}" if pd.notna(row["outcome"]) else f"open, {horizon} candles"
    off = row["r"] * row["nz"]
    distance = -length_scale * np.log(row["coupling"])
    return (
        f"<b>{row['date']:%Y-%m-%d %H:%M}</b><br>outcome {known}<br>"
        f"coupling to now {row['coupling']:.3f}, distance {distance:.2f}<br>"
        f"radius {row['r']:.2f}, of it along the third axis {off:+.2f}"
    )


def _chart(figure: go.Figure, candles: pd.DataFrame, window: pd.DataFrame, rows: int) -> None:
    """The candles, those of the disc on a shaded ground."""
    figure.add_candlestick(
        x=candles["date"],
        **{name: candles[name] for name in ("open", "high", "low", "close")},
        name="candles",
        showlegend=False,
        increasing={"line": {"color": UP, "width": 1}, "fillcolor": "white"},
        decreasing={"line": {"color": DOWN, "width": 1}, "fillcolor": DOWN},
        row=1,
        col=2,
    )
    for row in range(1, rows + 1):
        figure.add_vrect(
            x0=window["date"].iloc[0], x1=window["date"].iloc[-1],
            fillcolor=HIGHLIGHT, opacity=0.18, line_width=0, layer="below",
            name="candles of the disc", showlegend=row == 1, row=row, col=2,
        )  # fmt: skip
    figure.update_xaxes(rangeslider={"visible": False}, row=1, col=2)
    figure.update_yaxes(title="price, quote currency", row=1, col=2)
