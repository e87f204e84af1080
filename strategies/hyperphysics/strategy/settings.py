"""The `"hyperphysics"` section of a freqtrade configuration, read and checked.

freqtrade lets unknown sections pass, so this module is the only check there is: an unknown key or a
wrong value is a `SettingsError` that says what was expected. Values may also arrive as text, from
`FREQTRADE__HYPERPHYSICS__KEY=value` in the environment; text is converted where a number is meant.

The engine's parameters (`hyperphysics.params()`) are keys too, and the engine checks their values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import inf
from typing import Any

from hyperphysics import _engine
from hyperphysics.strategy.validators import (
    REQUIRED_FAMILIES,
    Reader,
    choice,
    device,
    families,
    folder,
    integer,
    memory,
    number,
    optional,
    switch,
    text,
)

SECTION = "hyperphysics"


class SettingsError(ValueError):
    """A key of the section is unknown, or its value is not what the key takes."""


@dataclass(frozen=True)
class Key:
    """How one key is read: its reader and what the reader expects, in words."""

    read: Reader
    expected: str


@dataclass(frozen=True)
class BookCheck:
    """What a book must offer an order; a threshold of None is not looked at.

    Attributes:
        levels: Levels a side to ask the exchange for.
        max_slippage: Largest slippage of the whole order, a fraction of the mid price.
        min_depth: Least depth of the side that the order takes, in multiples of the order.
        min_imbalance: Least imbalance in the order's direction, in [-1, 1].
        min_p_up: Least probability that the mid price moves in the order's direction next.
    """

    levels: int = 100
    max_slippage: float | None = 0.002
    min_depth: float | None = 2.0
    min_imbalance: float | None = None
    min_p_up: float | None = None


BOOK_KEYS: Mapping[str, Key] = {
    "levels": Key(integer(1, 5000), "a whole number from 1 to 5000"),
    "max_slippage": Key(optional(number(0.0, 1.0)), "null or a fraction of the price up to 1"),
    "min_depth": Key(optional(number(1.0, 1e6)), "null or a multiple of the order from 1 on"),
    "min_imbalance": Key(optional(number(-1.0, 1.0)), "null or a number from -1 to 1"),
    "min_p_up": Key(optional(number(0.0, 1.0)), "null or a probability"),
}


def book_check(value: object) -> BookCheck:
    """Reader of the thresholds of a book, an object of `BOOK_KEYS`."""
    if not isinstance(value, Mapping):
        raise TypeError
    if unknown := next((name for name in value if name not in BOOK_KEYS), None):
        raise _unknown(f"{SECTION}.book_check", unknown, value[unknown], sorted(BOOK_KEYS))
    own = {
        name: _own(f"book_check.{name}", v, BOOK_KEYS[name], sorted(BOOK_KEYS))
        for name, v in value.items()
    }
    return BookCheck(**own)


KEYS: Mapping[str, Key] = {
    "device": Key(device, '"auto", "cpu", "vulkan" or "vulkan:<part of an adapter\'s name>"'),
    "threads": Key(optional(integer(1, 1024)), "null or a whole number from 1 to 1024"),
    "max_memory": Key(optional(memory), 'null, bytes (from 1 MiB on), or text such as "512M"'),
    "families": Key(families, f"a list of families with {', '.join(REQUIRED_FAMILIES)} among them"),
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
    "protections": Key(switch, "true or false"),
    "policy": Key(choice("closed", "open"), '"closed" or "open"'),
    "book_check": Key(optional(book_check), f"null or an object of {', '.join(BOOK_KEYS)}"),
    "books": Key(optional(folder), "null or a folder that `hyperphysics record` wrote"),
    "book_stake": Key(number(1e-8, 1e12), "a positive amount of quote currency"),
    "entry_price": Key(choice("freqtrade", "book"), '"freqtrade" or "book"'),
    "study": Key(optional(text), 'null, "journal:PATH" or "postgresql://…"'),
    "study_name": Key(optional(text), "null or text"),
}


@dataclass(frozen=True)
class Settings:
    """Checked settings; `read` makes one from a configuration's section.

    Attributes:
        device: Where the engine computes.
        threads: Threads of the CPU backend, or None for all cores.
        max_memory: Bytes that the engine's intermediate buffers may take, or None for its choice.
        families: Column families to compute, in the engine's order.
        live_rows: Newest candles of a pair to compute when it is new to a dry run or live bot, or
            None for all; charts are empty before them. Later only what has changed is computed.
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
        protections: Whether the strategy has freqtrade's protections.
        policy: What a callback answers when it has no risk number or no book: "closed" does not
            trade, "open" lets freqtrade's proposal stand.
        book_check: What the live book must offer before an entry, or None to enter without a look;
            recorded books are held to the same thresholds.
        books: Folder of recorded books that become columns, or None for no such columns.
        book_stake: Worth of the order that recorded books are measured with, in quote currency.
        entry_price: Limit of an entry in dry run and live: "freqtrade" leaves it to the
            configuration's `entry_pricing`, "book" takes the liquidity-weighted mid price.
        study: Where the study is kept that all hyperopt processes share, or None for each its own;
            the environment's HYPERPHYSICS_STUDY outranks it.
        study_name: The study's name there; None means the strategy's.
        engine: The engine's parameters that the section names, by name; never changed.
    """

    device: str = "auto"
    threads: int | None = None
    max_memory: int | None = None
    families: tuple[str, ...] = ("risk", "liquidity", "trend", "lattice")
    live_rows: int | None = 128
    risk_budget: float | None = None
    stake_ceiling: float | None = 1.0
    below_minimum: str = "skip"
    max_leverage: float = 3.0
    leveraged_es: float = 0.1
    portfolio_es: float | None = 0.1
    stop_multiple: float | None = None
    protections: bool = True
    policy: str = "closed"
    book_check: BookCheck | None = field(default_factory=BookCheck)
    books: str | None = None
    book_stake: float = 1000.0
    entry_price: str = "freqtrade"
    study: str | None = None
    study_name: str | None = None
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
                own[name] = _own(name, value, KEYS[name], known)
            elif name in parameters:
                engine[name] = _parameter(parameters[name], value, known)
            else:
                raise _unknown(SECTION, name, value, known)
        return cls(**own, engine=engine)


def _own(name: str, value: object, key: Key, known: list[str]) -> Any:  # noqa: ANN401
    try:
        return key.read(value)
    except SettingsError:
        # a key of an object names itself
        raise
    except (TypeError, ValueError, OverflowError):
        raise _wrong(name, value, key.expected, known) from None


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


def _unknown(section: str, name: object, value: object, known: list[str]) -> SettingsError:
    near = get_close_matches(str(name), known, n=1)
    hint = f'; did you mean "{near[0]}"?' if near else "."
    return SettingsError(f'"{section}" has no key "{name}" (value {value!r}){hint} {_known(known)}')


def _known(known: list[str]) -> str:
    return f"Known keys: {', '.join(known)}."
