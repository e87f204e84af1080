"""The p-bit lattice: heat-bath updates, and a field's annealer at one temperature."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import hyperphysics as hp
from hyperphysics import _engine
from hyperphysics.bench.timing import F64, Row, beside, buffers, compiled, least, optional, twin

dwave = optional("dwave.samplers")

LANES = 16
NODES, SWEEPS = 48, 200
READS, TEMPERATURE = 512, 1.5


def lattices() -> list[Row]:
    """Heat-bath updates of 64 dense lattices of 48 nodes, one chain each, per update."""
    items, data = buffers("gibbs_sampler")
    chains = np.frombuffer(data["chains"], np.uint32).reshape(items, 6)
    states = [
        _engine.philox((0, *(int(word) for word in chain[3:])), [int(word) for word in chain[1:3]])
        for chain in chains
    ]
    inputs = Lattices(data, np.array(states, np.uint64)[:, :3])
    ours = np.frombuffer(data["energy"], np.int32)[: items * SWEEPS].reshape(items, SWEEPS)
    updates = items * NODES * (SWEEPS + 1)
    times = beside(
        {
            "numpy": lambda: pbit_numpy(inputs, SWEEPS),
            "numba": lambda: pbit_numba(inputs, SWEEPS),
        },
        lambda got: np.testing.assert_array_equal(got, ours),
        updates,
        1,
    )
    what = "heat bath, 64 lattices of 48 nodes"
    return [Row(what, "update", twin("gibbs_sampler", updates), times, {"numba": 4.0})]


def annealer() -> list[Row]:
    """Updates of one lattice through Python, all that is returned included, per update.

    D-Wave's sampler flips by Metropolis' rule and its own fast generator, read after read.
    """
    rng = np.random.default_rng(1)
    j = np.triu(rng.normal(0, 0.12, (NODES, NODES)), 1)
    h = rng.normal(0, 0.3, NODES)
    lattice = hp.Lattice((j + j.T).tolist(), h)
    engine = hp.Engine("cpu", threads=1)

    def ours() -> _engine.Sample:
        (sample,) = engine.sample_lattices(
            [lattice], TEMPERATURE, sweeps=SWEEPS, burn_in=0, replicas=READS
        )
        return sample

    value, error = ours().energy

    def agrees(energies: F64) -> None:
        spread = float(np.hypot(energies.std() / READS**0.5, error))
        # Couplings of 8 bits move the energy by less than a thousandth of N T.
        limit = 5 * spread + 0.001 * NODES * TEMPERATURE
        np.testing.assert_allclose(energies.mean(), value, atol=limit, rtol=0)

    updates = NODES * SWEEPS * READS
    times = beside({"dwave-samplers": lambda: annealed(j, h)}, agrees, updates, 3)
    what = "heat bath, 512 chains of a lattice, through Python"
    return [Row(what, "update", least(ours, 3) / updates * 1e9, times)]


def annealed(j: F64, h: F64) -> F64:
    """Energies of D-Wave's chains; its energy has the opposite sign of couplings and fields."""
    bonds = {(a, b): -j[a, b] for a in range(NODES) for b in range(a + 1, NODES)}
    result = dwave.SimulatedAnnealingSampler().sample_ising(
        dict(enumerate(-h)),
        bonds,
        num_reads=READS,
        beta_schedule_type="custom",
        beta_schedule=[1 / TEMPERATURE],
        num_sweeps_per_beta=SWEEPS,
        seed=3,
    )
    return np.asarray(result.record.energy)


class Lattices:
    """The inputs of the integer sampler, out of its tiles of sixteen lattices."""

    def __init__(self, data: dict[str, bytes], states: NDArray[np.uint64]) -> None:
        def untiled(name: str, width: int) -> NDArray[np.int32]:
            words = np.frombuffer(data[name], np.int32).reshape(-1, width, LANES)
            return np.ascontiguousarray(words.transpose(0, 2, 1)).reshape(-1, width)

        words = untiled("couplings", 576).reshape(-1, 48, 12)
        # Row i begins with the word that holds node i.
        turned = (np.arange(12) - np.arange(48)[:, None] // 4) % 12
        words = np.take_along_axis(words, turned[None], axis=2)
        self.couplings = np.ascontiguousarray(words).view(np.int8)
        rest = untiled("lattices", 51)
        # The fields come with the limit.
        self.fields = np.ascontiguousarray(rest[:, :48] - rest[:, 49:50])
        self.multiplier = rest[:, 48].astype(np.int64)
        self.limit = rest[:, 49].astype(np.int64)
        self.all_up = rest[:, 50].astype(np.int64)
        self.thresholds = np.frombuffer(data["thresholds"], np.uint32).astype(np.int64)
        self.states = states


def pbit_numpy(lattices: Lattices, sweeps: int) -> NDArray[np.int64]:
    """Energy of every lattice after each sweep, one chain each, all lattices in one expression."""
    count = len(lattices.couplings)
    couplings = lattices.couplings.astype(np.int32)
    spins = np.ones((count, 48), np.int32)
    a, b, c = lattices.states.astype(np.uint32).T
    energy = lattices.all_up.copy()
    out = np.empty((count, sweeps), np.int64)
    multiplier = np.zeros_like(lattices.multiplier)
    for sweep in range(sweeps + 1):
        for node in range(48):
            local = lattices.fields[:, node] + (couplings[:, node] * spins).sum(axis=1)
            word = a + b + np.uint32(sweep * 48 + node)
            a = b ^ (b >> np.uint32(9))
            b = c + (c << np.uint32(3))
            c = ((c << np.uint32(21)) | (c >> np.uint32(11))) + word
            place = np.clip(local, -lattices.limit, lattices.limit) * multiplier
            place += (512 << 22) + 512 + ((word & np.uint32(0xFFF)).astype(np.int64) << 10)
            new = np.where(word < lattices.thresholds[place >> 22], 1, -1)
            energy += (spins[:, node] - new) * local
            spins[:, node] = new
        if sweep > 0:
            out[:, sweep - 1] = energy
        multiplier = lattices.multiplier
    return out


@compiled(fastmath=False)
def _pbit(
    couplings: Any,
    fields: Any,
    multipliers: Any,
    limits: Any,
    all_up: Any,
    thresholds: Any,
    states: Any,
    sweeps: int,
) -> Any:
    out = np.empty((couplings.shape[0], sweeps), np.int64)
    spins = np.empty(48, np.int8)
    for item in range(couplings.shape[0]):
        spins[:] = 1
        a, b, c = states[item]
        energy = all_up[item]
        multiplier = np.int64(0)
        limit = limits[item]
        for sweep in range(sweeps + 1):
            for node in range(48):
                row = couplings[item, node]
                local = np.int32(0)
                for j in range(48):
                    local += np.int32(np.int16(row[j]) * np.int16(spins[j]))
                field = np.int64(local) + fields[item, node]
                word = (a + b + np.uint64(sweep * 48 + node)) & np.uint64(0xFFFFFFFF)
                a = b ^ (b >> np.uint64(9))
                b = (c + (c << np.uint64(3))) & np.uint64(0xFFFFFFFF)
                turned = (c << np.uint64(21)) | (c >> np.uint64(11))
                c = (turned + word) & np.uint64(0xFFFFFFFF)
                place = min(max(field, -limit), limit) * multiplier
                place += (512 << 22) + 512 + (np.int64(word & np.uint64(0xFFF)) << 10)
                new = 1 if np.int64(word) < thresholds[place >> 22] else -1
                energy += (spins[node] - new) * field
                spins[node] = new
            if sweep > 0:
                out[item, sweep - 1] = energy
            multiplier = multipliers[item]
    return out


def pbit_numba(lattices: Lattices, sweeps: int) -> NDArray[np.int64]:
    """The same, chain after chain, in numba."""
    out: NDArray[np.int64] = _pbit(
        lattices.couplings,
        lattices.fields.astype(np.int64),
        lattices.multiplier,
        lattices.limit,
        lattices.all_up,
        lattices.thresholds,
        lattices.states,
        sweeps,
    )
    return out
