"""An application served on the loopback interface from a thread of the test's own process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from hyperphysics.simulated_exchange.server import bind


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Its URL while it answers."""
    listener, url = bind(0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
