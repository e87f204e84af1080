"""The benchmark: it compares before it times, shows what it measured, and says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import hyperphysics as hp
from hyperphysics.bench import devices, operations
from hyperphysics.bench.devices import Operation
from hyperphysics.bench.report import MARKERS, Report
from hyperphysics.bench.timing import Row, WrongResultError, beside, best, installed
from hyperphysics.cli import main
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.files import between


def constant(value: float) -> Operation:
    return Operation("a constant", "unit", 1, lambda _: np.array([value]), 1e-3, {})


def test_operations_agree_with_their_peers_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "ENOUGH_S", 0.0)
    every = [*operations.operations(), *operations.on_the_cpu()]
    found = list(devices.measure("cpu", every))
    assert [timing.what for timing in found] == [operation.what for operation in every]
    for one, operation in zip(found, every, strict=True):
        assert one.warm > 0
        assert one.cold > 0
        assert set(one.peers) == set(operation.peers) & set(installed())


def test_a_result_unlike_the_cpu_s_has_no_time() -> None:
    changing = iter(range(10))
    operation = Operation("noise", "unit", 1, lambda _: np.array([next(changing)]), 1e-3, {})
    with pytest.raises(WrongResultError, match="noise"):
        list(devices.measure("cpu", [operation]))


def test_a_peer_with_another_result_has_no_time() -> None:
    def check(got: float) -> None:
        np.testing.assert_allclose(got, 1.0)

    assert beside({"numpy": lambda: 1.0}, check, 1, 1)["numpy"] > 0
    with pytest.raises(WrongResultError, match="numpy"):
        beside({"numpy": lambda: 2.0}, check, 1, 1)
    assert beside({"no such library": lambda: 2.0}, check, 1, 1) == {}


def test_the_best_of_rounds_is_taken_time_by_time() -> None:
    rows = [Row("x", "unit", 2.0, {"numpy": 8.0}), Row("x", "unit", 3.0, {"numpy": 6.0})]
    assert best(rows) == Row("x", "unit", 2.0, {"numpy": 6.0})


def test_tables_align_devices_and_leave_out_what_one_did_not_do() -> None:
    def timing(what: str) -> devices.Timing:
        return devices.Timing(what, "unit", 10, 0.5, 0.001, {"numpy": 1e6})

    report = Report({"cpu": [timing("a"), timing("b")], "vulkan": [timing("a")]}, {}, [])
    ((_, head, cells),) = report.tables()
    assert head[-1] == "peers"
    assert cells == [
        ["a", "500", "1,000", "500", "1,000", "numpy 10 ×"],
        ["b", "500", "1,000", "-", "-", "numpy 10 ×"],
    ]


def test_the_command_writes_raw_numbers_and_its_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(operations, "operations", lambda: [constant(1.0)])
    monkeypatch.setattr(operations, "on_the_cpu", list)
    page, raw = tmp_path / "page.md", tmp_path / "raw.json"
    page.write_text(f"before\n{MARKERS[0]}\nold\n{MARKERS[1]}\nafter\n")
    words = ["bench", "--only", "operations", "--device", "cpu"]
    assert main.main([*words, "--json", str(raw), "--into", str(page)]) == 0
    document = json.loads(raw.read_text())
    assert document["operations_seconds"]["cpu"][0]["what"] == "a constant"
    assert document["simd"] == hp.simd()
    assert document["versions"]["numpy"] == np.__version__
    text = page.read_text()
    assert "a constant" in text
    assert "old" not in text
    assert text.endswith("after\n")
    assert "a constant" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--device", "vulkan:none such", "--only", "operations"], "none such"),
        (["--rounds", "0"], "expected at least 1"),
        (["--into", __file__ + ".not"], ".not"),
    ],
)
def test_what_is_wrong_is_named(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["bench", *words]) == 1
    assert message in capsys.readouterr().err


def test_a_table_goes_between_its_markers(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("a\n<!-- bench -->\nold\n<!-- /bench -->\nb\n")
    made = between(path, MARKERS, "new\n")
    assert made == "a\n<!-- bench -->\nnew\n<!-- /bench -->\nb\n"
    for wrong in ("", MARKERS[0], "".join(reversed(MARKERS)), made + made):
        path.write_text(wrong)
        with pytest.raises(CommandError, match="expected one <!-- bench -->"):
            between(path, MARKERS, "new")
