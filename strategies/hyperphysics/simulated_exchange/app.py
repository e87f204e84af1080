"""The web application: routes, one view per request, JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response

from hyperphysics.market_data.market import Market
from hyperphysics.simulated_exchange.clock import Clock
from hyperphysics.simulated_exchange.dialects import dialect
from hyperphysics.simulated_exchange.order_book import LEVEL_VALUE
from hyperphysics.simulated_exchange.query import ApiError, Query
from hyperphysics.simulated_exchange.view import View


def build(
    market: Market,
    clock: Clock,
    level_value: float = LEVEL_VALUE,
    exchange: str = "binance",
) -> FastAPI:
    """The market as `exchange` shows it.

    The best level of a book is worth `level_value` of quote currency on average. Every answer
    carries the market's label in the header `X-Market`.

    Raises:
        ValueError: As `dialect`.
    """
    spoken = dialect(exchange, market.mode)
    app = FastAPI(title=market.label, openapi_url=None, docs_url=None, redoc_url=None)
    headers = {"X-Market": market.label.encode("ascii", "replace").decode()}

    def reply(content: Any, status: int = 200) -> Response:  # noqa: ANN401 - JSON
        body = orjson.dumps(content)
        return Response(body, status, headers=headers, media_type="application/json")

    def handler(answer: Callable[[Query], Any]) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            query = Query(View(market, clock.now(), level_value), request.query_params)
            try:
                return reply(answer(query))
            except ApiError as error:
                return reply(error.body, error.status)
            except ValueError as error:
                # A recorded file that is broken further down than its name shows.
                refusal = spoken.broken(f"{market.label}: {error}")
                return reply(refusal.body, refusal.status)

        return handle

    for path, answer in spoken.routes.items():
        app.add_api_route(path, handler(answer), methods=["GET"])

    async def unknown(request: Request) -> Response:
        refusal = spoken.unknown(f"{request.method} {request.url.path}")
        return reply(refusal.body, refusal.status)

    methods = ["GET", "POST", "PUT", "DELETE"]
    app.add_api_route("/{path:path}", unknown, methods=methods, include_in_schema=False)
    return app
