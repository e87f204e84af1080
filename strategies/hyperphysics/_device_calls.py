"""What an engine computes besides columns of candles: points, order books, lattices."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from typing import TYPE_CHECKING

from hyperphysics import _engine
from hyperphysics._engine import HyperPhysicsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    from hyperphysics._engine import Lattice, MoveModel, Sample
    from hyperphysics.geometry import Neighbours


class DeviceCalls:
    """Methods of `hyperphysics.Engine` for single uses of its device."""

    _inner: _engine.Engine

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
        from hyperphysics import geometry  # noqa: PLC0415 - imports numpy

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
        from hyperphysics import geometry  # noqa: PLC0415 - imports numpy

        return geometry.device_neighbours(self._inner, points, k, queries, form)

    def books(
        self,
        frame: pl.DataFrame,
        *,
        delta: float | None = None,
        length_scale: float = 1.25,
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
            length_scale: Length of the decay of liquidity with the distance, 0.05 to 1000.
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
            length_scale=length_scale,
            amounts=amounts,
            moves=moves,
            unit=unit,
            locked=locked,
        )

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
        from hyperphysics._array_inputs import column_of  # noqa: PLC0415 - with what needs numpy

        if not isinstance(lattices, Sequence):
            raise HyperPhysicsError(f"lattices: expected a list, got {type(lattices).__name__}")
        heats = column_of("temperatures", temperatures)
        if not isinstance(temperatures, Sized):
            heats = heats.repeat(len(lattices))
        return _engine.sample_lattices(
            self._inner,
            lattices,
            heats,
            sweeps=sweeps,
            burn_in=burn_in,
            replicas=replicas,
            seed=seed,
        )
