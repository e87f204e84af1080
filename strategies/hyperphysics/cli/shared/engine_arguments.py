"""`--device` and `--set NAME=VALUE`: the engine's device and parameters on the command line."""

from __future__ import annotations

import argparse
import re

import hyperphysics as hp
from hyperphysics._engine import Value
from hyperphysics.cli.shared.errors import CommandError

_SETTING = re.compile(r"(\w+)=(.+)")


def add_device_argument(parser: argparse.ArgumentParser) -> None:
    """Declare `--device`."""
    parser.add_argument("--device", default="auto", help="auto, cpu, vulkan or vulkan:NAME")


def add_set_argument(parser: argparse.ArgumentParser) -> None:
    """Declare `--set`."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the engine, as half_life=24; repeatable",
    )


def given(words: list[str]) -> dict[str, Value]:
    """What was set.

    Raises:
        CommandError: A word is no setting.
    """
    found: dict[str, Value] = {}
    for word in words:
        parts = _SETTING.fullmatch(word)
        if parts is None:
            raise CommandError(f"--set {word}: expected NAME=VALUE")
        found[parts[1]] = _value(parts[2])
    return found


def params(words: list[str]) -> dict[str, Value]:
    """Every parameter of the engine.

    Raises:
        CommandError: A word is no setting of a parameter.
    """
    own = given(words)
    try:
        hp.startup(params=own)
    except ValueError as error:
        raise CommandError(f"--set: {error}") from error
    return {param.name: param.default for param in hp.params()} | own


def _value(text: str) -> Value:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
