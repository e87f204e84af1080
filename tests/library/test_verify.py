"""The engine against reference numbers, as `hyperphysics verify` compares them."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path

import numpy as np
import pytest

from hyperphysics import _engine, verification
from hyperphysics.cli.main import main
from hyperphysics.verification import portfolio
from support.paths import SHARED


@pytest.mark.parametrize("reference", verification.references())
@pytest.mark.parametrize("folder", ["packaged", "shared"])
@pytest.mark.parametrize("backend", ["cpu", "vulkan"])
def test_reference_numbers(
    reference: str, folder: str, backend: str, request: pytest.FixtureRequest
) -> None:
    root = verification.packaged() if folder == "packaged" else SHARED / "reference"
    path = root.joinpath(f"{reference}.json")
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    document = dict(verification.documents(root))[reference]
    device = "cpu" if backend == "cpu" else request.getfixturevalue("vulkan")
    engine = _engine.Engine(device)
    outcome = verification.verify(engine, reference, document)
    misses = [f"{case} {check}" for case, check in outcome.misses]
    assert outcome.passed, misses
    assert outcome.numbers >= outcome.cases >= 1
    assert engine.fallbacks == {}
    assert set(engine.plans) == (set() if verification.on_host(reference) else {backend})


def test_a_wrong_number_is_a_miss() -> None:
    engine = _engine.Engine("cpu")
    for reference, document in verification.documents(verification.packaged()):
        spoiled = copy.deepcopy(document)
        outputs = spoiled["cases"][0]["outputs"]
        name = next(iter(outputs))
        while isinstance(outputs[name], dict | list):
            outputs = outputs[name]
            name = next(iter(outputs)) if isinstance(outputs, dict) else 0
        outputs[name] += 1
        outcome = verification.verify(engine, reference, spoiled)
        assert not outcome.passed, reference
        assert outcome.misses, reference


def test_a_part_that_a_device_cannot_hold_is_left_out_by_name() -> None:
    # a chain of spins, whose partition function is 2^n cosh(J/T)^(n - 1)
    n, j, t = 112, 0.5, 2.0
    log_z = n * math.log(2) + (n - 1) * math.log(math.cosh(j / t))
    correlation = math.tanh(j / t)
    energy = -(n - 1) * j * correlation
    case = {
        "id": "chain112",
        "inputs": {
            "h": [0.0] * n,
            "T": t,
            "edges": [[at, at + 1] for at in range(n - 1)],
            "J_edge": [j] * (n - 1),
        },
        "outputs": {
            "log_Z": log_z,
            "free_energy": -t * log_z,
            "mean_energy": energy,
            "entropy": energy / t + log_z,
            "mean_spin": [0.0] * n,
            "edge_corr": [correlation] * (n - 1),
            "mean_abs_M_per_spin": 0.0,
        },
    }
    outcome = verification.verify(_engine.Engine("cpu"), "ising_exact", {"cases": [case]})
    assert outcome.misses == []
    assert outcome.passed
    assert outcome.numbers == 4 + n + (n - 1) + 4
    assert list(outcome.left_out) == ["chain112"]
    assert "48 nodes, not 112" in outcome.left_out["chain112"]


def test_a_greek_that_is_zero_but_for_rounding_is_judged_on_its_scale() -> None:
    # d₂ = 0: vanna and volga are multiples of it
    inputs = {"S": 100.0, "K": 100.0 * math.exp(-0.02), "T": 1.0, "sigma": 0.2, "r": 0.0, "q": 0.0}
    engine = _engine.Engine("cpu")
    names = _engine.greek_names()
    columns = [[value] for value in inputs.values()] + [[1.0]]
    found = dict(zip(names, _engine.greeks(engine, *columns, measures=names).tolist(), strict=True))
    outputs = found | {"phi_dividend_rho": found["phi"], "vanna": 0.0, "volga": 0.0}
    document = {"cases": [{"id": "call", "inputs": inputs, "outputs": outputs}]}
    outcome = verification.verify(engine, "black_scholes", document)
    assert found["vanna"] != 0.0
    assert outcome.passed, outcome.misses
    outputs["vanna"] = 1e-9
    assert not verification.verify(engine, "black_scholes", document).passed


def test_a_covariance_that_is_zero_but_for_rounding_is_judged_on_its_scale() -> None:
    # every move of one comes with both signs of the other's, so that products cancel
    rng = np.random.default_rng(1)
    moves = rng.normal(0, 0.02, (30, 1, 2)) * [[1, 1], [1, -1], [-1, 1], [-1, -1]]
    returns = rng.permutation(moves.reshape(-1, 2))
    engine = _engine.Engine("cpu")
    inputs = {"returns": returns.tolist(), "half_life": 1e12}
    risk = portfolio._risk(engine, {"inputs": inputs}, 0.0)
    covariance = risk.covariance.reshape(2, 2)
    assert 0 < abs(covariance[0, 1]) < 1e-15
    case = {"outputs": {"covariance": np.diag(covariance.diagonal()).tolist()}}
    assert max(check.share for check in portfolio._covariance(risk, case)) <= 1


def test_the_command_prints_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--json"]) == 0
    records = json.loads(capsys.readouterr().out)
    assert {record["reference"] for record in records} == set(verification.references())
    wrong = {"cases": [{"id": "kupiec", "inputs": {"n": 9, "x": 1, "p": 0.1}, "outputs": {}}]}
    wrong["cases"][0]["outputs"] = {"LR": 5.0, "p_value": 0.5}
    (tmp_path / "risk.json").write_text(json.dumps(wrong))
    assert main(["verify", "--reference", str(tmp_path)]) == 1
    assert "miss: risk kupiec" in capsys.readouterr().out
    assert main(["verify", "--reference", str(tmp_path / "nowhere")]) == 1


def test_the_doctor_finds_this_installation_healthy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["broken"] == []
    assert sum(device["chosen"] for device in report["devices"]) == 1
    assert {test["reference"] for test in report["tests"]} == set(verification.references())
