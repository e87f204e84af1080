"""The engine without freqtrade: columns, an order book, option Greeks and a portfolio."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

import hyperphysics as hp


def random_walk(rows: int, seed: int) -> pl.DataFrame:
    """Hourly candles of a random walk."""
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, rows)))
    open_ = np.concatenate([[100.0], close[:-1]])
    start = datetime(2023, 1, 1, tzinfo=UTC)
    return pl.DataFrame(
        {
            "date": [start + timedelta(hours=row) for row in range(rows)],
            "open": open_,
            "high": np.maximum(open_, close) * 1.002,
            "low": np.minimum(open_, close) * 0.998,
            "close": close,
            "volume": rng.uniform(10, 100, rows),
        }
    )


# columns of two pairs in one call
pairs = {"BTC/USDT": random_walk(3000, seed=1), "ETH/USDT": random_walk(3000, seed=2)}
engine = hp.Engine("cpu")
analysed = engine.analyze(pairs, timeframe="1h", families=["risk", "trend"])
print(analysed["BTC/USDT"].select("date", "hp_trend", "hp_var_99", "hp_es_99").tail(3))

# an order book: what buying 5 at once costs
book = hp.HyperbolicOrderBook()
book.snapshot([["99.9", "4"], ["99.8", "7"]], [["100.1", "2"], ["100.2", "5"]])
state = book.state(amounts=[5.0])
print(f"imbalance {state.imbalance:+.2f}, buying 5 costs {state.buys[0].slippage:.3%} of the mid")

# options: a put at three strikes, a month to go
puts = hp.greeks(spot=100, strike=[90, 100, 110], years=30 / 365, volatility=0.55, call="put")
print("deltas", puts["delta"].round(3).tolist())

# a portfolio: 2.5 % tail of a day, and what each position adds
returns = pl.DataFrame(
    {pair: frame["close"].log().diff().drop_nulls() for pair, frame in pairs.items()}
)
risk = hp.portfolio(returns, {"BTC/USDT": 1000, "ETH/USDT": -400}, horizon=24)
tail = risk.simulated[1]
print(f"VaR {tail.var:.1f}, ES {tail.es:.1f}, of it {np.round(tail.es_component, 1).tolist()}")
