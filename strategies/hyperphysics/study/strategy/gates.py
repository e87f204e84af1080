"""The strategy with one of its gates open, by parameters that let everything through."""

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
        off: Parameters that replace the chosen ones.
        chosen: Whether it takes the chosen parameters; else those of its class.
    """

    label: str
    name: str
    off: Parameters
    chosen: bool = True


TUNED = Variant("walk-forward", NAME, {})
DEFAULT = Variant("default parameters", f"{NAME}Default", {}, chosen=False)

# The family without which there is no such gate, and what opens it.
ENTRIES: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "direction": ("lattice", {"buy_direction": -WIDE}),
    "gain": ("lattice", {"buy_margin": -WIDE}),
    "tail": ("risk", {"buy_es": WIDE, "buy_tail": WIDE}),
    "integration": ("integration", {"buy_phi": -WIDE}),
    "complexity": ("complexity", {"buy_ci": -WIDE}),
}
EXITS: Mapping[str, Mapping[str, float]] = {
    "direction lost": {"sell_direction": -WIDE},
    "risk cap": {"sell_es": WIDE},
    "risk spike": {"sell_spike": WIDE},
}


def ablations(families: Sequence[str]) -> list[Variant]:
    """One variant for each gate that these families of columns make."""
    found = [
        Variant(f"without the {gate} gate", _name(gate), {"buy": off})
        for gate, (family, off) in ENTRIES.items()
        if family in families
    ]
    return found + [
        Variant(f"without the exit on {gate}", _name(gate), {"sell": off})
        for gate, off in EXITS.items()
    ]


def parameters(
    variant: Variant, chosen: Parameters, defaults: Parameters
) -> dict[str, dict[str, float]]:
    """What the variant's parameter file holds: every parameter.

    Those of one strategy stay in classes that the next one of the same freqtrade process shares.
    """
    layers = (defaults, chosen if variant.chosen else {}, variant.off)
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


def _name(gate: str) -> str:
    return f"{NAME}Without{''.join(word.title() for word in gate.split())}"
