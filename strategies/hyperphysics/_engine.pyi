"""Types of the compiled engine; `hyperphysics.engine` wraps it for everyday use."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, final

import polars as pl

# Numbers as a list, a numpy array or a polars Series.
Floats: TypeAlias = Iterable[float]

# Value of a parameter.
Value: TypeAlias = float | int | str

class HyperPhysicsError(ValueError):
    """Input or parameters are wrong; the message names what and where."""

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
        """`discrete GPU`, `integrated GPU`, `virtual GPU`, `software rasteriser`, `CPU`, `null device`."""
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
    """A column of 64-bit floats that numpy views without a copy: `numpy.frombuffer(array)`."""

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
    ) -> list[dict[str, Array]]:
        """Returns the `hp_*` columns of each frame, NaN where there is no value."""

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

def simd() -> str:
    """Instruction set of the CPU twins."""
