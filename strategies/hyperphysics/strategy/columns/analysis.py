# SPDX-License-Identifier: GPL-3.0-or-later
"""One engine call for many frames, with the log line that says what it cost.

The strategy reaches the engine only through this module: hyperopt pickles the modules of a
strategy's base classes by value, and an engine reachable from there could not be pickled.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from hyperphysics import _engine, engine
from hyperphysics.freqtrade_bridge import engine_calls
from hyperphysics.freqtrade_bridge.engine_calls import EngineCall
from hyperphysics.order_books import playback
from hyperphysics.strategy.columns.column_cache import ColumnCache
from hyperphysics.strategy.columns.live_cache import LiveCache
from hyperphysics.strategy.rules.settings import Settings

if TYPE_CHECKING:
    from hyperphysics._engine import Value

logger = logging.getLogger(__name__)

Parameters: TypeAlias = "Mapping[str, Value]"


# One for each process, as an engine is; never reachable from what hyperopt pickles.
_column_cache = ColumnCache()


def analyze(
    frames: Mapping[str, pd.DataFrame],
    *,
    timeframe: str,
    settings: Settings,
    families: Sequence[str],
    parameters: Parameters,
    threads: int | None,
    last: int | None,
    use_cache: bool = False,
    live_cache: LiveCache | None = None,
) -> dict[str, pd.DataFrame]:
    """The engine's columns of every frame, and those of recorded books, with the frame's index.

    Args:
        frames: Candles by pair; not changed.
        timeframe: Length of a candle, such as "1h".
        settings: Device, memory and recorded books.
        families: Families to compute.
        parameters: The engine's parameters by name.
        threads: Threads of the CPU backend, or None for all cores.
        last: Newest rows to compute, or None for all.
        use_cache: Whether to keep columns by candles and parameters, because the same candles will
            come again with other parameters; then only families of which something changed are
            computed. Takes `last` None.
        live_cache: What earlier calls have computed, where the same candles come again with new
            ones; then only rows that are not there yet are computed.

    Raises:
        ValueError: Where candles or parameters are wrong, naming pair and row, or a file of books.
    """
    shared = engine.shared(
        {"device": settings.device, "threads": threads, "max_memory": settings.max_memory}
    )

    def compute(
        part: Mapping[str, pd.DataFrame],
        families: Sequence[str],
        last: int | None,
        progress: str = "",
    ) -> dict[str, pd.DataFrame]:
        start = perf_counter()
        options: dict[str, Any] = dict(parameters)
        before = shared.plans
        found = shared.columns(part, timeframe=timeframe, families=families, last=last, **options)
        call = EngineCall(
            candles=sum(min(len(frame), last or len(frame)) for frame in part.values()),
            pairs=len(part),
            seconds=perf_counter() - start,
            device=_ran(shared, before),
            families=families,
        )
        logger.info(
            "hyperphysics: analysed %d candles of %d pairs in %.3f s on %s (families %s)%s",
            *(call.candles, call.pairs, call.seconds, call.device, ", ".join(families), progress),
        )
        engine_calls.record(call)
        return found

    if use_cache:
        found = _column_cache.columns(
            frames, families, parameters, timeframe, lambda some: compute(frames, some, None)
        )
    elif live_cache is not None:
        found = live_cache.columns(
            frames,
            families,
            parameters,
            timeframe,
            last,
            lambda part, count, progress: compute(part, families, count, f": {progress}"),
        )
    else:
        found = compute(frames, families, last)
    if settings.books is None:
        return found
    books = playback.columns(
        Path(settings.books),
        frames,
        timeframe=timeframe,
        stake=settings.book_stake,
        engine=shared,
        last=last,
    )
    return {pair: pd.concat([own, books[pair]], axis="columns") for pair, own in found.items()}


def _ran(shared: engine.Engine, before: Mapping[str, int]) -> str:
    """Names of what has run plans since `before`, other threads' too.

    A device that ran none stays closed.
    """
    ran = {backend for backend, count in shared.plans.items() if count > before.get(backend, 0)}
    names = [shared.device.name] if "vulkan" in ran else []
    if "cpu" in ran or not names:
        names.append(_engine.processor())
    return " and ".join(names)
