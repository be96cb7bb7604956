# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""JUnit XML: a suite for each file with findings, each finding a failed test."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from greenlint.formats.listing import by_path
from greenlint.formats.words import advice, clean, sentence
from greenlint.result import Entry, ReportContext


def render(report: ReportContext) -> Iterator[str]:
    """The document; without findings one passed test, since some readers refuse an empty one."""
    root = Element("testsuites", _counts("greenlint", len(report.entries), len(report.entries)))
    root.set("time", f"{report.seconds:.3f}")
    for path, entries in by_path(report.entries).items():
        suite(root, _text(report.shown(path)), entries)
    if not report.entries:
        root.set("tests", "1")
        passed = SubElement(root, "testsuite", _counts("greenlint", 1, 0))
        SubElement(passed, "testcase", {"classname": "greenlint", "name": "check"})
    indent(root)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield tostring(root, encoding="unicode") + "\n"


def suite(root: Element, path: str, entries: list[Entry]) -> None:
    """The suite of one file."""
    element = SubElement(root, "testsuite", _counts(path, len(entries), len(entries)))
    for entry in entries:
        case(element, path, entry)


def case(parent: Element, path: str, entry: Entry) -> None:
    """One failed test; its place is in its name, which readers take for its identity."""
    span = entry.finding.span
    place = f"{span.line}:{span.column}"
    element = SubElement(
        parent,
        "testcase",
        {
            "classname": path,
            "name": f"{entry.finding.code} {entry.rule.name} at {place}",
            "file": path,
            "line": str(span.line),
        },
    )
    about = {"type": entry.severity.value, "message": _text(sentence(entry))}
    failure = SubElement(element, "failure", about)
    lines = [f"{path}:{place}: {sentence(entry)}", advice(entry), entry.rule.url]
    failure.text = _text("\n".join(line for line in lines if line))


def _counts(name: str, tests: int, failures: int) -> dict[str, str]:
    counts = {"tests": tests, "failures": failures, "errors": 0, "skipped": 0}
    return {"name": name, **{word: str(count) for word, count in counts.items()}}


def _text(text: str) -> str:
    return clean(text, keep="\t\n\r")
