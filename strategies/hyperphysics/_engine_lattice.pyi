"""Part of `_engine.pyi`: networks of p-bits."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal, TypeAlias, final

# Numbers as a list, a numpy array or a polars Series.
_Floats: TypeAlias = Iterable[float]

_Polar: TypeAlias = tuple[float, float, float, float]

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
        lam: float = 1.0,
    ) -> Lattice:
        """Nodes at points `(r, nx, ny, nz)` of H³, coupled by `j0 exp(-d/lam)`."""
    @classmethod
    def from_ball(
        cls,
        points: Sequence[Sequence[float]],
        fields: _Floats | None = None,
        *,
        j0: float = 1.0,
        lam: float = 1.0,
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

def drive(
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

def drive_exactly(path: Sequence[Lattice], temperature: float, *, sweeps: int = 1) -> Driven:
    """Means of all runs of `drive`, by moving the law of all states."""
