"""The rows of the table: what each asks of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import hyperphysics as hp
from hyperphysics._engine import Value

OPEN = 12
"""Most p-bits that the engine leaves open."""

BASE, LOGISTIC, PAST_WINDOW, SINGLE = "base", "logistic", "past_window", "single"
HYPERBOLIC = "hyperbolic"


@dataclass(frozen=True)
class Row:
    """One model of the table.

    Attributes:
        key: Name in the JSON file.
        label: Name in the table.
        kind: `base`, `logistic` and `single` are fitted on the channels; `past_window` calibrates a
            logistic regression on as many outcomes as a kernel sees; `kernel` calibrates
            hp_pbit; `filter` calibrates hp_pbit of the hyperbolic kernel where `column` lets it.
        params: Parameters of the engine besides those of the evaluation.
        column: The filter's column.
    """

    key: str
    label: str
    kind: Literal["base", "logistic", "past_window", "single", "kernel", "filter"]
    params: Mapping[str, Value] = field(default_factory=dict)
    column: str = ""


def model_specs(length_scales: Sequence[float]) -> list[Row]:
    """The rows of the table.

    Args:
        length_scales: Those of the kernels; the first is that of the rows that build on a kernel.
    """
    table = [
        Row(BASE, "Base rate", "base"),
        Row(LOGISTIC, "Logistic regression", "logistic"),
        Row(PAST_WINDOW, "Logistic regression on the past window", "past_window"),
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
    table.append(Row("phi", "Hyperbolic + Φ filter", "filter", column="hp_phi_excess"))
    table.append(Row("ci", "Hyperbolic + CI filter", "filter", column="hp_ci"))
    return table


def channels(params: Mapping[str, Value]) -> list[str]:
    """Names of the three channels."""
    default = next(param.default for param in hp.params() if param.name == "channels")
    return str(params.get("channels", default)).split(",")
