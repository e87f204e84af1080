"""A loopback exchange: recorded or simulated candles in Binance's REST dialect.

`running` starts one as a child process; `hyperphysics exchange` serves one by hand. It listens on
127.0.0.1 only, knows no accounts and takes no orders: freqtrade's dry run keeps those itself.
"""

from hyperphysics.simulated_exchange.freqtrade_settings import settings
from hyperphysics.simulated_exchange.server_process import (
    SimulatedExchange,
    SimulatedExchangeError,
    running,
)

__all__ = ["SimulatedExchange", "SimulatedExchangeError", "running", "settings"]
