# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where a store is: a path for SQLite, a URL for PostgreSQL, shown without its password."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from greenlint_profiler.said import say
from greenlint_profiler.stores.error import StoreError

DEFAULT = ".greenlint/energy.sqlite3"
POSTGRES = ("postgresql", "postgres")

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://(.*)", re.DOTALL)
# What libpq reads as well, and what would otherwise be taken for the name of a file.
_KEYWORDS = re.compile(r"\s*(?:host|dbname|user|password|port|service)\s*=")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store is: `path` is set for SQLite, `url` for PostgreSQL.

    `shown` is for people: it never holds a password.
    """

    shown: str
    path: Path | None = None
    url: str = ""


def address(where: str, root: Path) -> Address:
    """The address that a user means; empty is the default.  A path is relative to `root`.

    Raises StoreError for a URL that is none of ours.
    """
    where = where.strip() or DEFAULT
    match = _URL.fullmatch(where)
    if match is None:
        return _file(where, root)
    scheme = match[1].lower()
    if scheme in POSTGRES:
        return Address(_without_password(scheme, match[2]), url=where)
    close = get_close_matches(scheme, POSTGRES, 1)
    hint = say(" Did you mean {name}?", name=f"{close[0]}://") if close else ""
    raise StoreError(
        "There is no store of the kind {scheme}://.{hint} A store is a path, such as "
        "{default}, or a URL that begins with postgresql://.",
        scheme=scheme,
        hint=hint,
        default=DEFAULT,
    )


def _file(where: str, root: Path) -> Address:
    if _KEYWORDS.match(where):
        raise StoreError(
            "A store in PostgreSQL is named by a URL, postgresql://USER@HOST/DATABASE, "
            "and not by a list of keywords."
        )
    if "\0" in where:
        raise StoreError(
            "The store {where} is no path: it holds a null character.", where=repr(where)
        )
    path = root / Path(where).expanduser()
    inside = path.is_relative_to(root)
    return Address((path.relative_to(root) if inside else path).as_posix(), path=path)


def _without_password(scheme: str, rest: str) -> str:
    """User, host and database.  All before the last @ is the user's, however badly it is written;
    what follows a question mark may hold a password and is left out.
    """
    who, at, where = rest.rpartition("@")
    user, colon, _ = who.partition(":")
    return f"{scheme}://{user}{':***' if colon else ''}{at}{where.partition('?')[0]}"
