"""`--data`, `--pairs`, `--timerange` …: the market, pairs and time range of a command."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path

from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.market_data.candles import DAY, TIMEFRAMES, Timeframe
from hyperphysics.market_data.files import pair_stem, pair_stems
from hyperphysics.market_data.market import Instrument, IntervalError, Market
from hyperphysics.market_data.selection import WARM_UP, MarketSelection
from hyperphysics.market_data.sources import open_market

SIMULATED_PAIRS = ("BTC", "ETH", "SOL", "LTC")
RECORDED_PAIRS = ("BTC", "ETH", "LTC", "LINK")
SIMULATED_RANGE = "20230101-20250101"
RECORDED_RANGE = "20210101-20231231"

_RANGE = re.compile(r"(\d{8})-(\d{8})")


def add_market_arguments(parser: argparse.ArgumentParser, what: str) -> None:
    """Declare what `market_selection` reads; `what` says what is done with the time range."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="recorded candles")
    parser.add_argument(
        "--mode", choices=("spot", "futures"), help="default: what DIR holds, or spot"
    )
    parser.add_argument("--pairs", nargs="+", metavar="PAIR", help="as BTC or BTC/USDT")
    parser.add_argument("--timeframe", default="1h", help="default: %(default)s")
    parser.add_argument("--timerange", metavar="YYYYMMDD-YYYYMMDD", help=f"what is {what}")
    parser.add_argument(
        "--seed", type=int, default=0, help="of all that is not recorded (default: 0)"
    )


def market_selection(args: argparse.Namespace) -> MarketSelection:
    """What these arguments select, gaps filled with what the market holds.

    Raises:
        CommandError: no such data, pair, interval or range; the message says what there is.
    """
    if args.timeframe not in TIMEFRAMES:
        raise CommandError(f"--timeframe {args.timeframe}: expected one of {', '.join(TIMEFRAMES)}")
    timeframe = TIMEFRAMES[args.timeframe]
    try:
        perpetual = any(":" in name for name in args.pairs or ())
        market = open_market(args.data, args.mode or ("futures" if perpetual else None), args.seed)
        items = _instruments(market, args.pairs, timeframe)
    except ValueError as error:
        raise CommandError(str(error)) from error
    start, end = _range(args, market, items, timeframe)
    return MarketSelection(market, [_pair(item, market) for item in items], timeframe, start, end)


def _instruments(market: Market, names: list[str] | None, timeframe: Timeframe) -> list[Instrument]:
    there = market.instruments
    if names is None:
        usual = SIMULATED_PAIRS if market.ends is None else RECORDED_PAIRS
        wanted = [item for base in usual for item in there.values() if item.base == base]
        found = [item for item in wanted or there.values() if _made(market, item, timeframe)]
        if not found:
            raise CommandError(f"{market.label}: no {timeframe.name} candles can be made of it")
        return found
    # by the file's name, because it does not tell XAUT.b from XAUT_b
    stems = {pair_stem(name): name for name in names}
    futures = market.mode == "futures"
    known: dict[str, Instrument] = {}
    for item in there.values():
        for stem in pair_stems(item.base, item.quote, futures=futures):
            known.setdefault(stem, item)
    for pair, reason in market.unreadable.items():
        base, quote = pair.split("/")
        if not stems.keys().isdisjoint(pair_stems(base, quote, futures=futures)):
            raise CommandError(f"--pairs {pair}: {reason}")
    for stem, name in stems.items():
        if stem not in known:
            pairs = ", ".join(_pair(item, market) for item in there.values())
            raise CommandError(f"--pairs {name}: the {market.label} has {pairs}")
        if not _made(market, known[stem], timeframe):
            raise CommandError(f"--pairs {name}: no {timeframe.name} candles can be made of it")
    return list({known[stem].symbol: known[stem] for stem in stems}.values())


def _made(market: Market, item: Instrument, timeframe: Timeframe) -> bool:
    try:
        return len(market.candles(item.symbol, timeframe, item.listed, 2**62, 1)) > 0
    except IntervalError:
        return False


def _pair(item: Instrument, market: Market) -> str:
    settle = f":{item.quote}" if market.mode == "futures" else ""
    return f"{item.base}/{item.quote}{settle}"


def _range(
    args: argparse.Namespace, market: Market, items: list[Instrument], timeframe: Timeframe
) -> tuple[int, int]:
    if args.timerange:
        return _days(args.timerange)
    if market.ends is None:
        return _days(SIMULATED_RANGE)
    listed = min(item.listed for item in items)
    ends = max(item.ends or 0 for item in items)
    start, end = _days(RECORDED_RANGE)
    if listed <= start and end <= ends:
        return start, end
    warm = listed + WARM_UP * timeframe.step
    return -(-warm // DAY) * DAY if warm < ends - DAY else listed // DAY * DAY, ends // DAY * DAY


def _days(text: str) -> tuple[int, int]:
    parts = _RANGE.fullmatch(text)
    try:
        start, end = (
            round(datetime.strptime(part, "%Y%m%d").replace(tzinfo=UTC).timestamp() * 1000)
            for part in (parts.groups() if parts else ())
        )
    except ValueError as error:
        raise CommandError(f"--timerange {text}: expected YYYYMMDD-YYYYMMDD") from error
    if start >= end:
        raise CommandError(f"--timerange {text}: it ends before it starts")
    return start, end


def data_folder(userdir: Path, market: Market) -> Path:
    """Where the downloads go: simulated and recorded candles never meet."""
    kind = "recorded" if market.ends is not None else f"simulated-seed{market.seed}"
    return userdir / "data" / kind
