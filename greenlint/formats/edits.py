# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The edits of one fix as a single one, for consumers that apply each edit by itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from greenlint.finding import Span, TextEdit


def merged(edits: Sequence[TextEdit], lines: Sequence[str]) -> TextEdit | None:
    """One edit from the first place to the last; None when the source between is not to be had."""
    ordered = sorted(edits, key=lambda edit: edit.span)
    if not ordered:
        return None
    whole = _cover(ordered[0].span, ordered[-1].span)
    if len(ordered) == 1:
        return ordered[0]
    if whole.end_line > len(lines):
        return None
    parts = [ordered[0].text]
    for before, after in pairwise(ordered):
        parts += [_between(lines, before.span, after.span), after.text]
    return TextEdit(whole, "".join(parts))


def _cover(first: Span, last: Span) -> Span:
    return Span(first.line, first.column, last.end_line, last.end_column, first.start, last.end)


def _between(lines: Sequence[str], before: Span, after: Span) -> str:
    if before.end_line == after.line:
        return lines[after.line - 1][before.end_column - 1 : after.column - 1]
    head = lines[before.end_line - 1][before.end_column - 1 :]
    tail = lines[after.line - 1][: after.column - 1]
    return "\n".join([head, *lines[before.end_line : after.line - 1], tail])
