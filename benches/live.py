"""Time of a bot's cycles: the strategy's own `analyze` after a start, then candle by candle.

freqtrade's resolver loads the strategy with its defaults, and freqtrade's data provider hands it
hourly candles of random walks: 1000, and with the strategy's startup before them as freqtrade holds
them of an exchange that gives 1000 a call. A cycle brings a new candle of every pair; it is timed
with what was computed before it, and without. Wall time, CPU time of all threads and the engine's
share of the wall time: medians of nine cycles, and the least of each, for other work is in it.

    python benches/live.py [PAIRS]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd
from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType, RunMode
from freqtrade.resolvers import StrategyResolver

import hyperphysics
from hyperphysics.strategy.base import HyperPhysicsStrategy

STRATEGIES = Path(hyperphysics.__file__).parent / "userdir" / "strategies"
CALL = 1000
CYCLES = 9


class Market:
    """What the data provider and the strategy ask of an exchange, with candles in memory."""

    precision_mode_price = 4

    def __init__(self, pairs: int, rows: int) -> None:
        self.pairs = [f"P{seed}/USDT" for seed in range(pairs)]
        self._walks = [walk(rows + 2 * CYCLES, seed) for seed in range(pairs)]
        self._rows, self._end = rows, rows - 1
        self.step()

    def step(self) -> None:
        """Brings a new candle of every pair and drops the oldest."""
        self._end += 1
        self._candles = {
            pair: walk.iloc[self._end - self._rows : self._end].reset_index(drop=True)
            for pair, walk in zip(self.pairs, self._walks, strict=True)
        }

    def klines(self, key: tuple[str, str, CandleType], *, copy: bool) -> pd.DataFrame:
        """Candles of a pair."""
        candles = self._candles[key[0]]
        return candles.copy() if copy else candles

    def get_precision_price(self, _pair: str) -> float:
        """Step of all prices."""
        return 0.01

    def get_fee(self, _pair: str, *, taker_or_maker: str) -> float:
        """Both fees."""
        return 0.001 if taker_or_maker else 0.0


class Cost(NamedTuple):
    """Seconds of a cycle."""

    wall: float
    cpu: float
    engine: float


def walk(rows: int, seed: int) -> pd.DataFrame:
    """A random walk as freqtrade passes candles."""
    rng = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.005, rows)))
    start = np.concatenate([[100.0], close[:-1]])
    return pd.DataFrame(
        {
            "date": pd.date_range("2023-01-01", periods=rows, freq="1h", tz="UTC").as_unit("us"),
            "open": start,
            "high": np.maximum(start, close) * 1.001,
            "low": np.minimum(start, close) * 0.999,
            "close": close,
            "volume": rng.lognormal(3.0, 1.0, rows),
        }
    )


def load(market: Market, folder: str, section: dict[str, Any]) -> HyperPhysicsStrategy:
    """The strategy as `freqtrade trade` has it."""
    config: dict[str, Any] = {
        "strategy": "HyperPhysics",
        "strategy_path": str(STRATEGIES),
        "user_data_dir": Path(folder),
        "runmode": RunMode.DRY_RUN,
        "candle_type_def": CandleType.SPOT,
        "exchange": {"pair_whitelist": market.pairs},
        "hyperphysics": section,
    }
    strategy: Any = StrategyResolver.load_strategy(config)
    strategy.ft_load_hyper_params()
    provider: Any = DataProvider
    strategy.dp = provider(config, market)
    return cast(HyperPhysicsStrategy, strategy)


def cycle(strategy: HyperPhysicsStrategy, market: Market) -> Cost:
    """Analyses all pairs."""
    engine, cpu, wall = strategy._live_cache.seconds, process_time(), perf_counter()
    strategy.analyze(market.pairs)
    return Cost(perf_counter() - wall, process_time() - cpu, strategy._live_cache.seconds - engine)


def cycles(strategy: HyperPhysicsStrategy, market: Market, *, forget: bool) -> list[Cost]:
    """Cycles of a new candle each."""
    costs = []
    for _ in range(CYCLES):
        market.step()
        if forget:
            strategy._live_cache.retain([])
        costs.append(cycle(strategy, market))
    return costs


def tell(rows: int, what: str, *costs: Cost) -> None:
    """Prints a line of the table."""
    middle = "".join(f"{median(seconds):8.2f}" for seconds in zip(*costs, strict=True))
    least = "".join(f"{min(seconds):8.2f}" for seconds in zip(*costs, strict=True))
    print(f"{rows:7d}  {what:26s}{middle}   {least}", flush=True)


def main() -> None:
    """Measure and print."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 80
    print(f"{pairs} pairs, {len(os.sched_getaffinity(0))} CPUs, seconds")
    names = f"{'wall':>8s}{'CPU':>8s}{'engine':>8s}"
    print(f"candles  {'':26s}{names}   {names} at least")
    with TemporaryDirectory() as folder:
        startup = load(Market(1, 1), folder, {}).startup_candle_count
        for rows in (CALL, CALL + startup):
            market = Market(pairs, rows)
            whole = load(market, folder, {"live_rows": None})
            tell(rows, "cold start, all candles", cycle(whole, market))
            strategy = load(market, folder, {})
            tell(rows, "cold start", cycle(strategy, market))
            tell(rows, "new candle, nothing kept", *cycles(strategy, market, forget=True))
            tell(rows, "new candle", *cycles(strategy, market, forget=False))


if __name__ == "__main__":
    main()
