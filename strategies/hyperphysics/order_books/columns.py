"""The columns of the family `book`: names, units, ranges and meanings."""

from __future__ import annotations

from typing import NamedTuple


class BookColumn(NamedTuple):
    """A column as the table of columns shows it, and what `Engine.books` calls it."""

    name: str
    measure: str
    unit: str
    range: str
    doc: str
    family: str = "book"


COLUMNS = (
    BookColumn(
        "hp_imbalance",
        "imbalance",
        "fraction",
        "[-1, 1]",
        "effective liquidity of bids less that of asks, over their sum",
    ),
    BookColumn(
        "hp_microprice",
        "weighted_mid",
        "price",
        "(0, ∞)",
        "mid price weighted by the effective liquidity, within the spread",
    ),
    BookColumn("hp_p_up", "p_up", "probability", "[0, 1]", "that the mid price moves up next"),
    BookColumn(
        "hp_depth_bid",
        "bid_depth",
        "quote currency",
        "(0, ∞)",
        "all recorded bids, worth at the mid price",
    ),
    BookColumn(
        "hp_depth_ask",
        "ask_depth",
        "quote currency",
        "(0, ∞)",
        "all recorded asks, worth at the mid price",
    ),
    BookColumn(
        "hp_slippage_buy",
        "buy_slippage_0",
        "fraction of price",
        "[0, ∞)",
        "what buying for book_stake at once costs above the mid price; null where asks run out",
    ),
    BookColumn(
        "hp_slippage_sell",
        "sell_slippage_0",
        "fraction of price",
        "[0, ∞)",
        "what selling for book_stake at once loses below the mid price; null where bids run out",
    ),
)
