# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The floor under any LibCST linter: parse every file of a list and do nothing with it."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import libcst


def parse_all(listing: Path) -> int:
    """The number of listed files that LibCST parses; the others are skipped."""
    parsed = 0
    for path in listing.read_text().splitlines():
        try:
            libcst.parse_module(Path(path).read_bytes())
        except (libcst.ParserSyntaxError, UnicodeDecodeError, ValueError):
            continue
        parsed += 1
    return parsed


if __name__ == "__main__":
    gc.disable()
    print(parse_all(Path(sys.argv[1])))
