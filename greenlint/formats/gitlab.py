# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GitLab Code Quality: a JSON array, paths relative to the project's directory."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.formats.encode import rows
from greenlint.formats.paths import in_checkout
from greenlint.formats.words import sentence
from greenlint.result import Entry, ReportContext
from greenlint.rule import Severity

LEVELS = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: ReportContext) -> Iterator[str]:
    """All findings that count; no byte-order mark, which GitLab cannot read."""
    yield rows([issue(report, entry) for entry in report.entries]) + "\n"


def issue(report: ReportContext, entry: Entry) -> dict[str, object]:
    """One violation; the merge request shows the description alone, so the code is in it."""
    span = entry.finding.span
    return {
        "description": f"{entry.finding.code}: {sentence(entry)}",
        "check_name": entry.finding.code,
        "fingerprint": entry.finding.fingerprint,
        "severity": LEVELS[entry.severity],
        "location": {
            "path": in_checkout(report, entry.finding.path, "CI_PROJECT_DIR"),
            "lines": {"begin": span.line, "end": span.end_line},
        },
    }
