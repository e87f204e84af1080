"""Part of `_engine.pyi`: order books."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, final

import polars as pl

from hyperphysics._engine import Engine

# Numbers as a list, a numpy array or a polars Series.
_Floats: TypeAlias = Iterable[float]

# Price, size, and whatever else an exchange appends; price and size are both numbers or both text.
_Levels: TypeAlias = Iterable[Sequence[float]] | Iterable[Sequence[str]]

# Of the bids, of the asks.
_Sides: TypeAlias = tuple[float, float]

# A level (price p, size q) is the point (ξ, 0, y) of the upper half-space model of H³, curvature
# -1: ξ = ln(p / mid) / δ, y = q / q_ref, q_ref the geometric mean of the best sizes. The mid is
# (0, 0, 1).

@final
class Fill:
    """What an order that takes liquidity gets."""

    amount: Final[float]  # Size of the order.
    unfilled: Final[float]  # What the book cannot fill.
    vwap: Final[float | None]  # Volume-weighted mean price; None where something stays unfilled.
    # What `vwap` is worse than the mid, a fraction of the mid; None as above.
    slippage: Final[float | None]

@final
class BookSide:
    """Levels of one side as points of H³, the best first."""

    price: Final[list[float]]  # Prices.
    size: Final[list[float]]  # Sizes.
    xi: Final[list[float]]  # `ln(price / mid) / delta`.
    y: Final[list[float]]  # `size / reference_size`.
    distance: Final[list[float]]  # Distances from the mid.
    # Images in the Poincaré ball, the mid at its centre (Cayley's map).
    ball: Final[list[tuple[float, float, float]]]

@final
class BookState:
    """A measured book; pairs are of the bids and of the asks."""

    @property
    def mid(self) -> float:
        """Mean of the best prices."""
    @property
    def spread(self) -> float:
        """Best ask less best bid; 0 where the book is locked."""
    @property
    def spread_bps(self) -> float:
        """The spread in basis points of the mid."""
    @property
    def delta(self) -> float:
        """Width δ of the price axis, log price per unit of ξ."""
    @property
    def reference_size(self) -> float:
        """Geometric mean of the best sizes."""
    @property
    def top_imbalance(self) -> float:
        """`(Qb - Qa) / (Qb + Qa)` of the best sizes."""
    @property
    def top_weighted_mid(self) -> float:
        """`(ask Qb + bid Qa) / (Qb + Qa)`."""
    @property
    def depth(self) -> _Sides:
        """Total sizes."""
    @property
    def liquidity(self) -> _Sides:
        """Effective liquidity `L = Σ q exp(-d/lam)`."""
    @property
    def imbalance(self) -> float:
        """`(Lb - La) / (Lb + La)` in [-1, 1]."""
    @property
    def weighted_mid(self) -> float:
        """Liquidity-weighted mid `(ask Lb + bid La) / (Lb + La)`, within the spread."""
    @property
    def decay_length(self) -> tuple[float | None, float | None]:
        """λ of `q = ρ₀ exp(-d/λ)`, by least squares of ln q on d.

        None where sizes do not fall with the distance, or fewer than two distances differ.
        """
    @property
    def density(self) -> tuple[float | None, float | None]:
        """ρ₀ of the same fit, a size."""
    @property
    def p_up(self) -> float:
        """Probability that the mid moves up next."""
    @property
    def buys(self) -> list[Fill]:
        """Fills of orders to buy, one per amount."""
    @property
    def sells(self) -> list[Fill]:
        """Fills of orders to sell, one per amount."""
    @property
    def bids(self) -> BookSide:
        """Bids as points."""
    @property
    def asks(self) -> BookSide:
        """Asks as points."""

@final
class MoveModel:
    """A model of the next move of the mid."""

    @staticmethod
    def avellaneda_reed_stoikov(*, rho: float = ..., hidden: float = 0.0) -> MoveModel:
        """Best sizes as diffusions of correlation `rho` in [-1, 1), -1 if not given.

        `½ (1 - atan(k (a - b) / (a + b + 2 hidden)) / atan k)`, `k = √((1 + rho)/(1 - rho))`; for
        `rho` -1 it is `(b + hidden) / (a + b + 2 hidden)` (Algorithmic Finance 1:35, 2011).
        """
    @staticmethod
    def cont_stoikov_talreja(
        *, arrival: float, departure: float, cancellation: float, inside: float = 0.0
    ) -> MoveModel:
        """Best queues as birth-death chains (Operations Research 58:549, 2010).

        Orders arrive at the rate `arrival` and leave a queue of n at `departure + n cancellation`;
        orders into the spread come at the rate `inside` on each side. Queues of more than 30 orders
        count as 30.
        """
    @staticmethod
    def cont_de_larrard() -> MoveModel:
        """Queues of unit orders that come as fast as they go (SIAM J. Fin. Math. 4:1, 2013)."""
    def p_up(self, bid: float, ask: float, *, unit: float = 1.0) -> float:
        """Probability of a move up for the best sizes; models of queues count orders of `unit`."""

@final
class HyperbolicOrderBook:
    """An order book that follows an exchange and is measured in hyperbolic space.

    Bids fall strictly, asks rise strictly, the best bid is below the best ask, prices and sizes
    are positive and finite. A step that breaks this raises `HyperPhysicsError`, which names side,
    level and rule; one that does not follow the book raises `SequenceError`. Either way the book
    stays as it was.

    Args:
        rules: Whose numbers updates carry: `binance` (`U`, `u`), `binance_futures` (`pu` too),
            `okx` (`prevSeqId`, `seqId`), or `none` to look at no numbers.
        depth: Most levels of a side, 1 to 5000; where updates make it longer, the worst level is
            forgotten.
        locked: Whether the best bid may equal the best ask, as on venues that publish prices on a
            coarser grid than they trade on. A crossed book is always an error.
    """

    def __new__(
        cls,
        *,
        rules: Literal["none", "binance", "binance_futures", "okx"] = "none",
        depth: int = 5000,
        locked: bool = False,
    ) -> HyperbolicOrderBook: ...
    def snapshot(
        self,
        bids: _Levels,
        asks: _Levels,
        *,
        last_id: int | None = None,
        checksum: int | None = None,
    ) -> None:
        """Replaces the book by levels from the best, `last_id` the number of the last change."""
    def apply(self, delta: Mapping[str, Any]) -> bool:
        """Applies an update as the exchange sends it; False if the book knew all of it.

        Levels under `bids` or `b` and `asks` or `a`, size 0 where one is gone; numbers under `U`,
        `u` or `seqId`, `pu` or `prevSeqId`; `checksum`, if there, is compared with the book after
        the update (OKX: CRC-32 of the best 25 levels as they were written).
        """
    def state(
        self,
        *,
        delta: float | None = None,
        lam: float = 1.25,
        amounts: _Floats | None = None,
        moves: MoveModel | None = None,
        unit: float | None = None,
    ) -> BookState:
        """Measures the book.

        Args:
            delta: Width of the price axis; half the relative spread, at least 1e-5, if None.
            lam: Length of the decay of liquidity with the distance, 0.05 to 1000.
            amounts: Sizes of orders to fill, in both directions.
            moves: Model of the next move; Avellaneda, Reed and Stoikov's with `rho` -1 if None.
            unit: Size of an order, for models of queues; the mean size of a level if None.
        """
    @property
    def bids(self) -> list[tuple[float, float]]:
        """Prices and sizes, the best first."""
    @property
    def asks(self) -> list[tuple[float, float]]:
        """Prices and sizes, the best first."""
    @property
    def last_id(self) -> int | None:
        """Number of the last change."""
    def checksum(self) -> int:
        """The checksum that OKX would send."""

def measure_books(
    engine: Engine,
    frame: pl.DataFrame,
    *,
    delta: float | None = None,
    lam: float = 1.25,
    amounts: _Floats | None = None,
    moves: MoveModel | None = None,
    unit: float | None = None,
    locked: bool = False,
) -> pl.DataFrame:
    """Measures one book per row; see `hyperphysics.Engine.books`."""
