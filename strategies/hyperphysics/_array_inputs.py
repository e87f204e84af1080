"""Numbers, columns and names of columns as arrays of double precision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from hyperphysics._engine import HyperPhysicsError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column: TypeAlias = NDArray[np.float64]

Quantity: TypeAlias = float | str | Iterable[float]
"""A number, a column, or the name of a column of the frame."""

SIDES = {"call": 1.0, "c": 1.0, "put": -1.0, "p": -1.0}
"""What a column of sides may say, in any case; or booleans, True for a call."""


def column_of(name: str, values: object) -> Column:
    """Numbers of a column as an array of one dimension; None and null are NaN."""
    import numpy as np  # noqa: PLC0415 - importing the package must not import numpy

    to_numpy = getattr(values, "to_numpy", None)
    try:
        array = np.asarray(values if to_numpy is None else to_numpy(), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise HyperPhysicsError(f"{name}: expected numbers, {error}") from error
    if array.ndim > 1:
        raise HyperPhysicsError(f"{name} has {array.ndim} dimensions, expected a column")
    return np.ascontiguousarray(np.atleast_1d(array))


def _sides(values: object) -> Column:
    """1 for calls, -1 for puts."""
    import numpy as np  # noqa: PLC0415

    to_numpy = getattr(values, "to_numpy", None)
    array = np.atleast_1d(np.asarray(values if to_numpy is None else to_numpy()))
    if array.dtype == np.bool_:
        return np.where(array, 1.0, -1.0)
    signs = [
        (1.0 if side else -1.0)
        if isinstance(side, bool | np.bool_)
        else SIDES.get(str(side).lower())
        for side in array.ravel()
    ]
    if None in signs:
        row = signs.index(None)
        expected = "expected True or `call`, False or `put`"
        raise HyperPhysicsError(f"call, row {row}: {array.ravel()[row]!r}, {expected}")
    return np.array(signs, dtype=np.float64)


def _named(frame: object, name: str, quantity: object, default: object) -> object:
    """The quantity, looked up in the frame where it is a name or was left out."""
    columns = [] if frame is None else list(frame.columns)  # type: ignore[attr-defined]
    asked = name if quantity is None else quantity
    if isinstance(asked, str):
        if asked in columns:
            return frame[asked]  # type: ignore[index]
        if quantity is None and default is not None:
            return default
        where = "was not given" if frame is None else f"is not a column; there are {columns}"
        raise HyperPhysicsError(f"{name}: `{asked}` {where}")
    return asked


class Inputs:
    """Columns of a call, from a frame or from arguments."""

    def __init__(self, frame: object) -> None:
        self._frame = frame

    def number(self, name: str, quantity: object, default: float | None = None) -> Column:
        """Numbers of a quantity."""
        return column_of(name, _named(self._frame, name, quantity, default))

    def side(self, quantity: object) -> Column:
        """1 for calls, -1 for puts; calls where nothing says otherwise."""
        columns = [] if self._frame is None else list(self._frame.columns)  # type: ignore[attr-defined]
        if isinstance(quantity, str) and quantity.lower() in SIDES and quantity not in columns:
            return _sides(quantity)
        return _sides(_named(self._frame, "call", quantity, True))

    def result(self, names: Sequence[str], block: Column) -> object:
        """A new frame with the columns `hp_<name>`, or a dict of arrays where there was none."""
        import numpy as np  # noqa: PLC0415

        columns = block.reshape(len(names), -1)
        if self._frame is None:
            return dict(zip(names, columns, strict=True))
        from hyperphysics import frame  # noqa: PLC0415

        given = self._frame
        rows = len(given)  # type: ignore[arg-type]
        if columns.shape[1] != rows:
            columns = np.broadcast_to(columns, (len(names), rows))
        named = {f"hp_{name}": column for name, column in zip(names, columns, strict=True)}
        if frame.is_pandas(given):
            return given.assign(**named)
        if frame.is_polars(given):
            import polars as pl  # noqa: PLC0415

            return given.with_columns(pl.Series(name, column) for name, column in named.items())
        raise HyperPhysicsError(f"expected a pandas or polars frame, got {type(given).__name__}")
