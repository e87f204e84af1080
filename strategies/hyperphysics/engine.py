"""The engine as Python sees it: one per process, opened on first use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from hyperphysics import _engine, _software_rasteriser
from hyperphysics._device_calls import DeviceCalls
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
    from collections.abc import Sequence

    import pandas as pd
    import polars as pl

    from hyperphysics._engine import Value

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


class Engine(DeviceCalls):
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
        self._arguments = (device, threads, max_memory)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled and copied as its arguments: the copy opens a device of its own."""
        return _opened, self._arguments

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
        # Here and not above: importing the package must not import pandas and polars.
        from hyperphysics import frame  # noqa: PLC0415

        batch = _by_pair(frames, pair)
        found = self._columns(batch, timeframe, families, last, params)
        joined = {pair: frame.with_columns(own, found[pair]) for pair, own in batch.items()}
        return joined if isinstance(frames, Mapping) else joined[pair]

    @overload
    def columns(
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
    def columns(
        self,
        frames: Mapping[str, Frame],
        *,
        timeframe: str,
        families: Sequence[str] | None = None,
        pair: str = "frame",
        last: int | None = None,
        **params: Value,
    ) -> dict[str, Frame]: ...
    def columns(
        self,
        frames: pd.DataFrame | pl.DataFrame | Mapping[str, Frame],
        *,
        timeframe: str,
        families: Sequence[str] | None = None,
        pair: str = "frame",
        last: int | None = None,
        **params: Value,
    ) -> object:
        """Computes the `hp_*` columns of one frame or of a dict of frames by pair.

        Takes what `analyze` takes; `analyze` joins these columns to the candles.

        Returns:
            Frames of the kind that was given that hold the results and nothing else, row for row;
            in pandas with the index of the candles.

        Raises:
            HyperPhysicsError: Candles or parameters are wrong; names pair, row and expectation.
            EngineError: The engine could not compute.
        """
        batch = _by_pair(frames, pair)
        found = self._columns(batch, timeframe, families, last, params)
        return found if isinstance(frames, Mapping) else found[pair]

    def _columns(
        self,
        batch: Mapping[str, Any],
        timeframe: str,
        families: Sequence[str] | None,
        last: int | None,
        params: Mapping[str, Value],
    ) -> dict[str, Any]:
        from hyperphysics import frame  # noqa: PLC0415 - as in analyze

        options: dict[str, Any] = {
            "timeframe": timeframe,
            "families": families,
            "params": params,
            "last": last,
        }
        if all(map(frame.is_pandas, batch.values())):
            views = [(pair, frame.from_pandas(own, pair)) for pair, own in batch.items()]
            arrays = self._inner.column_arrays(views, **options)
            _software_rasteriser.warn(self._inner)
            results = zip(batch.items(), arrays, strict=True)
            return {pair: frame.results(own, *found) for (pair, own), found in results}
        if all(map(frame.is_polars, batch.values())):
            tables = self._inner.columns(list(batch.items()), **options)
            _software_rasteriser.warn(self._inner)
            return dict(zip(batch, tables, strict=True))
        kinds = ", ".join(sorted({type(own).__qualname__ for own in batch.values()}))
        raise HyperPhysicsError(f"expected frames of one kind, pandas or polars, got {kinds}")

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
            bars: Newest bars, 1 to 1048576; gaps do not count.
            pair: Name of the frame in error messages.
            **params: Parameters; those of the family `geometry`, `label` and `length_scale` count.

        Returns:
            A frame of the kind that was given, one row for each bar whose own window of candles is
            full: `date`; `r`, hyperbolic distance from an ordinary state, 0 to 8, and the unit
            direction `nx`, `ny`, `nz` along `hyperphysics.geometry.axes()`; `outcome` in [-1, 1],
            the label by the return over `lattice_horizon` bars, null (NaN in pandas) while it is
            open; `coupling` to the newest bar, `exp(-d/length_scale)`, in
            (0, 1].

        Raises:
            HyperPhysicsError: Candles or parameters are wrong; names pair, row and expectation.
        """
        from hyperphysics import frame  # noqa: PLC0415 - as in analyze

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


def _by_pair(frames: object, pair: object) -> dict[str, Any]:
    """A batch of frames; a single one under the name `pair`."""
    batch = dict(frames) if isinstance(frames, Mapping) else None
    for name in [pair] if batch is None else batch:
        if not isinstance(name, str):
            raise HyperPhysicsError(f"pair {name!r:.60}, expected a name")
    return {str(pair): frames} if batch is None else batch


def _opened(device: str, threads: int | None, max_memory: int | None) -> Engine:
    return Engine(device, threads=threads, max_memory=max_memory)


_engines: dict[tuple[object, ...], Engine] = {}


def shared(config: Mapping[str, object] | None = None) -> Engine:
    """Returns this process's engine for a configuration; it opens on first use.

    A forked child gets its own and leaves the parent's alone.

    Args:
        config: `device`, `threads` and `max_memory` of `Engine`; what is missing has its default.

    Raises:
        HyperPhysicsError: A key is unknown or a value has the wrong type.
    """
    if not (config is None or isinstance(config, Mapping)):
        raise HyperPhysicsError(f"engine options are {config!r:.60}, expected options by name")
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
