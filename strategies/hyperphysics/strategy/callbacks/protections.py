# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses after losses: freqtrade's protections.

Windows are in candles, as the horizons of gain and tail risk are: on any timeframe a pause is as
many of those horizons long.
"""

from __future__ import annotations

from typing import Any

from hyperphysics.strategy.rules.parameters import HyperPhysicsParameters, parameters


class HyperPhysicsProtections(HyperPhysicsParameters):
    """When no trades are opened for a while, whatever the columns say."""

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

    def exclude_inactive_parameters(self) -> None:
        """Keep the space out of hyperopt where there are no protections, too."""
        super().exclude_inactive_parameters()
        if not self.settings.protections:
            for name in parameters("protection"):
                self.exclude(name)
