"""Part of `_engine.pyi`: portfolios; `hyperphysics.portfolio` wraps it for everyday use."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from hyperphysics._engine import Array, Engine

_Floats: TypeAlias = Iterable[float]
# A factor of covariances, rows from and to, or a list of a return per asset.
_Scenario: TypeAlias = float | tuple[int, int] | list[float]

@final
class PortfolioTail:
    """A tail of a portfolio's losses."""

    level: Final[float]  # Tail probability.
    var: Final[float]  # Value at risk.
    es: Final[float]  # Expected shortfall.
    var_error: Final[float]  # Standard error of `var`.
    es_error: Final[float]  # Standard error of `es`.
    var_marginal: Final[list[float]]  # Derivative of `var` by each weight.
    es_marginal: Final[list[float]]  # Derivative of `es` by each weight.

@final
class PortfolioRisk:
    """What a portfolio risks."""

    @property
    def rows(self) -> int:
        """Rows in which every asset has a return."""
    @property
    def sample(self) -> float:
        """Effective number of rows, one over the sum of squared weights."""
    @property
    def shrinkage(self) -> float:
        """Part of the identity in the correlations."""
    @property
    def covariance(self) -> Array:
        """Covariance of the next bar, row after row."""
    @property
    def simulated(self) -> list[PortfolioTail]:
        """Tails of normal shocks, one per level."""
    @property
    def historical(self) -> list[PortfolioTail]:
        """Tails of the filtered history, one per level."""
    @property
    def stress(self) -> list[tuple[float, list[float]]]:
        """Loss of each scenario, and what each asset loses of it."""

def portfolio_risk(
    engine: Engine,
    assets: Sequence[str],
    returns: Sequence[_Floats],
    weights: _Floats,
    *,
    half_life: float,
    shrinkage: float | None,
    paths: int,
    horizon: int,
    levels: _Floats,
    seed: int,
    scenarios: Sequence[_Scenario],
) -> PortfolioRisk:
    """Risk of a portfolio, see `hyperphysics.portfolio`."""

def portfolio_correlation(
    assets: Sequence[str],
    returns: Sequence[_Floats],
    *,
    half_life: float,
    shrinkage: float | None = None,
) -> Array:
    """Shrunk EWMA correlations of the rows in which every asset has a return, row after row."""

def matrix_product(
    engine: Engine,
    left: NDArray[np.float32],
    right: NDArray[np.float32],
    shape: Sequence[int],
) -> Array:
    """Product in single precision: `shape` has rows, inner dimension and columns."""
