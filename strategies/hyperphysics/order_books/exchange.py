"""An exchange of ccxt's as a source of order books."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ccxt.async_support as ccxt  # type: ignore[import-untyped]

from hyperphysics.order_books.store import Book, BooksError

# What a request may raise where trying again can help, or at least harm no other pair.
RequestError = (ccxt.BaseError, asyncio.TimeoutError, OSError)


@dataclass(frozen=True)
class ExchangeAccess:
    """How an exchange is reached.

    Attributes:
        name: Its name in ccxt.
        options: What ccxt's class takes.
        depth_limit: The limit to ask for, given the levels wanted; None asks for the default.
    """

    name: str
    options: Mapping[str, Any]
    depth_limit: Callable[[int], int | None]


class Source:
    """Books of one exchange, by public requests: keys of the configuration are not used."""

    def __init__(self, access: ExchangeAccess) -> None:
        """Takes the way to an exchange.

        Raises:
            BooksError: ccxt knows no exchange of this name.
        """
        self.name = access.name
        if self.name not in ccxt.exchanges:
            raise BooksError(f"ccxt knows no exchange {self.name!r}")
        self._limit = access.depth_limit
        self._api = getattr(ccxt, self.name)(dict(access.options))

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
        answer = await self._api.fetch_l2_order_book(pair, self._limit(depth))
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
