"""The section of the configuration: what it takes, and how it says what is wrong."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from typing import Any

import pytest

import hyperphysics as hp
from hyperphysics.strategy.rules.setting_types import expected
from hyperphysics.strategy.rules.settings import BookCheck, Section, Settings, SettingsError


def test_no_section_means_defaults() -> None:
    assert Settings.read(None) == Settings() == Settings.read({})


def test_own_keys_and_engine_parameters_are_told_apart() -> None:
    got = Settings.read({"device": "cpu", "threads": 2, "half_life": 24, "metric": "euclidean"})
    assert (got.device, got.threads) == ("cpu", 2)
    assert got.engine == {"half_life": 24, "metric": "euclidean"}


def test_text_from_the_environment_is_converted() -> None:
    got = Settings.read(
        {
            "threads": "3",
            "max_memory": "512M",
            "families": "lattice, trend,risk",
            "risk_budget": "0.02",
            "stake_ceiling": "none",
            "residuals": "500",
            "length_scale": "2",
        }
    )
    assert got.threads == 3
    assert got.max_memory == 512 << 20
    assert got.families == ("risk", "trend", "lattice")
    assert got.risk_budget == 0.02
    assert got.stake_ceiling is None
    assert got.engine == {"residuals": 500, "length_scale": 2.0}


def test_thresholds_of_the_book_are_an_object_or_null() -> None:
    some = {"max_slippage": "0.001", "min_depth": "none", "min_imbalance": -0.5}
    got = Settings.read({"book_check": some}).book_check
    assert got == BookCheck(max_slippage=0.001, min_depth=None, min_imbalance=-0.5)
    for absent in (None, "null"):
        assert Settings.read({"book_check": absent}).book_check is None


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"devise": "cpu"}, ['"devise"', "'cpu'", 'did you mean "device"', "half_life", "threads"]),
        ({"hyperbolicity": 3}, ['"hyperbolicity"', "3", "Known keys"]),
        ({"device": "cuda"}, ["device", "'cuda'", "vulkan:"]),
        ({"device": "vulkan: "}, ["device", "vulkan:"]),
        ({"threads": 0}, ["threads", "0", "from 1"]),
        ({"threads": 1.5}, ["threads", "1.5"]),
        ({"threads": True}, ["threads", "True"]),
        ({"threads": "many"}, ["threads", "'many'"]),
        ({"max_memory": "2X"}, ["max_memory", "'2X'", "512M"]),
        ({"max_memory": "G"}, ["max_memory"]),
        ({"families": []}, ["families", ", ".join(hp.families())]),
        ({"families": ["risk", "trend", "lattice", "phi"]}, ["families"]),
        ({"families": 7}, ["families", "7"]),
        ({"risk_budget": float("nan")}, ["risk_budget", "nan", "to 1: fraction of the wallet"]),
        ({"risk_budget": 0}, ["risk_budget", "0"]),
        ({"max_leverage": float("inf")}, ["max_leverage", "inf"]),
        ({"on_missing_data": "shut"}, ["on_missing_data", '"no_trade" or "trade"']),
        ({"below_minimum": ["skip"]}, ["below_minimum"]),
        ({"protections": 1}, ["protections", "true or false"]),
        ({"protections": "none"}, ["protections", "'none'"]),
        ({"books": "/nowhere"}, ["books", "'/nowhere'", "a folder"]),
        ({"hyperopt_storage": " "}, ["hyperopt_storage", "journal:PATH"]),
        ({"engine": {}}, ['no key "engine"', "Known keys"]),
        ({"entry_price": "mid"}, ["entry_price", '"freqtrade" or "book"']),
        ({"book_check": True}, ["book_check", "True", "an object of levels"]),
        ({"book_check": {"max_slip": 1}}, ['book_check" has no key "max_slip"', '"max_slippage"']),
        (
            {"book_check": {"min_p_up": 2}},
            ['book_check.min_p_up" is 2', "to 1: least probability"],
        ),
        ({"book_check": {"levels": None}}, ['book_check.levels" is None', "from 1 to 5000"]),
        ({"half_life": "long"}, ["half_life", "'long'", "from 1 to 120"]),
        ({"half_life": 500}, ["half_life", "500", "from 1 to 120"]),
        ({"half_life": None}, ["half_life", "None"]),
        ({"residuals": 500.5}, ["residuals", "500.5"]),
        ({"residuals": True}, ["residuals", "True"]),
        ({"metric": "manhattan"}, ["metric", "hyperbolic or euclidean"]),
        ("cpu", ["object of keys", "'cpu'"]),
        (["device"], ["object of keys"]),
    ],
)
def test_errors_name_key_value_and_expectation(section: object, words: list[str]) -> None:
    with pytest.raises(SettingsError) as error:
        Settings.read(section)
    for word in words:
        assert word in str(error.value)


def test_every_engine_parameter_is_a_key_and_takes_its_default() -> None:
    defaults = {parameter.name: parameter.default for parameter in hp.params()}
    assert Settings.read(defaults).engine == defaults
    assert Settings.read({name: str(value) for name, value in defaults.items()}).engine == defaults
    assert not set(defaults) & set(Settings.names())


@pytest.mark.parametrize("model", [Settings, BookCheck])
def test_every_field_takes_its_default_and_says_what_it_is(model: type[Section]) -> None:
    usual = model()
    values: dict[str, Any] = {name: getattr(usual, name) for name in model.names()}
    assert model.model_validate(values) == usual
    for name, default, takes, text in model.table():
        given = getattr(usual, name)
        given = given.model_dump() if isinstance(given, BookCheck) else given
        assert json.loads(default) == (list(given) if isinstance(given, tuple) else given)
        assert takes == expected(model.model_fields[name])
        assert takes.startswith("null or ") == _takes_null(model, name)
        assert text
    assert [row[0] for row in model.table()] == list(model.names())


def _takes_null(model: type[Section], name: str) -> bool:
    try:
        model.model_validate({name: None})
    except ValueError:
        return False
    return True


def test_the_schema_names_every_key_and_its_default() -> None:
    schema = Settings.json_schema()
    json.dumps(schema)
    parameters = {parameter.name: parameter for parameter in hp.params()}
    assert set(schema["properties"]) == {*Settings.names(), *parameters}
    assert schema["additionalProperties"] is False
    for name, one in parameters.items():
        assert schema["properties"][name]["default"] == one.default
    assert schema["properties"]["max_leverage"]["maximum"] == 125.0


def test_settings_are_never_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().device = "cpu"


def test_settings_travel_to_hyperopt_workers() -> None:
    settings = Settings.read({"device": "cpu", "residuals": 500})
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301


def test_reading_settings_loads_no_freqtrade() -> None:
    code = "import sys, hyperphysics.strategy.rules.settings; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert not {"freqtrade", "pandas", "polars"} & set(loaded.stdout.split())
