# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What CI systems read from the log or from a file: GitHub, Azure, GitLab, JUnit."""

from __future__ import annotations

import json
import re
from collections import Counter
from xml.etree import ElementTree


def readable(text: str) -> str:
    """What a log may show of the hostile values: all but control characters and commands."""
    shown = re.sub("[\x1b\x9b\u202e\ud800\udcff]", "\ufffd", text)
    return shown.replace("##vso[", "# #vso[")


def github_command(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the Actions runner takes it apart."""
    match = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert match
    level, properties, data = match.groups()
    pairs = dict(pair.split("=", 1) for pair in properties.split(","))
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        pairs = {name: value.replace(code, char) for name, value in pairs.items()}
        data = data.replace(code, char) if code not in ("%3A", "%2C") else data
    return level, pairs, data


def test_github_annotations(report, written):
    """Path, region, title and sentence; the worst first."""
    first, second = map(github_command, written("github", report).splitlines())
    assert first == (
        "warning",
        {
            "file": "src/service.py", "line": "42", "endLine": "42", "col": "21",
            "endColumn": "53", "title": "GRN301 query-in-loop",
        },
        "`Order.objects.filter(...)` runs once per customer",
    )  # fmt: skip
    assert second[0] == "notice"


def test_github_reads_back_hostile_values(hostile, written):
    """One command a finding, its values as they were but for control characters."""
    lines = written("github", hostile).splitlines()
    assert len(lines) == 2
    level, values, data = github_command(lines[0])
    finding = hostile.entries[1].finding
    assert level == "error"
    assert values["file"] == readable(finding.path)
    assert data == readable(str(finding.message))


def test_github_gets_ten_of_each_level(many, written):
    """Ten errors, ten warnings, nine notices and one that counts the rest."""
    lines = written("github", many).splitlines()
    assert Counter(line.split()[0] for line in lines) == {
        "::error": 10, "::warning": 10, "::notice": 10,
    }  # fmt: skip
    assert lines[-1].startswith("::notice title=greenlint::171 findings more")


def test_paths_are_relative_to_the_checkout(report, written, monkeypatch):
    """A project below the checkout's top is found by the CI system."""
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"):
        monkeypatch.setenv(name, "/")
    assert "file=project/src/service.py," in written("github", report)
    assert "sourcepath=project/src/service.py;" in written("azure", report)
    assert '"path": "project/src/service.py"' in written("gitlab", report)
    monkeypatch.setenv("CI_PROJECT_DIR", "/elsewhere")
    assert '"path": "src/service.py"' in written("gitlab", report)


def azure_command(line: str) -> tuple[dict[str, str], str]:
    """A logging command as the Azure agent takes it apart."""
    match = re.fullmatch(r"##vso\[task\.logissue ([^\]]*)\](.*)", line)
    assert match
    properties = dict(pair.split("=", 1) for pair in match[1].split(";") if pair)
    codes = (("%0D", "\r"), ("%0A", "\n"), ("%3B", ";"), ("%5D", "]"), ("%AZP25", "%"))
    data = match[2]
    for code, char in codes:
        properties = {name: value.replace(code, char) for name, value in properties.items()}
    for code, char in (codes[0], codes[1], codes[4]):
        data = data.replace(code, char)
    return properties, data


def test_azure_reads_back_hostile_values(hostile, written):
    """One command a finding, its values as they were but for control characters."""
    lines = written("azure", hostile).splitlines()
    assert len(lines) == 2
    values, data = azure_command(lines[1])
    finding = hostile.entries[0].finding
    assert values["type"] == "error"
    assert values["sourcepath"] == readable(finding.path)
    assert data == readable(str(finding.message))


def test_azure_notes_say_so(report, written):
    """Azure has no notes: they are warnings that say what they are."""
    assert azure_command(written("azure", report).splitlines()[1]) == (
        {
            "type": "warning", "sourcepath": "src/export.py", "linenumber": "4",
            "columnnumber": "9", "code": "GRN102",
        },
        "Note: `text` is rebuilt with += on every turn",
    )  # fmt: skip


def test_gitlab_has_the_fields_of_code_quality(many, written):
    """All required fields, allowed severities, fingerprints that differ, no byte-order mark."""
    text = written("gitlab", many)
    assert text.startswith("[")
    issues = json.loads(text)
    assert len({issue["fingerprint"] for issue in issues}) == len(many.entries)
    for issue in issues:
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["description"].startswith(issue["check_name"])
        assert not issue["location"]["path"].startswith(("/", "./"))
        assert isinstance(issue["location"]["lines"]["begin"], int)


def test_gitlab_without_findings_is_an_empty_array(empty, written):
    """The widget then says that nothing changed."""
    assert json.loads(written("gitlab", empty)) == []


def test_junit_has_a_suite_for_each_file(many, written):
    """Counts fit the cases, and no two cases share a name."""
    root = ElementTree.fromstring(written("junit", many).encode("utf-8"))
    suites = root.findall("testsuite")
    assert len(suites) == 10
    assert root.get("failures") == "200"
    names = set()
    for suite in suites:
        cases = suite.findall("testcase")
        assert suite.get("tests") == suite.get("failures") == str(len(cases))
        names |= {(case.get("classname"), case.get("name")) for case in cases}
    assert len(names) == 200


def test_junit_holds_hostile_values(hostile, written):
    """XML cannot hold control characters or surrogates; all else is read back."""
    root = ElementTree.fromstring(written("junit", hostile).encode("utf-8"))
    [suite] = root.findall("testsuite")
    finding = hostile.entries[0].finding
    assert suite.get("name") == readable(finding.path)
    assert suite.find("testcase/failure").get("message") == readable(str(finding.message))


def test_junit_without_findings_is_one_passed_test(empty, written):
    """Readers that refuse an empty document are given a passed one."""
    root = ElementTree.fromstring(written("junit", empty))
    assert (root.get("tests"), root.get("failures")) == ("1", "0")
    assert root.findall("testsuite/testcase/failure") == []
