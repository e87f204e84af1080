"""Freqtrade's REST API of a running bot."""

from __future__ import annotations

import socket
from typing import Any

import pandas as pd
import requests

from support.patience import PATIENCE

USER, PASSWORD = "trader", "secret"


class Rest:
    """The API on a free port of the loopback device.

    Attributes:
        settings: Section "api_server" of the bot's configuration.
    """

    def __init__(self) -> None:
        with socket.socket() as any_port:
            any_port.bind(("127.0.0.1", 0))
            self._port = int(any_port.getsockname()[1])
        self.settings: dict[str, Any] = {
            "enabled": True,
            "listen_ip_address": "127.0.0.1",
            "listen_port": self._port,
            "verbosity": "error",
            "jwt_secret_key": "not a secret, for the loopback device only",
            "username": USER,
            "password": PASSWORD,
        }

    def reload(self) -> None:
        """Asks for `/reload_config`."""
        self._call("POST", "reload_config")

    def candles(self, pair: str, timeframe: str) -> pd.DataFrame:
        """The analysed frame that the bot decides by, at its newest candle."""
        said = self._call("GET", "pair_candles", pair=pair, timeframe=timeframe)
        frame = pd.DataFrame(said["data"], columns=said["columns"])
        frame["date"] = pd.to_datetime(frame["date"], utc=True)
        return frame

    def _call(self, method: str, path: str, **query: str) -> Any:
        url = f"http://127.0.0.1:{self._port}/api/v1/{path}"
        answer = requests.request(
            method, url, params=query, auth=(USER, PASSWORD), timeout=PATIENCE
        )
        answer.raise_for_status()
        return answer.json()
