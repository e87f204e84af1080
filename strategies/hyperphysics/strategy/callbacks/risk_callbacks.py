# SPDX-License-Identifier: GPL-3.0-or-later
"""Stake, leverage and stop: freqtrade's callbacks on top of `position_sizing`.

freqtrade takes an exception in a callback for consent. So each callback catches its own faults and
answers by the setting `on_missing_data`: "no_trade" does not trade, "trade" lets freqtrade's
proposal stand.
"""
# ruff: noqa: ARG002 (freqtrade fixes the callbacks' signatures)

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from freqtrade.persistence import Trade

from hyperphysics.strategy.callbacks import portfolio_cap, position_sizing
from hyperphysics.strategy.rules.parameters import HyperPhysicsParameters
from hyperphysics.strategy.rules.thresholds import TAIL_RISK

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Newest candles in which an open trade's risk is looked for.
KNOWN = 48


class HyperPhysicsRiskCallbacks(HyperPhysicsParameters):
    """How much is risked; derives from `IStrategy` through the parameters, as hyperopt needs."""

    def custom_stake_amount(
        self,
        pair: str,
        current_time: datetime,
        current_rate: float,
        proposed_stake: float,
        min_stake: float | None,
        max_stake: float,
        leverage: float,
        entry_tag: str | None,
        side: str,
        **kwargs: object,
    ) -> float:
        """Stake whose tail loss is the risk budget; less where all trades exceed their cap."""

        def answer() -> float:
            wallets: Any = self.wallets
            if wallets is None:
                raise ValueError("freqtrade has attached no wallets")
            wallet = wallets.get_total_stake_amount()
            es = self._latest(pair)
            stake = position_sizing.stake(
                wallet=wallet,
                budget=self.budget(),
                es=es,
                leverage=leverage,
                proposed=proposed_stake,
                minimum=min_stake,
                maximum=max_stake,
                ceiling=self.settings.stake_ceiling,
                raise_to_minimum=self.settings.below_minimum == "raise",
            )
            cap = self.settings.portfolio_es
            if cap is None or stake == 0.0:
                return stake
            each = position_sizing.checked(es) * max(leverage, 1.0)
            sign = -1.0 if side == "short" else 1.0
            wanted = stake * each
            room = self._room(pair, sign * wanted, cap * wallet)
            if room >= wanted:
                return stake
            # a stake raised to the exchange's minimum would exceed the cap
            return room / each if room / each >= (min_stake or 0.0) else 0.0

        return self._guarded(f"stake of {pair}", answer, no_trade=0.0, proposal=proposed_stake)

    def leverage(
        self,
        pair: str,
        current_time: datetime,
        current_rate: float,
        proposed_leverage: float,
        max_leverage: float,
        entry_tag: str | None,
        side: str,
        **kwargs: object,
    ) -> float:
        """Leverage that keeps the leveraged tail loss under its cap."""

        def answer() -> float:
            return position_sizing.leverage(
                es=self._latest(pair),
                cap=self.settings.max_leveraged_es,
                limit=self.settings.max_leverage,
                maximum=max_leverage,
            )

        return self._guarded(
            f"leverage of {pair}", answer, no_trade=1.0, proposal=proposed_leverage
        )

    def custom_stoploss(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        after_fill: bool,
        **kwargs: object,
    ) -> float | None:
        """Stop at a multiple of the tail risk at entry, set once; only called when opted in."""

        def answer() -> float | None:
            multiple = self.settings.stop_multiple
            if multiple is None or not after_fill or trade.nr_of_successful_exits:
                return None
            return position_sizing.stop(
                es=self._latest(pair),
                multiple=multiple,
                leverage=trade.leverage,
                loosest=self.stoploss,
            )

        return self._guarded(f"stop of {pair}", answer, no_trade=None, proposal=None)

    def _room(self, pair: str, wanted: float, cap: float) -> float:
        """Tail risk in stake currency that a trade may add to the open ones, at most `wanted`'s."""
        trades = Trade.get_trades_proxy(is_open=True)
        frames = {pair: self._frame(pair)}
        risks = []
        for trade in trades:
            if trade.pair not in frames:
                frames[trade.pair] = self._frame(trade.pair)
            frame = frames[trade.pair]
            price = float(frame["close"].iloc[-1])
            # nothing is filled yet where the amount is 0
            value = trade.amount * price or trade.stake_amount * trade.leverage
            es = _newest(trade.pair, frame)
            risks.append((trade.pair, -value * es if trade.is_short else value * es))
        return portfolio_cap.room(pair, wanted, risks, frames, cap)

    def _guarded(self, what: str, answer: Callable[[], T], *, no_trade: T, proposal: T) -> T:
        try:
            return answer()
        except ValueError as error:
            logger.warning("hyperphysics: no %s: %s", what, error)
        except Exception:
            logger.exception("hyperphysics: no %s", what)
        return proposal if self.settings.on_missing_data == "trade" else no_trade

    def _frame(self, pair: str) -> pd.DataFrame:
        frame, _ = self.dp.get_analyzed_dataframe(pair, self.timeframe)
        if frame.empty or TAIL_RISK not in frame:
            raise ValueError(f"{TAIL_RISK} of {pair} is not available")
        return frame

    def _latest(self, pair: str) -> float:
        return float(self._frame(pair)[TAIL_RISK].to_numpy(np.float64)[-1])


def _newest(pair: str, frame: pd.DataFrame) -> float:
    """A pair's newest risk that is known: its last candles may be gaps.

    Raises:
        ValueError: There is none among the newest `KNOWN` candles.
    """
    known = frame[TAIL_RISK].iloc[-KNOWN:].dropna()
    if known.empty:
        raise ValueError(f"{TAIL_RISK} of {pair}, which is open, has no value in {KNOWN} candles")
    return position_sizing.checked(float(known.iloc[-1]))
