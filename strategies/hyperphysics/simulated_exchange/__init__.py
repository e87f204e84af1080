"""A loopback exchange: recorded or simulated candles in the REST dialect of an exchange.

`running` starts one as a child process; `hyperphysics exchange` serves one by hand. It listens on
127.0.0.1 only, knows no accounts and takes no orders: freqtrade's dry run keeps those itself.
"""

from hyperphysics.simulated_exchange.dialects import settings
from hyperphysics.simulated_exchange.server_process import (
    SimulatedExchange,
    SimulatedExchangeError,
    running,
)

__all__ = ["SimulatedExchange", "SimulatedExchangeError", "running", "settings"]
