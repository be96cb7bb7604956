# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What CI systems read of a gate, from the log or from a file."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.formats import FORMATS
from greenlint_profiler.gate.formats.annotations import in_checkout, place
from greenlint_profiler.gate.formats.words import clean
from greenlint_profiler.gate.judging.counts import Where
from greenlint_profiler.gate.judging.sample import Unmeasured
from greenlint_profiler.gate.result import FunctionChange, Gate, Outcome

from tests.profiler.gate import gates
from tests.profiler.gate.gates import GATES


@pytest.fixture(autouse=True)
def _no_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_WORKSPACE", "BUILD_SOURCESDIRECTORY", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)


def written(name: str, gate: Gate, *, strict: bool = False) -> str:
    """The whole document."""
    text = "".join(FORMATS[name](gate, strict=strict))
    text.encode()
    return text


def github(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner takes it apart."""
    match = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert match
    level, told, data = match.groups()
    values = dict(pair.split("=", 1) for pair in told.split(","))
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        values = {name: value.replace(code, char) for name, value in values.items()}
        data = data if code in ("%3A", "%2C") else data.replace(code, char)
    return level, values, data


def azure(line: str) -> tuple[dict[str, str], str]:
    """A logging command as the agent takes it apart."""
    match = re.fullmatch(r"##vso\[task\.logissue ([^\]]*)\](.*)", line)
    assert match
    values, data = dict(pair.split("=", 1) for pair in match[1].split(";") if pair), match[2]
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3B", ";"), ("%5D", "]"), ("%AZP25", "%")):
        values = {name: value.replace(code, char) for name, value in values.items()}
        data = data if code in ("%3B", "%5D") else data.replace(code, char)
    return values, data


def test_github_annotates_what_did_not_pass() -> None:
    """Errors where the rise sits, warnings for doubts; what passed or improved is silent."""
    found = [github(line) for line in written("github", gates.varied()).splitlines()]
    assert [(level, values["file"], values.get("line")) for level, values, _ in found] == [
        ("error", "shop/export.py", "18"),
        ("error", "shop/views.py", "42"),
        ("warning", "tests/test_totals.py", None),
        ("warning", "tests/test_search.py", None),
    ]
    assert found[0][1]["title"] == "energy gate: FAIL"
    assert found[1][2].startswith(
        "tests/test_orders.py::test_list: 35 queries; on the base: 2; "
        "34 times the same query from shop/views.py:42"
    )


def test_a_command_has_no_file() -> None:
    """GitHub takes an annotation without; GitLab asks for one, and the budget is in there."""
    level, values, _ = github(written("github", gates.whole()).rstrip("\n"))
    assert (level, "file" in values) == ("error", False)
    (issue,) = json.loads(written("gitlab", gates.whole()))
    assert issue["location"] == {"path": "pyproject.toml", "lines": {"begin": 1}}


def test_github_gets_ten_of_each_level() -> None:
    """And a notice with the number of the others."""
    many = [replace(gates.failing(), test=f"a.py::t{n}") for n in range(13)]
    lines = written("github", gates.gate(*many, gates.unsure())).splitlines()
    assert Counter(line.split()[0] for line in lines) == {
        "::error": 10,
        "::warning": 1,
        "::notice": 1,
    }
    assert "3 tests more did not pass" in lines[-1]


def test_strict_makes_doubts_errors() -> None:
    """As the exit code does."""
    unsure = gates.gate(gates.unsure())
    assert written("github", unsure).startswith("::warning")
    assert written("github", unsure, strict=True).startswith("::error")
    assert azure(written("azure", unsure, strict=True).rstrip("\n"))[0]["type"] == "error"
    assert json.loads(written("gitlab", unsure))[0]["severity"] == "info"
    assert json.loads(written("gitlab", unsure, strict=True))[0]["severity"] == "major"


def test_hostile_words_are_one_command_and_read_back() -> None:
    """In GitHub's and in Azure's way of escaping."""
    path = clean(f"shop/{gates.EVIL}.py")
    ours, theirs = (written(one, gates.hostile()).splitlines() for one in ("github", "azure"))
    assert len(ours) == len(theirs) == 3
    level, values, data = github(ours[0])
    assert (level, values["file"], values["line"]) == ("error", path, "4")
    assert data.startswith(clean(f"tests/test_a.py::test_it[{gates.EVIL}]"))
    told, text = azure(theirs[0])
    assert (told["type"], told["sourcepath"], told["linenumber"]) == ("error", path, "4")
    assert text == data
    for line in theirs:
        assert len(re.findall(r"##vso\[", line)) == 1


def test_the_most_sent_line_is_the_place() -> None:
    """Of several the one that sends most more; a test without any is its file."""
    more = Where("select", "a.py", 7, None, 90)
    count = replace(gates.QUERIES, where=(*gates.QUERIES.where, more))
    assert place(replace(gates.asking_more(), counts=(count,))) == ("a.py", 7)
    assert place(gates.unsure()) == ("tests/test_search.py", None)
    library = FunctionChange("loads", "/usr/lib/python3/json.py", 3, 0.1, 9.0)
    risen = replace(gates.failing(), functions=(library, *gates.failing().functions))
    assert place(risen) == ("shop/export.py", 18)
    assert place(Outcome("tests.test_a.Case.test_it", Verdict.FAIL)) == (None, None)


def test_paths_are_from_the_checkout(tmp_path: Path) -> None:
    """Where the CI system names one, and the file lies in it."""
    here, names = tmp_path / "project", {"TOP": str(tmp_path)}
    assert in_checkout("a/b.py", "TOP", names, here) == "project/a/b.py"
    assert in_checkout("a/b.py", "TOP", {}, here) == "a/b.py"
    assert in_checkout("a/b.py", "TOP", {"TOP": str(tmp_path / "other")}, here) == "a/b.py"


@pytest.mark.parametrize("name", GATES)
def test_gitlab_has_the_fields_of_code_quality(name: str) -> None:
    """All that are required, severities that are known, no byte-order mark."""
    text = written("gitlab", GATES[name])
    assert text.startswith("[")
    issues = json.loads(text)
    assert len({one["fingerprint"] for one in issues}) == len(issues)
    for one in issues:
        assert one["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert one["description"]
        assert one["check_name"].startswith("energy-gate-")
        assert isinstance(one["location"]["lines"]["begin"], int)


def test_a_fingerprint_stays_when_lines_move() -> None:
    """GitLab then knows that it is the same, and that of another test differs."""

    def fingerprint(outcome: Outcome) -> str:
        (issue,) = json.loads(written("gitlab", gates.gate(outcome)))
        return str(issue["fingerprint"])

    one = gates.asking_more()
    moved = replace(one, counts=(replace(gates.QUERIES, where=()),))
    assert fingerprint(one) == fingerprint(moved)
    assert fingerprint(one) != fingerprint(replace(one, test="other.py::t"))


def junit(gate: Gate, *, strict: bool = False) -> Any:
    """The one suite."""
    root = ElementTree.fromstring(written("junit", gate, strict=strict).encode())
    (suite,) = root.findall("testsuite")
    for name in ("tests", "failures", "errors", "skipped"):
        assert root.get(name) == suite.get(name)
    assert suite.get("tests") == str(len(suite.findall("testcase")))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert suite.get(name) == str(len(suite.findall(f"testcase/{tag}")))
    return suite


def test_junit_has_a_case_for_each_test() -> None:
    """A failure fails, a doubt is skipped with its reason, all else passes."""
    suite = junit(gates.varied())
    cases = {f"{one.get('classname')}::{one.get('name')}": one for one in suite.iter("testcase")}
    failure = cases[gates.BIG].find("failure")
    assert failure.get("message").startswith("energy (measured) rose by 30 %")
    assert '@pytest.mark.energy(max_increase="35 %")' in failure.text
    assert "--restarts" in cases[gates.LOUD].find("skipped").get("message")
    assert "it fails on the head" in cases[gates.GONE].find("skipped").get("message")
    assert [one.tag for one in cases[gates.PARSE]] == ["properties"]
    held = {one.get("name"): one.get("value") for one in cases[gates.BIG].iter("property")}
    assert held["greenlint.base"] == "3.1 J"
    assert held["greenlint.evidence"] == "measured"
    assert held["greenlint.limit_pct"] == "10"


def test_junit_of_a_strict_gate_is_red() -> None:
    """A doubt is a failure, and what cannot be measured an error."""
    suite = junit(gates.varied(), strict=True)
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("3", "1", "0")


@pytest.mark.parametrize("name", ["empty", "one side"])
def test_junit_without_tests_has_a_skipped_one(name: str) -> None:
    """Some readers refuse a file without a case."""
    (case,) = junit(GATES[name]).iter("testcase")
    assert case.find("skipped") is not None


def test_junit_holds_hostile_words() -> None:
    """XML can hold neither control characters nor surrogates; all else is read back."""
    suite = junit(gates.hostile())
    names = [case.get("name") for case in suite.iter("testcase")]
    assert clean(f"test_it[{gates.EVIL}]".rpartition("::")[2]) in names
    crashed = gates.unmeasured("a::b", Unmeasured.CRASHED, gates.EVIL)
    (told,) = junit(gates.gate(crashed)).iter("skipped")
    assert "the process that ran it ended" in told.get("message")
