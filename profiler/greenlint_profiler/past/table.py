# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rows of words under one another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from greenlint_profiler.said import english

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

_GAP = "  "


def table(
    rows: Sequence[Sequence[str]], right: Collection[int] = (), speak: Speak = english
) -> Iterator[str]:
    """The first row is the head; the columns in `right` end at one place, as numbers do.

    A column that is empty in every row below the head is left out.
    """
    told = [[*map(speak, row)] for row in rows]
    kept = [i for i in range(len(rows[0])) if any(row[i] for row in rows[1:])]
    widths = {i: max(len(row[i]) for row in told) for i in kept}
    for row in told:
        cells = (row[i].rjust(widths[i]) if i in right else row[i].ljust(widths[i]) for i in kept)
        yield _GAP.join(cells).rstrip()
