"""Hostile values: a call ends in a value or an error of input, and changes nothing it was given."""

from __future__ import annotations

import pytest

from fuzzing.calls import TARGETS, homeless, public
from fuzzing.run import failures
from support.drill import sized

SEED = 12
CALLS = sized(400, 25_000)


def test_every_public_callable_is_called() -> None:
    assert set(TARGETS) == public()
    assert homeless() == set()


@pytest.mark.parametrize("part", range(8))
def test_no_call_panics_hangs_or_changes_what_it_was_given(part: int) -> None:
    found = failures(SEED, range(part * CALLS, (part + 1) * CALLS))
    shown = [f"python -m fuzzing {SEED} {number} 1: {call}: {why}" for number, call, why in found]
    assert not shown, "\n".join(shown)
