# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One JSON object a finding and a line, as in ``findings`` of the JSON format."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.formats.encode import dumps
from greenlint.formats.listing import listed
from greenlint.formats.records import record
from greenlint.result import ReportContext


def render(report: ReportContext) -> Iterator[str]:
    """A line a finding; nothing at all when nothing was found."""
    for entry in listed(report):
        yield dumps(record(report, entry)) + "\n"
