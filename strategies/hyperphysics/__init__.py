"""Risk, regime and direction numbers for freqtrade from an embedded Rust engine.

The flat names below come from one module a subject, imported when a name is first used:
`engine`, `orderbook`, `options`, `portfolios`, `lattice`, `information`, `geometry`.

>>> import hyperphysics as hp
>>> engine = hp.Engine("cpu")
>>> hp.startup() <= 2490
True
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hyperphysics import engine, geometry, information, lattice, options, orderbook, portfolios
    from hyperphysics.engine import (
        Column,
        Device,
        Engine,
        EngineError,
        HyperPhysicsError,
        Param,
        columns,
        devices,
        families,
        params,
        simd,
        startup,
    )
    from hyperphysics.geometry import Tessellation, tessellation
    from hyperphysics.information import (
        Bipartition,
        Complexity,
        bipartitions,
        complexity,
        integrated_information,
        phi_g,
        phi_star,
    )
    from hyperphysics.lattice import Lattice, exact_protocol, geometric_schedule, simulate_protocol
    from hyperphysics.options import (
        SabrFit,
        calibrate_sabr,
        greeks,
        implied_volatility,
        sabr,
    )
    from hyperphysics.orderbook import (
        BookSide,
        BookState,
        Fill,
        HyperbolicOrderBook,
        MoveModel,
        SequenceError,
    )
    from hyperphysics.portfolios import Portfolio, PortfolioTail, Stress, matmul, portfolio

if sys.platform == "linux" and not os.environ.get("XDG_RUNTIME_DIR", "").startswith("/"):
    # A layer of Mesa's Vulkan drivers looks for a Wayland display, and libwayland prints an error
    # unless this is an absolute path, as in cron jobs and containers. A login sets this one; it
    # need not exist.
    os.environ["XDG_RUNTIME_DIR"] = f"/run/user/{os.getuid()}"

_SUBJECTS = {
    "engine": "Column Device Engine EngineError HyperPhysicsError Param columns devices families"
    " params simd startup",
    "geometry": "Tessellation tessellation",
    "information": "Bipartition Complexity bipartitions complexity integrated_information phi_g"
    " phi_star",
    "lattice": "Lattice simulate_protocol exact_protocol geometric_schedule",
    "options": "SabrFit calibrate_sabr greeks implied_volatility sabr",
    "orderbook": "BookSide BookState Fill HyperbolicOrderBook MoveModel SequenceError",
    "portfolios": "Portfolio PortfolioTail Stress portfolio matmul",
}
_HOMES = {name: subject for subject, names in _SUBJECTS.items() for name in names.split()}

__all__ = [
    "Bipartition",
    "BookSide",
    "BookState",
    "Column",
    "Complexity",
    "Device",
    "Engine",
    "EngineError",
    "Fill",
    "HyperPhysicsError",
    "HyperbolicOrderBook",
    "Lattice",
    "MoveModel",
    "Param",
    "Portfolio",
    "PortfolioTail",
    "SabrFit",
    "SequenceError",
    "Stress",
    "Tessellation",
    "bipartitions",
    "calibrate_sabr",
    "columns",
    "complexity",
    "devices",
    "engine",
    "exact_protocol",
    "families",
    "geometric_schedule",
    "geometry",
    "greeks",
    "implied_volatility",
    "information",
    "integrated_information",
    "lattice",
    "matmul",
    "options",
    "orderbook",
    "params",
    "phi_g",
    "phi_star",
    "portfolio",
    "portfolios",
    "sabr",
    "simd",
    "simulate_protocol",
    "startup",
    "tessellation",
]


def __getattr__(name: str) -> object:
    if name in _SUBJECTS:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
