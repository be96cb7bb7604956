# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The smaller objects of a SARIF log: rules, locations, messages, fixes."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from greenlint.finding import FoundFix, Span
from greenlint.formats.paths import file_uri, uri
from greenlint.formats.words import SITE, description, shorten, text_of, title
from greenlint.result import ReportContext
from greenlint.rule import RuleInfo, Severity

Json = dict[str, Any]

SRCROOT = "SRCROOT"
TEXT_LIMIT = 1024  # GitHub's, for the descriptions of a rule
_LINK = re.compile(r"\[[^\]]*\]\(")
# GitHub's words for the severity of a problem that is no security matter.
_PROBLEM = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "recommendation",
}


def rule(info: RuleInfo) -> Json:
    """A reporting descriptor, complete for GitHub and Quality-time."""
    return {
        "id": info.code,
        "name": info.name,
        "shortDescription": {"text": shorten(title(info), TEXT_LIMIT)},
        "fullDescription": {"text": shorten(description(info), TEXT_LIMIT)},
        "help": rule_help(info),
        "helpUri": info.url or SITE,
        "defaultConfiguration": {"level": info.severity.value},
        "properties": {
            "precision": info.confidence.value,
            "problem.severity": _PROBLEM[info.severity],
            "tags": ["energy", info.category, f"proof-{info.proof}", info.lifecycle.value],
        },
    }


def rule_help(info: RuleInfo) -> Json:
    """What to do, as text and as Markdown."""
    about = description(info)
    page = [f"[{info.code} {info.name}]({info.url})"] if info.url else []
    return {
        "text": "\n".join(filter(None, (about, info.url))),
        "markdown": "\n\n".join([*about.splitlines(), *page]),
    }


def message(text: str) -> Json:
    """A message whose brackets cannot be taken for an embedded link (SARIF 3.11.6)."""
    if _LINK.search(text):
        text = re.sub(r"([\\\[\]])", r"\\\1", text)
    return {"text": text}


def location(report: ReportContext, path: str, span: Span) -> Json:
    """A location with all four ends of its region."""
    return {
        "physicalLocation": {"artifactLocation": artifact(report, path), "region": region(span)}
    }


def artifact(report: ReportContext, path: str) -> Json:
    """A file below the working directory by relative URI, any other by absolute one."""
    shown = report.shown(path)
    if shown.startswith("../") or os.path.isabs(shown):
        return {"uri": file_uri(Path(report.root / path))}
    return {"uri": uri(shown), "uriBaseId": SRCROOT}


def region(span: Span) -> Json:
    """1-based, the end exclusive: SARIF's own convention."""
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def fix(report: ReportContext, path: str, found: FoundFix) -> Json:
    """The edits of a fix as replacements in one file."""
    replacements = [
        {"deletedRegion": region(edit.span), "insertedContent": {"text": edit.text}}
        for edit in found.edits
    ]
    change = {"artifactLocation": artifact(report, path), "replacements": replacements}
    return {"description": {"text": text_of(found.message)}, "artifactChanges": [change]}
