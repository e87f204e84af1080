# SPDX-License-Identifier: GPL-3.0-or-later
"""What `hyperphysics install --timeframe` writes: windows and tail thresholds of a timeframe.

Windows are chosen so that start-up stays under 3000 candles. A candle's tail grows with the root
of its length, and the thresholds of the tail with it, up to the ends of what hyperopt searches.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from hyperphysics.freqtrade_bridge.errors import FreqtradeError

USUAL = "1h"
"""Timeframe of the templates."""

WINDOWS: Mapping[str, Mapping[str, float]] = {
    "5m": {
        "half_life": 36.0,
        "residuals": 2016,
        "risk_horizon": 36,
        "trend_window": 2016,
        "lattice_horizon": 12,
        "past_window": 2016,
    },
    "15m": {
        "half_life": 24.0,
        "residuals": 1344,
        "risk_horizon": 24,
        "trend_window": 1344,
        "lattice_horizon": 8,
        "past_window": 1920,
    },
    USUAL: {},
    "4h": {
        "half_life": 9.0,
        "residuals": 720,
        "risk_horizon": 6,
        "trend_window": 168,
        "lattice_horizon": 6,
        "past_window": 1080,
    },
    "1d": {
        "half_life": 6.0,
        "residuals": 250,
        "risk_horizon": 3,
        "trend_window": 28,
        "lattice_horizon": 3,
        "past_window": 365,
    },
}
"""The engine's parameters by timeframe, in candles; others keep their defaults."""

THRESHOLDS: Mapping[str, Mapping[str, float]] = {
    "5m": {"buy_max_es99": 0.017, "sell_max_es95": 0.023},
    "15m": {"buy_max_es99": 0.03, "sell_max_es95": 0.04},
    USUAL: {"buy_max_es99": 0.06, "sell_max_es95": 0.08},
    "4h": {"buy_max_es99": 0.12, "sell_max_es95": 0.16},
    "1d": {"buy_max_es99": 0.12, "sell_max_es95": 0.2},
}
"""Thresholds of a candle's tail by timeframe."""


def on_timeframe(templates: Mapping[Path, bytes], timeframe: str) -> dict[Path, bytes]:
    """The templates with a timeframe's windows in the configurations, its thresholds in the class.

    Raises:
        FreqtradeError: There are no windows for the timeframe.
    """
    if timeframe not in WINDOWS:
        raise FreqtradeError(f"no windows for {timeframe}, known are {', '.join(WINDOWS)}")
    changes = {f'timeframe = "{USUAL}"': f'timeframe = "{timeframe}"'}
    for name, usual in THRESHOLDS[USUAL].items():
        changes[f'"{name}": {usual},'] = f'"{name}": {THRESHOLDS[timeframe][name]},'
    windows = "".join(f',\n    "{k}": {json.dumps(v)}' for k, v in WINDOWS[timeframe].items())
    device = '"device": "auto"'
    found = {}
    for path, content in templates.items():
        text = content.decode()
        if path.parts[0] == "strategies":
            for before, after in changes.items():
                text = text.replace(before, after)
        elif path.parts[0] == "config":
            text = text.replace(device, device + windows)
        found[path] = text.encode()
    return found
