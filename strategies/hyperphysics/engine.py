"""The engine as Python sees it: one per process, opened on first use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from hyperphysics import _engine
from hyperphysics._engine import HyperPhysicsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import polars as pl

    from hyperphysics._engine import Device, Lattice, Sample, Value

    Frame = TypeVar("Frame", pd.DataFrame, pl.DataFrame)


class Engine:
    """Computes columns of candle frames on a GPU or the CPU.

    Args:
        device: `auto` (a GPU where it pays, else the CPU), `cpu`, `vulkan`, or `vulkan:` and part
            of an adapter's name. See `hyperphysics.devices()`.
        threads: CPU threads; all cores if None.
        max_memory: Bytes that intermediate buffers may take; chosen from the device if None.

    The device opens on the first call that needs it.
    """

    def __init__(
        self, device: str = "auto", *, threads: int | None = None, max_memory: int | None = None
    ) -> None:
        self._inner = _engine.Engine(device, threads=threads, max_memory=max_memory)

    @property
    def device(self) -> Device:
        """The device in use; opens it."""
        return self._inner.device

    @property
    def plans(self) -> dict[str, int]:
        """Plans that finished in this process, by the backend that ran them: `cpu` or `vulkan`.

        Opens no device.
        """
        return self._inner.plans

    @property
    def fallbacks(self) -> dict[str, int]:
        """Plans that left the device for the CPU in this process, by reason.

        Opens no device.
        """
        return self._inner.fallbacks

    @overload
    def analyze(
        self,
        frames: Frame,
        *,
        timeframe: str,
        families: Sequence[str] | None = None,
        pair: str = "frame",
        last: int | None = None,
        **params: Value,
    ) -> Frame: ...
    @overload
    def analyze(
        self,
        frames: Mapping[str, Frame],
        *,
        timeframe: str,
        families: Sequence[str] | None = None,
        pair: str = "frame",
        last: int | None = None,
        **params: Value,
    ) -> dict[str, Frame]: ...
    def analyze(
        self,
        frames: pd.DataFrame | pl.DataFrame | Mapping[str, Frame],
        *,
        timeframe: str,
        families: Sequence[str] | None = None,
        pair: str = "frame",
        last: int | None = None,
        **params: Value,
    ) -> object:
        """Adds `hp_*` columns to one frame or to a dict of frames by pair.

        Args:
            frames: Candles, oldest first: `date` (open time, UTC) and float64 `open`, `high`,
                `low`, `close`, `volume`. Other columns are carried along.
            timeframe: Candle length as freqtrade writes it, such as `5m` or `1h`.
            families: Families to compute (see `hyperphysics.families()`); all if None.
            pair: Name of a single frame in error messages.
            last: Compute only the last rows and leave the others empty; the computed rows hold
                the same bits as without it.
            **params: Parameters (see `hyperphysics.params()`).

        Returns:
            What was given, frame for frame, as new frames. Where a column has no value it is null
            in polars and NaN in pandas.

        Raises:
            HyperPhysicsError: Candles or parameters are wrong; names pair, row and expectation.
            EngineError: The engine could not compute.
        """
        batch = dict(frames) if isinstance(frames, Mapping) else {pair: frames}
        results = self._analyze(batch, timeframe, families, last, params)
        return results if isinstance(frames, Mapping) else results[pair]

    def _analyze(
        self,
        batch: Mapping[str, pd.DataFrame | pl.DataFrame],
        timeframe: str,
        families: Sequence[str] | None,
        last: int | None,
        params: Mapping[str, Value],
    ) -> dict[str, Any]:
        # Here and not above: importing the package must not import pandas and polars.
        from hyperphysics import frame  # noqa: PLC0415

        pandas = {p: f for p, f in batch.items() if frame.is_pandas(f)}
        polars = {p: f for p, f in batch.items() if frame.is_polars(f)}
        if len(pandas) == len(batch):
            views = [(pair, frame.from_pandas(f, pair)) for pair, f in pandas.items()]
            arrays = self._inner.analyze_arrays(
                views, timeframe=timeframe, families=families, params=params, last=last
            )
            return {
                pair: frame.to_pandas(f, names, values)
                for (pair, f), (names, values) in zip(pandas.items(), arrays, strict=True)
            }
        if len(polars) == len(batch):
            tables = self._inner.analyze(
                list(polars.items()),
                timeframe=timeframe,
                families=families,
                params=params,
                last=last,
            )
            return {
                pair: frame.to_polars(f, columns)
                for (pair, f), columns in zip(polars.items(), tables, strict=True)
            }
        kinds = ", ".join(sorted({type(f).__qualname__ for f in batch.values()}))
        raise HyperPhysicsError(f"expected frames of one kind, pandas or polars, got {kinds}")

    def sample_lattices(
        self,
        lattices: Sequence[Lattice],
        temperatures: Sequence[float] | float,
        *,
        sweeps: int = 1000,
        burn_in: int = 100,
        replicas: int = 1,
        seed: int = 0,
    ) -> list[Sample]:
        """Samples many lattices at once by the heat bath, node after node, in integers.

        Couplings are rounded to 8 bits of the largest: at temperatures of `Lattice.temperature(1)`
        and above that moves a mean spin by less than 0.005 and the energy by less than 0.001 N T;
        colder, by more. Energies are those of the rounded lattice. `Lattice.sample` takes longer
        and rounds nothing.

        Args:
            lattices: Lattices of at most 48 nodes.
            temperatures: Temperature of each, or one for all; at least about an eighth of the
                largest coupling.
            sweeps: Sweeps recorded per replica.
            burn_in: Sweeps before them; with them at most 65 535.
            replicas: Independent chains of each lattice, each from a random state.
            seed: Seed of the random words, in [0, 2^64).

        Returns:
            A sample for each lattice. It is the same on every device and whatever else is
            sampled: lattices share their random words, so that chance in samples of similar
            lattices is correlated.

        Raises:
            HyperPhysicsError: A number is outside its range; names the lattice.
        """
        if isinstance(temperatures, (int, float)):
            temperatures = [temperatures] * len(lattices)
        return _engine.sample_lattices(
            self._inner,
            lattices,
            temperatures,
            sweeps=sweeps,
            burn_in=burn_in,
            replicas=replicas,
            seed=seed,
        )


_engines: dict[tuple[object, ...], Engine] = {}


def shared(config: Mapping[str, object] | None = None) -> Engine:
    """Returns this process's engine for a configuration; it opens on first use.

    A forked child gets its own and leaves the parent's alone.

    Args:
        config: `device`, `threads` and `max_memory` of `Engine`; what is missing has its default.

    Raises:
        HyperPhysicsError: A key is unknown or a value has the wrong type.
    """
    options = dict(config or {})
    device = options.pop("device", "auto")
    threads = options.pop("threads", None)
    max_memory = options.pop("max_memory", None)
    if options:
        raise HyperPhysicsError(
            f"unknown engine option `{next(iter(options))}`; known are device, threads, max_memory"
        )
    if not isinstance(device, str):
        raise HyperPhysicsError(f"engine option `device` is {device!r}, expected a string")
    if not (threads is None or isinstance(threads, int)):
        raise HyperPhysicsError(f"engine option `threads` is {threads!r}, expected an integer")
    if not (max_memory is None or isinstance(max_memory, int)):
        raise HyperPhysicsError(
            f"engine option `max_memory` is {max_memory!r}, expected an integer (bytes)"
        )
    key = (os.getpid(), device, threads, max_memory)
    if key not in _engines:
        # setdefault is atomic: two threads that race here end up with the same engine.
        _engines.setdefault(key, Engine(device, threads=threads, max_memory=max_memory))
    return _engines[key]
