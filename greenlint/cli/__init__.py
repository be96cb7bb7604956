# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The way into the command ``greenlint``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greenlint.workers import Pool

# Words after which nothing is parsed, or not by a worker.
_NO_PARSE = ("-h", "--help", "--show-files", "--explain", "--cache-dir")


def main() -> NoReturn:
    """The console script: see greenlint.cli.group."""
    _open_standard_streams()
    pool = early_pool(sys.argv[1:])
    try:
        from greenlint.cli.group import run

        code = run(pool)
    finally:
        if pool is not None:
            pool.close()
    sys.exit(code)


def _open_standard_streams() -> None:
    """A stream that the shell closed leads nowhere; its number must not become another file's."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 -- for the whole run


def early_pool(words: Sequence[str]) -> Pool | None:
    """A worker that imports the parser while the command still reads its words, its configuration
    and its rules: where `check` is called and the lack of a cache says that there will be
    something to parse.  A wrong guess costs a process that is ended again.
    """
    if sys.platform != "linux" or "check" not in words:
        return None
    words = words[words.index("check") + 1 :]
    if any(word.startswith(_NO_PARSE) for word in words):
        return None
    if "--no-cache" not in words and "-" not in words:
        paths = [word for word in words if os.path.exists(word)]
        if _has_cache(os.path.abspath(paths[0] if paths else ".")):
            return None
    from greenlint.workers import Pool

    return Pool()


def _has_cache(path: str) -> bool:
    while True:
        if os.path.isdir(os.path.join(path, ".greenlint", "cache")):
            return True
        above = os.path.dirname(path)
        if above == path:
            return False
        path = above
