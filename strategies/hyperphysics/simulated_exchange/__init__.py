"""A loopback exchange: recorded or simulated candles in Binance's REST dialect.

`running` starts one as a child process; `hyperphysics venue` serves one by hand. It listens on
127.0.0.1 only, knows no accounts and takes no orders: freqtrade's dry run keeps those itself.
"""

from hyperphysics.simulated_exchange.freqtrade_settings import settings
from hyperphysics.simulated_exchange.server_process import Venue, VenueError, running

__all__ = ["Venue", "VenueError", "running", "settings"]
