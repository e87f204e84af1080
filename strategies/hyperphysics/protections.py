# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses after losses: freqtrade's protections, with hyperopt parameters in the space protection.

Windows are in candles, as the horizons of gain and tail risk are: on any timeframe a pause is as
many of those horizons long.
"""

from __future__ import annotations

from typing import Any

from freqtrade.strategy import DecimalParameter, IntParameter
from freqtrade.strategy.parameters import NumericParameter

from hyperphysics.spaces import HyperPhysicsSpaces


class HyperPhysicsProtections(HyperPhysicsSpaces):
    """When no trades are opened for a while, whatever the columns say."""

    protection_cooldown = IntParameter(0, 24, default=2, space="protection")
    protection_stops = IntParameter(1, 8, default=2, space="protection")
    # as much as all open trades together may lose in their tail
    protection_drawdown = DecimalParameter(0.02, 0.3, default=0.1, decimals=2, space="protection")
    protection_lookback = IntParameter(24, 480, default=96, space="protection")
    protection_pause = IntParameter(6, 96, default=24, space="protection")

    @property
    def protections(self) -> list[dict[str, Any]]:  # type: ignore[override]
        """What freqtrade pauses after; none where the configuration says `"protections": false`.

        freqtrade asks anew for each backtest, so that every epoch of hyperopt has its own.
        """
        if not self.settings.protections:
            return []
        window = {
            "lookback_period_candles": self.protection_lookback.value,
            "stop_duration_candles": self.protection_pause.value,
        }
        found: list[dict[str, Any]] = [
            {
                "method": "StoplossGuard",
                "trade_limit": self.protection_stops.value,
                # stopped longs say nothing against shorts
                "only_per_side": True,
                **window,
            },
            {
                "method": "MaxDrawdown",
                # of the wallet; freqtrade's default adds up profits whatever their stakes were
                "calculation_mode": "equity",
                "max_allowed_drawdown": self.protection_drawdown.value,
                "trade_limit": 1,
                **window,
            },
        ]
        if cooldown := self.protection_cooldown.value:
            found.append({"method": "CooldownPeriod", "stop_duration_candles": cooldown})
        return found

    def search_what_counts(self) -> None:
        """Keep the space out of hyperopt where there are no protections, too."""
        super().search_what_counts()
        if not self.settings.protections:
            for name, one in vars(HyperPhysicsProtections).items():
                if isinstance(one, NumericParameter):
                    self.leave_alone(name)
