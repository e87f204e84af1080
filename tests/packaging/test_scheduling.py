"""How the suite divides its own tests among workers."""

from support.paths import TESTS
from support.scheduling import FIRST, SPREAD


def test_what_the_order_names_exists() -> None:
    there = {path.name for path in TESTS.rglob("*")}
    assert set(FIRST) <= there
    assert there >= SPREAD
