# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Columns in the units of other programs: UTF-8 bytes and UTF-16 units instead of code points."""

from __future__ import annotations

from collections.abc import Sequence


def utf8_column(lines: Sequence[str], line: int, column: int) -> int:
    """The 1-based column in UTF-8 bytes; the column as it is when the line is not to be had."""
    return _units(lines, line, column, "utf-8", 1)


def utf16_column(lines: Sequence[str], line: int, column: int) -> int:
    """The 1-based column in UTF-16 units; the column as it is when the line is not to be had."""
    return _units(lines, line, column, "utf-16-le", 2)


def _units(lines: Sequence[str], line: int, column: int, encoding: str, size: int) -> int:
    if not 1 <= line <= len(lines):
        return column
    before = lines[line - 1][: column - 1]
    return 1 + len(before.encode(encoding, "surrogatepass")) // size
