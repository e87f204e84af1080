"""Where things lie that tests read."""

import os
from pathlib import Path

import hyperphysics

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
PACKAGE = Path(hyperphysics.__file__).parent
USERDIR = PACKAGE / "userdir"
SHARED = Path(os.environ.get("HYPERPHYSICS_SHARED", ROOT.parent / "shared"))
"""Recorded markets and reference numbers; tests that need them are skipped where it is absent."""
