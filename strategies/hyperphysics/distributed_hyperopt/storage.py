# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a hyperopt study is kept: a journal file or a PostgreSQL database."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import optuna
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import IntegrityError, ProgrammingError, SQLAlchemyError

from hyperphysics.distributed_hyperopt.errors import StudyError
from hyperphysics.distributed_hyperopt.journal import CrashSafeJournal

VARIABLE = "HYPERPHYSICS_HYPEROPT_STORAGE"
"""Environment variable that outranks the configuration's key `hyperopt_storage`."""

EXPECTED = '"journal:PATH" or "postgresql://USER:PASSWORD@HOST/DATABASE"'
JOURNAL = "journal:"
FIRST_TRIES = 3


@dataclass(frozen=True)
class Address:
    """Where a study is kept.

    Attributes:
        place: A journal's path, or a database.
    """

    place: Path | URL

    def __str__(self) -> str:
        """The address without its password."""
        if isinstance(self.place, Path):
            return f"{JOURNAL}{self.place}"
        return self.place.render_as_string(hide_password=True)


def parse(text: str) -> Address:
    """Read an address.

    Raises:
        StudyError: It is neither a journal's nor a PostgreSQL database's.
    """
    if text.startswith(JOURNAL):
        if not (name := text.removeprefix(JOURNAL)):
            raise StudyError(f"the study's address {text!r} names no file; expected {EXPECTED}")
        return Address(Path(name).expanduser().absolute())
    try:
        url = make_url(text)
    except SQLAlchemyError:
        # the text may hold a password
        raise StudyError(f"the study's address cannot be read; expected {EXPECTED}") from None
    if url.get_backend_name() != "postgresql":
        raise StudyError(f"no study is kept in {url.get_backend_name()!r}; expected {EXPECTED}")
    return Address(url)


def chosen(setting: str | None, environment: Mapping[str, str] = os.environ) -> Address | None:
    """The address that counts: the environment's, else the configuration's, else None."""
    text = environment.get(VARIABLE) or setting
    return parse(text) if text else None


def connect(address: Address) -> BaseStorage:
    """Open the storage, and make it where it is empty.

    Raises:
        StudyError: It cannot be reached, is damaged or is something else.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    place = address.place
    try:
        return _journal(place) if isinstance(place, Path) else _database(place)
    except ImportError as error:
        # Optuna does not say which module it misses
        raise StudyError(
            f"{address} needs the driver psycopg: pip install '.[postgresql]' in the repository"
        ) from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip()
        raise StudyError(f"the study's database {address} does not answer: {reason}") from error
    except (KeyError, RuntimeError) as error:
        raise StudyError(f"{address} holds no study of this Optuna: {error}") from error


def _journal(path: Path) -> BaseStorage:
    if not path.parent.is_dir():
        raise StudyError(f"the folder of the journal {path} does not exist: make it first")
    return JournalStorage(CrashSafeJournal(path))


def _database(url: URL) -> BaseStorage:
    if url.drivername == "postgresql":
        # which driver the bare name means differs between releases of SQLAlchemy
        url = url.set(drivername="postgresql+psycopg")
    text = url.render_as_string(hide_password=False)
    for _ in range(FIRST_TRIES):
        # two processes that find a database empty both make its tables, and one is told no
        with suppress(ProgrammingError, IntegrityError):
            return _tables(text)
        time.sleep(1.0)
    return _tables(text)


def _tables(text: str) -> BaseStorage:
    # connections are tried before use: a database may restart during a week of hyperopt
    return RDBStorage(text, engine_kwargs={"pool_pre_ping": True})
