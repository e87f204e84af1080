# SPDX-License-Identifier: GPL-3.0-or-later
"""Result files of freqtrade's backtests."""

from __future__ import annotations

from pathlib import Path

from freqtrade.data.btanalysis import load_backtest_stats

from hyperphysics.freqtrade_bridge.errors import FreqtradeError

FOLDER = "backtest_results"
"""Where freqtrade writes them, in a user directory."""


def result_files(userdir: Path) -> set[Path]:
    """The result files of a user directory; those before and after a backtest tell which is new."""
    return set((userdir / FOLDER).glob("backtest-result-*.zip"))


def trade_count(result: Path, strategy: str) -> int:
    """Number of trades that a strategy made.

    Args:
        result: A file of `result_files`.
        strategy: Name of its class.

    Raises:
        FreqtradeError: The file holds no result of this strategy.
    """
    found = load_backtest_stats(result)["strategy"]
    if strategy not in found:
        raise FreqtradeError(f"{result} has results of {', '.join(found)}, none of {strategy}")
    return int(found[strategy]["total_trades"])
