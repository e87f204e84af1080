# SPDX-License-Identifier: GPL-3.0-or-later
"""An exchange of ccxt's as a source of order books."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import ccxt.async_support as ccxt  # type: ignore[import-untyped]
from freqtrade import exchange as freqtrade_exchange
from freqtrade.configuration.environment_vars import environment_vars_to_dict
from freqtrade.configuration.load_config import load_from_files
from freqtrade.exceptions import FreqtradeException
from freqtrade.exchange.common import MAP_EXCHANGE_CHILDCLASS
from freqtrade.misc import deep_merge_dicts

from hyperphysics.order_books.store import Book, BooksError

# What a request may raise where trying again can help, or at least harm no other pair.
RequestError = (ccxt.BaseError, asyncio.TimeoutError, OSError)


def read_config(files: Sequence[Path]) -> dict[str, Any]:
    """Freqtrade's configuration of these files and of the environment, unchecked.

    Raises:
        BooksError: A file cannot be read.
    """
    try:
        config = load_from_files([str(file) for file in files]) if files else {}
        return dict(deep_merge_dicts(environment_vars_to_dict(), config))
    except FreqtradeException as error:
        raise BooksError(str(error)) from error


class Source:
    """Books of one exchange, by public requests: keys of the configuration are not used."""

    def __init__(self, config: dict[str, Any], name: str | None = None) -> None:
        """Takes the exchange's name, trading mode and ccxt settings from freqtrade's configuration.

        Args:
            config: Its sections; all may be missing.
            name: An exchange's name in ccxt, in front of the configuration's.

        Raises:
            BooksError: No exchange is named, or ccxt knows none of this name.
        """
        section = config.get("exchange", {})
        self.name = str(name or section.get("name") or "").lower()
        if not self.name:
            raise BooksError("no exchange: name it, or a configuration that does")
        if self.name not in ccxt.exchanges:
            raise BooksError(f"ccxt knows no exchange {self.name!r}")
        self._traits = _traits(self.name, futures=config.get("trading_mode") == "futures")
        options: dict[str, Any] = {}
        if config.get("trading_mode") == "futures":
            options = {"options": {"defaultType": self._traits["ccxt_futures_name"]}}
        for key in ("ccxt_config", "ccxt_async_config"):
            # settings of another exchange would lead this one astray
            if self.name == str(section.get("name", "")).lower():
                options = deep_merge_dicts(section.get(key, {}), options)
        self._api = getattr(ccxt, self.name)(options)

    async def open(self, pairs: Sequence[str]) -> None:
        """Asks for the markets.

        Raises:
            BooksError: The exchange has no such pair.
            ccxt.BaseError: It does not answer.
        """
        await self._api.load_markets()
        if unknown := [pair for pair in pairs if pair not in self._api.markets]:
            raise BooksError(f"{self.name} has no {', '.join(unknown)}")

    async def book(self, pair: str, depth: int) -> Book:
        """The pair's book now, at least `depth` levels a side where the exchange gives as many.

        Raises:
            RequestError: The exchange did not answer, or not with a book.
        """
        limit = freqtrade_exchange.Exchange.get_next_limit_in_list(
            depth,
            self._traits["l2_limit_range"],
            self._traits["l2_limit_range_required"],
            self._traits["l2_limit_upper"],
        )
        answer = await self._api.fetch_l2_order_book(pair, limit)
        # books of futures count contracts
        contract = float(self._api.markets[pair].get("contractSize") or 1.0)
        try:
            bids, asks = (
                [(float(level[0]), float(level[1]) * contract) for level in answer[side]]
                for side in ("bids", "asks")
            )
            stated, nonce = answer["timestamp"], answer["nonce"]
        except (TypeError, KeyError, IndexError, ValueError) as error:
            raise ccxt.BadResponse(f"{self.name} answered with no book: {error!r}") from error
        return Book(time.time_ns() // 1_000_000, stated, nonce, bids, asks)

    async def close(self) -> None:
        """Closes its connections."""
        await self._api.close()


def _traits(name: str, *, futures: bool) -> dict[str, Any]:
    """What freqtrade knows of an exchange: which depths it gives, what it calls futures."""
    base: Any = freqtrade_exchange.Exchange
    own = MAP_EXCHANGE_CHILDCLASS.get(name, name).title()
    kind: Any = getattr(freqtrade_exchange, own, base)
    known = deep_merge_dicts(kind._ft_has, deepcopy(base._ft_has_default))
    return dict(deep_merge_dicts(kind._ft_has_futures, known) if futures else known)
