# SPDX-License-Identifier: GPL-3.0-or-later
"""How to reach an exchange for its order books, read from freqtrade's configuration."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

from freqtrade import exchange as freqtrade_exchange
from freqtrade.configuration.environment_vars import environment_vars_to_dict
from freqtrade.configuration.load_config import load_from_files
from freqtrade.exceptions import FreqtradeException
from freqtrade.exchange.common import MAP_EXCHANGE_CHILDCLASS
from freqtrade.misc import deep_merge_dicts

from hyperphysics.order_books.exchange import ExchangeAccess
from hyperphysics.order_books.store import BooksError


def read_config(files: Sequence[Path]) -> dict[str, Any]:
    """Freqtrade's configuration of these files and of the environment, unchecked.

    Raises:
        BooksError: A file cannot be read.
    """
    try:
        config = load_from_files([str(file) for file in files]) if files else {}
        return dict(deep_merge_dicts(environment_vars_to_dict(), config))
    except FreqtradeException as error:
        raise BooksError(str(error)) from error


def exchange_access(config: dict[str, Any], name: str | None = None) -> ExchangeAccess:
    """Name, trading mode and ccxt settings of freqtrade's configuration.

    Args:
        config: Its sections; all may be missing.
        name: An exchange's name in ccxt, in front of the configuration's.

    Raises:
        BooksError: No exchange is named.
    """
    section = config.get("exchange", {})
    chosen = str(name or section.get("name") or "").lower()
    if not chosen:
        raise BooksError("no exchange: name it, or a configuration that does")
    futures = config.get("trading_mode") == "futures"
    known = traits(chosen, futures=futures)
    options: dict[str, Any] = {}
    if futures:
        options = {"options": {"defaultType": known["ccxt_futures_name"]}}
    for key in ("ccxt_config", "ccxt_async_config"):
        # settings of another exchange would lead this one astray
        if chosen == str(section.get("name", "")).lower():
            options = deep_merge_dicts(section.get(key, {}), options)
    limit = partial(
        freqtrade_exchange.Exchange.get_next_limit_in_list,
        limit_range=known["l2_limit_range"],
        range_required=known["l2_limit_range_required"],
        upper_limit=known["l2_limit_upper"],
    )
    return ExchangeAccess(chosen, options, limit)


def traits(name: str, *, futures: bool) -> dict[str, Any]:
    """What freqtrade knows of an exchange: its `_ft_has`.

    Args:
        name: As freqtrade and ccxt write it; one without a class of its own has the defaults.
        futures: Whether in futures mode.
    """
    base: Any = freqtrade_exchange.Exchange
    own = MAP_EXCHANGE_CHILDCLASS.get(name, name).title()
    kind: Any = getattr(freqtrade_exchange, own, base)
    known = deep_merge_dicts(kind._ft_has, deepcopy(base._ft_has_default))
    return dict(deep_merge_dicts(kind._ft_has_futures, known) if futures else known)
