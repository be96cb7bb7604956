# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which findings a format lists, and in which order."""

from __future__ import annotations

from collections.abc import Iterable

from greenlint.result import Entry, ReportContext
from greenlint.rule import RuleInfo


def listed(report: ReportContext) -> tuple[Entry, ...]:
    """The findings that count, then the hidden ones if they were asked for."""
    return report.entries + report.hidden if report.show_suppressed else report.entries


def worst_first(entries: Iterable[Entry]) -> list[Entry]:
    """By severity; within one severity the report's order stays."""
    return sorted(entries, key=lambda entry: entry.severity.rank)


def by_path(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The findings of each file, files in the order in which they first occur."""
    files: dict[str, list[Entry]] = {}
    for entry in entries:
        files.setdefault(entry.finding.path, []).append(entry)
    return files


def rules_of(entries: Iterable[Entry]) -> dict[str, RuleInfo]:
    """The rules that the findings need, by code, in the order of the codes."""
    rules = {entry.rule.code: entry.rule for entry in entries}
    return dict(sorted(rules.items()))
