"""A door to the exchange behind which books are missing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

from support.patience import PATIENCE


class Bookless:
    """Passes requests on, but those for books of a symbol while they are missing."""

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol
        self.missing = True

    @contextmanager
    def __call__(self, url: str) -> Iterator[str]:
        """Opens before the exchange at `url`; gives its own address."""
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if door.missing and "/depth?" in self.path and door.symbol in self.path:
                    status, body = 503, b"{}"
                else:
                    answer = requests.get(url + self.path, timeout=PATIENCE)
                    status, body = answer.status_code, answer.content
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}"
            finally:
                server.shutdown()
                thread.join()
