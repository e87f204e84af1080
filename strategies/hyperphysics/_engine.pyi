"""Types of the compiled engine; `hyperphysics.engine` wraps it for everyday use."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, final

import polars as pl

# Re-exported.
from hyperphysics._engine_book import *  # noqa: F403
from hyperphysics._engine_geometry import *  # noqa: F403
from hyperphysics._engine_lattice import *  # noqa: F403
from hyperphysics._engine_lattice import Lattice, Sample
from hyperphysics._engine_options import *  # noqa: F403
from hyperphysics._engine_portfolio import *  # noqa: F403

# Numbers as a list, a numpy array or a polars Series.
_Floats: TypeAlias = Iterable[float]

# Value of a parameter.
Value: TypeAlias = float | int | str

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
class Array:
    """Numbers that numpy views without a copy: `numpy.frombuffer(array, dtype)`.

    64-bit floats where nothing else is said.
    """

    def __len__(self) -> int: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...

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
    def analyze(
        self,
        frames: Sequence[tuple[str, pl.DataFrame]],
        *,
        timeframe: str,
        families: Sequence[str] | None = None,
        params: Mapping[str, Value] | None = None,
        last: int | None = None,
    ) -> list[pl.DataFrame]:
        """Returns the `hp_*` columns of each frame, null where there is no value."""
    def analyze_arrays(
        self,
        frames: Sequence[tuple[str, pl.DataFrame]],
        *,
        timeframe: str,
        families: Sequence[str] | None = None,
        params: Mapping[str, Value] | None = None,
        last: int | None = None,
    ) -> list[tuple[list[str], Array]]:
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

# The kernels one by one, on the engine's device.

_Word4: TypeAlias = Sequence[int]
_Polar: TypeAlias = tuple[float, float, float, float]

def normal_block(
    engine: Engine, counter: _Word4, key: Sequence[int]
) -> tuple[list[int], list[float]]:
    """Four words of Philox4x32-10 (Salmon et al. 2011) and their four normals, single precision.

    `counter` has four words of 32 bits, `key` two. Normals are Box-Muller pairs of the words.
    """

def standard_normals(engine: Engine, count: int, *, key: Sequence[int] = ...) -> Array:
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
    library: Sequence[_Polar],
    labels: _Floats,
    open_points: Sequence[_Polar],
    lam: float,
    temperature: float,
    horizon: float,
) -> float:
    """Exact mean, in [-1, 1], of the newest (last) of at most 12 open p-bits beside a library.

    Couplings are `exp(-d/lam)`, the temperature (0.2 or more) is in units of the largest eigenvalue
    of the open points' Gram matrix, and labels count less their mean and divided by `horizon`.
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

# Random numbers, risk measures and backtests in double precision. Levels are tail probabilities
# such as 0.05; VaR and ES are positive losses in the unit of the returns.

def philox(counter: _Word4, key: Sequence[int]) -> list[int]:
    """Four words of Philox4x32-10."""

def box_muller(words: _Word4) -> list[float]:
    """Normals of the words (0, 1) and (2, 3), each taken as the midpoint of its cell of 2^-32."""

def ewma(returns: _Floats, decay: float, initial: float) -> Array:
    """Variances of an EWMA that begins with `initial`; one more than returns."""

def garch(returns: _Floats, omega: float, alpha: float, beta: float, initial: float) -> Array:
    """Variances of a GARCH(1,1) that begins with `initial`; one more than returns."""

def garch_forecast(omega: float, alpha: float, beta: float, first: float, horizon: int) -> Array:
    """Expected variances 1 to `horizon` bars ahead, the first of them given."""

def var_es(sample: _Floats, level: float) -> tuple[float, float]:
    """VaR (order statistic) and ES (Acerbi and Tasche 2002) of a sample of returns."""

def linear_quantile(sample: _Floats, level: float) -> float:
    """Quantile by linear interpolation (type 7)."""

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

def fz0(returns: _Floats, var: _Floats, es: _Floats, level: float) -> Array:
    """Joint losses of VaR and ES (Patton, Ziegel and Chen 2019)."""

def tick_loss(returns: _Floats, var: _Floats, level: float) -> Array:
    """Quantile losses of VaR (Koenker and Bassett 1978)."""

def diebold_mariano(first: _Floats, second: _Floats, lags: int) -> tuple[float, float, float]:
    """Mean loss difference, its t-statistic with Newey-West variance, and two-sided p-value."""

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

# Benchmarks: the CPU twins, one thread, on inputs that peers can take too.

def twin(kernel: str) -> tuple[int, list[tuple[str, bytes]]]:
    """Items, and inputs and outputs by name as 32-bit words, of a kernel's case for timing."""

def time_twin(kernel: str, repeats: int) -> list[float]:
    """Seconds of each of `repeats` runs of a kernel's twin on that case, after one to warm up."""
