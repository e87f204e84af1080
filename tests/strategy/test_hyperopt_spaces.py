"""What a search holds, with which values it begins, and what freqtrade writes after it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import optuna
import pytest
from freqtrade.enums import HyperoptState, RunMode
from freqtrade.exceptions import OperationalException
from freqtrade.optimize.hyperopt.hyperopt_auto import HyperOptAuto
from freqtrade.optimize.hyperopt.hyperopt_optimizer import HyperOptimizer
from freqtrade.optimize.hyperopt_tools import HyperoptStateContainer

from hyperphysics.distributed_hyperopt import run
from hyperphysics.strategy.base import HyperPhysicsStrategy
from hyperphysics.strategy.rules.parameters import DEFAULTS, ENGINE_PARAMETERS
from support import parameter_file
from support.loaded import LENGTH_SCALE, Load
from support.paths import USERDIR

LATTICE = set(ENGINE_PARAMETERS.values())
# The key under which Optuna keeps a trial's generation.
GENERATION = "NSGAIIISampler:generation"


@pytest.fixture(autouse=True)
def _unshared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_offered", [])


def begin(load: Load, *spaces: str, section: dict[str, Any] | None = None, **config: Any) -> Any:
    """The optimizer and strategy as a hyperopt run has them before its first epoch."""
    config = {"runmode": RunMode.HYPEROPT, "spaces": list(spaces)} | config
    strategy: HyperPhysicsStrategy = load(section, **config)
    strategy.ft_load_hyper_params(True)
    # without its backtesting, which needs an exchange
    optimizer: Any = object.__new__(HyperOptimizer)
    optimizer.config, optimizer.spaces = strategy.config, {}
    optimizer.backtesting = SimpleNamespace(strategy=strategy, enable_protections=False)
    optimizer.custom_hyperopt = HyperOptAuto(strategy.config)
    optimizer.custom_hyperopt.strategy = strategy
    optimizer.es_epochs = 0
    optimizer.init_spaces()
    return optimizer


def ask(optimizer: Any, trials: int) -> list[optuna.trial.FrozenTrial]:
    """As many trials as freqtrade would evaluate, each a little worse than the one before it."""
    study = optimizer.get_optimizer(1)
    for number in range(trials):
        study.tell(study.ask(optimizer.o_dimensions), float(number))
    return list(study.get_trials())


@pytest.fixture
def beside(load: Load, tmp_path: Path) -> Any:
    """Loads the strategy with a parameter file beside it."""

    def loaded(parameters: parameter_file.Parameters) -> Load:
        folder = tmp_path / "strategies"
        shutil.copytree(USERDIR / "strategies", folder)
        parameter_file.write(tmp_path, parameters)
        return lambda section, **config: load(section, strategy_path=str(folder), **config)

    return loaded


@pytest.mark.parametrize("spaces", [("all",), ("default",), ("lattice", "risk")])
def test_columns_are_searched_only_where_each_epoch_computes_them(
    load: Load, spaces: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    fixed = begin(load, *spaces)
    assert not LATTICE & set(fixed.o_dimensions)
    assert set(DEFAULTS["risk"]) <= set(fixed.o_dimensions)
    assert caplog.text.count("left out of the search: lattice") == 1
    assert "lattice" not in fixed.backtesting.strategy.get_no_optimize_params()
    moving = begin(load, *spaces, analyze_per_epoch=True)
    assert set(moving.o_dimensions) >= LATTICE
    assert caplog.text.count("left out of the search") == 1


def test_a_search_of_columns_alone_names_the_option_it_needs(load: Load) -> None:
    with pytest.raises(OperationalException, match="add --analyze-per-epoch"):
        begin(load, "lattice")


def test_the_file_keeps_what_it_said_of_columns_and_learns_nothing_new(beside: Any) -> None:
    strategy = begin(beside({"lattice": {"lattice_horizon": 8}}), "all").backtesting.strategy
    assert strategy.get_no_optimize_params()["lattice"] == {"lattice_horizon": 8}
    assert strategy.engine_parameters()["lattice_horizon"] == 8
    facts = dict(strategy._attributes())
    assert (facts["lattice lattice_horizon"], facts["lattice lattice_temperature"]) == ("8", "1.25")


def test_the_configuration_decides_on_columns_that_no_search_moves(load: Load) -> None:
    strategy = begin(load, "all", section={LENGTH_SCALE: 2.0}).backtesting.strategy
    assert strategy.engine_parameters()[LENGTH_SCALE] == 2.0


def test_a_search_begins_with_what_is_in_effect(
    beside: Any, caplog: pytest.LogCaptureFixture
) -> None:
    targets, stop = {"0": 0.05, "100": 0.02}, {"trailing_stop_positive": 0.03}
    load = beside({"buy": {"buy_tail": 9.0, "buy_direction": 0.2}, "roi": targets})
    config = {"max_open_trades": 20, "trailing_stop": True, "stoploss": -0.0815, **stop}
    optimizer = begin(load, "all", section={"risk_budget": 0.0204}, **config)
    trial, *others = ask(optimizer, 70)
    first = trial.params
    expected = {name: one for space in ("buy", "sell") for name, one in DEFAULTS[space].items()}
    expected |= {"buy_tail": 9.0, "buy_direction": 0.2, "stoploss": -0.0815}
    # freqtrade rounds the parameter to three decimals
    expected |= {"risk_budget": 0.02, "max_open_trades": 20}
    expected |= DEFAULTS["protection"]
    del expected["buy_phi"], expected["buy_ci"]
    assert {name: first[name] for name in expected} == expected
    # no parent of those after it, which could not leave the search's range otherwise
    assert GENERATION not in trial.system_attrs
    assert all(1.0 <= one.params["buy_tail"] <= 3.0 for one in others)
    found = optimizer._get_params_details(first)
    assert found["roi"] == targets
    assert found["trailing"]["trailing_stop"] is True
    assert found["trailing"]["trailing_stop_positive"] == 0.03
    assert found["trailing"]["trailing_stop_positive_offset"] == 0.0
    assert "buy_tail = 9 lies outside what is searched, 1 to 3" in caplog.text
    assert "max_open_trades = 20 lies outside what is searched" in caplog.text


def test_what_outranks_the_written_file_is_named(
    load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    given = {"max_open_trades": 3, "original_config": {"max_open_trades": 3, "stoploss": -0.1}}
    begin(load, "risk", "trades", section={"risk_budget": 0.02}, **given)
    assert "take risk_budget, max_open_trades out of it" in caplog.text


def test_the_epochs_after_the_first_stay_within_the_search(load: Load) -> None:
    optimizer = begin(load, "default", "trailing")
    trials = ask(optimizer, 70)
    for one in trials:
        for name, kind in one.distributions.items():
            assert kind._contains(kind.to_internal_repr(one.params[name])), name
    # what it began with is one of the first generation, from which the next one is made
    assert trials[0].system_attrs[GENERATION] == 0
    made = optimizer._get_params_details(
        next(one for one in trials if not one.params["roi_keep"]).params
    )
    assert len(made["roi"]) == 4


def test_a_parameter_that_columns_were_made_of_stays_as_it_is(
    load: Load, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    optimizer = begin(load, "risk", "stoploss")
    strategy = optimizer.backtesting.strategy
    monkeypatch.setattr(strategy.risk_budget, "_warned_static_use", False)
    monkeypatch.setattr(HyperoptStateContainer, "state", HyperoptState.INDICATORS)
    strategy.budget()  # as an own strategy's populate_indicators might
    trials = ask(optimizer, 40)
    assert {one.params["risk_budget"] for one in trials} == {DEFAULTS["risk"]["risk_budget"]}
    assert len({one.params["stoploss"] for one in trials}) > 20
    assert "kept as they are: risk_budget" in caplog.text


def test_an_own_class_of_spaces_goes_first(beside: Any, tmp_path: Path) -> None:
    load = beside({})
    file = tmp_path / "strategies" / "HyperPhysics.py"
    file.write_text(
        file.read_text().replace(
            '    timeframe = "1h"\n',
            '    timeframe = "1h"\n\n'
            "    class HyperOpt:\n"
            "        def stoploss_space():\n"
            "            from freqtrade.optimize.space import SKDecimal\n"
            '            return [SKDecimal(-0.05, -0.01, decimals=3, name="stoploss")]\n\n',
        )
    )
    optimizer = begin(load, "stoploss", "roi")
    trials = ask(optimizer, 20)
    assert trials[0].params["stoploss"] == -0.15
    assert all(-0.05 <= one.params["stoploss"] <= -0.01 for one in trials[1:])
    assert json.dumps(optimizer._get_params_details(trials[0].params)["roi"]) == '{"0": 10}'
