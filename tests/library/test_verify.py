"""The engine against reference numbers, as `hyperphysics verify` compares them."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from hyperphysics import _engine, verification
from hyperphysics.cli.main import main
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
