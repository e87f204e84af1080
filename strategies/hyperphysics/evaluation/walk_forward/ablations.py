"""The strategy with one of its gates more or less, by parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Parameters = Mapping[str, Mapping[str, float]]
"""Values by space and name, as freqtrade's parameter files hold them."""

NAME = "HyperPhysics"
WIDE = 1e9
"""Beyond every threshold's column."""


@dataclass(frozen=True)
class Variant:
    """A class of its own for freqtrade.

    Attributes:
        label: What it is.
        name: Of the class, and of its file.
        changes: Parameters that replace the others.
        chosen: Whether it takes the chosen parameters; else those of its class.
    """

    label: str
    name: str
    changes: Parameters
    chosen: bool = True


TUNED = Variant("walk-forward", NAME, {})
DEFAULT = Variant("default parameters", f"{NAME}Default", {}, chosen=False)

# Of gates that stand by default: the family without which there is no such gate, and what opens it.
ENTRIES: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "trend": ("trend", {"buy_trend": -WIDE}),
    "tail": ("risk", {"buy_es": WIDE, "buy_tail": WIDE}),
    "integration": ("integration", {"buy_phi": -WIDE}),
    "complexity": ("complexity", {"buy_ci": -WIDE}),
}
EXITS: Mapping[str, Mapping[str, float]] = {
    "trend lost": {"sell_trend": -WIDE},
    "risk cap": {"sell_es": WIDE},
    "risk spike": {"sell_spike": WIDE},
}
# Of those that do not: what puts them up.
MORE_ENTRIES: Mapping[str, Mapping[str, float]] = {
    "direction": {"buy_direction": 0.0},
    "gain": {"buy_margin": 1.0},
}
MORE_EXITS: Mapping[str, Mapping[str, float]] = {"direction lost": {"sell_direction": 0.0}}


def ablations(families: Sequence[str], *, shorts: bool = False) -> list[Variant]:
    """Default parameters with one gate more or less, of those that these families make.

    Where there are shorts, nothing but the trend says which side is entered: it stays.
    """
    entries = {
        gate: off
        for gate, (family, off) in ENTRIES.items()
        if family in families and not (shorts and gate == "trend")
    }
    return [
        *(_variant("without", "gate", gate, "buy", off) for gate, off in entries.items()),
        *(_variant("with", "gate", gate, "buy", on) for gate, on in MORE_ENTRIES.items()),
        *(_variant("without", "exit", gate, "sell", off) for gate, off in EXITS.items()),
        *(_variant("with", "exit", gate, "sell", on) for gate, on in MORE_EXITS.items()),
    ]


def parameters(
    variant: Variant, chosen: Parameters, defaults: Parameters
) -> dict[str, dict[str, float]]:
    """What the variant's parameter file holds: every parameter.

    Those of one strategy stay in classes that the next one of the same freqtrade process shares.
    """
    layers = (defaults, chosen if variant.chosen else {}, variant.changes)
    found: dict[str, dict[str, float]] = {}
    for layer in layers:
        for space, values in layer.items():
            found.setdefault(space, {}).update(values)
    return found


def source(variant: Variant) -> str:
    """The file that freqtrade finds the variant in."""
    return (
        f'"""HyperPhysics: {variant.label}."""\n\nfrom {NAME} import {NAME}\n\n\n'
        f'class {variant.name}({NAME}):\n    """{variant.label}."""\n'
    )


def _variant(word: str, kind: str, gate: str, space: str, changes: Mapping[str, float]) -> Variant:
    label = f"{word} the {gate} gate" if kind == "gate" else f"{word} the exit on {gate}"
    name = "".join(part.title() for part in f"{word} {gate}".split())
    return Variant(f"default {label}", f"{NAME}{name}", {space: changes}, chosen=False)
