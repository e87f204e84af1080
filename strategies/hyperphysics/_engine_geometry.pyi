"""Part of `_engine.pyi`: geometry, tilings, complexity, integrated information."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias, final

from hyperphysics._engine import Array, Engine

# Numbers as a list, a numpy array or a polars Series.
_Floats: TypeAlias = Iterable[float]

_Polar: TypeAlias = tuple[float, float, float, float]

_Matrix: TypeAlias = Sequence[Sequence[float]]

# Hyperbolic geometry in double precision: points of the Poincaré ball with 2 or 3 coordinates.

def ball_distance(x: Sequence[float], y: Sequence[float]) -> float:
    """Distance of two points."""

def mobius_add(x: Sequence[float], y: Sequence[float]) -> list[float]:
    """Möbius sum of two points (Ungar 2008)."""

def exp0(v: Sequence[float]) -> list[float]:
    """Exponential map at the origin of a vector of Riemannian length |v|."""

def log0(x: Sequence[float]) -> list[float]:
    """Inverse of `exp0`."""

def exp_map(x: Sequence[float], v: Sequence[float]) -> list[float]:
    """Exponential map at `x` of a vector in Euclidean coordinates."""

def log_map(x: Sequence[float], y: Sequence[float]) -> list[float]:
    """Inverse of `exp_map` in its second argument."""

def hyperboloid(x: Sequence[float]) -> list[float]:
    """Coordinates on the hyperboloid -t² + |x|² = -1, t first."""

def polar_distance(r1: float, r2: float, angle: float) -> float:
    """Distance of points at radii `r1`, `r2` whose directions are `angle` radians apart."""

# Rows of coordinates, one after the other; `hyperphysics.geometry` wraps these for numpy arrays.

def forms() -> list[tuple[str, int]]:
    """Forms of a point of H³ and their numbers of coordinates."""

def convert_rows(rows: _Floats, source: str, target: str) -> Array:
    """Rows of the form `source` in the form `target`."""

def row_distances(x: _Floats, y: _Floats, form: str) -> Array:
    """Distances of as many rows of the same form."""

def disc_rows(rows: _Floats, form: str) -> Array:
    """Feet of the perpendiculars onto the plane z = 0: x and y in its Poincaré disc."""

def mobius_add_rows(x: _Floats, y: _Floats, width: int) -> Array:
    """`mobius_add` row by row, of `width` coordinates (2 or 3) each."""

def exp0_rows(v: _Floats, width: int) -> Array:
    """`exp0` row by row."""

def log0_rows(x: _Floats, width: int) -> Array:
    """`log0` row by row."""

def exp_rows(x: _Floats, v: _Floats, width: int) -> Array:
    """`exp_map` row by row."""

def log_rows(x: _Floats, y: _Floats, width: int) -> Array:
    """`log_map` row by row."""

def cross_distances(engine: Engine, points: _Floats, queries: _Floats | None, form: str) -> Array:
    """Distances of every query (of every point if None) to every point, as 32-bit floats.

    Radii are 0 to 20; errors are below 4e-6 for radii up to 8, and 3e-7 of the distance beyond.
    """

def nearest_neighbours(
    engine: Engine, points: _Floats, queries: _Floats | None, k: int, form: str
) -> tuple[Array, Array]:
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

def independent_coherence(nodes: int) -> float:
    """⟨|M|⟩/N of independent fair spins."""

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
