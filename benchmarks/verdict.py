# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The verdict on one mutant: what is found in it that the untouched project does not have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.findings import Tree, findings_of
from benchmarks.mutants import Mutant
from benchmarks.places import Place, Scope, text_of
from benchmarks.shapes import Shape, shape_of
from greenlint.finding import Finding

DIGITS = re.compile(r"\d+")
# A message may quote the very call that a mutant takes out.
QUOTED = re.compile(r"\s*\.(?:select|prefetch)_related\([^()]*\)|\.all\(\)|\s")


@dataclass(frozen=True)
class Verdict:
    """What became of one mutant.

    `by` are the new findings that count, as `CODE at line: message`; `before` the findings that
    the untouched project has in the same function and of the same relation. Not `sure` is what came
    in a run of several defects and may tell of another one.
    """

    project: str
    mutant: Mutant
    shape: Shape
    by: tuple[str, ...]
    before: tuple[str, ...]
    sure: bool = True

    @property
    def outcome(self) -> str:
        """`killed`, `missed`, or `free`; a free mutant that is killed is `free, flagged`."""
        if self.mutant.free:
            return "free, flagged" if self.by else "free"
        return "killed" if self.by else "missed"


@dataclass
class Original:
    """The findings of the untouched tree."""

    findings: list[Finding]
    keys: Counter[tuple[str, str, str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.keys = Counter(map(key, self.findings))

    def new_in(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """What the untouched tree does not have; of several alike, those that are more."""
        left = self.keys.copy()
        for finding in findings:
            if left[key(finding)] > 0:
                left[key(finding)] -= 1
            else:
                yield finding


def key(finding: Finding) -> tuple[str, str, str, str]:
    """A finding without what a deletion changes of it: its line, the call that it quotes."""
    message = DIGITS.sub("#", QUOTED.sub("", str(finding.message)))
    return (finding.path, finding.code, finding.symbol, message)


def judge(
    name: str, tree: Tree, original: Original, mutants: Sequence[Mutant]
) -> Iterator[Verdict]:
    """Lint the tree with these defects, each in a file of its own."""
    changed = {
        mutant.place.file: mutant.text(text_of(tree.root / mutant.place.file)).encode()
        for mutant in mutants
    }
    new = list(original.new_in(findings_of(tree, changed)))
    for mutant in mutants:
        by = [finding for finding in new if counts(finding, mutant)]
        yield Verdict(
            name,
            mutant,
            shape_of(mutant.place),
            tuple(told(finding) for finding in by),
            tuple(told(finding) for finding in original.findings if foretold(finding, mutant)),
            sure=len(mutants) == 1 or not by or any(plain(finding, mutant) for finding in by),
        )


def counts(finding: Finding, mutant: Mutant) -> bool:
    """Whether a new finding tells of this defect: by its place, or by a relation's name."""
    return near(finding, mutant.place) or names_relation(finding, mutant.relations)


def plain(finding: Finding, mutant: Mutant) -> bool:
    """Whether a finding tells of this defect by both."""
    return near(finding, mutant.place) and names_relation(finding, mutant.relations)


def near(finding: Finding, place: Place) -> bool:
    """In the function or class of a place, or with a related spot in its function."""
    if finding.path == place.file and (not place.scopes or inside(finding, scopes_of(place))):
        return True
    return any(
        spot.path == place.file and within(spot.span.line, place) for spot in finding.related
    )


def foretold(finding: Finding, mutant: Mutant) -> bool:
    """Whether the untouched tree is already told of a relation that it does fetch ahead.

    A finding on `owner.town` is no false alarm where `owner` is fetched.
    """
    place = mutant.place
    if finding.path != place.file or not inside(finding, scopes_of(place)[-1:]):
        return False
    named = re.findall(r"`([^`]+)`", QUOTED.sub("", str(finding.message)))
    fetched = {relation.replace("__", ".") for relation in mutant.relations}
    return not fetched.isdisjoint(named)


def scopes_of(place: Place) -> tuple[Scope, ...]:
    """The innermost function and class around a place, without the outer ones."""
    functions = [scope for scope in place.scopes if not scope.is_class]
    classes = [scope for scope in place.scopes if scope.is_class]
    return (*classes[-1:], *functions[-1:])


def inside(finding: Finding, scopes: Sequence[Scope]) -> bool:
    return any(scope.first_line <= finding.span.line <= scope.last_line for scope in scopes)


def within(line: int, place: Place) -> bool:
    scopes = scopes_of(place)[-1:]
    return any(scope.first_line <= line <= scope.last_line for scope in scopes)


def names_relation(finding: Finding, relations: Iterable[str]) -> bool:
    """`order__user`, `order.user`, or the last part, as a word of the message or the help."""
    words = QUOTED.sub(" ", f"{finding.message} {finding.help}")
    for relation in relations:
        last = relation.rsplit("__", 1)[-1]
        forms = (relation, relation.replace("__", "."), last)
        if any(
            re.search(rf"(?<![A-Za-z0-9_]){re.escape(form)}(?![A-Za-z0-9_])", words)
            for form in forms
        ):
            return True
    return False


def told(finding: Finding) -> str:
    return f"{finding.code} {finding.path}:{finding.span.line}: {finding.message}"
