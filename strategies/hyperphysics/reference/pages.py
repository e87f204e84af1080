"""Which document holds which generated part; the command line has one more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hyperphysics.reference import api, tables

NOTICE = "<!-- made by `hyperphysics docs --write`; change the code instead -->"

SUBJECTS = {
    "engine": "Engine",
    "orderbook": "Order books",
    "options": "Options",
    "portfolios": "Portfolios",
    "lattice": "Lattices",
    "information": "Information",
    "geometry": "Geometry",
}
"""Public modules and the titles of their pages."""


@dataclass(frozen=True)
class Part:
    """A generated part of a document.

    Attributes:
        page: Path below the documents' folder.
        make: Its text.
        marker: Name of the markers that it stands between; None for a page of its own.
        title: Title of a page of its own.
    """

    page: str
    make: Callable[[], str]
    marker: str | None = None
    title: str = ""


def _filters() -> str:
    return "\n\n".join(
        (
            "A long is entered where every filter holds, and closed where any exit does. A short is"
            " the mirror image: a column with ± changes sign. A filter marked *off* decides nothing"
            " at its default; one of an optional family counts where the setting `families` names"
            " it. A comparison with NaN does not hold. How they work together is in"
            " [What the strategy does](../strategy.md), what each of them earned in"
            " [Results](../results/strategy.md).",
            f"## Filters\n\n{tables.entry_filters()}",
            f"## Exits\n\n{tables.exits()}",
        )
    )


def _hyperopt() -> str:
    return (
        "Defaults of the class `HyperPhysics`; freqtrade reads others from `HyperPhysics.json`"
        " beside it. The space `lattice` needs `--analyze-per-epoch`: see"
        f" [Hyperopt](../hyperopt.md).\n\n{tables.hyperopt_parameters()}"
    )


def _parameters() -> str:
    return (
        "Keyword arguments of `Engine.analyze`, and keys of the [settings](../settings.md)."
        f" `hp.params()` lists them.\n\n{tables.engine_parameters()}"
    )


PARTS = (
    Part("columns.md", tables.columns, "columns"),
    Part("settings.md", tables.settings, "settings"),
    Part("exchanges.md", tables.exchanges, "exchanges"),
    Part("reference/engine-parameters.md", _parameters, title="Engine parameters"),
    Part("reference/filters.md", _filters, title="Filters and exits"),
    Part("reference/hyperopt-parameters.md", _hyperopt, title="Hyperopt parameters"),
    *(
        Part(f"reference/{module}.md", lambda m=module: api.subject(m), title=title)  # type: ignore[misc]
        for module, title in SUBJECTS.items()
    ),
)


def text(part: Part, folder: Path) -> str:
    """The whole document with the part in it.

    Raises:
        ValueError: The document lacks the markers.
    """
    made = part.make().strip()
    if part.marker is None:
        return f"{NOTICE}\n\n# {part.title}\n\n{made}\n"
    old = (folder / part.page).read_text("utf-8")
    start, end = f"<!-- {part.marker} -->", f"<!-- /{part.marker} -->"
    if old.count(start) != 1 or old.count(end) != 1:
        raise ValueError(f"{part.page}: expected one {start} and one {end}")
    return f"{old.partition(start)[0]}{start}\n{made}\n{end}{old.partition(end)[2]}"
