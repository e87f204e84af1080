"""Order books as points of hyperbolic space H³: depth, slippage and the next move of the price.

`HyperbolicOrderBook` keeps one book up to date from an exchange's snapshots and updates;
`Engine.books` measures many books in one call.
"""

from hyperphysics._engine import (
    BookSide,
    BookState,
    Fill,
    HyperbolicOrderBook,
    MoveModel,
    SequenceError,
)

__all__ = ["BookSide", "BookState", "Fill", "HyperbolicOrderBook", "MoveModel", "SequenceError"]
