from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from freqtrade.persistence import Trade

from support.loaded import ROWS, Load, load_strategy


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loader of the strategy: `load(section, **config)`."""
    return partial(load_strategy, tmp_path)


@pytest.fixture
def data(candles: Callable[..., pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Random candles of three pairs."""
    return {f"{name}/USDT": candles(ROWS, seed) for seed, name in enumerate(["BTC", "ETH", "LTC"])}


@pytest.fixture
def _no_open_trades(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a bot there is no database of trades."""
    monkeypatch.setattr(Trade, "get_trades_proxy", staticmethod(lambda **_: []))
