# SPDX-License-Identifier: GPL-3.0-or-later
"""The live order book before an entry: freqtrade's callbacks on top of `order_book_check`.

They ask the exchange in dry run and live only. Elsewhere freqtrade's proposal stands: a backtest
has no live book, and recorded books are columns.
"""
# ruff: noqa: ARG002 (freqtrade fixes the callbacks' signatures)

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from freqtrade.enums import RunMode
from freqtrade.exceptions import ExchangeError
from freqtrade.persistence import Trade

from hyperphysics.strategy.callbacks.risk_callbacks import HyperPhysicsRiskCallbacks
from hyperphysics.strategy.rules import order_book_check

logger = logging.getLogger(__name__)

LIVE = {RunMode.DRY_RUN, RunMode.LIVE}
# Enough to weigh the prices that an entry competes with.
PRICED_LEVELS = 20


class HyperPhysicsEntryConfirmation(HyperPhysicsRiskCallbacks):
    """Whether the book bears an entry, and at which price it is placed."""

    def confirm_trade_entry(
        self,
        pair: str,
        order_type: str,
        amount: float,
        rate: float,
        time_in_force: str,
        current_time: datetime,
        entry_tag: str | None,
        side: str,
        **kwargs: object,
    ) -> bool:
        """Whether the live book passes `book_check`; the reason of a refusal is logged.

        Slippage is that of taking the whole amount at once. A limit order may do better, but a stop
        leaves by such an order.
        """
        check = self.settings.book_check
        if check is None or self.config.get("runmode") not in LIVE:
            return True

        def answer() -> bool:
            found = self._offer(pair, check.levels, amount, side)
            order = f"{amount * rate:.6g} {self.config['stake_currency']}"
            reason = order_book_check.refusal(found, check, order)
            if reason is not None:
                logger.info("hyperphysics: refused %s: %s", pair, reason)
            return reason is None

        return self._guarded(f"look at the book of {pair}", answer, no_trade=False, proposal=True)

    def custom_entry_price(
        self,
        pair: str,
        trade: Trade | None,
        current_time: datetime,
        proposed_rate: float,
        entry_tag: str | None,
        side: str,
        **kwargs: object,
    ) -> float:
        """The live book's liquidity-weighted mid price where `entry_price` asks for it.

        It nears the other side's best price as the book leans the order's way, and never passes it.
        """
        if self.settings.entry_price != "book" or self.config.get("runmode") not in LIVE:
            return proposed_rate

        def answer() -> float:
            # the price does not depend on the amount
            return self._offer(pair, PRICED_LEVELS, 1.0, side).weighted_mid

        price = f"price from the book of {pair}"
        return self._guarded(price, answer, no_trade=proposed_rate, proposal=proposed_rate)

    def _offer(self, pair: str, levels: int, amount: float, side: str) -> order_book_check.Offer:
        exchange: Any = self.dp._exchange
        try:
            book = self.dp.orderbook(pair, levels)
        except ExchangeError as error:
            raise ValueError(f"the exchange gives no book: {error}") from error
        # books of futures count contracts
        units = amount / (exchange.get_contract_size(pair) or 1.0)
        return order_book_check.offer(book["bids"], book["asks"], amount=units, buys=side == "long")
