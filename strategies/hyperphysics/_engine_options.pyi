"""Part of `_engine.pyi`: European options; `hyperphysics.options` wraps it for everyday use."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias, final

from hyperphysics._engine import Array, Engine

# Numbers as a list, a numpy array or a polars Series: one for all rows, or one per row.
_Floats: TypeAlias = Iterable[float]

def greek_names() -> list[str]:
    """Measures of `greeks`, in its order."""

def sabr_names() -> list[str]:
    """Measures of `sabr`, in its order."""

def greeks(
    engine: Engine,
    spot: _Floats,
    strike: _Floats,
    years: _Floats,
    volatility: _Floats,
    rate: _Floats,
    dividend: _Floats,
    sign: _Floats,
    *,
    measures: Sequence[str],
) -> Array:
    """Measures of options, column after column; `sign` is 1 for a call, -1 for a put."""

def device_greeks(
    engine: Engine,
    spot: _Floats,
    strike: _Floats,
    years: _Floats,
    volatility: _Floats,
    rate: _Floats,
    dividend: _Floats,
    sign: _Floats,
    *,
    measures: Sequence[str],
) -> Array:
    """As `greeks`, in single precision on the engine's device."""

def implied_volatility(
    engine: Engine,
    price: _Floats,
    spot: _Floats,
    strike: _Floats,
    years: _Floats,
    rate: _Floats,
    dividend: _Floats,
    sign: _Floats,
) -> Array:
    """Black volatilities that prices imply; NaN where there is none."""

def sabr(
    engine: Engine,
    option: Sequence[_Floats],
    smile: Sequence[_Floats],
    measures: Sequence[str],
) -> Array:
    """Measures of options under SABR, column after column.

    `option` has spot, strike, years, rate, dividend and sign; `smile` alpha, beta, rho and nu.
    """

def device_sabr(
    engine: Engine,
    option: Sequence[_Floats],
    smile: Sequence[_Floats],
    measures: Sequence[str],
) -> Array:
    """As `sabr`, in single precision on the engine's device."""

@final
class SabrFit:
    """A SABR smile fitted to quotes."""

    forward: Final[float]  # Forward price of the quotes.
    years: Final[float]  # Years to expiry of the quotes.
    alpha: Final[float]  # Volatility of the forward, per forward^beta.
    beta: Final[float]  # Exponent, as it was given.
    rho: Final[float]  # Correlation, within ±0.999.
    nu: Final[float]  # Volatility of the volatility, 0 to 20.
    rms: Final[float]  # Root of the weighted mean square of the residuals.
    residuals: Final[list[float]]  # Smile minus quote; NaN for a quote without weight.
    # Standard errors of alpha, rho and nu if residuals were independent and of one size; NaN with
    # three quotes, 0 for a parameter at its bound.
    errors: Final[list[float]]
    evaluations: Final[int]  # Evaluations of the smile from the best start.
    converged: Final[bool]  # Whether the search ended at a minimum.

def calibrate_sabr(
    strikes: _Floats,
    volatilities: _Floats,
    *,
    forward: float,
    years: float,
    weights: _Floats,
    beta: float,
) -> SabrFit:
    """The smile with the least weighted sum of squared differences; three or more quotes."""
