"""The files that freqtrade keeps candles in: their names, and what is in them."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from pathlib import Path

import polars as pl

FORMATS = ("feather", "parquet", "json", "json.gz")
"""Endings of freqtrade's formats feather, parquet, json and jsongz, the preferred first."""
SUFFIX = f"(?:{'|'.join(map(re.escape, FORMATS))})"
"""A pattern of them."""

_REPLACED = re.compile(r"[/ .@$+:]")
_CANDLE = ("date", "open", "high", "low", "close", "volume")
_FUNDING = ("date", "funding_rate")


def pair_stem(pair: str) -> str:
    """A pair in a file's name, as freqtrade's `pair_to_filename` writes it: BTC_USDT_USDT."""
    return _REPLACED.sub("_", pair)


def pair_stems(base: str, quote: str, *, futures: bool) -> set[str]:
    """What a pair may be called on a command line, as it stands in a file's name.

    BTC, BTC/USDT and, of futures, BTC/USDT:USDT.
    """
    names = {base, f"{base}/{quote}"} | ({f"{base}/{quote}:{quote}"} if futures else set())
    return {pair_stem(name) for name in names}


def candle_file(folder: Path, pair: str, timeframe: str) -> Path:
    """Where freqtrade keeps the candles of a pair below a data folder.

    Of several formats the first in `FORMATS`; the feather file where there is none.
    """
    name = f"{pair_stem(pair)}-{timeframe}"
    stem = folder / "futures" / f"{name}-futures" if ":" in pair else folder / name
    paths = [stem.with_name(f"{stem.name}.{ending}") for ending in FORMATS]
    return next((path for path in paths if path.exists()), paths[0])


def read_frame(path: Path, columns: tuple[str, ...] | None = None) -> pl.DataFrame:
    """The named columns, or all, of a candle or funding file of freqtrade; dates are in UTC.

    Raises:
        ValueError: not such a file, or a column is missing; the message names it.
    """
    kind = next((item for item in FORMATS[::-1] if path.name.endswith(f".{item}")), "")
    if not kind:
        raise ValueError(f"{path}: unknown format; expected {', '.join(FORMATS)}")
    try:
        if kind.startswith("json"):
            frame = _json(path)
            there = frame.columns
        else:
            schema = (pl.read_ipc_schema if kind == "feather" else pl.read_parquet_schema)(path)
            there = list(schema)
        missing = [name for name in columns or () if name not in there]
        if missing:
            raise ValueError(
                f"{path}: {missing[0]} is missing; expected {', '.join(columns or ())}"
            )
        wanted = list(columns or there)
        if kind == "feather":
            return pl.read_ipc(path, columns=wanted)
        return pl.read_parquet(path, columns=wanted) if kind == "parquet" else frame.select(wanted)
    except (OSError, EOFError, zlib.error, pl.exceptions.PolarsError) as error:
        raise ValueError(f"{path}: not a {kind} file ({error})") from error


def _json(path: Path) -> pl.DataFrame:
    """Rows of numbers, the first of them the date in ms."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    try:
        rows = json.loads(content)
        names = _FUNDING if rows and len(rows[0]) == len(_FUNDING) else _CANDLE
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        frame = pl.DataFrame(dict(zip(names, columns, strict=True)), strict=False)
        dates = pl.col("date").cast(pl.Int64).cast(pl.Datetime("ms", "UTC"))
        return frame.with_columns(dates, pl.col(names[1:]).cast(pl.Float64))
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path}: no table of candles in JSON ({error})") from error
