"""The file that freqtrade reads a strategy's parameters from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

Parameters = Mapping[str, Mapping[str, float]]

# The lattice's direction alone, which the simulated market follows: trades within hours.
EAGER: Parameters = {
    "buy": {
        "buy_trend": -99.0,
        "buy_direction": 0.05,
        "buy_min_gain_cost_ratio": 0.1,
        "buy_max_es99": 0.12,
        "buy_tail": 3.0,
    },
    "sell": {"sell_trend": -99.0, "sell_direction": 0.0, "sell_max_es95": 0.2, "sell_spike": 6.0},
}

# Any direction will do: for tests of what comes after the signal.
ANY: Parameters = {
    "buy": {
        "buy_trend": -99.0,
        "buy_direction": 0.0,
        "buy_min_gain_cost_ratio": 0.0,
        "buy_max_es99": 0.5,
        "buy_tail": 9.0,
    },
    "sell": {"sell_trend": -99.0, "sell_direction": -1.0, "sell_max_es95": 0.5, "sell_spike": 99.0},
}

# In and out often.
BUSY: Parameters = {"buy": ANY["buy"], "sell": {**ANY["sell"], "sell_direction": 0.0}}


def write(userdir: Path, parameters: Parameters = EAGER) -> Path:
    """Write values by space and name for the shipped strategy; returns the file."""
    file = userdir / "strategies" / "HyperPhysics.json"
    file.write_text(json.dumps({"strategy_name": "HyperPhysics", "params": parameters}))
    return file
