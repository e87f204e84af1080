"""Types of the compiled engine: what it exports, by subject.

The public modules of the package wrap it for everyday use. In this order: errors, tables and the
engine; kernels one by one; statistics; order books; hyperbolic geometry, tilings, complexity and
integrated information; lattices; options; portfolios; CPU twins for benchmarks.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, final

import numpy as np
import polars as pl
from numpy.typing import NDArray

# Value of a parameter.
Value: TypeAlias = float | int | str

# Numbers as a list, a numpy array or a polars Series.
_Floats: TypeAlias = Iterable[float]

# Results are arrays of one dimension, which own their memory.
_F64: TypeAlias = NDArray[np.float64]
_F32: TypeAlias = NDArray[np.float32]
_U32: TypeAlias = NDArray[np.uint32]

# Four words of 32 bits.
_Word4: TypeAlias = Sequence[int]

# Radius and unit direction of a point of H³.
_Polar: TypeAlias = tuple[float, float, float, float]

class HyperPhysicsError(ValueError):
    """Input or parameters are wrong; the message names what and where."""

class SequenceError(HyperPhysicsError):
    """An update does not follow the book, which stays as it was; ask for a snapshot."""

class EngineError(RuntimeError):
    """The engine could not compute."""

@final
class Device:
    """A device that the engine can compute on."""

    @property
    def name(self) -> str:
        """Name that the driver or the system gives."""
    @property
    def kind(self) -> str:
        """Such as `discrete GPU`, `integrated GPU`, `software rasteriser`, `CPU`."""
    @property
    def driver(self) -> str:
        """Driver and its version; for the CPU its instruction set."""
    @property
    def chosen(self) -> bool:
        """Whether the engine uses it, or `auto` would."""
    @property
    def why(self) -> str:
        """Why it was chosen, or was not."""
    @property
    def simd(self) -> str:
        """Instruction set of the CPU backend, which stands by whatever is chosen."""

@final
class Column:
    """A documented result column."""

    @property
    def name(self) -> str:
        """Name in the frame."""
    @property
    def family(self) -> str:
        """Family that computes it."""
    @property
    def unit(self) -> str:
        """Unit of its values."""
    @property
    def range(self) -> str:
        """Interval that its values lie in."""
    @property
    def doc(self) -> str:
        """What it says."""

@final
class Param:
    """A parameter of `analyze`."""

    @property
    def name(self) -> str:
        """Keyword."""
    @property
    def families(self) -> list[str]:
        """Families that it changes."""
    @property
    def default(self) -> Value:
        """Value if it is not given."""
    @property
    def range(self) -> str:
        """Accepted values."""
    @property
    def doc(self) -> str:
        """What it does."""

@final
class Engine:
    """A device with its buffers. It opens on the first call that needs it."""

    def __new__(
        cls, device: str = "auto", *, threads: int | None = None, max_memory: int | None = None
    ) -> Engine: ...
    @property
    def device(self) -> Device:
        """The device in use; opens it."""
    @property
    def plans(self) -> dict[str, int]:
        """Plans that finished in this process, by the backend: `cpu` or `vulkan`. Opens nothing."""
    @property
    def fallbacks(self) -> dict[str, int]:
        """Plans that left the device for the CPU, by reason. Opens nothing."""
    def columns(
        self,
        frames: Sequence[tuple[str, pl.DataFrame]],
        *,
        timeframe: str,
        families: Sequence[str] | None = None,
        params: Mapping[str, Value] | None = None,
        last: int | None = None,
    ) -> list[pl.DataFrame]:
        """Returns the `hp_*` columns of each frame, null where there is no value."""
    def column_arrays(
        self,
        frames: Sequence[tuple[str, pl.DataFrame]],
        *,
        timeframe: str,
        families: Sequence[str] | None = None,
        params: Mapping[str, Value] | None = None,
        last: int | None = None,
    ) -> list[tuple[list[str], _F64]]:
        """Returns the names and values of the `hp_*` columns of each frame.

        Values stand column after column, NaN where there is none.
        """

    def window(
        self,
        frame: pl.DataFrame,
        *,
        pair: str,
        timeframe: str,
        bars: int,
        params: Mapping[str, Value] | None = None,
    ) -> pl.DataFrame:
        """Returns `date`, `r`, `nx`, `ny`, `nz`, `outcome`, `coupling` of the newest bars."""

def axes(params: Mapping[str, Value] | None = None) -> list[str]:
    """What the three axes of a state measure, with their units."""

def devices() -> list[Device]:
    """Every device of this machine, with what `auto` would do with it and why."""

def columns() -> list[Column]:
    """Every column, in the order of the families."""

def params() -> list[Param]:
    """Every parameter of `analyze`."""

def families() -> list[str]:
    """Names of the families."""

def startup(
    families: Sequence[str] | None = None, params: Mapping[str, Value] | None = None
) -> int:
    """Candles before the first value: what freqtrade calls `startup_candle_count`."""

def processor() -> str:
    """Name that the system gives the CPU, else its architecture."""

def simd() -> str:
    """Instruction set of the CPU twins."""

# --- Kernels one by one, on the engine's device

def normal_block(
    engine: Engine, counter: _Word4, key: Sequence[int]
) -> tuple[list[int], list[float]]:
    """Four words of Philox4x32-10 (Salmon et al. 2011) and their four normals, single precision.

    `counter` has four words of 32 bits, `key` two. Normals are Box-Muller pairs of the words.
    """

def standard_normals(engine: Engine, count: int, *, key: Sequence[int] = ...) -> _F64:
    """`count` standard normals of stream 0 of `key` (two words; zeros), single precision."""

def distances(engine: Engine, sets: Sequence[Sequence[_Polar]]) -> list[float]:
    """Hyperbolic distance matrices of equally large sets, set by set and row by row.

    A point is `(r, nx, ny, nz)`: radius in [0, 20] and unit direction; curvature -1.
    """

def tail_measures(engine: Engine, sample: _Floats) -> list[float]:
    """VaR at 95, 97.5 and 99 %, then ES (Acerbi and Tasche 2002), positive losses."""

def simulate(
    engine: Engine,
    residuals: _Floats,
    *,
    window: int,
    starts: Sequence[int],
    horizon: int,
    paths: int,
    decay: float,
    seed: int = 0,
) -> list[list[float]]:
    """Filtered historical simulation (Barone-Adesi et al. 1999) with EWMA variance.

    For each window of `window` residuals that begins at one of `starts`: the measures of
    `tail_measures` for the return over `horizon` bars, in units of the volatility forecast for the
    next bar. Residuals are demeaned and scaled to unit mean square within their window.
    """

def newest_spin(
    engine: Engine,
    *,
    past_window: Sequence[_Polar],
    labels: _Floats,
    open_points: Sequence[_Polar],
    length_scale: float,
    temperature: float,
    horizon: float,
) -> float:
    """Exact mean, in [-1, 1], of the newest (last) of at most 12 open p-bits beside a past window.

    Couplings are `exp(-d/length_scale)`, the temperature (0.2 or more) is in units of the largest
    eigenvalue of the open points' Gram matrix, and labels count less their mean and divided by
    `horizon`.
    """

def sample_lattices(
    engine: Engine,
    lattices: Sequence[Lattice],
    temperatures: _Floats,
    *,
    sweeps: int = 1000,
    burn_in: int = 100,
    replicas: int = 1,
    seed: int = 0,
) -> list[Sample]:
    """Samples of lattices of at most 48 nodes, see `hyperphysics.Engine.sample_lattices`."""

# --- Statistics

# Random numbers, risk measures and backtests in double precision. Levels are tail probabilities
# such as 0.05; VaR and ES are positive losses in the unit of the returns.

def philox(counter: _Word4, key: Sequence[int]) -> list[int]:
    """Four words of Philox4x32-10."""

def ewma(returns: _Floats, decay: float, initial: float) -> _F64:
    """Variances of an EWMA that begins with `initial`; one more than returns."""

def garch(returns: _Floats, omega: float, alpha: float, beta: float, initial: float) -> _F64:
    """Variances of a GARCH(1,1) that begins with `initial`; one more than returns."""

def var_es(sample: _Floats, level: float) -> tuple[float, float]:
    """VaR (order statistic) and ES (Acerbi and Tasche 2002) of a sample of returns."""

def normal_tail(level: float) -> tuple[float, float]:
    """VaR and ES of a standard normal return."""

def student_tail(level: float, freedom: float) -> tuple[float, float]:
    """VaR and ES of Student's t scaled to unit variance; NaN for 2 degrees of freedom or fewer."""

def kupiec(n: int, hits: int, level: float) -> tuple[float, float]:
    """Proportion of failures (Kupiec 1995): statistic and p-value."""

def christoffersen(hits: Sequence[bool]) -> tuple[float, float]:
    """Independence of hits (Christoffersen 1998): statistic and p-value."""

def conditional_coverage(hits: Sequence[bool], level: float) -> tuple[float, float]:
    """Coverage and independence together: statistic and p-value."""

def acerbi_szekely(
    returns: _Floats, var: _Floats, es: _Floats, level: float
) -> tuple[float, float]:
    """Z1 and Z2 (Acerbi and Szekely 2014); negative where risk is understated."""

def fz0(returns: _Floats, var: _Floats, es: _Floats, level: float) -> _F64:
    """Joint losses of VaR and ES (Patton, Ziegel and Chen 2019)."""

def diebold_mariano(first: _Floats, second: _Floats, lags: int) -> tuple[float, float, float]:
    """Mean loss difference, its t-statistic with Newey-West variance, and two-sided p-value."""

# --- Order books

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
        """Effective liquidity `L = Σ q exp(-d/length_scale)`."""
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
        locked: Whether the best bid may equal the best ask, as on exchanges that publish prices on
            a coarser grid than they trade on. A crossed book is always an error.
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
        the update (CRC-32 of the best 25 levels as they were written; with the rules `okx`, 0
        means that none was sent).

        After a snapshot from REST, the first updates may be older: one that ends before it is
        False, one that begins before it and ends after it is applied.
        """
    def state(
        self,
        *,
        delta: float | None = None,
        length_scale: float = 1.25,
        amounts: _Floats | None = None,
        moves: MoveModel | None = None,
        unit: float | None = None,
    ) -> BookState:
        """Measures the book.

        Args:
            delta: Width of the price axis; half the relative spread, at least 1e-5, if None.
            length_scale: Length of the decay of liquidity with the distance, 0.05 to 1000.
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
    length_scale: float = 1.25,
    amounts: _Floats | None = None,
    moves: MoveModel | None = None,
    unit: float | None = None,
    locked: bool = False,
) -> pl.DataFrame:
    """Measures one book per row; see `hyperphysics.Engine.books`."""

# --- Geometry, tilings, complexity, integrated information

_Matrix: TypeAlias = Sequence[Sequence[float]]

# Rows of coordinates, one after the other; `hyperphysics.geometry` wraps these for numpy arrays.

def forms() -> list[tuple[str, int]]:
    """Forms of a point of H³ and their numbers of coordinates."""

def convert_rows(rows: _Floats, source: str, target: str) -> _F64:
    """Rows of the form `source` in the form `target`."""

def row_distances(x: _Floats, y: _Floats, form: str) -> _F64:
    """Distances of as many rows of the same form."""

def disc_rows(rows: _Floats, form: str) -> _F64:
    """Feet of the perpendiculars onto the plane z = 0: x and y in its Poincaré disc."""

def mobius_add_rows(x: _Floats, y: _Floats, width: int) -> _F64:
    """Möbius sums (Ungar 2008) of points of the ball, of `width` coordinates (2 or 3) each."""

def exp0_rows(v: _Floats, width: int) -> _F64:
    """Exponential map at the origin of vectors of Riemannian length |v|."""

def log0_rows(x: _Floats, width: int) -> _F64:
    """Inverse of `exp0_rows`."""

def exp_rows(x: _Floats, v: _Floats, width: int) -> _F64:
    """Exponential map at `x` of vectors in Euclidean coordinates."""

def log_rows(x: _Floats, y: _Floats, width: int) -> _F64:
    """Inverse of `exp_rows` in its second argument."""

def cross_distances(engine: Engine, points: _Floats, queries: _Floats | None, form: str) -> _F32:
    """Distances of every query (of every point if None) to every point, as 32-bit floats.

    Radii are 0 to 20; errors are below 4e-6 for radii up to 8, and 3e-7 of the distance beyond.
    """

def nearest_neighbours(
    engine: Engine, points: _Floats, queries: _Floats | None, k: int, form: str
) -> tuple[_U32, _F64]:
    """Rows (32-bit words) and distances of the `k` points nearest to each query, nearest first.

    Without queries, of those nearest to each point among the others. Of equally far points the one
    with the smaller row comes first. Radii are 0 to 20.
    """

# Regular tilings of the hyperbolic plane, curvature -1.

@final
class Tessellation:
    """Part of a tiling {p, q}; vertices are numbered layer by layer, counter-clockwise at first."""

    p: Final[int]  # Sides of a polygon.
    q: Final[int]  # Polygons at a vertex.
    polar: Final[list[_Polar]]  # Vertices `(r, nx, ny, nz)` about the centre, `nz` = 0.
    disc: Final[list[tuple[float, float]]]  # Vertices in the Poincaré disc.
    layers: Final[list[int]]  # Layer in which each vertex appears first, from 1.
    degrees: Final[list[int]]  # Edges at each vertex.
    edges: Final[list[tuple[int, int]]]  # Pairs of vertices, the smaller first, in ascending order.
    # Vertices of each polygon, counter-clockwise; the first is the central one.
    faces: Final[list[list[int]]]
    edge_length: Final[float]  # Length l of an edge: `cosh(l/2) = cos(π/p) / sin(π/q)`.
    circumradius: Final[float]  # Distance of a polygon's vertices from its centre.
    inradius: Final[float]  # Distance of a polygon's edges from its centre.
    interior_angle: Final[float]  # Angle of a polygon in radians.
    area: Final[float]  # Area of a polygon.
    def __len__(self) -> int:
        """Vertices."""

def tessellation(p: int, q: int, layers: int) -> Tessellation:
    """The tiling by polygons of `p` sides, `q` at each vertex, around a central polygon.

    A polygon belongs to the next layer if it shares a vertex with the one before. `(3, 7, 3)` is
    the lattice of 48 nodes. Raises `HyperPhysicsError` unless `(p - 2)(q - 2) > 4`, for no layer,
    and beyond 10 000 vertices.
    """

# The complexity index `CI = D G C (1 - exp(-τ/τ_ref))`, a regime measure, and its estimators.

@final
class Complexity:
    """The index and its factors, each in [0, 1]; NaN where the series or the set are too short."""

    index: Final[float]  # The product of the four factors; 0 where M never changes.
    dimension: Final[float]  # Takens' dimension over 3, at most 1.
    gain: Final[float]  # `ln(1 + g) / ln(1 + N)` of the response g.
    coherence: Final[float]  # ⟨|M|⟩/N above that of independent spins.
    dwell: Final[float]  # `1 - exp(-τ/τ_ref)`; NaN for series shorter than 50 τ.
    takens: Final[float]  # Takens' dimension of the points.
    response: Final[float]  # `g = Var(M)/N`: 1 for free spins, at most N.
    time: Final[float]  # τ in sweeps, at least ½.

def complexity(
    points: Sequence[_Polar], magnetisation: Sequence[_Floats], *, reference: float = 5.0
) -> Complexity:
    """The index of a lattice with nodes at `points`, from series of M after each sweep.

    `magnetisation` has one series per replica (`Sample.magnetisation_series`); `reference` is
    τ_ref in sweeps.
    """

def complexity_product(
    alpha: float, dimension: float, gain: float, coherence: float, beta: float, time: float
) -> float:
    """`α D G C (1 - exp(-β τ))`."""

def autocorrelation_time(
    series: Sequence[_Floats], window: float = 5.0
) -> tuple[float, int, list[float]] | None:
    """Integrated time `½ + Σ ρ(k)`, last lag that counts, and ρ to that lag.

    Sokal's window: the first lag of at least `window` times `1 + 2 Σ ρ`, the value of emcee. Series
    share their mean. None where nothing varies.
    """

def takens_dimension(distances: _Floats) -> tuple[float, float, int] | None:
    """Takens' dimension from pair distances, their median, and the pairs below it.

    None with fewer than 50 such pairs.
    """

def correlation_sum(distances: _Floats, radii: _Floats) -> list[float]:
    """Share of pairs closer than each radius (Grassberger and Procaccia 1983)."""

def volume_radius(r: float) -> float:
    """Radius of the Euclidean ball with the volume of a ball of H³."""

def ball_dimension(r: float) -> float:
    """`d ln V / d ln r` of a ball of H³."""

# Integrated information of Gaussian series, in nats. Channel 0 is in part 1; bit k - 1 of a mask
# puts channel k into part 2. `across[i][j]` is the covariance of past i and present j.

@final
class Bipartition:
    """Measures at one bipartition."""

    mask: Final[int]
    information: Final[list[list[float]]]  # Past of part i + 1 with the present of part j + 1.
    tdmi: Final[float]  # Past with present of the whole.
    phi_wms: Final[float]  # Whole minus sum, of either sign.
    phi_r: Final[float]  # Φ_R, between 0 and `tdmi`.
    phi_si: Final[float]  # Stochastic interaction, at least 0; above it for mere correlation.

def bipartitions(past: _Matrix, across: _Matrix, present: _Matrix) -> list[Bipartition]:
    """Measures at every bipartition of 2 to 8 channels, in the order of their masks.

    Raises `HyperPhysicsError` where a block has another size or is not finite, and unless the joint
    covariance is positive definite.
    """

def minimum_information_bipartition(
    past: _Matrix, across: _Matrix, present: _Matrix
) -> tuple[int, float, float, float]:
    """Mask with the least Φ_R, Φ_R and Φ_WMS there, and the information of the whole."""

def phi_g(past: _Matrix, across: _Matrix, present: _Matrix, mask: int) -> float:
    """Φ_G, geometric integrated information at a bipartition (Oizumi, Tsuchiya, Amari 2016).

    The least of eight descents, an upper bound where there are local minima; between 0 and both
    `tdmi` and `phi_si`. Slower than `bipartitions`: 8 channels take up to seconds for all masks.
    Raises `HyperPhysicsError` as `bipartitions` does, and for a mask of one part.
    """

def phi_star(past: _Matrix, across: _Matrix, present: _Matrix, mask: int) -> float:
    """Φ_*, what a decoder that knows only the parts cannot read (Oizumi et al. 2016).

    Between 0 and `tdmi`. Raises `HyperPhysicsError` as `phi_g` does.
    """

def integrated_information(
    channels: Sequence[_Floats], *, window: int = 256, permutations: int = 8, seed: int = 0
) -> list[list[float]]:
    """Φ_R, its excess over permuted pairings, Φ_WMS, TDMI and the mask, for each bar.

    As the columns of the family `integration` have them: rank-normal scores of each window of
    `window` bars (at least 4 per channel), pairs one bar apart, shrunk correlation. NaN until the
    window is full and where a channel is constant in it.
    """

def shrinkage_intensities(rows: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Intensities of OAS and of Ledoit and Wolf for centred samples, one row each."""

# --- Lattices of p-bits

# Networks of p-bits: energy `-Σ_{i<j} J_ij s_i s_j - Σ_i h_i s_i`, spins 1 or -1, weights
# `exp(-E/T)`; temperatures in the unit of the energy, entropies in nats. N nodes, `M = Σ s_i`.
# A pair `(value, error)` is a mean with its standard error.

_Rule: TypeAlias = Literal["heat_bath", "metropolis"]

@final
class Thermodynamics:
    """Exact thermodynamics of a lattice."""

    log_partition: Final[float]  # ln Z.
    free_energy: Final[float]  # `F = -T ln Z`.
    energy: Final[float]  # `U = ⟨E⟩`.
    entropy: Final[float]  # `S = (U - F)/T` in [0, N ln 2].
    heat_capacity: Final[float]  # `Var(E)/T²`.
    susceptibility: Final[float]  # `Var(M)/(N T)`.
    ground_energy: Final[float]  # Lowest energy.
    mean: Final[list[float]]  # ⟨s_i⟩.
    pairs: Final[list[list[float]]]  # ⟨s_i s_j⟩.
    magnetisation: Final[float]  # ⟨M⟩/N.
    abs_magnetisation: Final[float]  # ⟨|M|⟩/N.
    magnetisation_2: Final[float]  # ⟨M²⟩/N².
    magnetisation_4: Final[float]  # ⟨M⁴⟩/N⁴.

@final
class Sparse:
    """Exact statistics of a lattice with few couplings."""

    log_partition: Final[float]  # ln Z.
    free_energy: Final[float]  # `F = -T ln Z`.
    energy: Final[float]  # `U = ⟨E⟩`.
    entropy: Final[float]  # `S = (U - F)/T`.
    mean: Final[list[float]]  # ⟨s_i⟩.
    # Coupled pairs, the smaller node first, in ascending order.
    edges: Final[list[tuple[int, int]]]
    correlations: Final[list[float]]  # ⟨s_i s_j⟩ of each of `edges`.

@final
class Uniform:
    """Exact statistics of nodes with equal couplings and fields."""

    log_partition: Final[float]  # ln Z.
    energy: Final[float]  # ⟨E⟩.
    magnetisation: Final[float]  # ⟨M⟩/N.
    abs_magnetisation: Final[float]  # ⟨|M|⟩/N.
    magnetisation_2: Final[float]  # ⟨M²⟩/N².
    magnetisation_4: Final[float]  # ⟨M⁴⟩/N⁴.

@final
class Sample:
    """Recorded sweeps of a lattice."""

    def __new__(
        cls,
        mean: list[float],
        mean_error: list[float],
        energy: tuple[float, float],
        magnetisation: tuple[float, float],
        abs_magnetisation: tuple[float, float],
        magnetisation_2: tuple[float, float],
        heat_capacity: float,
        susceptibility: float,
        time: float,
        magnetisation_series: list[list[float]],
        energy_series: list[list[float]],
        states: list[list[int]],
    ) -> Sample: ...
    # ⟨s_i⟩ by Rao and Blackwell: means of `tanh(L_i/T)`, L the local field.
    mean: Final[list[float]]
    mean_error: Final[list[float]]  # Standard errors of `mean`, from 32 batches per replica.
    energy: Final[tuple[float, float]]  # ⟨E⟩.
    magnetisation: Final[tuple[float, float]]  # ⟨M⟩/N.
    abs_magnetisation: Final[tuple[float, float]]  # ⟨|M|⟩/N.
    magnetisation_2: Final[tuple[float, float]]  # ⟨M²⟩/N².
    heat_capacity: Final[float]  # `Var(E)/T²`.
    susceptibility: Final[float]  # `Var(M)/(N T)`.
    time: Final[float]  # Integrated autocorrelation time of M in sweeps; NaN where M never changed.
    magnetisation_series: Final[list[list[float]]]  # M after each sweep, replica by replica.
    energy_series: Final[list[list[float]]]  # Energy after each sweep, replica by replica.
    states: Final[list[list[int]]]  # Last state of each replica.

@final
class FreeEnergy:
    """Thermodynamics of a lattice from sampled energies."""

    log_partition: Final[tuple[float, float]]  # ln Z.
    free_energy: Final[tuple[float, float]]  # `F = -T ln Z`.
    energy: Final[tuple[float, float]]  # `U = ⟨E⟩`.
    entropy: Final[tuple[float, float]]  # `S = (U - F)/T`.
    # By how much ln Z differs with 7 temperatures in place of 15: far more than the error of
    # the 15, and chance has a part in it.
    quadrature: Final[float]

@final
class FixedPoint:
    """Means that an approximation settled at."""

    mean: Final[list[float]]  # Approximate ⟨s_i⟩.
    free_energy: Final[float]  # Its free energy; above the exact one for the naive mean field.
    iterations: Final[int]  # Iterations until it settled.
    residual: Final[float]  # Largest violation of the equation.

@final
class Annealed:
    """Best state of each replica."""

    states: Final[list[list[int]]]  # Spins of the state of lowest energy met after a sweep.
    energies: Final[list[float]]  # Its energy.
    path: Final[list[float]]  # Mean energy at each temperature of the schedule.

@final
class Relaxation:
    """Means at given times."""

    mean: Final[list[list[float]]]  # ⟨s_i⟩, time by time.
    mean_error: Final[list[list[float]]]  # Standard errors of `mean`; zeros where it is exact.
    energy: Final[list[float]]  # ⟨E⟩, time by time.
    energy_error: Final[list[float]]  # Standard errors of `energy`; zeros where it is exact.
    # Entropy of the law of states, time by time, where it is exact.
    entropy: Final[list[float] | None]

@final
class Driving:
    """Runs of a driven protocol; `work + heat = energy_change` for each."""

    work: Final[list[float]]  # Work done on the lattice.
    heat: Final[list[float]]  # Heat that it took up.
    energy_change: Final[list[float]]  # Change of its energy.

@final
class Driven:
    """Exact means over all runs of a driven protocol."""

    free_energy_change: Final[float]  # Free energy of the last lattice less that of the first.
    work: Final[float]  # ⟨W⟩, at least `free_energy_change`.
    work_variance: Final[float]  # Var(W).
    jarzynski: Final[float]  # ⟨exp(-W/T)⟩, equal to `exp(-ΔF/T)` (Jarzynski 1997).
    heat: Final[float]  # ⟨Q⟩, taken up by the lattice.
    energy_change: Final[float]  # ΔU.
    entropy_change: Final[float]  # ΔS of the law of states.
    entropy_production: Final[float]  # `ΔS - ⟨Q⟩/T`, at least 0.
    dissipated_work: Final[float]  # `⟨W⟩ - ΔF`, at least 0.

@final
class Lattice:
    """A network of p-bits.

    `couplings` is a square symmetric matrix J, its diagonal ignored; `fields` are zero if None.
    Raises `HyperPhysicsError` that names the element which is wrong. Nodes are updated one after
    the other, never at once.
    """

    def __new__(
        cls, couplings: Sequence[Sequence[float]], fields: _Floats | None = None
    ) -> Lattice: ...
    @classmethod
    def from_polar(
        cls,
        points: Sequence[_Polar],
        fields: _Floats | None = None,
        *,
        j0: float = 1.0,
        length_scale: float = 1.0,
    ) -> Lattice:
        """Nodes at points `(r, nx, ny, nz)` of H³, coupled by `j0 exp(-d/length_scale)`."""
    @classmethod
    def from_ball(
        cls,
        points: Sequence[Sequence[float]],
        fields: _Floats | None = None,
        *,
        j0: float = 1.0,
        length_scale: float = 1.0,
    ) -> Lattice:
        """Nodes at points of the Poincaré ball with 2 or 3 coordinates, coupled alike."""
    nodes: Final[int]  # Number of nodes.
    couplings: Final[list[list[float]]]  # J with a zero diagonal.
    fields: Final[list[float]]  # h.
    def largest_eigenvalue(self) -> float:
        """Largest eigenvalue of J, by power iteration."""
    def temperature(self, t: float = 1.25) -> float:
        """`t` times the largest eigenvalue; for t > 1 the mean field has a single fixed point."""
    def energy(self, spins: Sequence[int]) -> float:
        """Energy of a state."""
    def exact(self, temperature: float) -> Thermodynamics:
        """Thermodynamics of at most 20 nodes, by enumeration."""
    def sparse(self, temperature: float) -> Sparse:
        """Thermodynamics of any number of nodes with few couplings, by elimination.

        Raises `HyperPhysicsError` where more than 20 nodes meet: J is too dense.
        """
    def sample(
        self,
        temperature: float,
        *,
        sweeps: int = 1000,
        burn_in: int = 100,
        replicas: int = 1,
        seed: int = 0,
        rule: _Rule = "heat_bath",
    ) -> Sample:
        """Samples from random states, node after node; the same seed gives the same sample.

        A node takes its value from comparing a Philox word with an integer threshold.
        """
    def free_energy(
        self,
        temperature: float,
        *,
        panels: int = 1,
        sweeps: int = 1000,
        burn_in: int = 100,
        replicas: int = 1,
        seed: int = 0,
    ) -> FreeEnergy:
        """Free energy, U and S of any number of nodes, by thermodynamic integration.

        `ln Z = N ln 2 - ∫U db` over inverse temperatures b, by Gauss-Kronrod's 15 nodes on each of
        `panels` equal parts (1 to 1000). Each replica goes from hot to cold, with `burn_in` and
        `sweeps` sweeps of the heat bath at each temperature. Errors are those of the energies; they
        hold where the lattice turns over at `temperature`.
        """
    def mean_field(self, temperature: float) -> FixedPoint:
        """Naive mean field; raises `EngineError` where the iteration does not settle."""
    def tap(self, temperature: float) -> FixedPoint:
        """Mean field with Onsager's reaction (Thouless, Anderson and Palmer 1977)."""
    def harmonic(self, labels: Sequence[float | None]) -> list[float]:
        """Labels of all nodes where the unknown (None) are weighted means of their neighbours.

        Weights are the couplings (Zhu, Ghahramani and Lafferty 2003), none of them negative;
        fields do not count.
        """
    def anneal(
        self, schedule: _Floats, *, sweeps: int = 10, replicas: int = 1, seed: int = 0
    ) -> Annealed:
        """Heat-bath sweeps at each temperature of `schedule` in turn, from random states."""
    def relax(
        self,
        temperature: float,
        start: Sequence[int],
        times: _Floats,
        *,
        runs: int = 1000,
        seed: int = 0,
    ) -> Relaxation:
        """Glauber's dynamics in continuous time (Gillespie 1976) from the state `start`.

        `times` ascend from 0; a free node flips at the rate ½.
        """
    def relax_exactly(self, temperature: float, start: Sequence[int], times: _Floats) -> Relaxation:
        """What `relax` samples, for at most 16 nodes."""
    def magnetisation_after(
        self, temperature: float, start: Sequence[int], sweeps: int, *, rule: _Rule = "heat_bath"
    ) -> list[float]:
        """Exact ⟨M⟩/N after 0 to `sweeps` sweeps from `start`, for at most 16 nodes."""
    def magnetisation_lags(
        self, temperature: float, lags: int, *, rule: _Rule = "heat_bath"
    ) -> list[float]:
        """Exact autocorrelation of M at 0 to `lags` sweeps, for at most 16 nodes."""

def geometric_schedule(first: float, last: float, steps: int) -> list[float]:
    """Temperatures from `first` to `last` in equal ratios."""

def uniform_lattice(nodes: int, coupling: float, field: float, temperature: float) -> Uniform:
    """Exact statistics where each pair has the same coupling and each node the same field."""

def simulate_protocol(
    path: Sequence[Lattice],
    temperature: float,
    *,
    sweeps: int = 1,
    runs: int = 1000,
    seed: int = 0,
) -> Driving:
    """Changes a lattice along `path`, with heat-bath sweeps after each change.

    Runs begin in equilibrium with the first lattice; at most 16 nodes.
    """

def exact_protocol(path: Sequence[Lattice], temperature: float, *, sweeps: int = 1) -> Driven:
    """Means of all runs of `simulate_protocol`, by moving the law of all states."""

def ising_means(
    couplings: Sequence[Sequence[float]],
    fields: Sequence[float],
    temperature: float,
    clamped: Sequence[int] | None = None,
) -> list[float]:
    """Exact mean of each spin of at most 20 by enumeration.

    Energy is `-Σ_{i<j} J_ij s_i s_j - Σ h_i s_i`; `clamped` holds a spin at 1 or -1, 0 leaves it
    open.
    """

# --- Options

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
) -> _F64:
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
) -> _F64:
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
) -> _F64:
    """Black volatilities that prices imply; NaN where there is none."""

def sabr(
    engine: Engine,
    option: Sequence[_Floats],
    smile: Sequence[_Floats],
    measures: Sequence[str],
) -> _F64:
    """Measures of options under SABR, column after column.

    `option` has spot, strike, years, rate, dividend and sign; `smile` alpha, beta, rho and nu.
    """

def device_sabr(
    engine: Engine,
    option: Sequence[_Floats],
    smile: Sequence[_Floats],
    measures: Sequence[str],
) -> _F64:
    """As `sabr`, in single precision on the engine's device."""

@final
class SabrFit:
    """A SABR smile fitted to quotes."""

    def __new__(
        cls,
        forward: float,
        years: float,
        alpha: float,
        beta: float,
        rho: float,
        nu: float,
        rms: float,
        residuals: list[float],
        errors: list[float],
        evaluations: int,
        converged: bool,
    ) -> SabrFit: ...
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

# --- Portfolios

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
    def covariance(self) -> _F64:
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
) -> _F64:
    """Shrunk EWMA correlations of the rows in which every asset has a return, row after row."""

def matmul(
    engine: Engine,
    left: NDArray[np.float32],
    right: NDArray[np.float32],
    shape: Sequence[int],
) -> _F32:
    """Product in single precision: `shape` has rows, inner dimension and columns."""

# --- CPU twins

# Benchmarks: the CPU twins, one thread, on inputs that peers can take too.

def twin(kernel: str) -> tuple[int, list[tuple[str, bytes]]]:
    """Items, and inputs and outputs by name as 32-bit words, of a kernel's case for timing."""

def time_twin(kernel: str, repeats: int) -> list[float]:
    """Seconds of each of `repeats` runs of a kernel's twin on that case, after one to warm up."""
