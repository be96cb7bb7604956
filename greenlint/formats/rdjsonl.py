# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Reviewdog's diagnostic format, one diagnostic a line."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.formats.encode import dumps
from greenlint.formats.rdjson import SOURCE, diagnostic
from greenlint.result import ReportContext


def render(report: ReportContext) -> Iterator[str]:
    """A line a finding, each naming its source; nothing when nothing was found."""
    for entry in report.entries:
        yield dumps({**diagnostic(report, entry), "source": SOURCE}) + "\n"
