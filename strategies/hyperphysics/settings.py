"""The `"hyperphysics"` section of a freqtrade configuration, read and checked.

freqtrade lets unknown sections pass, so this module is the only check there is: an unknown key or a
wrong value is a `SettingsError` that says what was expected. Values may also arrive as text, from
`FREQTRADE__HYPERPHYSICS__KEY=value` in the environment; text is converted where a number is meant.

The engine's parameters (`hyperphysics.params()`) are keys too, and the engine checks their values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import inf, isfinite
from typing import Any

from hyperphysics import _engine

SECTION = "hyperphysics"
# What signals and stakes are made of; a strategy without these columns could never trade.
REQUIRED_FAMILIES = ("risk", "lattice")
UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}

Reader = Callable[[object], Any]


class SettingsError(ValueError):
    """A key of the section is unknown, or its value is not what the key takes."""


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


def optional(reader: Reader) -> Reader:
    """Reader that also takes null, and the words "none" and "null" of an environment variable."""

    def read(value: object) -> object:
        absent = value is None or (isinstance(value, str) and value.lower() in {"none", "null"})
        return None if absent else reader(value)

    return read


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


def families(value: object) -> tuple[str, ...]:
    """Reader of column families: a list, or text with commas."""
    names = value.split(",") if isinstance(value, str) else value
    wanted = {str(name).strip() for name in names} if isinstance(names, list | tuple) else set()
    known = _engine.families()
    if not wanted.issubset(known) or not wanted.issuperset(REQUIRED_FAMILIES):
        raise ValueError
    return tuple(name for name in known if name in wanted)


@dataclass(frozen=True)
class Key:
    """How one key is read: its reader and what the reader expects, in words."""

    read: Reader
    expected: str


KEYS: Mapping[str, Key] = {
    "device": Key(device, '"auto", "cpu", "vulkan" or "vulkan:<part of an adapter\'s name>"'),
    "threads": Key(optional(integer(1, 1024)), "null or a whole number from 1 to 1024"),
    "max_memory": Key(optional(memory), 'null, bytes (from 1 MiB on), or text such as "512M"'),
    "families": Key(families, f"a list of families, {' and '.join(REQUIRED_FAMILIES)} among them"),
    "live_rows": Key(optional(integer(32, 100_000)), "null or a whole number from 32 on"),
    "risk_budget": Key(optional(number(1e-6, 1.0)), "null or a fraction of the wallet up to 1"),
    "stake_ceiling": Key(
        optional(number(0.0, 1e6)), "null or a multiple of the stake that freqtrade proposes"
    ),
    "below_minimum": Key(choice("skip", "raise"), '"skip" or "raise"'),
    "max_leverage": Key(number(1.0, 125.0), "a number from 1 to 125"),
    "leveraged_es": Key(number(1e-6, 1.0), "a fraction of the position up to 1"),
    "portfolio_es": Key(optional(number(1e-6, 1.0)), "null or a fraction of the wallet up to 1"),
    "stop_multiple": Key(optional(number(0.1, 100.0)), "null or a number from 0.1 to 100"),
    "policy": Key(choice("closed", "open"), '"closed" or "open"'),
}


@dataclass(frozen=True)
class Settings:
    """Checked settings; `read` makes one from a configuration's section.

    Attributes:
        device: Where the engine computes.
        threads: Threads of the CPU backend, or None for all cores.
        max_memory: Bytes that the engine's intermediate buffers may take, or None for its choice.
        families: Column families to compute, in the engine's order.
        live_rows: Newest candles to compute per pair in dry run and live, or None for all; charts
            are empty before them.
        risk_budget: Fraction of the wallet that one trade may lose in its tail; None leaves it to
            the parameter of the same name.
        stake_ceiling: Largest stake, as a multiple of the proposed one; None means no such limit.
        below_minimum: What becomes of a stake under the exchange's minimum: "skip" drops the trade,
            "raise" takes the minimum (and more risk than budgeted).
        max_leverage: Largest leverage in futures.
        leveraged_es: Leverage is chosen so that leverage · ES stays under this.
        portfolio_es: Stakes are cut so that the ES of all open trades and the new one together
            stays under this fraction of the wallet; None leaves trades to themselves. By default
            all trades together risk no more of the wallet than `leveraged_es` lets one of itself.
        stop_multiple: Stop distance at entry in units of ES; None leaves the strategy's stop alone.
        policy: What a callback answers when it has no risk number: "closed" does not trade,
            "open" lets freqtrade's proposal stand.
        engine: The engine's parameters that the section names, by name; never changed.
    """

    device: str = "auto"
    threads: int | None = None
    max_memory: int | None = None
    families: tuple[str, ...] = ("risk", "liquidity", "lattice")
    live_rows: int | None = 128
    risk_budget: float | None = None
    stake_ceiling: float | None = 1.0
    below_minimum: str = "skip"
    max_leverage: float = 3.0
    leveraged_es: float = 0.1
    portfolio_es: float | None = 0.1
    stop_multiple: float | None = None
    policy: str = "closed"
    engine: Mapping[str, _engine.Value] = field(default_factory=dict)

    @classmethod
    def read(cls, section: object) -> Settings:
        """Check a configuration's section.

        Args:
            section: The value of the section, or None where the configuration has none.

        Raises:
            SettingsError: Naming the key, the value and what was expected.
        """
        if section is None:
            return cls()
        if not isinstance(section, Mapping):
            raise SettingsError(f'"{SECTION}" must be an object of keys, not {section!r}')
        parameters = {parameter.name: parameter for parameter in _engine.params()}
        known = sorted({*KEYS, *parameters})
        own: dict[str, Any] = {}
        engine: dict[str, _engine.Value] = {}
        for name, value in section.items():
            if name in KEYS:
                own[name] = _own(name, value, known)
            elif name in parameters:
                engine[name] = _parameter(parameters[name], value, known)
            else:
                near = get_close_matches(str(name), known, n=1)
                hint = f'; did you mean "{near[0]}"?' if near else "."
                raise SettingsError(
                    f'"{SECTION}" has no key "{name}" (value {value!r}){hint} {_known(known)}'
                )
        return cls(**own, engine=engine)


def _own(name: str, value: object, known: list[str]) -> object:
    try:
        return KEYS[name].read(value)
    except (TypeError, ValueError, OverflowError):
        raise _wrong(name, value, KEYS[name].expected, known) from None


def _parameter(parameter: _engine.Param, value: object, known: list[str]) -> _engine.Value:
    try:
        exact: _engine.Value
        if isinstance(parameter.default, str):
            exact = str(value)
        elif isinstance(parameter.default, int):
            exact = integer(-(2**63), 2**64)(value)
        else:
            exact = number(-inf, inf)(value)
        _engine.startup(None, {parameter.name: exact})
    except (TypeError, ValueError, OverflowError):
        raise _wrong(parameter.name, value, parameter.range, known) from None
    return exact


def _wrong(name: str, value: object, expected: str, known: list[str]) -> SettingsError:
    return SettingsError(f'"{SECTION}.{name}" is {value!r}, expected {expected}. {_known(known)}')


def _known(known: list[str]) -> str:
    return f"Known keys: {', '.join(known)}."


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value
