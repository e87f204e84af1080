"""Draw a pair's newest candles in the Poincaré disc, with Φ and CI, as one HTML file.

Each candle is a mark. Position: market state; colour: return afterwards; size: how strongly it is
coupled to the newest candle. Candles come from freqtrade's feather files, in DIR for spot pairs and
in DIR/futures for pairs such as BTC/USDT:USDT. The file needs no network.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from hyperphysics.cli.shared import engine_arguments, picture_figure
from hyperphysics.cli.shared.draw_picture import draw
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.files import picture_name
from hyperphysics.market_data.recorded import find_candles


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="such as user_data/data/binance"
    )
    parser.add_argument("--pair", required=True, help="as BTC or BTC/USDT")
    parser.add_argument("--timeframe", default="1h", help="default: %(default)s")
    parser.add_argument("--end", metavar="DATE", help="only candles that open before, in UTC")
    parser.add_argument(
        "--bars",
        type=int,
        default=picture_figure.BARS,
        help="candles in the disc (default: %(default)s)",
    )
    parser.add_argument(
        "--candles",
        type=int,
        default=picture_figure.CANDLES,
        help="candles in the chart (default: %(default)s)",
    )
    engine_arguments.add_device_argument(parser)
    engine_arguments.add_set_argument(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="default: hyperphysics-PAIR-TIMEFRAME.html here"
    )


def run(args: argparse.Namespace) -> int:
    """Draw, write and say where; returns 0."""
    if args.candles < 1:
        raise CommandError(f"--candles {args.candles}: expected at least 1")
    parameters = engine_arguments.params(args.set)
    pair, candles = find_candles(args.data, args.pair, args.timeframe)
    path = draw(
        candles,
        args.out or Path(picture_name(pair, args.timeframe)),
        pair=pair,
        timeframe=args.timeframe,
        end=_date(args.end),
        device=args.device,
        bars=args.bars,
        shown=args.candles,
        parameters=parameters,
    )
    print(f"picture: {path.resolve()}")
    return 0


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        date = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--end {text}: expected a date such as 2023-06-30T12:00") from error
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
