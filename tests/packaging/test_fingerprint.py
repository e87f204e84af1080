"""Which modules count as what trades depend on, so that other edits keep workers together."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hyperphysics.distributed_hyperopt import fingerprint
from support.paths import PACKAGE


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package's modules that may be edited."""
    return Path(
        shutil.copytree(PACKAGE, tmp_path / "hyperphysics", ignore=shutil.ignore_patterns("*.so"))
    )


def digest(package: Path) -> str:
    return fingerprint.files(fingerprint.modules(package))


@pytest.mark.parametrize(
    ("place", "counts"),
    [
        ("strategy/rules/signals.py", True),
        ("strategy/rules/settings.py", True),
        ("engine.py", True),
        ("frame.py", True),
        ("order_books/playback.py", True),
        ("order_books/columns.py", True),
        ("order_books/recorder.py", False),
        ("cli/picture.py", False),
        ("cli/shared/picture_figure.py", False),
        ("evaluation/walk_forward/report.py", False),
        ("distributed_hyperopt/journal.py", False),
        ("options.py", False),
    ],
)
def test_only_what_moves_a_trade_counts(package: Path, place: str, counts: bool) -> None:
    before = digest(package)
    path = package / place
    path.write_text(path.read_text("utf-8") + "# edited\n", "utf-8")
    assert (digest(package) != before) == counts


def test_what_the_strategy_loads_is_what_counts() -> None:
    code = (
        "import sys\n"
        "import hyperphysics.strategy.base\n"
        "print(*(m.__file__ for n, m in sys.modules.items()"
        " if n.startswith('hyperphysics.') and m.__file__.endswith('.py')), sep='\\n')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {Path(line).relative_to(PACKAGE) for line in done.stdout.split()}
    apart = {path for path in loaded if path.parts[0] in fingerprint.APART}
    found = {path.relative_to(PACKAGE) for path in fingerprint.modules()}
    assert loaded - apart <= found
    # beyond that, what is imported within functions
    assert {path.parts[0] for path in found} == {
        *(path.parts[0] for path in loaded - apart),
        *(path.parts[0] for path in found if len(path.parts) == 1),
    }
