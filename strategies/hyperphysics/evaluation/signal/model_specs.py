"""The rows of the table: what each asks of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import hyperphysics as hp
from hyperphysics._engine import Value

OPEN = 12
"""Most p-bits that the engine leaves open."""

BASE, LOGISTIC, LIBRARY, SINGLE = "base", "logistic", "library", "single"
HYPERBOLIC = "hyperbolic"


@dataclass(frozen=True)
class Row:
    """One model of the table.

    Attributes:
        key: Name in the JSON file.
        label: Name in the table.
        kind: `base`, `logistic` and `single` are fitted on the channels; `library` calibrates a
            logistic regression on as many outcomes as a kernel sees; `kernel` calibrates
            hp_pbit; `gate` calibrates hp_pbit of the hyperbolic kernel where `column` lets it.
        params: Parameters of the engine besides the study's own.
        column: The gate's column.
    """

    key: str
    label: str
    kind: Literal["base", "logistic", "library", "single", "kernel", "gate"]
    params: Mapping[str, Value] = field(default_factory=dict)
    column: str = ""


def rows(length_scales: Sequence[float]) -> list[Row]:
    """The rows of the table.

    Args:
        length_scales: Those of the kernels; the first is that of the rows that build on a kernel.
    """
    table = [
        Row(BASE, "Base rate", "base"),
        Row(LOGISTIC, "Logistic regression", "logistic"),
        Row(LIBRARY, "Logistic regression on the library", "library"),
        Row(SINGLE, "Single best channel, logistic", "single"),
    ]
    for number, length_scale in enumerate(length_scales):
        for metric in ("euclidean", HYPERBOLIC):
            key = metric if number == 0 else f"{metric}_{length_scale:g}"
            params: dict[str, Value] = {
                "coupled_unlabelled_bars": 1,
                "metric": metric,
                "length_scale": length_scale,
            }
            table.append(
                Row(key, f"{metric.capitalize()} kernel, λ = {length_scale:g}", "kernel", params)
            )
    label = "Hyperbolic + interactions of open p-bits"
    params = {
        "coupled_unlabelled_bars": OPEN,
        "metric": HYPERBOLIC,
        "length_scale": length_scales[0],
    }
    table.append(Row("interactions", label, "kernel", params))
    table.append(Row("phi", "Hyperbolic + Φ gate", "gate", column="hp_phi_excess"))
    table.append(Row("ci", "Hyperbolic + CI gate", "gate", column="hp_ci"))
    return table


def channels(params: Mapping[str, Value]) -> list[str]:
    """Names of the three channels."""
    default = next(param.default for param in hp.params() if param.name == "channels")
    return str(params.get("channels", default)).split(",")
