# SPDX-License-Identifier: GPL-3.0-or-later
"""The strategy with one of its filters or exits more or less, by parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hyperphysics.strategy.rules.filters import EXITS, FILTERS
from hyperphysics.strategy.rules.thresholds import Space, Threshold

Parameters = Mapping[str, Mapping[str, float]]
"""Values by space and name, as freqtrade's parameter files hold them."""

NAME = "HyperPhysics"


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


def ablations(families: Sequence[str], *, shorts: bool = False) -> list[Variant]:
    """Default parameters with one filter or exit more or less, of those that these families make.

    Where there are shorts, what picks the side that is entered stays.
    """
    filters = [
        row
        for row in FILTERS
        if row.counts(families) and not (shorts and row.picks_side and row.on_by_default)
    ]
    return [
        *_variants("buy", filters, "{} the {} filter"),
        *_variants("sell", [row for row in EXITS if row.counts(families)], "{} the exit on {}"),
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


def _variants(space: Space, rows: Sequence[Threshold], label: str) -> list[Variant]:
    """Those of a space: what stands by default is taken away, then what does not is put up."""
    without: dict[str, dict[str, float]] = {}
    more: dict[str, dict[str, float]] = {}
    for row in rows:
        if row.on_by_default:
            without.setdefault(row.name, {})[row.parameter] = row.off
        elif row.tried is not None:
            more.setdefault(row.name, {})[row.parameter] = row.tried
    return [
        Variant(
            f"default {label.format(word, name)}",
            NAME + "".join(part.title() for part in f"{word} {name}".split()),
            {space: changes},
            chosen=False,
        )
        for word, found in (("without", without), ("with", more))
        for name, changes in found.items()
    ]
