# SPDX-License-Identifier: GPL-3.0-or-later
"""The real freqtrade as a process: its log in a file, its tables in a string."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil

from hyperphysics.freqtrade_bridge.errors import FreqtradeError

_LOG_LINE = re.compile(r"^\S+ \S+ - (?P<name>\S+) - (?P<level>[A-Z]+) - (?P<message>.*)$")


def run_freqtrade(
    arguments: list[str],
    log: Path,
    note: Callable[[str], None],
    width: int,
    **environment: str,
) -> str:
    """Run `freqtrade ARGUMENTS --logfile LOG`; returns what it wrote on stdout.

    `note` gets each log message as it comes; tables are `width` columns wide at most.
    The process has our environment, and `environment` over it. It ends where an exception ends us.

    Raises:
        FreqtradeError: it ended with another code than 0; the message holds its last error and
            the path of the log, which then holds its stderr too.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    command = [sys.executable, "-m", "freqtrade", *arguments, "--logfile", str(log)]
    own = {"COLUMNS": str(width), "PYTHONUNBUFFERED": "1"}
    errors: list[str] = []
    with subprocess.Popen(  # noqa: S603 - our interpreter, our arguments
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=os.environ | own | environment,
    ) as process:

        def read_errors() -> None:
            for line in process.stderr or ():
                errors.append(line)
                entry = _LOG_LINE.match(line)
                if entry is not None:
                    note(entry["message"])

        reader = threading.Thread(target=read_errors)
        reader.start()
        try:
            output = process.stdout.read() if process.stdout else ""
            code = process.wait()
        except BaseException:
            _end(process)
            raise
        finally:
            reader.join()
    if code != 0:
        with log.open("a") as file:
            file.write("".join(["\n--- stderr ---\n", *errors]))
        raise FreqtradeError(
            f"freqtrade {arguments[0]} {_reason(code, errors)}\nlog: {log.resolve()}"
        )
    return output


def _reason(code: int, errors: list[str]) -> str:
    entries = [entry for line in errors if (entry := _LOG_LINE.match(line))]
    told = [entry["message"] for entry in entries if entry["level"] in {"ERROR", "CRITICAL"}]
    lines = told or [line.strip() for line in errors if line.strip()]
    said = f": {lines[-1]}" if lines else ""
    return f"ended with code {code}{said}"


def _end(process: subprocess.Popen[str]) -> None:
    """SIGTERM to it and its workers, which would outlive it, and ten seconds later SIGKILL."""
    workers: list[psutil.Process] = []
    with contextlib.suppress(psutil.NoSuchProcess):
        workers = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    for worker in workers:
        with contextlib.suppress(psutil.NoSuchProcess):
            worker.terminate()
    try:
        psutil.wait_procs(workers, 10)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
    finally:
        process.kill()
        for worker in workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                worker.kill()
