"""Numbers, columns and names of columns as arrays of double precision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import index
from typing import TYPE_CHECKING, Any, TypeAlias

from hyperphysics._engine import HyperPhysicsError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column: TypeAlias = NDArray[np.float64]

Quantity: TypeAlias = float | str | Iterable[float]
"""A number, a column, or the name of a column of the frame."""

SIDES = {"call": 1.0, "c": 1.0, "put": -1.0, "p": -1.0}
"""What a column of sides may say, in any case; or booleans, True for a call."""


def array_of(name: str, values: object, kind: str | None = "f8") -> NDArray[Any]:
    """An array of what was given, numbers by default; None and null are NaN.

    Args:
        name: What it is called in messages.
        values: A number, a list, an array, or a column of pandas or polars.
        kind: Type of the array as numpy writes it; the values' own if None.

    Raises:
        HyperPhysicsError: numpy makes no such array of it.
    """
    import numpy as np  # noqa: PLC0415 - importing the package must not import numpy

    try:
        to_numpy = None if isinstance(values, type) else getattr(values, "to_numpy", None)
        return np.asarray(values if to_numpy is None else to_numpy(), dtype=kind)
    except Exception as error:  # each library, and each value, has errors of its own
        raise HyperPhysicsError(f"{name}: expected numbers, {error}") from error


def whole_number(name: str, value: object) -> int:
    """An argument that is a whole number.

    Raises:
        HyperPhysicsError: It is none.
    """
    try:
        return index(value)  # type: ignore[arg-type]
    except TypeError as error:
        raise HyperPhysicsError(f"{name} is {value!r}, expected a whole number") from error


def words_of(name: str, values: object) -> list[str]:
    """An argument that is a list of words.

    Raises:
        HyperPhysicsError: It is none.
    """
    try:
        words = list(values)  # type: ignore[call-overload]
    except TypeError:  # an array of no dimension calls itself iterable
        words = [values]
    if isinstance(values, str) or not all(isinstance(word, str) for word in words):
        raise HyperPhysicsError(f"{name}: {values!r:.60}, expected a list of names")
    return [str(word) for word in words]


def column_of(name: str, values: object) -> Column:
    """Numbers of a column as an array of one dimension; None and null are NaN."""
    import numpy as np  # noqa: PLC0415 - as above

    array = array_of(name, values)
    if array.ndim > 1:
        raise HyperPhysicsError(f"{name} has {array.ndim} dimensions, expected a column")
    return np.ascontiguousarray(np.atleast_1d(array))


def _sides(values: object) -> Column:
    """1 for calls, -1 for puts."""
    import numpy as np  # noqa: PLC0415

    array = np.atleast_1d(array_of("call", values, None))
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


def _named(frame: Any, name: str, quantity: object, default: object) -> object:  # noqa: ANN401 - of one of two libraries
    """The quantity, looked up in the frame where it is a name or was left out."""
    columns = [] if frame is None else list(frame.columns)
    asked = name if quantity is None else quantity
    if isinstance(asked, str):
        if asked in columns:
            return frame[asked]
        if quantity is None and default is not None:
            return default
        where = "was not given" if frame is None else f"is not a column; there are {columns}"
        raise HyperPhysicsError(f"{name}: `{asked}` {where}")
    return asked


class Inputs:
    """Columns of a call, from a frame or from arguments."""

    def __init__(self, frame: Any) -> None:  # noqa: ANN401 - of one of two libraries
        if frame is not None:
            from hyperphysics.frame import is_pandas, is_polars  # noqa: PLC0415 - imports both

            if not (is_pandas(frame) or is_polars(frame)):
                kind = type(frame).__name__
                raise HyperPhysicsError(f"expected a pandas or polars frame, got {kind}")
        self._frame = frame

    def number(self, name: str, quantity: object, default: float | None = None) -> Column:
        """Numbers of a quantity."""
        return column_of(name, _named(self._frame, name, quantity, default))

    def side(self, quantity: object) -> Column:
        """1 for calls, -1 for puts; calls where nothing says otherwise."""
        columns = [] if self._frame is None else list(self._frame.columns)
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
        rows = len(given)
        if columns.shape[1] not in {1, rows}:
            raise HyperPhysicsError(
                f"{columns.shape[1]} options, and a frame of {rows} rows: expected as many"
            )
        if columns.shape[1] != rows:
            columns = np.broadcast_to(columns, (len(names), rows))
        named = {f"hp_{name}": column for name, column in zip(names, columns, strict=True)}
        if frame.is_pandas(given):
            return given.assign(**named)
        import polars as pl  # noqa: PLC0415

        series = [pl.Series(name, column) for name, column in named.items()]
        return given.with_columns(series)
