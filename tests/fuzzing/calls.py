"""Every public callable of the package, with the arguments that it takes."""

from __future__ import annotations

import inspect

import numpy as np
import polars as pl

import hyperphysics as hp
from fuzzing import kinds, values
from fuzzing.kinds import Kind, Target
from fuzzing.values import pick

ABSTRACT = {"orderbook.MoveModel"}
"""Classes that only their own methods make."""

SUBJECTS = ("engine", "geometry", "information", "lattice", "options", "orderbook", "portfolios")
"""Public modules."""

RESULTS = (
    *("Bipartition", "BookSide", "BookState", "Column", "Complexity", "Device", "Fill", "Param"),
    *("Portfolio", "PortfolioTail", "Stress", "Annealed", "Driven", "Driving", "FixedPoint"),
    *("FreeEnergy", "Relaxation", "Sample", "Thermodynamics", "Neighbours", "SabrFit"),
    "Tessellation",
)
"""Classes that functions return: who makes one fills it with what he likes."""


def public() -> set[str]:
    """Names of all public callables: `module.function`, `module.Class`, `module.Class.method`."""
    found = set()
    for subject in SUBJECTS:
        module = getattr(hp, subject)
        for name in module.__all__:
            one = getattr(module, name)
            if not inspect.isclass(one):
                found.add(f"{subject}.{name}")
            elif name not in RESULTS and not issubclass(one, BaseException):
                found |= {f"{subject}.{name}"} | {
                    f"{subject}.{name}.{method}"
                    for method in dir(one)
                    if not method.startswith("_") and callable(getattr(one, method))
                }
    return found - ABSTRACT


def homeless() -> set[str]:
    """Public callables of the package that no public module lists."""
    listed = {name for subject in SUBJECTS for name in getattr(hp, subject).__all__}
    return {name for name in hp.__all__ if callable(getattr(hp, name))} - listed


TARGETS: dict[str, Target] = {
    "engine.columns": Target(hp.columns),
    "engine.devices": Target(hp.devices),
    "engine.families": Target(hp.families),
    "engine.params": Target(hp.params),
    "engine.simd": Target(hp.simd),
    "engine.startup": Target(hp.startup, {"families": kinds.FAMILIES, "params": kinds.MORE}),
    "engine.shared": Target(
        hp.engine.shared,
        {
            "config": Kind(
                lambda _: {"device": "cpu"},
                kinds.either(
                    lambda rng: {
                        pick(rng, ("device", "threads", "max_memory", "x")): values.anything(rng)
                    }
                ),
            )
        },
    ),
    "engine.Engine": Target(
        hp.Engine,
        {
            "device": kinds.DEVICE,
            "threads": kinds.whole(1, 2),
            "max_memory": kinds.whole(1, 1 << 30),
        },
        ("threads", "max_memory"),
    ),
    "engine.Engine.analyze": Target(kinds.analysis("analyze"), kinds.ANALYSIS, ("last", "pair")),
    "engine.Engine.columns": Target(kinds.analysis("columns"), kinds.ANALYSIS, ("last", "pair")),
    "engine.Engine.window": Target(
        kinds.analysis("window"),
        {name: kind for name, kind in kinds.ANALYSIS.items() if name not in ("families", "last")}
        | {"bars": kinds.COUNT},
    ),
    "engine.Engine.distances": Target(
        kinds.of_(hp.Engine, "distances"), kinds.POINTS, ("queries",)
    ),
    "engine.Engine.neighbours": Target(
        kinds.of_(hp.Engine, "neighbours"), kinds.POINTS | {"k": kinds.whole(1, 5)}, ("queries",)
    ),
    "engine.Engine.books": Target(
        kinds.of_(hp.Engine, "books"),
        kinds.STATE
        | {
            "self": kinds.ENGINE,
            "frame": Kind(
                lambda rng: pl.from_pandas(kinds.books(rng)),
                lambda rng: values.frame(rng, kinds.books(rng)),
            ),
            "locked": kinds.one_of(True, False),
        },
        tuple(kinds.STATE),
    ),
    "engine.Engine.sample_lattices": Target(
        kinds.of_(hp.Engine, "sample_lattices"),
        kinds.SWEEPS
        | {
            "self": kinds.ENGINE,
            "lattices": kinds.PATH,
            "temperatures": Kind(lambda _: 1.5, lambda rng: values.numbers(rng, [1.5] * 3)),
        },
    ),
    "geometry.axes": Target(hp.geometry.axes, {"params": kinds.MORE}),
    "geometry.convert": Target(
        hp.geometry.convert, {"points": kinds.ROWS, "source": kinds.FORM, "target": kinds.FORM}
    ),
    "geometry.disc": Target(hp.geometry.disc, {"points": kinds.ROWS, "form": kinds.FORM}),
    "geometry.distance": Target(
        hp.geometry.distance,
        {"x": kinds.BALL, "y": kinds.BALL, "form": kinds.one_of("ball", "polar")},
    ),
    "geometry.exp0": Target(hp.geometry.exp0, {"v": kinds.BALL}),
    "geometry.exp_map": Target(hp.geometry.exp_map, {"x": kinds.BALL, "v": kinds.BALL}),
    "geometry.geodesic": Target(
        hp.geometry.geodesic, {"x": kinds.BALL, "y": kinds.BALL, "steps": kinds.COUNT}
    ),
    "geometry.log0": Target(hp.geometry.log0, {"x": kinds.BALL}),
    "geometry.log_map": Target(hp.geometry.log_map, {"x": kinds.BALL, "y": kinds.BALL}),
    "geometry.mobius_add": Target(hp.geometry.mobius_add, {"x": kinds.BALL, "y": kinds.BALL}),
    "geometry.tessellation": Target(
        hp.tessellation,
        {"p": kinds.whole(3, 8), "q": kinds.whole(3, 8), "layers": kinds.whole(1, 3)},
    ),
    "information.bipartitions": Target(hp.bipartitions, kinds.JOINT),
    "information.complexity": Target(
        hp.complexity,
        {"points": kinds.ROWS, "magnetisation": kinds.numbers((2, 64)), "reference": kinds.NUMBER},
    ),
    "information.integrated_information": Target(
        hp.integrated_information,
        {
            "channels": kinds.numbers((3, 40)),
            "window": kinds.whole(12, 40),
            "permutations": kinds.whole(0, 4),
            "seed": kinds.SEED,
        },
    ),
    "information.phi_g": Target(hp.phi_g, kinds.JOINT | {"mask": kinds.whole(1, 3)}),
    "information.phi_star": Target(hp.phi_star, kinds.JOINT | {"mask": kinds.whole(1, 3)}),
    "lattice.Lattice": Target(
        hp.Lattice,
        {"couplings": kinds.matrix(kinds.symmetric), "fields": kinds.numbers((3,))},
        ("fields",),
    ),
    "lattice.Lattice.from_ball": Target(
        hp.Lattice.from_ball,
        {
            "points": kinds.BALL,
            "fields": kinds.numbers((4,)),
            "j0": kinds.NUMBER,
            "length_scale": kinds.NUMBER,
        },
        ("fields",),
    ),
    "lattice.Lattice.from_polar": Target(
        hp.Lattice.from_polar,
        {
            "points": kinds.ROWS,
            "fields": kinds.numbers((6,)),
            "j0": kinds.NUMBER,
            "length_scale": kinds.NUMBER,
        },
        ("fields",),
    ),
    "lattice.Lattice.anneal": Target(
        hp.Lattice.anneal,
        {
            "self": kinds.LATTICE,
            "schedule": kinds.numbers((4,), 0.1, 2.0),
            "sweeps": kinds.COUNT,
            "replicas": kinds.whole(1, 3),
            "seed": kinds.SEED,
        },
    ),
    "lattice.Lattice.energy": Target(
        hp.Lattice.energy, {"self": kinds.LATTICE, "spins": kinds.SPINS}
    ),
    "lattice.Lattice.exact": Target(hp.Lattice.exact, kinds.HEAT),
    "lattice.Lattice.free_energy": Target(
        hp.Lattice.free_energy, kinds.HEAT | kinds.SWEEPS | {"panels": kinds.whole(1, 2)}
    ),
    "lattice.Lattice.harmonic": Target(
        hp.Lattice.harmonic,
        {
            "self": kinds.LATTICE,
            "labels": Kind(
                lambda _: [1.0, None, None], lambda rng: values.numbers(rng, [1.0, np.nan, 0.0])
            ),
        },
    ),
    "lattice.Lattice.largest_eigenvalue": Target(
        hp.Lattice.largest_eigenvalue, {"self": kinds.LATTICE}
    ),
    "lattice.Lattice.magnetisation_after": Target(
        hp.Lattice.magnetisation_after,
        kinds.HEAT
        | {
            "start": kinds.SPINS,
            "sweeps": kinds.COUNT,
            "rule": kinds.one_of("heat_bath", "metropolis"),
        },
    ),
    "lattice.Lattice.magnetisation_lags": Target(
        hp.Lattice.magnetisation_lags,
        kinds.HEAT | {"lags": kinds.COUNT, "rule": kinds.one_of("heat_bath", "metropolis")},
    ),
    "lattice.Lattice.mean_field": Target(hp.Lattice.mean_field, kinds.HEAT),
    "lattice.Lattice.relax": Target(
        hp.Lattice.relax, kinds.RELAXED | {"runs": kinds.COUNT, "seed": kinds.SEED}
    ),
    "lattice.Lattice.relax_exactly": Target(hp.Lattice.relax_exactly, kinds.RELAXED),
    "lattice.Lattice.sample": Target(
        hp.Lattice.sample,
        kinds.HEAT | kinds.SWEEPS | {"rule": kinds.one_of("heat_bath", "metropolis")},
    ),
    "lattice.Lattice.sparse": Target(hp.Lattice.sparse, kinds.HEAT),
    "lattice.Lattice.tap": Target(hp.Lattice.tap, kinds.HEAT),
    "lattice.Lattice.temperature": Target(
        hp.Lattice.temperature, {"self": kinds.LATTICE, "t": kinds.NUMBER}
    ),
    "lattice.exact_protocol": Target(
        hp.exact_protocol, {"path": kinds.PATH, "temperature": kinds.NUMBER, "sweeps": kinds.COUNT}
    ),
    "lattice.geometric_schedule": Target(
        hp.geometric_schedule, {"first": kinds.NUMBER, "last": kinds.NUMBER, "steps": kinds.COUNT}
    ),
    "lattice.simulate_protocol": Target(
        hp.simulate_protocol,
        {
            "path": kinds.PATH,
            "temperature": kinds.NUMBER,
            "sweeps": kinds.COUNT,
            "runs": kinds.COUNT,
            "seed": kinds.SEED,
        },
    ),
    "options.calibrate_sabr": Target(
        hp.calibrate_sabr,
        {
            "strikes": kinds.QUANTITY,
            "volatilities": kinds.QUANTITY,
            "forward": kinds.NUMBER,
            "years": kinds.NUMBER,
            "weights": kinds.QUANTITY,
            "beta": kinds.number(0, 1),
        },
    ),
    "options.greeks": Target(
        hp.greeks,
        kinds.OPTION
        | {
            "frame": kinds.QUOTES,
            "volatility": kinds.QUANTITY,
            "call": kinds.SIDE,
            "measures": kinds.some_of(("price", "delta", "vega")),
            "device": kinds.DEVICE,
        },
        ("device", "measures", "call", "rate", "dividend"),
    ),
    "options.implied_volatility": Target(
        hp.implied_volatility,
        kinds.OPTION | {"frame": kinds.QUOTES, "price": kinds.QUANTITY, "call": kinds.SIDE},
        ("call", "rate", "dividend"),
    ),
    "options.sabr": Target(
        hp.sabr,
        kinds.OPTION
        | {
            "frame": kinds.QUOTES,
            "alpha": kinds.QUANTITY,
            "beta": kinds.QUANTITY,
            "rho": kinds.numbers((5,)),
            "nu": kinds.QUANTITY,
            "call": kinds.SIDE,
            "measures": kinds.some_of(("price", "valid")),
            "device": kinds.DEVICE,
            "smile": kinds.made(lambda _: None),
        },
        ("device", "beta", "rate", "dividend", "call"),
    ),
    "orderbook.HyperbolicOrderBook": Target(
        hp.HyperbolicOrderBook,
        {
            "rules": kinds.one_of("none", "okx"),
            "depth": kinds.COUNT,
            "locked": kinds.one_of(True, False),
        },
    ),
    "orderbook.HyperbolicOrderBook.apply": Target(
        hp.HyperbolicOrderBook.apply,
        {
            "self": Kind(kinds.book, kinds.book),
            "delta": Kind(kinds.delta, kinds.either(kinds.delta)),
        },
    ),
    "orderbook.HyperbolicOrderBook.checksum": Target(
        hp.HyperbolicOrderBook.checksum, {"self": Kind(kinds.book, kinds.book)}
    ),
    "orderbook.HyperbolicOrderBook.snapshot": Target(
        hp.HyperbolicOrderBook.snapshot,
        {
            "self": Kind(kinds.book, kinds.book),
            "bids": Kind(lambda _: [(9.0, 1.0)], kinds.either(kinds.levels)),
            "asks": Kind(lambda _: [(10.0, 1.0)], kinds.either(kinds.levels)),
            "last_id": kinds.SEED,
            "checksum": kinds.SEED,
        },
        ("last_id", "checksum"),
    ),
    "orderbook.HyperbolicOrderBook.state": Target(
        hp.HyperbolicOrderBook.state,
        kinds.STATE | {"self": Kind(kinds.book, kinds.book)},
        tuple(kinds.STATE),
    ),
    "orderbook.MoveModel.avellaneda_reed_stoikov": Target(
        hp.MoveModel.avellaneda_reed_stoikov, {"rho": kinds.number(-1, 0), "hidden": kinds.NUMBER}
    ),
    "orderbook.MoveModel.cont_de_larrard": Target(hp.MoveModel.cont_de_larrard),
    "orderbook.MoveModel.cont_stoikov_talreja": Target(
        hp.MoveModel.cont_stoikov_talreja,
        {
            "arrival": kinds.NUMBER,
            "departure": kinds.NUMBER,
            "cancellation": kinds.NUMBER,
            "inside": kinds.NUMBER,
        },
        ("inside",),
    ),
    "orderbook.MoveModel.p_up": Target(
        kinds.of_(hp.MoveModel, "p_up"),
        {
            "self": Kind(kinds.model, kinds.model),
            "bid": kinds.NUMBER,
            "ask": kinds.NUMBER,
            "unit": kinds.NUMBER,
        },
        ("unit",),
    ),
    "portfolios.matmul": Target(
        hp.matmul,
        {"left": kinds.numbers((3, 2)), "right": kinds.numbers((2, 4)), "device": kinds.DEVICE},
    ),
    "portfolios.portfolio": Target(
        hp.portfolio,
        {
            "returns": kinds.frame(kinds.returns),
            "weights": Kind(lambda _: {"a": 1.0, "b": 2.0, "c": -1.0}, kinds.weights),
            "half_life": kinds.number(2, 99),
            "shrinkage": kinds.number(0, 1),
            "paths": kinds.whole(100, 200),
            "horizon": kinds.whole(1, 3),
            "levels": kinds.numbers((2,), 0.01, 0.2),
            "seed": kinds.SEED,
            "scenarios": Kind(lambda _: None, kinds.scenarios),
            "device": kinds.DEVICE,
        },
        ("shrinkage",),
    ),
}
