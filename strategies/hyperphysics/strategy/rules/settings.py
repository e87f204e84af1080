# SPDX-License-Identifier: GPL-3.0-or-later
"""The `"hyperphysics"` section of a freqtrade configuration, read and checked.

freqtrade lets unknown sections pass, so this module is the only check there is: an unknown key or a
wrong value is a `SettingsError` that says what was expected. Values may also arrive as text, from
`FREQTRADE__HYPERPHYSICS__KEY=value` in the environment; text is converted where a number is meant.

The engine's parameters (`hyperphysics.params()`) are keys too, and the engine checks their values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails

from hyperphysics import _engine
from hyperphysics.strategy.rules.setting_types import (
    Device,
    Families,
    Folder,
    Fraction,
    Memory,
    Switch,
    Text,
    expected,
    plain,
)
from hyperphysics.strategy.rules.windows import TUNED, WINDOWS, in_candles

SECTION = "hyperphysics"
ENGINE = "engine"
"""Field of the engine's parameters, which are keys of the section themselves."""


class SettingsError(ValueError):
    """A key of the section is unknown, or its value is not what the key takes."""


class Section(BaseModel):
    """An object of keys, each a field with range, default and description."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _plain(cls, value: object, info: ValidationInfo) -> object:
        return plain(value, cls.model_fields[str(info.field_name)])

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The keys that are fields."""
        return tuple(name for name in cls.model_fields if name != ENGINE)

    @classmethod
    def table(cls) -> list[tuple[str, str, str, str]]:
        """Key, default, what it takes and what it is, for documents."""
        fields = {name: cls.model_fields[name] for name in cls.names()}
        return [
            (name, _json(field.get_default(call_default_factory=True)), expected(field), text)
            for name, field in fields.items()
            if (text := field.description)
        ]


class BookCheck(Section):
    """What a book must offer an order; a threshold of null is not looked at."""

    levels: Annotated[int, Ge(1), Le(5000)] = Field(
        default=100,
        description="levels a side to ask the exchange for",
    )
    max_slippage: Annotated[float, Ge(0.0), Le(1.0)] | None = Field(
        default=0.002,
        description="largest slippage of the whole order, a fraction of the mid price",
    )
    min_depth: Annotated[float, Ge(1.0), Le(1e6)] | None = Field(
        default=2.0,
        description="least depth of the side that the order takes, in multiples of the order",
    )
    min_imbalance: Annotated[float, Ge(-1.0), Le(1.0)] | None = Field(
        default=None,
        description="least imbalance in the order's direction",
    )
    min_p_up: Annotated[float, Ge(0.0), Le(1.0)] | None = Field(
        default=None,
        description="least probability that the mid price moves in the order's direction next",
    )


class Settings(Section):
    """Checked settings; `read` makes one from a configuration's section."""

    device: Device = Field(default="auto", description="where the engine computes")
    threads: Annotated[int, Ge(1), Le(1024)] | None = Field(
        default=None,
        description="threads of the CPU backend; null takes all cores",
    )
    max_memory: Memory | None = Field(
        default=None,
        description="memory for the engine's intermediate buffers; null leaves it to the engine",
    )
    families: Families | None = Field(
        default=None,
        description="column families to compute; null takes those that filters and exits in use "
        "are made of, and in a hyperopt run those that it may switch on",
    )
    live_rows: Annotated[int, Ge(32), Le(100_000)] | None = Field(
        default=128,
        description="newest candles of a pair to compute when it is new to a dry run or live bot; "
        "charts are empty before them. Null computes all; later only what has changed is computed",
    )
    risk_budget: Fraction | None = Field(
        default=None,
        description="fraction of the wallet that one trade may lose in its tail; null leaves it to "
        "the parameter of the same name",
    )
    stake_ceiling: Annotated[float, Ge(0.0), Le(1e6)] | None = Field(
        default=1.0,
        description="largest stake, in multiples of the one that freqtrade proposes",
    )
    below_minimum: Literal["skip", "raise"] = Field(
        default="skip",
        description='a stake under the exchange\'s minimum: "skip" drops the trade, "raise" takes '
        "the minimum, and more risk than budgeted",
    )
    max_leverage: Annotated[float, Ge(1.0), Le(125.0)] = Field(
        default=3.0,
        description="largest leverage in futures",
    )
    max_leveraged_es: Fraction = Field(
        default=0.1,
        description="leverage is chosen so that leverage · ES stays under this, a fraction of the "
        "position's margin",
    )
    portfolio_es: Fraction | None = Field(
        default=0.1,
        description="fraction of the wallet under which the ES of all open trades and the new one "
        "together stays: stakes are cut to it. Null leaves trades to themselves",
    )
    stop_multiple: Annotated[float, Ge(0.1), Le(100.0)] | None = Field(
        default=None,
        description="stop distance at entry in units of ES; null keeps the strategy's stop",
    )
    protections: Switch = Field(
        default=True,
        description="whether the strategy has freqtrade's protections",
    )
    on_missing_data: Literal["no_trade", "trade"] = Field(
        default="no_trade",
        description='what a callback answers without a risk number or a book: "no_trade" does not '
        'trade, "trade" lets freqtrade\'s proposal stand',
    )
    book_check: BookCheck | None = Field(
        default_factory=BookCheck,
        description="what the live book must offer before an entry; null skips the check. "
        "Recorded books are held to the same thresholds",
    )
    books: Folder | None = Field(
        default=None,
        description="recorded books that become columns; null for no such columns",
    )
    book_stake: Annotated[float, Ge(1e-8), Le(1e12)] = Field(
        default=1000.0,
        description="worth of the order that recorded books are measured with, in quote currency",
    )
    entry_price: Literal["freqtrade", "book"] = Field(
        default="freqtrade",
        description="limit of an entry in dry run and live: the configuration's `entry_pricing`, "
        "or the book's liquidity-weighted mid price",
    )
    hyperopt_storage: Text | None = Field(
        default=None,
        description='where the study is kept that all hyperopt processes share: "journal:PATH" or '
        '"postgresql://…"; null: each process has its own study. The environment\'s '
        "HYPERPHYSICS_HYPEROPT_STORAGE outranks it",
    )
    hyperopt_study_name: Text | None = Field(
        default=None,
        description="the study's name there; null takes the strategy's",
    )
    engine: Mapping[str, int | float | str] = Field(
        default_factory=dict, description="the engine's parameters that the section names"
    )

    @classmethod
    def read(cls, section: object, timeframe: str = TUNED) -> Settings:
        """Check a configuration's section.

        Args:
            section: The value of the section, or None where the configuration has none.
            timeframe: Length of a candle, for windows that are given as a length of time.

        Raises:
            SettingsError: Naming the key, the value and what was expected.
        """
        if section is None:
            return cls()
        if not isinstance(section, Mapping):
            raise SettingsError(f'"{SECTION}" must be an object of keys, not {section!r}')
        parameters = {parameter.name: parameter for parameter in _engine.params()}
        known = sorted({*cls.names(), *parameters})
        if ENGINE in section:
            raise _unknown(SECTION, ENGINE, section[ENGINE], known)
        own = {name: value for name, value in section.items() if name not in parameters}
        engine = {
            name: _parameter(parameters[name], value, known, timeframe)
            for name, value in section.items()
            if name in parameters
        }
        try:
            return cls.model_validate({**own, ENGINE: engine})
        except ValidationError as error:
            raise _explained(cls, error.errors()[0], known) from None

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """JSON schema of the section, the engine's parameters among its keys."""
        schema = cls.model_json_schema()
        del schema["properties"][ENGINE]
        for one in _engine.params():
            kind = _JSON_TYPES[type(one.default)]
            schema["properties"][one.name] = {
                "type": [kind, "string"] if one.name in WINDOWS else kind,
                "default": one.default,
                "description": f"{one.doc}; {one.range}",
            }
        return schema


_JSON_TYPES: Mapping[type, str] = {int: "integer", float: "number", str: "string"}
_EXACT: Mapping[type, TypeAdapter[Any]] = {int: TypeAdapter(int), float: TypeAdapter(FiniteFloat)}


def _parameter(
    parameter: _engine.Param, value: object, known: Sequence[str], timeframe: str
) -> _engine.Value:
    """A value of the engine's parameter, which the engine has checked."""
    kind = type(parameter.default)
    if isinstance(value, bool):
        raise _wrong(parameter.name, value, parameter.range, known)
    takes = parameter.range
    if parameter.name in WINDOWS:
        takes += ', in candles, or text such as "4w", "30d" or "12h"'
    try:
        count = in_candles(parameter.name, value, timeframe)
        exact: _engine.Value = str(count) if kind is str else _EXACT[kind].validate_python(count)
        _engine.startup(None, {parameter.name: exact})
    except (TypeError, ValueError, OverflowError):
        raise _wrong(parameter.name, value, takes, known) from None
    return exact


def _explained(model: type[Section], error: ErrorDetails, known: Sequence[str]) -> SettingsError:
    """The error of a key, which may be one of a nested object."""
    section, path = SECTION, [str(part) for part in error["loc"]]
    if path[0] == "book_check" and len(path) > 1:
        model, section, path = BookCheck, f"{SECTION}.book_check", path[1:]
        known = sorted(model.names())
    if path[0] not in model.model_fields:
        return _unknown(section, path[0], error["input"], known)
    field = model.model_fields[path[0]]
    takes = f"{expected(field)}: {field.description}"
    return _wrong(path[0], error["input"], takes, known, section)


def _wrong(
    name: str, value: object, takes: str, known: Sequence[str], section: str = SECTION
) -> SettingsError:
    return SettingsError(f'"{section}.{name}" is {value!r}, expected {takes}. {_known(known)}')


def _unknown(section: str, name: object, value: object, known: Sequence[str]) -> SettingsError:
    near = get_close_matches(str(name), known, n=1)
    hint = f'; did you mean "{near[0]}"?' if near else "."
    return SettingsError(f'"{section}" has no key "{name}" (value {value!r}){hint} {_known(known)}')


def _known(known: Sequence[str]) -> str:
    return f"Known keys: {', '.join(known)}."


def _json(value: object) -> str:
    return json.dumps(value.model_dump() if isinstance(value, BaseModel) else value)
