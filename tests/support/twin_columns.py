"""How far a column may differ between the CPU and a device."""

from __future__ import annotations

import numpy as np

import hyperphysics as hp
from hyperphysics.strategy.rules.signals import Floats

# Twins differ by the roots and reciprocals of a device (2.5 ulp) in sums of thousands of terms.
RELATIVE = 2e-5
# A spin is the difference of two probabilities, which may be next to nothing: the tolerance of the
# kernel `marginal`. A gain is the difference of two means of values up to 1, in units of σ√H.
PBIT = GAIN = 2e-5
RELATED = {"hp_confidence", "hp_novelty"}
# From fields of single precision, which reach hundreds of T.
THERMODYNAMICS = {column.name for column in hp.columns() if column.family == "thermodynamics"}
# The tolerance of the kernel `integration`; an excess is a difference of two.
INTEGRATION = {"hp_phi": 3e-5, "hp_phi_wms": 3e-5, "hp_tdmi": 3e-5, "hp_phi_excess": 6e-5}


def compare(name: str, on_cpu: Floats, on_device: Floats, unit: Floats) -> None:
    """Asserts that a column is the same on both, bit for bit where both compute it in f64.

    `unit` is σ√H of each row.
    """
    np.testing.assert_array_equal(np.isnan(on_cpu), np.isnan(on_device), name)
    here = ~np.isnan(on_cpu)
    apart = np.abs(on_cpu - on_device)[here]
    if name == "hp_pbit":
        assert (apart <= PBIT).all(), name
    elif name == "hp_gain":
        assert (apart <= GAIN * unit[here]).all(), name
    elif name in THERMODYNAMICS:
        np.testing.assert_allclose(on_device, on_cpu, rtol=1e-4, atol=1e-4, err_msg=name)
    elif name in INTEGRATION:
        assert (apart <= INTEGRATION[name]).all(), name
    elif name.endswith(("_h", "_h_short")) or name in RELATED:
        np.testing.assert_allclose(on_device, on_cpu, rtol=RELATIVE, atol=0.0, err_msg=name)
    else:
        assert on_cpu.tobytes() == on_device.tobytes(), name
