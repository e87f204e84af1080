"""The scripts in `benches/` load against the package as it is; what they measure takes minutes."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from hyperphysics._software_rasteriser import FACTOR
from support.paths import ROOT

SCRIPTS = sorted((ROOT / "benches").glob("*.py"))

pytestmark = pytest.mark.skipif(not SCRIPTS, reason="runs in the repository only")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_finds_what_it_imports_and_reads(path: Path) -> None:
    names = runpy.run_path(str(path))
    assert callable(names["main"])
    folder = names.get("STRATEGIES")
    assert folder is None or (folder / "HyperPhysics.py").is_file()


def test_the_warning_of_a_software_rasteriser_names_what_was_measured() -> None:
    measured = json.loads((ROOT / "benches" / "software_rasteriser.json").read_text("utf-8"))
    assert round(measured["factor"]["processor"]) == FACTOR
