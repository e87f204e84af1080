# ruff: noqa: F401
"""Part of `_engine` that `_engine_book.pyi` types: order books.

The stub checker compares a stub with the module of its name and does not look into imported
classes, so that each part of the engine's stub needs a module to be compared with.
"""

from hyperphysics._engine import (
    BookSide,
    BookState,
    Fill,
    HyperbolicOrderBook,
    MoveModel,
    measure_books,
)
