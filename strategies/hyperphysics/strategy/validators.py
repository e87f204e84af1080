"""Readers of configuration values: each takes what a key may hold and raises on anything else.

A reader raises `TypeError`, `ValueError` or `OverflowError`; who calls it knows the key and says
what was expected. Text is converted where a number is meant: it comes from the environment.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any

from hyperphysics import _engine

# What signals and stakes are made of; a strategy without these columns could never trade.
REQUIRED_FAMILIES = ("risk", "trend", "lattice")
UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}

Reader = Callable[[object], Any]


def integer(low: int, high: int) -> Reader:
    """Reader of a whole number in [low, high]."""

    def read(value: object) -> int:
        exact = int(value) if isinstance(value, str) else _number(value)
        if exact != int(exact) or not low <= exact <= high:
            raise ValueError
        return int(exact)

    return read


def number(low: float, high: float) -> Reader:
    """Reader of a finite number in [low, high]."""

    def read(value: object) -> float:
        result = float(value) if isinstance(value, str) else float(_number(value))
        if not isfinite(result) or not low <= result <= high:
            raise ValueError
        return result

    return read


def choice(*options: str) -> Reader:
    """Reader of one of some words."""

    def read(value: object) -> str:
        if value not in options:
            raise ValueError
        return str(value)

    return read


def switch(value: object) -> bool:
    """Reader of true or false."""
    exact = {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(exact, bool):
        raise TypeError
    return exact


def optional(reader: Reader) -> Reader:
    """Reader that also takes null, and the words "none" and "null" of an environment variable."""

    def read(value: object) -> object:
        absent = value is None or (isinstance(value, str) and value.lower() in {"none", "null"})
        return None if absent else reader(value)

    return read


def text(value: object) -> str:
    """Reader of text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value.strip()


def device(value: object) -> str:
    """Reader of a device selector."""
    if not isinstance(value, str) or not (
        value in {"auto", "cpu", "vulkan"} or (value.startswith("vulkan:") and value[7:].strip())
    ):
        raise ValueError
    return value


def memory(value: object) -> int:
    """Reader of an amount of memory in bytes: a whole number, or text such as "512M" and "2G"."""
    if isinstance(value, str) and value[-1:].lower() in UNITS:
        value = int(value[:-1]) * UNITS[value[-1].lower()]
    return int(integer(1 << 20, 1 << 50)(value))


def folder(value: object) -> str:
    """Reader of the path of a folder that is there."""
    if not isinstance(value, str) or not Path(value).is_dir():
        raise ValueError
    return value


def families(value: object) -> tuple[str, ...]:
    """Reader of column families: a list, or text with commas."""
    names = value.split(",") if isinstance(value, str) else value
    wanted = {str(name).strip() for name in names} if isinstance(names, list | tuple) else set()
    known = _engine.families()
    if not wanted.issubset(known) or not wanted.issuperset(REQUIRED_FAMILIES):
        raise ValueError
    return tuple(name for name in known if name in wanted)


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value
