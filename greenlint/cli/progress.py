# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How far a check has come, on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenlint.cli.group import Settings

# Fewer files than this are checked before anybody can read it.
_FEW = 24


class Progress:
    """A line on a terminal's standard error while a long run goes on."""

    def __init__(self, settings: Settings) -> None:
        self.wanted = sys.stderr.isatty() and not settings.quiet
        self._language = settings.language
        self._shown = 0

    def __enter__(self) -> Progress:
        return self

    def show(self, done: int, total: int) -> None:
        """Draw at most a hundred times."""
        percent = done * 100 // total
        if percent > self._shown and total > _FEW:
            self._shown = percent
            said = self._language.say("{done} of {total} files", done=done, total=total)
            sys.stderr.write(f"\r{said}")
            sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
