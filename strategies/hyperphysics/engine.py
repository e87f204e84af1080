"""The engine as Python sees it: one per process, opened on first use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from hyperphysics import _engine
from hyperphysics._engine import (
    Column,
    Device,
    EngineError,
    HyperPhysicsError,
    Param,
    columns,
    devices,
    families,
    params,
    simd,
    startup,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    import pandas as pd
    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    from hyperphysics._engine import Lattice, MoveModel, Sample, Value
    from hyperphysics.geometry import Neighbours

    Frame = TypeVar("Frame", pd.DataFrame, pl.DataFrame)


__all__ = [
    "Column",
    "Device",
    "Engine",
    "EngineError",
    "HyperPhysicsError",
    "Param",
    "columns",
    "devices",
    "families",
    "params",
    "shared",
    "simd",
    "startup",
]


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

    def window(
        self,
        candles: Frame,
        *,
        timeframe: str,
        bars: int = 48,
        pair: str = "frame",
        **params: Value,
    ) -> Frame:
        """The states of a pair's newest bars as points of H³, and what came of them, oldest first.

        They are the points, outcomes and kernel of the family `lattice`.

        Args:
            candles: As in `analyze`; a window of states takes some 300 candles before it.
            timeframe: Candle length as freqtrade writes it, such as `5m` or `1h`.
            bars: Newest bars, 1 to 1048576; holes are none.
            pair: Name of the frame in error messages.
            **params: Parameters; those of the family `geometry`, `label` and `lam` count.

        Returns:
            A frame of the kind that was given, one row for each bar whose own window of candles is
            full: `date`; `r`, hyperbolic distance from an ordinary state, 0 to 8, and the unit
            direction `nx`, `ny`, `nz` along `hyperphysics.geometry.axes()`; `outcome` in [-1, 1],
            the label by the return over `lattice_horizon` bars, null (NaN in pandas) while it is
            open; `coupling` to the newest bar, `exp(-d/lam)`, in
            (0, 1].

        Raises:
            HyperPhysicsError: Candles or parameters are wrong; names pair, row and expectation.
        """
        from hyperphysics import frame  # noqa: PLC0415 - as in _analyze

        options: dict[str, Any] = {
            "pair": pair,
            "timeframe": timeframe,
            "bars": bars,
            "params": params,
        }
        found: Any
        if frame.is_pandas(candles):
            found = frame.as_pandas(self._inner.window(frame.from_pandas(candles, pair), **options))
        elif frame.is_polars(candles):
            found = self._inner.window(candles, **options)
        else:
            kind = type(candles).__qualname__
            raise HyperPhysicsError(f"{pair}: expected a frame of pandas or polars, got {kind}")
        same: Frame = found
        return same

    def distances(
        self, points: ArrayLike, queries: ArrayLike | None = None, *, form: str = "polar"
    ) -> NDArray[np.float32]:
        """Hyperbolic distances of every query to every point, on the engine's device.

        Args:
            points: n points of H³, n × 3 or n × 4 as `form` says (see `hyperphysics.geometry`), at
                most 3 000 000, of radius 20 at most.
            queries: q points of the same form; the points themselves if None.
            form: `polar`, `ball`, `hyperboloid` or `half_space`.

        Returns:
            A q × n matrix in single precision: errors are below 4e-6 for radii up to 8, and below
            3e-7 of the distance beyond. 0 for identical points, symmetric without queries.

        Raises:
            HyperPhysicsError: A row is no point (it is named), or there are too many.
        """
        from hyperphysics import geometry  # noqa: PLC0415 - as in _analyze

        return geometry.device_distances(self._inner, points, queries, form)

    def neighbours(
        self,
        points: ArrayLike,
        k: int,
        queries: ArrayLike | None = None,
        *,
        form: str = "polar",
    ) -> Neighbours:
        """The `k` points nearest to each query in H³, or to each point among the others.

        The device proposes, double precision decides: indices and distances are those of double
        precision, the same on every device. Of equally far points the smaller index comes first.

        Args:
            points: As in `distances`.
            k: Neighbours of each query, at most as many as there are to choose from.
            queries: q points of the same form; the points themselves if None.
            form: `polar`, `ball`, `hyperboloid` or `half_space`.

        Returns:
            `indices` and `distances`, both q × k, nearest first.

        Raises:
            HyperPhysicsError: A row is no point (it is named), or `k` is out of range.
        """
        from hyperphysics import geometry  # noqa: PLC0415 - as in _analyze

        return geometry.device_neighbours(self._inner, points, k, queries, form)

    def books(
        self,
        frame: pl.DataFrame,
        *,
        delta: float | None = None,
        lam: float = 1.25,
        amounts: Iterable[float] | None = None,
        moves: MoveModel | None = None,
        unit: float | None = None,
        locked: bool = False,
    ) -> pl.DataFrame:
        """Measures many order books in one call, one book per row.

        Args:
            frame: Columns `bid_px_0`, `bid_sz_0`, `ask_px_0`, `ask_sz_0`, `bid_px_1`, … of Float64,
                the best level first, up to 5000 a side; null or NaN where a side is shorter.
                Other columns are not looked at.
            delta: Width of the price axis; half the relative spread, at least 1e-5, if None.
            lam: Length of the decay of liquidity with the distance, 0.05 to 1000.
            amounts: Sizes of orders to fill, in both directions.
            moves: Model of the next move; Avellaneda, Reed and Stoikov's with `rho` -1 if None.
            unit: Size of an order, for models of queues; the mean size of a level if None.
            locked: Whether the best bid may equal the best ask.

        Returns:
            A row per book: `fault`, null where the book is sound, else which level breaks which
            rule, and then null in every other column; `mid`, `spread` and what else
            `HyperbolicOrderBook.state` gives, `bid_` and `ask_` in front where it gives pairs;
            `buy_slippage_0`, `buy_unfilled_0`, `sell_slippage_0`, … for each amount. Sums over
            levels are in single precision, about 1e-6 of their value.

        Raises:
            HyperPhysicsError: Columns or arguments are wrong; names which and what was expected.
            EngineError: The engine could not compute.
        """
        return _engine.measure_books(
            self._inner,
            frame,
            delta=delta,
            lam=lam,
            amounts=amounts,
            moves=moves,
            unit=unit,
            locked=locked,
        )

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
