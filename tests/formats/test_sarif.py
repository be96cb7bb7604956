# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""SARIF: the OASIS schema, GitHub's limits, and readers that take what they want."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urljoin

import pytest
from jsonschema import Draft4Validator

from greenlint.formats import sarif
from greenlint.rule import Safety

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "schemas/sarif-schema-2.1.0.json").read_text("utf-8")
)
REPORTS = ("report", "empty", "hostile", "many")


@pytest.fixture
def run(written):
    return lambda report: json.loads(written("sarif", report))["runs"][0]


@pytest.mark.parametrize("which", REPORTS)
@pytest.mark.parametrize("hidden", [True, False])
def test_every_report_fits_the_oasis_schema(which, hidden, request, written):
    """Whatever was found, hidden findings shown or not."""
    context = replace(request.getfixturevalue(which), show_suppressed=hidden)
    Draft4Validator(SCHEMA).validate(json.loads(written("sarif", context)))


def quality_time(log: dict) -> list[tuple[str, str, str, str, str]]:
    """What ICTU Quality-time takes from a log, with its indexing that allows no absence."""
    entities = []
    for run in log["runs"]:
        rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
        for result in run["results"]:
            rule = rules[result["ruleId"]]
            for location in result["locations"]:
                uri = location["physicalLocation"]["artifactLocation"]["uri"]
                entities.append(
                    (
                        f"{result['ruleId']}@{uri}",
                        result["message"]["text"],
                        result["level"],
                        rule["shortDescription"]["text"] + rule["fullDescription"]["text"],
                        rule["helpUri"],
                    )
                )
    return entities


@pytest.mark.parametrize("which", REPORTS)
def test_quality_time_can_read_it(which, request, written):
    """Each result has its rule, its level and its place, and none of them is empty."""
    context = request.getfixturevalue(which)
    entities = quality_time(json.loads(written("sarif", context)))
    shown = len(context.entries) + (len(context.hidden) if context.show_suppressed else 0)
    assert len(entities) == shown
    assert all(all(values) for values in entities)


def test_rules_are_complete_and_within_limits(many, report, run):
    """Each result's rule is there at its index; texts and tags keep to GitHub's limits."""
    long = replace(report.entries[0].rule, code="GRN399", summary="s" * 3000, help="h" * 3000)
    other = replace(report.entries[0], rule=long)
    other = replace(other, finding=replace(other.finding, code=long.code))
    value = run(replace(many, entries=(*many.entries, other)))
    rules = value["tool"]["driver"]["rules"]
    for result in value["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for rule in rules:
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert len(rule["properties"]["tags"]) <= 10
        assert rule["properties"]["problem.severity"] in {"error", "warning", "recommendation"}
        assert "security-severity" not in rule["properties"]


def test_the_worst_come_first(many, run):
    """GitHub shows five thousand: they are the worst ones."""
    levels = [result["level"] for result in run(many)["results"]]
    assert {levels.count(level) for level in ("error", "warning", "note")} == {66, 67}
    assert levels == sorted(levels, key=["error", "warning", "note"].index)


def test_what_is_cut_is_said(many, run, monkeypatch):
    """Beyond what consumers take, a notification counts the rest."""
    monkeypatch.setattr(sarif, "LIMIT", 150)
    value = run(many)
    assert len(value["results"]) == 150
    [notice] = value["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"].startswith("50 findings more")


def test_uris_lead_to_the_files(hostile, run):
    """A path is encoded byte by byte; one outside the working directory is absolute."""
    value = run(hostile)
    base = value["originalUriBaseIds"]["SRCROOT"]["uri"]
    result = value["results"][0]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    path = hostile.entries[0].finding.path
    assert artifact["uriBaseId"] == "SRCROOT"
    assert unquote_to_bytes(artifact["uri"]) == path.encode("utf-8", "surrogateescape")
    assert urljoin(base, artifact["uri"]).startswith("file:///project/src/a%20b")
    outside = result["relatedLocations"][1]["physicalLocation"]["artifactLocation"]
    assert unquote(outside["uri"]) == "file:///out|side.py"
    assert "uriBaseId" not in outside


def test_only_safe_fixes_are_offered(report, run):
    """A viewer applies a fix with one click."""
    unsafe, safe = run(report)["results"]
    assert "fixes" not in unsafe
    [change] = safe["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 4, "startColumn": 9, "endLine": 4, "endColumn": 28},
            "insertedContent": {"text": "x"},
        }
    ]
    assert report.entries[0].fixable is Safety.UNSAFE


def test_hidden_findings_are_suppressed_results(report, run):
    """A comment is inSource with its reason, the baseline external and unchanged."""
    assert len(run(report)["results"]) == 2
    results = run(replace(report, show_suppressed=True))["results"]
    comment, known = results[-2:]
    assert comment["suppressions"] == [
        {"kind": "inSource", "status": "accepted", "justification": "3 rows at most"}
    ]
    assert known["suppressions"] == [{"kind": "external", "status": "accepted"}]
    assert known["baselineState"] == "unchanged"


def test_code_in_a_message_is_no_link(hostile, report, run):
    """Brackets that look like an embedded link are escaped, others are left alone."""
    assert r"\[a\](1)" in run(hostile)["results"][0]["message"]["text"]
    assert "`text` is rebuilt" in run(report)["results"][1]["message"]["text"]


def test_fingerprints_are_ours(report, run):
    """GitHub's name for it, and our own."""
    mark = report.entries[0].finding.fingerprint
    expected = {"primaryLocationLineHash": mark, "greenlint/v1": mark}
    assert run(report)["results"][0]["partialFingerprints"] == expected


@pytest.mark.parametrize("which", REPORTS)
def test_sarif_tools_reads_it(which, request, written, tmp_path):
    """The loader of sarif-tools finds as many records, by severity, as were written."""
    loader = pytest.importorskip("sarif.loader")
    context = request.getfixturevalue(which)
    path = tmp_path / "greenlint.sarif"
    path.write_text(written("sarif", context), encoding="utf-8")
    loaded = loader.load_sarif_file(str(path))
    read = loaded.get_report()
    entries = context.entries + (context.hidden if context.show_suppressed else ())
    for severity in ("error", "warning", "note"):
        expected = sum(entry.severity == severity for entry in entries)
        assert read.get_issue_count_for_severity(severity) == expected
