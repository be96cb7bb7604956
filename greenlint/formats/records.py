# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A finding and a summary as plain data: the schema ``greenlint-findings/1``."""

from __future__ import annotations

from greenlint.finding import FoundFix, Place, Span
from greenlint.formats import costs
from greenlint.formats.words import advice, sentence, text_of
from greenlint.result import Entry, ReportContext, Suppressed
from greenlint.rule import Safety, Severity
from greenlint.version import __version__

SCHEMA = "greenlint-findings/1"
TOOL = {"name": "greenlint", "version": __version__}


def record(report: ReportContext, entry: Entry) -> dict[str, object]:
    """One finding; lines and columns are 1-based, columns count code points, ends are exclusive."""
    finding, rule = entry.finding, entry.rule
    state = entry.baseline_state
    return {
        "code": finding.code,
        "name": rule.name,
        "category": rule.category,
        "severity": entry.severity.value,
        "confidence": finding.confidence.value,
        "proof": rule.proof.value,
        "message": sentence(entry),
        "help": advice(entry),
        "path": report.shown(finding.path),
        "symbol": finding.symbol,
        **_span(finding.span),
        "fix": _fix(finding.fix) if finding.fix else None,
        "fingerprint": finding.fingerprint,
        "url": rule.url,
        "baseline_state": state.value if state else None,
        "suppressed": _suppressed(entry.suppressed) if entry.suppressed else None,
        "related": [_related(report, place) for place in finding.related],
        "energy": costs.record(entry.cost),
    }


def summary(report: ReportContext) -> dict[str, object]:
    """How many of what; `fixed` counts the findings that this run took away."""
    counts = report.counts
    return {
        "files": counts.files,
        "parsed": counts.parsed,
        "skipped": counts.skipped,
        "cached": counts.cached,
        "failed": counts.failed,
        "findings": len(report.entries),
        "errors": report.of(Severity.ERROR),
        "warnings": report.of(Severity.WARNING),
        "notes": report.of(Severity.NOTE),
        "suppressed": report.suppressed,
        "in_baseline": report.in_baseline,
        "stale_baseline": report.stale,
        "fixable": report.fixable(Safety.SAFE),
        "fixable_unsafe": report.fixable(Safety.UNSAFE),
        "fixed": sum(report.fixed.values()),
        "seconds": round(report.seconds, 3),
    }


def _span(span: Span) -> dict[str, object]:
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _fix(fix: FoundFix) -> dict[str, object]:
    return {
        "applicability": fix.safety.value,
        "message": text_of(fix.message),
        "edits": [{**_span(edit.span), "text": edit.text} for edit in fix.edits],
    }


def _suppressed(suppressed: Suppressed) -> dict[str, object]:
    return {"kind": suppressed.kind, "reason": suppressed.reason}


def _related(report: ReportContext, place: Place) -> dict[str, object]:
    return {
        "path": report.shown(place.path),
        **_span(place.span),
        "message": text_of(place.message),
    }
