"""Serving a market on the loopback interface until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """Leaves signals to `_serve`: uvicorn would raise them again after a clean end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(port: int) -> tuple[socket.socket, str]:
    """A socket on the loopback interface and its URL; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except (OSError, OverflowError):
        listener.close()
        raise
    return listener, f"http://{HOST}:{listener.getsockname()[1]}"


def serve(app: FastAPI, listener: socket.socket, line: str, parent: int | None = None) -> None:
    """Serve until SIGTERM, Ctrl-C or the end of the process `parent`.

    Prints `line` once requests are answered.
    """
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
    config.timeout_graceful_shutdown = 2
    asyncio.run(_serve(_Server(config), listener, line, parent))


async def _serve(
    server: uvicorn.Server, listener: socket.socket, line: str, parent: int | None
) -> None:
    def stop() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    serving = asyncio.create_task(server.serve([listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if server.started:
        print(line, flush=True)
    while not serving.done():
        if parent is not None and os.getppid() != parent:
            stop()
        await asyncio.wait([serving], timeout=0.5)
    await serving
