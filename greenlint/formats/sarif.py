# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""SARIF 2.1.0, as GitHub code scanning, Azure DevOps, Quality-time and SARIF viewers read it.

Hidden findings are results only with --show-suppressed: GitHub and Quality-time count a result
whether it carries `suppressions` or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from greenlint.finding import Place
from greenlint.formats import costs
from greenlint.formats.encode import dumps
from greenlint.formats.listing import listed, rules_of, worst_first
from greenlint.formats.paths import file_uri
from greenlint.formats.sarif_parts import SRCROOT, fix, location, message, rule
from greenlint.formats.words import SITE, plural, sentence, text_of
from greenlint.result import Entry, ReportContext
from greenlint.rule import Safety
from greenlint.version import __version__

Json = dict[str, Any]

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
# GitHub rejects a run with more results than this, and shows the first 5,000 of fewer.
LIMIT = 25_000


def render(report: ReportContext) -> Iterator[str]:
    """One log with one run, its results worst first."""
    yield dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run(report)]}, indent=1) + "\n"


def run(report: ReportContext) -> Json:
    """The tool with the rules that its results need, and the results."""
    entries = worst_first(listed(report))
    kept, cut = entries[:LIMIT], len(entries) - LIMIT
    rules = rules_of(kept)
    indices = {code: index for index, code in enumerate(rules)}
    ranks = costs.ranks(kept)
    value: Json = {
        "tool": {"driver": {**driver(), "rules": [rule(info) for info in rules.values()]}},
        "automationDetails": {"id": "greenlint/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {SRCROOT: {"uri": file_uri(report.cwd).rstrip("/") + "/"}},
        "results": [result(report, entry, indices, ranks.get(id(entry))) for entry in kept],
    }
    if cut > 0:
        value["invocations"] = [{"executionSuccessful": True, **cut_notice(cut)}]
    return value


def driver() -> Json:
    """What the tool says of itself."""
    return {
        "name": "greenlint",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": SITE,
    }


def cut_notice(cut: int) -> Json:
    """The words about results left out, where viewers show them."""
    text = f"{plural(cut, 'finding')} more, left out: consumers take at most {LIMIT} results."
    return {"toolExecutionNotifications": [{"level": "warning", "message": {"text": text}}]}


def result(
    report: ReportContext, entry: Entry, indices: Mapping[str, int], rank: float | None = None
) -> Json:
    """One finding; `level` is always written, since Quality-time reads it without a default.
    `rank` is how much its tests use, beside the other findings: 0 to 100.
    """
    finding = entry.finding
    place: Json = location(report, finding.path, finding.span)
    if finding.symbol:
        place["logicalLocations"] = [{"fullyQualifiedName": finding.symbol}]
    value: Json = {
        "ruleId": finding.code,
        "ruleIndex": indices[entry.rule.code],
        "level": entry.severity.value,
        "message": message(sentence(entry)),
        "locations": [place],
    }
    if finding.fingerprint:
        # GitHub matches alerts by the first name only; the second is ours, with its version.
        names = ("primaryLocationLineHash", "greenlint/v1")
        value["partialFingerprints"] = dict.fromkeys(names, finding.fingerprint)
    if finding.related:
        value["relatedLocations"] = [
            related(report, number, place) for number, place in enumerate(finding.related, 1)
        ]
    if finding.fix and finding.fix.safety is Safety.SAFE:
        value["fixes"] = [fix(report, finding.path, finding.fix)]
    if rank is not None:
        value["rank"] = rank
    return value | dict(standing(entry)) | {"properties": properties(entry)}


def related(report: ReportContext, number: int, place: Place) -> Json:
    """A numbered secondary location."""
    where = location(report, place.path, place.span)
    return {"id": number, **where, "message": message(text_of(place.message))}


def standing(entry: Entry) -> Iterator[tuple[str, object]]:
    """How the finding stands to comments and to the baseline."""
    if entry.baseline_state:
        yield "baselineState", entry.baseline_state.value
    if entry.suppressed:
        suppression = {"kind": entry.suppressed.kind, "status": "accepted"}
        if entry.suppressed.reason:
            suppression["justification"] = entry.suppressed.reason
        yield "suppressions", [suppression]


def properties(entry: Entry) -> Json:
    """What SARIF has no field for."""
    return {
        "category": entry.rule.category,
        "confidence": entry.finding.confidence.value,
        "proof": entry.rule.proof.value,
    }
