"""Risk of a portfolio: tails of its losses, what each asset contributes, and stress scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import TYPE_CHECKING, TypeAlias

from hyperphysics import _engine
from hyperphysics._array_inputs import array_of, column_of
from hyperphysics._device import engine_handle
from hyperphysics._engine import HyperPhysicsError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    from hyperphysics._array_inputs import Column
    from hyperphysics.engine import Engine

__all__ = ["Portfolio", "PortfolioTail", "Stress", "matmul", "portfolio"]

Scenario: TypeAlias = "Mapping[str, float] | pd.Series[float] | float | tuple[int, int]"
"""Returns by asset (0 for the others), a factor of all covariances, or rows from and to."""

LEVELS = (0.05, 0.025, 0.01)

MOST = 1 << 28
"""Words of a product."""


@dataclass(frozen=True, eq=False, slots=True)
class PortfolioTail:
    """A tail of a portfolio's losses; positive numbers are losses.

    Attributes:
        level: Tail probability.
        var: Value at risk: the loss that is exceeded with this probability.
        es: Expected shortfall: mean loss of the worst scenarios.
        var_error: Standard error of `var`, by chance among the scenarios; NaN where the tail has
            too few of them to tell.
        es_error: Standard error of `es`, likewise.
        var_marginal: Derivative of `var` by the weight of each asset.
        var_component: Weight times `var_marginal`; the sum is `var`.
        es_marginal: Derivative of `es` by the weight of each asset.
        es_component: Weight times `es_marginal`; the sum is `es`.
    """

    level: float
    var: float
    es: float
    var_error: float
    es_error: float
    var_marginal: Column = field(repr=False)
    var_component: Column = field(repr=False)
    es_marginal: Column = field(repr=False)
    es_component: Column = field(repr=False)


@dataclass(frozen=True, eq=False, slots=True)
class Stress:
    """What a scenario costs.

    Attributes:
        loss: Loss of the portfolio.
        component: What each asset loses of it.
    """

    loss: float
    component: Column = field(repr=False)


@dataclass(frozen=True, eq=False, slots=True)
class Portfolio:
    """What a portfolio risks. Arrays have an entry per asset, in the order of `assets`.

    Attributes:
        assets: Names of the columns.
        weights: Weight of each asset.
        rows: Rows in which every asset has a return.
        sample: Effective number of rows that covariances rest on.
        shrinkage: Part of the identity in the correlations, in [0, 1].
        covariance: Covariance matrix of the next bar's returns.
        simulated: Tails of normal shocks over the horizon, one per level.
        historical: Tails of the filtered history over the horizon, one per level.
        stress: Outcome of each scenario, by name.
    """

    assets: tuple[str, ...]
    weights: Column
    rows: int
    sample: float
    shrinkage: float
    covariance: Column = field(repr=False)
    simulated: tuple[PortfolioTail, ...]
    historical: tuple[PortfolioTail, ...]
    stress: dict[str, Stress]


def portfolio(
    returns: pd.DataFrame | pl.DataFrame,
    weights: Mapping[str, float] | pd.Series[float] | Iterable[float],
    *,
    half_life: float = 72.0,
    shrinkage: float | None = None,
    paths: int = 100_000,
    horizon: int = 1,
    levels: Sequence[float] = LEVELS,
    seed: int = 0,
    scenarios: Mapping[str, Scenario] | None = None,
    device: str | Engine = "auto",
) -> Portfolio:
    """Value at risk, expected shortfall and the assets' contributions.

    Two models stand beside each other. `simulated`: normal shocks with an EWMA covariance whose
    correlations are shrunk towards the identity, scaled to the horizon by its root. `historical`:
    each asset's returns in units of their EWMA volatility, drawn row by row so that assets fall
    together as they did; one bar takes every row once, more bars are `paths` paths on which
    volatilities follow their own returns. Where an asset stood still, its volatility below a tenth
    of its root mean square return, a row counts as it was.

    Args:
        returns: Returns per bar, oldest first, a numeric column per asset; columns of dates are
            left out. Rows where an asset has none (NaN, null) are left out for all; 100 must
            remain.
        weights: What is held of each asset: by name in a mapping or by the labels of a pandas
            series, which name every asset once; else in the order of the columns. Negative for a
            short. Losses are in units of weight times return.
        half_life: Bars after which a row weighs half.
        shrinkage: Part of the identity in the correlations, 0 to 1; by the oracle approximating
            estimator (Chen et al. 2010) if None.
        paths: Simulated scenarios.
        horizon: Bars ahead; weights are held, returns add up.
        levels: Tail probabilities.
        seed: Seed of the draws, in [0, 2^64): the same numbers on any threads and in any batch.
        scenarios: By name: returns of assets `{"BTC": -0.3}`; a factor of all covariances `4.0`,
            which gives the shortfall of the smallest level; or rows `(start, end)` of `returns`.
        device: As in `Engine`, or an engine.

    Raises:
        HyperPhysicsError: An argument does not fit; names asset and row.
        EngineError: The engine could not compute.

    >>> import numpy as np, polars as pl, hyperphysics as hp
    >>> rng = np.random.default_rng(0)
    >>> returns = pl.DataFrame(rng.normal(0, 0.01, (500, 2)), schema=["BTC", "ETH"])
    >>> risk = hp.portfolio(returns, {"BTC": 1000, "ETH": -500}, scenarios={"fall": {"BTC": -0.3}})
    >>> risk.stress["fall"].loss
    300.0
    >>> worst = risk.simulated[-1]
    >>> bool(abs(worst.es_component.sum() - worst.es) < 1e-9 * worst.es)
    True
    """
    import numpy as np  # noqa: PLC0415 - importing the package must not import numpy

    assets, columns = _columns(returns)
    held = _by_asset("weights", weights, assets)
    if not (scenarios is None or isinstance(scenarios, Mapping)):
        raise HyperPhysicsError(f"scenarios is {scenarios!r:.60}, expected scenarios by name")
    named = dict(scenarios or {})
    risk = _engine.portfolio_risk(
        engine_handle(device),
        assets,
        columns,
        held,
        half_life=half_life,
        shrinkage=shrinkage,
        paths=paths,
        horizon=horizon,
        levels=column_of("levels", levels),
        seed=seed,
        scenarios=[_scenario(name, scenario, assets) for name, scenario in named.items()],
    )
    covariance = risk.covariance
    outcomes = [Stress(loss, np.array(component)) for loss, component in risk.stress]
    return Portfolio(
        assets=tuple(assets),
        weights=held,
        rows=risk.rows,
        sample=risk.sample,
        shrinkage=risk.shrinkage,
        covariance=covariance.reshape(len(assets), -1),
        simulated=tuple(_tail(tail, held) for tail in risk.simulated),
        historical=tuple(_tail(tail, held) for tail in risk.historical),
        stress=dict(zip(named, outcomes, strict=True)),
    )


def matmul(
    left: ArrayLike, right: ArrayLike, *, device: str | Engine = "auto"
) -> NDArray[np.float32]:
    """Product of two matrices in single precision.

    Args:
        left: n × k, finite.
        right: k × m, finite, at most 2^25 words; n m is 2^28 at most.
        device: As in `Engine`, or an engine.

    Raises:
        HyperPhysicsError: Shapes do not fit, or a value is not finite in single precision.

    >>> import hyperphysics as hp
    >>> hp.matmul([[1, 2], [3, 4]], [[1, 0], [1, 1]], device="cpu").tolist()
    [[3.0, 2.0], [7.0, 4.0]]
    """
    import numpy as np  # noqa: PLC0415

    with np.errstate(over="ignore"):  # what is out of range becomes infinite, and is refused
        a, b = array_of("left", left, "f4"), array_of("right", right, "f4")
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
        raise HyperPhysicsError(f"shapes {a.shape} and {b.shape}, expected n x k and k x m")
    shape = [a.shape[0], a.shape[1], b.shape[1]]
    if a.shape[0] * b.shape[1] > MOST:
        raise HyperPhysicsError(f"a product of {shape[0]} x {shape[2]}, expected {MOST:,} at most")
    a, b = np.ascontiguousarray(a), np.ascontiguousarray(b)
    words = _engine.matmul(engine_handle(device), a, b, shape)
    return words.reshape(shape[0], shape[2])


def _columns(returns: object) -> tuple[list[str], list[Column]]:
    from hyperphysics import frame  # noqa: PLC0415

    if not (frame.is_pandas(returns) or frame.is_polars(returns)):
        kind = type(returns).__qualname__
        raise HyperPhysicsError(f"returns: expected a frame of pandas or polars, got {kind}")
    names = [name for name in returns.columns if not _is_date(returns[name])]
    return [str(name) for name in names], [column_of(str(n), returns[n]) for n in names]


def _is_date(column: object) -> bool:
    kind = getattr(column, "dtype", None)
    temporal = getattr(kind, "is_temporal", None)
    return bool(temporal()) if temporal is not None else getattr(kind, "kind", "") == "M"


def _by_asset(name: str, values: object, assets: list[str], missing: float | None = None) -> Column:
    """A number per asset; `missing` for those that a mapping or a series does not name."""
    from hyperphysics import frame  # noqa: PLC0415 - importing the package must not import pandas

    if frame.is_series(values):
        if not values.index.is_unique:
            twice = values.index[values.index.duplicated()][0]
            raise HyperPhysicsError(f"{name}: `{twice}` is there twice, expected each asset once")
        values = values.to_dict()
    if not isinstance(values, Mapping):
        return column_of(name, values)
    values = {str(asset): value for asset, value in values.items()}
    unknown = [asset for asset in values if asset not in assets]
    absent = [asset for asset in assets if asset not in values] if missing is None else []
    if unknown or absent:
        stray = f"`{unknown[0]}` is no asset" if unknown else f"`{absent[0]}` has none"
        raise HyperPhysicsError(f"{name}: {stray}; assets are {', '.join(assets)}")
    return column_of(name, [values.get(asset, missing) for asset in assets])


def _scenario(
    name: str, scenario: Scenario, assets: list[str]
) -> float | tuple[int, int] | list[float]:
    from hyperphysics import frame  # noqa: PLC0415 - as above

    if isinstance(scenario, Mapping) or frame.is_series(scenario):
        shock: list[float] = _by_asset(f"scenario `{name}`", scenario, assets, 0.0).tolist()
        return shock
    if isinstance(scenario, tuple):
        if len(scenario) == 2 and all(isinstance(row, Integral) and row >= 0 for row in scenario):
            return int(scenario[0]), int(scenario[1])
    elif isinstance(scenario, Real):
        return float(scenario)
    expected = "expected returns by asset, a factor of covariances, or rows (start, end)"
    raise HyperPhysicsError(f"scenario `{name}` is {scenario!r}, {expected}")


def _tail(tail: _engine.PortfolioTail, weights: Column) -> PortfolioTail:
    import numpy as np  # noqa: PLC0415

    var, es = np.array(tail.var_marginal), np.array(tail.es_marginal)
    return PortfolioTail(
        level=tail.level,
        var=tail.var,
        es=tail.es,
        var_error=tail.var_error,
        es_error=tail.es_error,
        var_marginal=var,
        var_component=weights * var,
        es_marginal=es,
        es_component=weights * es,
    )
