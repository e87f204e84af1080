from math import inf, isfinite, nan

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hyperphysics.strategy.callbacks import position_sizing

TAIL = st.floats(1e-4, 0.5)
MONEY = st.floats(0.0, 1e9)


def stake(**changes: object) -> float:
    given_ = {
        "wallet": 1000.0,
        "budget": 0.01,
        "es": 0.05,
        "leverage": 1.0,
        "proposed": 500.0,
        "minimum": 10.0,
        "maximum": 1000.0,
        "ceiling": None,
        "raise_to_minimum": False,
    }
    return position_sizing.stake(**(given_ | changes))  # type: ignore[arg-type]


def test_stake_loses_the_budget_in_its_tail() -> None:
    # 1 % of 1000 is 10; a position of 200 loses 10 at an expected shortfall of 5 %
    assert stake() == pytest.approx(200.0, rel=1e-15)
    assert stake(leverage=4.0) == pytest.approx(50.0, rel=1e-15)


def test_stake_respects_ceiling_and_maximum() -> None:
    assert stake(ceiling=0.1) == 50.0
    assert stake(maximum=120.0) == 120.0
    assert stake(ceiling=0.0) == 0.0


def test_stake_under_the_minimum_is_dropped_or_raised() -> None:
    assert stake(budget=0.0001) == 0.0
    assert stake(budget=0.0001, raise_to_minimum=True) == 10.0
    # the minimum itself cannot be paid
    assert stake(budget=0.0001, raise_to_minimum=True, maximum=5.0) == 0.0
    assert stake(budget=0.0001, minimum=None) == pytest.approx(2.0, rel=1e-15)


@given(
    wallet=MONEY,
    budget=st.floats(1e-6, 1.0),
    es=TAIL,
    leverage=st.floats(1.0, 125.0),
    proposed=MONEY,
    minimum=st.none() | st.floats(0.0, 100.0),
    maximum=MONEY,
    ceiling=st.none() | st.floats(0.0, 10.0),
    raise_to_minimum=st.booleans(),
)
def test_stake_is_nothing_or_within_bounds(
    minimum: float | None, maximum: float, raise_to_minimum: bool, **rest: float
) -> None:
    got = stake(minimum=minimum, maximum=maximum, raise_to_minimum=raise_to_minimum, **rest)
    assert isfinite(got)
    assert got == 0.0 or (minimum or 0.0) <= got <= maximum


@given(
    low=st.floats(1e-6, 1.0), high=st.floats(1e-6, 1.0), es=TAIL, minimum=st.none() | st.just(10.0)
)
def test_stake_grows_with_the_budget_and_shrinks_with_the_tail(
    low: float, high: float, es: float, minimum: float | None
) -> None:
    assume(low <= high)
    assert stake(budget=low, es=es, minimum=minimum) <= stake(budget=high, es=es, minimum=minimum)
    assert stake(es=max(low, high), minimum=minimum) <= stake(es=min(low, high), minimum=minimum)


@given(es=TAIL, cap=TAIL, limit=st.floats(1.0, 125.0), maximum=st.floats(1.0, 125.0))
def test_leverage_keeps_the_tail_under_its_cap(
    es: float, cap: float, limit: float, maximum: float
) -> None:
    got = position_sizing.leverage(es=es, cap=cap, limit=limit, maximum=maximum)
    assert 1.0 <= got <= min(limit, maximum)
    # one rounding in cap / es, one in the product
    assert got == 1.0 or got * es <= cap * (1 + 4e-16)


@given(
    es=TAIL, multiple=st.floats(0.1, 100.0), leverage=st.floats(1.0, 10.0), stop=st.floats(0.01, 1)
)
def test_stop_is_a_loss_and_no_looser_than_the_strategy(
    es: float, multiple: float, leverage: float, stop: float
) -> None:
    got = position_sizing.stop(es=es, multiple=multiple, leverage=leverage, loosest=-stop)
    assert -stop <= got < 0.0


def test_stop_counts_leverage_as_freqtrade_does() -> None:
    assert position_sizing.stop(es=0.02, multiple=2.0, leverage=3.0, loosest=-0.5) == pytest.approx(
        -0.12
    )


@pytest.mark.parametrize("es", [nan, inf, -inf, 0.0, -0.01])
def test_no_answer_without_a_tail(es: float) -> None:
    with pytest.raises(ValueError, match="expected shortfall"):
        stake(es=es)
    with pytest.raises(ValueError, match="expected shortfall"):
        position_sizing.leverage(es=es, cap=0.1, limit=3.0, maximum=10.0)
    with pytest.raises(ValueError, match="expected shortfall"):
        position_sizing.stop(es=es, multiple=2.0, leverage=1.0, loosest=-0.1)
