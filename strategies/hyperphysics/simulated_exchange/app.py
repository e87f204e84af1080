"""The web application: routes, one view per request, JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response

from hyperphysics.market_data.market import Market
from hyperphysics.simulated_exchange import binance_futures, binance_spot
from hyperphysics.simulated_exchange.clock import Clock
from hyperphysics.simulated_exchange.order_book import LEVEL_VALUE
from hyperphysics.simulated_exchange.query import BinanceError, Query
from hyperphysics.simulated_exchange.view import View


def build(market: Market, clock: Clock, level_value: float = LEVEL_VALUE) -> FastAPI:
    """The market in Binance's dialect, under `/api/v3` for spot and `/fapi/v1` for futures.

    The best level of a book is worth `level_value` of quote currency on average. Every answer
    carries the market's label in the header `X-Market`.
    """
    app = FastAPI(title=market.label, openapi_url=None, docs_url=None, redoc_url=None)
    dialect = binance_spot if market.mode == "spot" else binance_futures
    headers = {"X-Market": market.label.encode("ascii", "replace").decode()}

    def reply(content: Any, status: int = 200) -> Response:  # noqa: ANN401 - JSON
        body = orjson.dumps(content)
        return Response(body, status, headers=headers, media_type="application/json")

    def handler(answer: Callable[[Query], Any]) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            query = Query(View(market, clock.now(), level_value), request.query_params)
            try:
                return reply(answer(query))
            except BinanceError as error:
                return reply(error.body, error.status)
            except ValueError as error:
                # A recorded file that is broken further down than its name shows.
                return reply({"code": -1000, "msg": f"{market.label}: {error}"}, 500)

        return handle

    for path, answer in dialect.ROUTES.items():
        app.add_api_route(dialect.ROOT + path, handler(answer), methods=["GET"])

    async def unknown(request: Request) -> Response:
        message = f"This operation is not supported. {request.method} {request.url.path}"
        return reply({"code": -1020, "msg": message}, 404)

    methods = ["GET", "POST", "PUT", "DELETE"]
    app.add_api_route("/{path:path}", unknown, methods=methods, include_in_schema=False)
    return app
