# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What review bots and SonarQube read: rdjson, rdjsonl, sonar."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from greenlint.finding import Span, TextEdit
from greenlint.formats.edits import merged
from greenlint.formats.sonar import text_range

# The shape of reviewdog's DiagnosticResult (rdf.proto in its JSON mapping).
POSITION = {
    "type": "object",
    "required": ["line", "column"],
    "properties": {name: {"type": "integer", "minimum": 1} for name in ("line", "column")},
    "additionalProperties": False,
}
RANGE = {
    "type": "object",
    "required": ["start", "end"],
    "properties": {"start": POSITION, "end": POSITION},
    "additionalProperties": False,
}
LOCATION = {
    "type": "object",
    "required": ["path", "range"],
    "properties": {"path": {"type": "string"}, "range": RANGE},
    "additionalProperties": False,
}
SOURCE = {"type": "object", "required": ["name", "url"]}
DIAGNOSTIC = {
    "type": "object",
    "required": ["message", "location", "severity", "code"],
    "properties": {
        "message": {"type": "string"},
        "location": LOCATION,
        "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
        "source": SOURCE,
        "code": {"type": "object", "required": ["value", "url"]},
        "suggestions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["range", "text"],
                "properties": {"range": RANGE, "text": {"type": "string"}},
                "additionalProperties": False,
            },
        },
        "relatedLocations": {
            "type": "array",
            "items": {"properties": {"message": {"type": "string"}, "location": LOCATION}},
        },
    },
    "additionalProperties": False,
}
RESULT = {
    "type": "object",
    "required": ["source", "diagnostics"],
    "properties": {"source": SOURCE, "diagnostics": {"type": "array", "items": DIAGNOSTIC}},
    "additionalProperties": False,
}


@pytest.mark.parametrize("which", ["report", "empty", "hostile", "many"])
def test_rdjson_has_reviewdogs_shape(which, request, written):
    """The object, and each line of rdjsonl, which names its source."""
    context = request.getfixturevalue(which)
    value = json.loads(written("rdjson", context))
    Draft202012Validator(RESULT).validate(value)
    lines = [json.loads(line) for line in written("rdjsonl", context).splitlines()]
    source = value["source"]
    assert lines == [{**one, "source": source} for one in value["diagnostics"]]


def test_a_fix_of_two_edits_is_one_suggestion(report, written):
    """Accepting half of a fix is impossible; an unsafe one comes with its condition."""
    first = json.loads(written("rdjson", report))["diagnostics"][0]
    [suggestion] = first["suggestions"]
    assert suggestion["range"]["start"] == {"line": 40, "column": 5}
    assert suggestion["text"] == "out = load()\n    for c in customers:\n        out[c]"
    assert first["message"].endswith("not safe without a look: order may differ")


def test_rdjson_counts_bytes(report, written):
    """Reviewdog's columns are bytes of UTF-8."""
    query = report.entries[0]
    finding = replace(query.finding, span=Span(1, 4, 1, 5, 0, 0), related=(), fix=None)
    context = replace(report, entries=(replace(query, finding=finding),), lines=lambda _: ["é𐐀=x"])
    [one] = json.loads(written("rdjson", context))["diagnostics"]
    assert one["location"]["range"]["start"]["column"] == 8
    assert one["location"]["range"]["end"]["column"] == 9


def edit(line: int, column: int, end_column: int, text: str) -> TextEdit:
    return TextEdit(Span(line, column, line, end_column, 0, 0), text)


def test_edits_merge_in_the_order_of_their_places():
    """What stands between is kept; without the source two edits cannot be merged."""
    edits = [edit(1, 6, 7, "Y"), edit(1, 1, 2, "X")]
    assert merged(edits, ["a = b"]) == edit(1, 1, 7, "X = bY")
    assert merged(edits, []) is None
    assert merged([], ["a"]) is None
    assert merged(edits[:1], []) == edits[0]


@pytest.mark.parametrize("which", ["report", "empty", "hostile", "many"])
def test_sonar_has_the_generic_issue_format(which, request, written):
    """Rules with impacts, issues with their rule; no fields of the format before 10.3."""
    value = json.loads(written("sonar", request.getfixturevalue(which)))
    rules = {rule["id"]: rule for rule in value["rules"]}
    assert len(rules) == len(value["rules"])
    for rule in rules.values():
        assert rule["name"]
        assert rule["description"]
        assert rule["engineId"] == "greenlint"
        assert rule["cleanCodeAttribute"] == "EFFICIENT"
        [impact] = rule["impacts"]
        assert impact["softwareQuality"] == "MAINTAINABILITY"
        assert impact["severity"] in {"HIGH", "MEDIUM", "LOW"}
    for issue in value["issues"]:
        assert issue["ruleId"] in rules
        assert issue["effortMinutes"] > 0
        for place in (issue["primaryLocation"], *issue.get("secondaryLocations", [])):
            assert place["filePath"]
            assert "message" in place
            assert place["textRange"]["startLine"] >= 1
        assert not issue.keys() & {"engineId", "severity", "type"}


def test_sonar_columns_start_at_zero(report, written):
    """One less than ours, in UTF-16 units."""
    issue = json.loads(written("sonar", report))["issues"][0]
    assert issue["primaryLocation"]["textRange"] == {
        "startLine": 42, "startColumn": 20, "endLine": 42, "endColumn": 52,
    }  # fmt: skip
    assert text_range(["é𐐀=x"], Span(1, 4, 1, 5, 0, 0))["startColumn"] == 4


@pytest.mark.parametrize(
    "span", [Span(1, 2, 1, 2, 0, 0), Span(1, 1, 1, 9, 0, 0), Span(3, 1, 3, 2, 0, 0)]
)
def test_sonar_gets_the_line_alone_when_columns_would_be_refused(span):
    """Empty, past the end of the line, past the end of the file."""
    assert text_range(["abc"], span) == {"startLine": span.line}


def test_sonar_severity_is_the_configured_one(report, written):
    """A rule that the configuration made an error is HIGH."""
    from greenlint.rule import Severity

    entry = replace(report.entries[0], severity=Severity.ERROR)
    value = json.loads(written("sonar", replace(report, entries=(report.entries[0], entry))))
    assert value["rules"][0]["impacts"][0]["severity"] == "HIGH"
