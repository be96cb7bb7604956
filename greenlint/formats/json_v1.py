# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The findings as one JSON object, schema ``greenlint-findings/1``, one finding a line."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.formats.encode import dumps
from greenlint.formats.listing import listed
from greenlint.formats.records import SCHEMA, TOOL, record, summary
from greenlint.result import ReportContext


def render(report: ReportContext) -> Iterator[str]:
    """``{"schema": ..., "tool": ..., "findings": [...], "summary": ...}``"""
    yield f'{{\n"schema": {dumps(SCHEMA)},\n"tool": {dumps(TOOL)},\n"findings": ['
    separator = "\n"
    for entry in listed(report):
        yield separator + dumps(record(report, entry))
        separator = ",\n"
    yield f'\n],\n"summary": {dumps(summary(report))}\n}}\n'
