"""The integer sampler of p-bit lattices in numpy and numba: the same words, the same states."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

LANES = 16


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


@njit
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
