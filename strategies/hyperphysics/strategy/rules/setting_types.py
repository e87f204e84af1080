# SPDX-License-Identifier: GPL-3.0-or-later
"""Types of the settings' fields: how text from the environment becomes a value, and what is taken.

A field's range stands in its type (`Ge`, `Le`); `expected` turns types into the words of an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import AfterValidator, BaseModel, BeforeValidator, StringConstraints
from pydantic.fields import FieldInfo

from hyperphysics import _engine

UNITS: Mapping[str, int] = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


@dataclass(frozen=True)
class Words:
    """What a field takes, where its type does not say it."""

    text: str


def _switch(value: object) -> object:
    exact = {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(exact, bool):
        raise ValueError("neither true nor false")  # noqa: TRY004 (pydantic lets a TypeError pass)
    return exact


def _memory(value: object) -> object:
    if isinstance(value, str) and value[-1:].lower() in UNITS:
        return int(value[:-1]) * UNITS[value[-1].lower()]
    return value


def _device(value: str) -> str:
    if value in {"auto", "cpu", "vulkan"} or (value.startswith("vulkan:") and value[7:].strip()):
        return value
    raise ValueError("no device")


def _folder(value: str) -> str:
    if not Path(value).is_dir():
        raise ValueError("no folder")
    return value


def _families(value: object) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    wanted = {str(name).strip() for name in names} if isinstance(names, list | tuple) else set()
    known = _engine.families()
    if not wanted or not wanted.issubset(known):
        raise ValueError("no family, or an unknown one")
    return tuple(name for name in known if name in wanted)


Fraction = Annotated[float, Ge(1e-6), Le(1.0)]
Switch = Annotated[bool, BeforeValidator(_switch)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), Words("text")]
Memory = Annotated[
    int,
    Ge(1 << 20),
    Le(1 << 50),
    BeforeValidator(_memory),
    Words('bytes (from 1 MiB on), or text such as "512M"'),
]
Device = Annotated[
    str,
    AfterValidator(_device),
    Words('"auto", "cpu", "vulkan" or "vulkan:<part of an adapter\'s name>"'),
]
Folder = Annotated[str, AfterValidator(_folder), Words("a folder that `hyperphysics record` wrote")]
Families = Annotated[
    tuple[str, ...],
    BeforeValidator(_families),
    Words(f"a list of families: {', '.join(_engine.families())}"),
]


def optional(field: FieldInfo) -> bool:
    """Whether a field takes null."""
    return NoneType in get_args(field.annotation)


def plain(value: object, field: FieldInfo) -> object:
    """A value without what the environment and Python make of it.

    Raises:
        ValueError: It is true or false, which Python counts among the numbers.
    """
    if isinstance(value, bool) and field.annotation is not bool:
        raise ValueError("neither true nor false is taken")
    absent = isinstance(value, str) and value.lower() in {"none", "null"}
    return None if absent and optional(field) else value


def expected(field: FieldInfo) -> str:
    """What a field takes, in words."""
    kind, metadata = _bare(field.annotation, field.metadata)
    null = "null or " if optional(field) else ""
    if words := next((one for one in metadata if isinstance(one, Words)), None):
        return f"{null}{words.text}"
    if get_origin(kind) is Literal:
        return null + " or ".join(f'"{word}"' for word in get_args(kind))
    if kind is bool:
        return f"{null}true or false"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"{null}an object of {', '.join(kind.model_fields)}"
    return f"{null}{_range(kind, metadata)}"


def _bare(kind: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:  # noqa: ANN401
    """A type without null and annotations, and all annotations."""
    while True:
        if get_origin(kind) is Annotated:
            kind, *more = get_args(kind)
            metadata = [*metadata, *more]
        elif len(rest := [one for one in get_args(kind) if one is not NoneType]) < len(
            get_args(kind)
        ):
            (kind,) = rest
        else:
            return kind, metadata


def _range(kind: Any, metadata: list[Any]) -> str:  # noqa: ANN401
    what = "a whole number" if kind is int else "a number"
    low = next((one.ge for one in metadata if isinstance(one, Ge)), None)
    high = next((one.le for one in metadata if isinstance(one, Le)), None)
    ends = [
        f" {word} {end:g}" if isinstance(end, float) else f" {word} {end}"
        for word, end in (("from", low), ("to", high))
        if end is not None
    ]
    return what + "".join(ends)
