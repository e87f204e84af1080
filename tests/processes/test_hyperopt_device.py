"""Two workers of the real `freqtrade hyperopt` and one Vulkan device."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from hyperphysics import _engine
from support import parameter_file
from support.desk import Desk
from support.lost_device import LostDevice

pytestmark = pytest.mark.freqtrade

EPOCHS = 6
BOUGHT = {"buy": parameter_file.EAGER["buy"]}
# The process that starts two workers analyses too.
PROCESSES = 3
USING = re.compile(r"hyperphysics_engine\S* - INFO - using (.+) \(")
LOST = re.compile("WARNING - device lost: .*; the plan runs on the CPU")
ANALYSED = re.compile(r"hyperphysics: analysed \d+ candles of 1 pairs in [\d.]+ s on (.+) \(fam")


def losses(desk: Desk, jobs: int, **environment: str) -> tuple[str, list[tuple[float, int]]]:
    """The log, and loss and number of trades of every epoch."""
    results = desk.userdir / "hyperopt_results"
    before = set(results.glob("*.fthypt"))
    run = desk.freqtrade(
        *("hyperopt", "--strategy", "HyperPhysics", "--hyperopt-loss", "HyperPhysicsLoss"),
        *("--pairs", "BTC/USDT", "--timerange", "20230901-20230921"),
        *("--spaces", "lattice", "--analyze-per-epoch", "--epochs", str(EPOCHS)),
        *("--random-state", "1", "--disable-param-export", "-j", str(jobs)),
        **environment,
    )
    (made,) = set(results.glob("*.fthypt")) - before
    epochs = [json.loads(line) for line in made.read_text("utf-8").splitlines()]
    made.unlink()
    return run.log, [(one["loss"], one["results_metrics"]["total_trades"]) for one in epochs]


def test_two_workers_share_a_device_and_one_does_without(
    spot: Desk, vulkan: str, tmp_path: Path
) -> None:
    layer = LostDevice(tmp_path)
    asked = {"FREQTRADE__HYPERPHYSICS__DEVICE": vulkan, "FREQTRADE__HYPERPHYSICS__PATHS": "200"}
    with spot.parameters(BOUGHT):
        log, shared = losses(spot, 2, **asked)
        layer.lose()
        fallen, alone = losses(spot, 1, **asked, **layer.environment)
    name = vulkan.removeprefix("vulkan:")
    # Each process says once what it works with.
    assert [found.startswith(name) for found in USING.findall(log)] == [True] * PROCESSES
    assert set(ANALYSED.findall(log)) == {name}
    assert "device lost" not in log
    # Without the device the CPU computes, by the engine's rule. Trials are the same with one job.
    assert LOST.search(fallen)
    assert set(ANALYSED.findall(fallen)) == {_engine.processor()}
    # Columns move the result, but not those of another device.
    assert len(shared) == EPOCHS
    assert len({trades for _, trades in shared}) > 1
    for (loss, trades), (other, others) in zip(shared, alone, strict=True):
        assert trades == others
        # A stake is a budget over ES; twins of it agree within 2e-5.
        assert loss == pytest.approx(other, rel=1e-4)
