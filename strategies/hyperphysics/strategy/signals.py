"""Columns to entries and exits: pure functions of arrays, one element per candle.

A comparison with NaN is false, and every gate is written so that false means "no entry": a null
never enters a trade. A null does not close one either; stop and ROI hold until numbers come back.

Long and short are mirror images: `hp_trend`, `hp_pbit`, `hp_gain` and `trade_funding`, which a long
pays, change sign, everything else stays. The tail columns measure the losses of a long; a short is
held to the same figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hyperphysics.strategy.order_book_check import bears
from hyperphysics.strategy.settings import BookCheck

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Tags = NDArray[np.object_]

LONG, SHORT = 1.0, -1.0
# What a side has lost, in rising rank.
LOST = ("", "direction lost", "trend lost")
RISKS = ("", "risk cap", "risk spike")
# A spike compares the tail with the tail this many candles before.
SPIKE_BARS = 12
# ccxt's precision modes
DECIMAL_PLACES, SIGNIFICANT_DIGITS, TICK_SIZE = 2, 3, 4


@dataclass(frozen=True)
class EntryRule:
    """What all must hold for an entry.

    Attributes:
        trend: hp_trend in the trade's direction above this; a random walk's is standard normal.
            Below 0 the gates of both sides may be open.
        direction: hp_pbit in the trade's direction at least this, in [-1, 1]; -1 is no gate.
        margin: hp_gain in the trade's direction, net of funding, above this multiple of the cost of
            a round trip; no gate where negative.
        es_99: hp_es_99 below this fraction, one bar ahead.
        tail: hp_tail (ES over VaR at 99 %) below this ratio.
        phi: hp_phi_excess above this, in nats; no gate without that column.
        ci: hp_ci above this, in [0, 1); no gate without that column.
        book: What a recorded book must offer, or None for no gate; open where there is none.
        book_stake: Worth of the order that its slippage was measured with, in quote currency.
    """

    trend: float
    direction: float
    margin: float
    es_99: float
    tail: float
    phi: float = -np.inf
    ci: float = -np.inf
    book: BookCheck | None = None
    book_stake: float = 1000.0


@dataclass(frozen=True)
class ExitRule:
    """What any of ends a trade.

    Attributes:
        trend: hp_trend in the trade's direction below this.
        direction: hp_pbit in the trade's direction below this, in [-1, 1].
        es_95: hp_es_95 above this fraction, one bar ahead.
        spike: hp_es_95 above this multiple of its value `SPIKE_BARS` candles before.
    """

    trend: float
    direction: float
    es_95: float
    spike: float


@dataclass(frozen=True)
class Signals:
    """Flags of both sides, and one tag per candle that says which gate opened or closed."""

    long: Flags
    short: Flags
    tag: Tags


def tick_size(close: Floats, precision: float | None, mode: int) -> Floats:
    """Smallest price step as a fraction of the price.

    Args:
        close: Prices, positive.
        precision: The market's price precision; None where the exchange does not say.
        mode: ccxt's precision mode: 2 decimal places, 3 significant digits, 4 step of the price.

    Returns:
        Fractions, 0 where the step is unknown.
    """
    if precision is None or not np.isfinite(precision) or precision <= 0:
        return np.zeros_like(close)
    if mode == SIGNIFICANT_DIGITS:
        step = 10.0 ** (np.floor(np.log10(close)) + 1 - precision)
    else:
        step = np.full_like(close, 10.0**-precision if mode == DECIMAL_PLACES else precision)
    return np.asarray(step / close, dtype=np.float64)


def cost(spread: Floats, fee: float, tick: Floats) -> Floats:
    """Cost of a round trip as a fraction: two fees and one spread, which is at least one tick."""
    return np.asarray(2.0 * fee + np.maximum(spread, tick), dtype=np.float64)


def gates(
    columns: Mapping[str, Floats], rule: EntryRule, costs: Floats, side: float
) -> dict[str, Flags]:
    """The entry gates of one side by name, those of regime and book where their columns are."""
    found = {
        "trend": side * columns["hp_trend"] > rule.trend,
        "direction": side * columns["hp_pbit"] >= rule.direction,
    }
    if rule.margin >= 0.0:
        gain = columns["hp_gain"] - columns.get("trade_funding", 0.0)
        found["gain"] = side * gain > rule.margin * costs
    found["tail"] = (columns["hp_es_99"] < rule.es_99) & (columns["hp_tail"] < rule.tail)
    for name, column, least in (
        ("integration", "hp_phi_excess", rule.phi),
        ("complexity", "hp_ci", rule.ci),
    ):
        if column in columns:
            found[name] = columns[column] > least
    if rule.book is not None and "hp_imbalance" in columns:
        found["book"] = bears(columns, rule.book, rule.book_stake, buys=side > 0)
    return found


def opened(open_gates: Mapping[str, Flags], enter: Flags, word: str) -> Tags:
    """Which gates were still closed one candle before an entry; "held" where none was.

    Returns:
        Text such as "long: gain+tail" where `enter`, the empty string elsewhere.
    """
    names = np.array(
        [
            f"{word}: "
            + ("+".join(name for bit, name in enumerate(open_gates) if code >> bit & 1) or "held")
            for code in range(1 << len(open_gates))
        ],
        dtype=object,
    )
    code = np.zeros(len(enter), dtype=np.intp)
    for bit, gate in enumerate(open_gates.values()):
        before = np.concatenate([np.zeros(1, dtype=bool), gate[:-1]])[: len(gate)]
        code |= (~before).astype(np.intp) << bit
    return np.where(enter, names[code], "")


def exits(columns: Mapping[str, Floats], rule: ExitRule, *, can_short: bool = True) -> Signals:
    """Exits of both sides.

    Args:
        columns: hp_trend, hp_pbit and hp_es_95, null as NaN, equally long.
        rule: Thresholds.
        can_short: Whether there are shorts at all.

    Returns:
        Flags and tags. In the tag risk, which closes both sides, outranks trend, and trend
        direction; it names the sides where they have lost different things.
    """
    trend, pbit, es = columns["hp_trend"], columns["hp_pbit"], columns["hp_es_95"]
    long, short = (
        np.select([side * trend < rule.trend, side * pbit < rule.direction], [2, 1], 0)
        for side in (LONG, SHORT)
    )
    short = short * can_short
    cap = es > rule.es_95
    before = np.concatenate([np.full(SPIKE_BARS, np.nan), es])[: len(es)]
    spike = es > rule.spike * before
    risk = np.select([spike, cap], [2, 1], 0)
    lost = np.array([[_lost(one, other) for other in LOST] for one in LOST], dtype=object)
    tag = np.where(risk > 0, np.array(RISKS, dtype=object)[risk], lost[long, short])
    return Signals((long > 0) | (risk > 0), ((short > 0) | (risk > 0)) & can_short, tag)


def _lost(long: str, short: str) -> str:
    if long and short and long != short:
        return f"long: {long}, short: {short}"
    return long or short


def entries(
    columns: Mapping[str, Floats],
    rule: EntryRule,
    leave: ExitRule,
    costs: Floats,
    *,
    can_short: bool = True,
) -> Signals:
    """Entries of both sides; none where the gates of both are open.

    Args:
        columns: hp_trend, hp_pbit, hp_gain, hp_es_95, hp_es_99 and hp_tail, and hp_phi_excess,
            hp_ci, trade_funding and those of `liquidity.COLUMNS` where they are to count; null as
            NaN, equally long.
        rule: Thresholds of the entry gates.
        leave: Thresholds of the exits: a side is never entered on a candle that would close it.
        costs: Cost of a round trip per candle, as a fraction; NaN where it is unknown.
        can_short: Whether there are shorts at all.
    """
    closing = exits(columns, leave)
    long_gates = gates(columns, rule, costs, LONG)
    short_gates = gates(columns, rule, costs, SHORT)
    long = np.logical_and.reduce([*long_gates.values()]) & ~closing.long
    short = np.logical_and.reduce([*short_gates.values()]) & ~closing.short & can_short
    long, short = long & ~short, short & ~long
    tag = np.where(short, opened(short_gates, short, "short"), opened(long_gates, long, "long"))
    return Signals(long, short, tag)
