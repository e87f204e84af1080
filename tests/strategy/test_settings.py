import pickle
from dataclasses import asdict

import pytest

import hyperphysics as hp
from hyperphysics.strategy.settings import BOOK_KEYS, KEYS, BookCheck, Settings, SettingsError


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
        ({"devise": "cpu"}, ['"devise"', "'cpu'", 'did you mean "device"', "half_life", "policy"]),
        ({"hyperbolicity": 3}, ['"hyperbolicity"', "3", "Known keys"]),
        ({"device": "cuda"}, ["device", "'cuda'", "vulkan:"]),
        ({"device": "vulkan: "}, ["device", "vulkan:"]),
        ({"threads": 0}, ["threads", "0", "from 1"]),
        ({"threads": 1.5}, ["threads", "1.5"]),
        ({"threads": True}, ["threads", "True"]),
        ({"threads": "many"}, ["threads", "'many'"]),
        ({"max_memory": "2X"}, ["max_memory", "'2X'", "512M"]),
        ({"max_memory": "G"}, ["max_memory"]),
        ({"families": ["risk"]}, ["families", "with risk, trend, lattice"]),
        ({"families": ["risk", "trend", "lattice", "phi"]}, ["families"]),
        ({"families": 7}, ["families", "7"]),
        ({"risk_budget": float("nan")}, ["risk_budget", "nan"]),
        ({"risk_budget": 0}, ["risk_budget", "0"]),
        ({"max_leverage": float("inf")}, ["max_leverage", "inf"]),
        ({"policy": "shut"}, ["policy", '"closed" or "open"']),
        ({"below_minimum": ["skip"]}, ["below_minimum"]),
        ({"entry_price": "mid"}, ["entry_price", '"freqtrade" or "book"']),
        ({"book_check": True}, ["book_check", "True", "an object of levels"]),
        ({"book_check": {"max_slip": 1}}, ['book_check" has no key "max_slip"', '"max_slippage"']),
        ({"book_check": {"min_p_up": 2}}, ['book_check.min_p_up" is 2', "a probability"]),
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
    assert not set(defaults) & set(KEYS)


def test_known_keys_are_the_attributes() -> None:
    assert set(KEYS) == set(Settings.__dataclass_fields__) - {"engine"}
    assert list(BOOK_KEYS) == list(BookCheck.__dataclass_fields__)
    # each default passes its own check
    defaults = {name: getattr(Settings(), name) for name in KEYS}
    assert Settings.read(defaults | {"book_check": asdict(BookCheck())}) == Settings()


def test_settings_travel_to_hyperopt_workers() -> None:
    settings = Settings.read({"device": "cpu", "residuals": 500})
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301
