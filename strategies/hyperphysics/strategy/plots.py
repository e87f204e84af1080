# SPDX-License-Identifier: GPL-3.0-or-later
"""What freqtrade's charts show of the columns."""

from __future__ import annotations

from typing import Any

from hyperphysics.strategy.rules.filters import ROWS
from hyperphysics.strategy.rules.settings import Settings

PLOT: dict[str, Any] = {
    "main_plot": {
        "var_floor": {
            "color": "#e0a030",
            "fill_to": "es_floor",
            "fill_label": "tail of a long",
        },
        "es_floor": {"color": "#d04040"},
    },
    "subplots": {
        "trend": {"hp_trend": {"color": "#806040"}},
        "direction": {
            "hp_pbit": {"color": "#3070d0"},
            "hp_confidence": {"color": "#90b0e0"},
        },
        "gain against cost": {
            "hp_gain": {"color": "#30a050"},
            "trade_cost": {"color": "#d04040"},
        },
        "tail risk": {
            "hp_var_95_h": {"color": "#e0a030"},
            "hp_es_95_h": {"color": "#d04040"},
        },
    },
}

# Shown where the family is computed: title and lines.
FAMILY_PLOTS: dict[str, tuple[str, dict[str, Any]]] = {
    "thermodynamics": (
        "entropy and dissipation",
        {"hp_entropy": {"color": "#30a0a0"}, "hp_dissipation": {"color": "#d08030"}},
    ),
    "integration": (
        "integrated information",
        {"hp_phi": {"color": "#8050c0"}, "hp_phi_excess": {"color": "#c080e0"}},
    ),
    "complexity": ("complexity index", {"hp_ci": {"color": "#a05030"}}),
}

BOOK_PLOT: dict[str, Any] = {"hp_imbalance": {"color": "#3070d0"}, "hp_p_up": {"color": "#90b0e0"}}

# Of a filter's column that no chart above shows.
FILTER_COLOUR = "#607080"


def subplots(settings: Settings) -> dict[str, Any]:
    """What to show below the chart of columns that are computed only where they are asked for."""
    families = settings.families or ()
    shown = dict(FAMILY_PLOTS[f] for f in families if f in FAMILY_PLOTS)
    for row in ROWS:
        if row.optional and row.counts(families) and not _has(shown, row.column):
            shown[row.name] = {row.column: {"color": FILTER_COLOUR}}
    return shown if settings.books is None else shown | {"order book": BOOK_PLOT}


def _has(charts: dict[str, Any], column: str) -> bool:
    return any(column in lines for lines in charts.values())
