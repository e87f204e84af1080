# SPDX-License-Identifier: GPL-3.0-or-later
"""HyperPhysics for freqtrade: the trend, sized and left by tail risk; more filters to choose from.

    freqtrade backtesting -c user_data/config/spot.json --strategy HyperPhysics
    freqtrade hyperopt    -c user_data/config/hyperopt.json --strategy HyperPhysics

Thresholds are in `buy_params`, `sell_params` and `protection_params`; device, risk budget and the
engine's parameters are in the section "hyperphysics" of the configuration. Shorts are traded in
futures mode only.
"""
# ruff: noqa: RUF012 (freqtrade reads plain class attributes)

from hyperphysics.strategy.base import HyperPhysicsStrategy


class HyperPhysics(HyperPhysicsStrategy):
    """The knobs; everything else is in the package."""

    timeframe = "1h"
    can_short = True

    # Exits come from columns. The stop is the last resort, and there is no profit target.
    minimal_roi = {"0": 10}
    stoploss = -0.15

    # Least hp_trend and hp_pbit in the trade's direction, least gain in multiples of its cost
    # (-1 for no such filter), largest ES 99 % of a candle, largest ES over VaR; least hp_phi_excess
    # and hp_ci, where the configuration names the families "integration" and "complexity"
    buy_params = {
        "buy_trend": 0.5,
        "buy_direction": -1.0,
        "buy_min_gain_cost_ratio": -1.0,
        "buy_max_es99": 0.06,
        "buy_tail": 2.0,
        "buy_phi": 0.0,
        "buy_ci": 0.0,
    }
    # hp_trend and hp_pbit at which trend and direction are lost (-1: the latter never), largest ES
    # 95 % of a candle, its growth in 12 candles
    sell_params = {
        "sell_trend": -0.5,
        "sell_direction": -1.0,
        "sell_max_es95": 0.08,
        "sell_spike": 3.0,
    }
    # whole candles out of a pair after an exit; stops of a side, and drawdown of the wallet, within
    # so many candles after which nothing is opened for so many (backtests: --enable-protections)
    protection_params = {
        "protection_cooldown": 2,
        "protection_stops": 2,
        "protection_drawdown": 0.1,
        "protection_lookback": 96,
        "protection_pause": 24,
    }
