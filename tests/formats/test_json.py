# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The findings as JSON: the published schema, and what is in it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/schemas/greenlint-findings-1.json").read_text("utf-8")
)


def check(value: object, schema: object = SCHEMA) -> None:
    Draft202012Validator(schema).validate(value)


def test_the_schema_is_one():
    """What is published is a JSON Schema."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("which", ["report", "empty", "hostile", "many"])
@pytest.mark.parametrize("hidden", [True, False])
def test_every_report_fits_the_schema(which, hidden, request, written):
    """The object and each line of jsonl."""
    context = replace(request.getfixturevalue(which), show_suppressed=hidden)
    value = json.loads(written("json", context))
    check(value)
    lines = [json.loads(line) for line in written("jsonl", context).splitlines()]
    assert lines == value["findings"]


def test_every_field_written_is_published(report, written):
    """No field is left out of the schema."""
    value = json.loads(written("json", report))
    assert value.keys() == SCHEMA["properties"].keys()
    definitions = SCHEMA["$defs"]
    assert value["summary"].keys() == definitions["summary"]["properties"].keys()
    assert value["findings"][0].keys() == definitions["finding"]["properties"].keys()
    assert value["findings"][0]["fix"].keys() == definitions["fix"]["properties"].keys()
    related = value["findings"][0]["related"][0]
    assert related.keys() == definitions["related"]["properties"].keys()


def test_the_sample(report, written):
    """Counts and places are as given."""
    value = json.loads(written("json", replace(report, fixed={"GRN102": 2, "GRN301": 1})))
    first = value["findings"][0]
    assert (first["line"], first["column"], first["end_line"], first["end_column"]) == (
        42,
        21,
        42,
        53,
    )
    assert first["fix"]["applicability"] == "unsafe"
    assert first["help"] == "group by customer"
    assert value["summary"] | {"seconds": 0} == {
        "files": 41, "parsed": 2, "skipped": 1, "cached": 38, "failed": 0,
        "findings": 2, "errors": 0, "warnings": 1, "notes": 1,
        "suppressed": 1, "in_baseline": 1, "stale_baseline": 2,
        "fixable": 1, "fixable_unsafe": 1, "fixed": 3, "seconds": 0,
    }  # fmt: skip


def test_hidden_findings_carry_their_standing(report, written):
    """A comment's reason and the baseline's state."""
    value = json.loads(written("json", replace(report, show_suppressed=True)))
    comment, baseline = value["findings"][2:]
    assert comment["suppressed"] == {"kind": "inSource", "reason": "3 rows at most"}
    assert comment["baseline_state"] is None
    assert baseline["baseline_state"] == "unchanged"


def test_paths_are_relative_to_the_working_directory(report, written):
    """From a subdirectory, paths lead to the files."""
    value = json.loads(written("json", replace(report, cwd=report.root / "src")))
    assert [one["path"] for one in value["findings"]] == ["service.py", "export.py"]


def test_a_messages_text_survives(hostile, written):
    """All but what UTF-8 cannot hold is read back as it was."""
    message = json.loads(written("json", hostile))["findings"][0]["message"]
    assert message == str(hostile.entries[0].finding.message).replace("\ud800", "\ufffd")
