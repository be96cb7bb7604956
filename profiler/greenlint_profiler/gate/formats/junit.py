# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A gate as JUnit XML: a case for each test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.formats.sentences import parts, sentence
from greenlint_profiler.gate.formats.summary import closing, findings, heading, mended, remarks
from greenlint_profiler.gate.formats.words import UNITS, clean, rise
from greenlint_profiler.gate.result import Gate, Outcome

_NAME = "greenlint energy gate"
# A verdict -> the element that says so, and the count that it belongs to.
_ELEMENTS = {
    Verdict.FAIL: ("failure", "failures"),
    Verdict.INCONCLUSIVE: ("skipped", "skipped"),
    Verdict.CANNOT_MEASURE: ("skipped", "skipped"),
}
# Where more was asked for, what is in doubt is red as well.
_STRICT = {
    **_ELEMENTS,
    Verdict.INCONCLUSIVE: ("failure", "failures"),
    Verdict.CANNOT_MEASURE: ("error", "errors"),
}


def render(gate: Gate, *, strict: bool = False) -> Iterator[str]:
    """The document; where nothing was compared one skipped case, since some readers refuse none."""
    elements = _STRICT if strict else _ELEMENTS
    root = Element("testsuites", {"name": _NAME})
    suite = SubElement(root, "testsuite", {"name": _NAME})
    _properties(suite, gate)
    outcomes = gate.every or (Outcome("nothing to compare", Verdict.CANNOT_MEASURE),)
    for outcome in outcomes:
        _case(suite, gate, outcome, elements)
    said = [closing(gate, strict=strict), *remarks(gate), *findings(gate), *mended(gate)]
    SubElement(suite, "system-out").text = "\n".join(map(clean, said))
    found = Counter(elements[one.verdict][1] for one in outcomes if one.verdict in elements)
    for element in (root, suite):
        element.set("tests", str(len(outcomes)))
        element.set("time", f"{gate.seconds:.3f}")
        for count in ("failures", "errors", "skipped"):
            element.set(count, str(found[count]))
    indent(root)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield tostring(root, encoding="unicode") + "\n"


def _case(
    suite: Element, gate: Gate, outcome: Outcome, elements: dict[Verdict, tuple[str, str]]
) -> None:
    path, _, name = outcome.test.rpartition("::")
    names = {"classname": clean(path or _NAME), "name": clean(name)}
    case = SubElement(suite, "testcase", names)
    _figures(case, outcome)
    if outcome.verdict not in elements:
        return
    about = {"message": clean(sentence(outcome)), "type": outcome.verdict.value}
    told = SubElement(case, elements[outcome.verdict][0], about)
    told.text = "\n".join(map(clean, _details(gate, outcome)))


def _details(gate: Gate, outcome: Outcome) -> Iterator[str]:
    if outcome.verdict is Verdict.FAIL:
        for part in parts(outcome, whole=outcome is gate.whole):
            yield part.title
            yield from (f"  {line}" for line in part.lines)
    else:
        yield sentence(outcome)
        yield from outcome.detail.splitlines()


def _properties(suite: Element, gate: Gate) -> None:
    held = SubElement(suite, "properties")
    for name, value in heading(gate):
        SubElement(held, "property", {"name": f"greenlint.{name}", "value": clean(value)})


def _figures(case: Element, outcome: Outcome) -> None:
    """Figures as properties, in whole units: joules, or seconds."""
    found = {"verdict": outcome.verdict.value, "evidence": outcome.evidence.value}
    if outcome.quantity is not None:
        unit = UNITS[outcome.quantity]
        found["quantity"] = outcome.quantity.value
        for side, median in (("base", outcome.base), ("head", outcome.head)):
            if median is not None:
                found[side] = f"{median:.6g} {unit}"
    told = outcome.told
    if told is not None:
        ratios = {"change_pct": told.ratio, "low_pct": told.low, "high_pct": told.high}
        found |= {name: f"{100 * (ratio - 1):.3g}" for name, ratio in ratios.items()}
        found["limit_pct"] = f"{100 * told.limit:g}"
        found["rules_out"] = rise(told.certificate)
        found["mde"] = rise(told.mde)
        found["restarts"] = str(told.restarts)
    for count in outcome.counts:
        found[f"{count.counter}_base"] = "varies" if count.base is None else str(count.base)
        found[f"{count.counter}_head"] = "varies" if count.head is None else str(count.head)
    held = SubElement(case, "properties")
    for name, value in found.items():
        SubElement(held, "property", {"name": f"greenlint.{name}", "value": value})
