# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What comments take from the findings of a file, and what is left to say of the comments.

Nothing here needs a tree: suppressions are cached beside the findings of their file, and
`apply` judges both anew in every run.  Reading them from a tree is `suppress_scan`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from greenlint.finding import Finding
from greenlint.own import comments
from greenlint.suppression import Kind, Selector, Suppression, ours, wanted

__all__ = ["Applied", "Suppression", "apply", "wanted"]

_NARROWEST_FIRST = {kind: rank for rank, kind in enumerate(Kind)}


Taken = list[tuple[Finding, Suppression]]


@dataclass(frozen=True, slots=True)
class Applied:
    """The findings of one file, parted: those that stay, those taken away and by which comment,
    and what greenlint itself finds in the comments (`own`).
    """

    kept: tuple[Finding, ...]
    suppressed: tuple[tuple[Finding, Suppression], ...]
    own: tuple[Finding, ...]


def apply(
    findings: Iterable[Finding],
    suppressions: Sequence[Suppression],
    *,
    path: str,
    known: Mapping[str, Collection[str]],
    today: date,
    require_reason: bool = False,
    active: Collection[str],
) -> Applied:
    """Judge the comments of one file and take away what they cover.

    `known` gives the codes that a word stands for: codes, names and aliases.  `active` are the
    codes that ran on this file, greenlint's own among them: a comment for another code is not
    called unused, and own findings of another code are not made.
    """
    report = comments.Report(path, suppressions)
    live = [one for one in suppressions if not one.problem and not one.expired(today)]
    cover = _Cover(live, known)
    said = [*report.invalid(), *report.expired(today), *report.unknown(live, known)]
    if require_reason:
        said += report.without_reason(live, known)
    kept, suppressed = cover.part(findings)
    own, taken = cover.part(finding for finding in said if finding.code in active)
    suppressed += taken
    if comments.UNUSED in active:
        more, taken = _unused(report, cover, active)
        own += more
        suppressed += taken
    return Applied(tuple(kept), tuple(suppressed), tuple(sorted(own, key=lambda f: f.sort_key)))


def _unused(
    report: comments.Report, cover: _Cover, active: Collection[str]
) -> tuple[list[Finding], Taken]:
    """Comments that took nothing; those against unused comments are judged after the others."""
    idle = cover.unused(active)
    others = [right for right in idle if comments.UNUSED not in right.codes]
    found, taken = cover.part(report.unused([(r.suppression, r.selector) for r in others]))
    idle = [right for right in cover.unused(active) if comments.UNUSED in right.codes]
    return found + list(report.unused([(r.suppression, r.selector) for r in idle])), taken


@dataclass(frozen=True, slots=True)
class _Right:
    """What one word of one comment may take away."""

    suppression: Suppression
    selector: Selector
    codes: frozenset[str]

    def covers(self, finding: Finding) -> bool:
        line = finding.span.line
        if self.selector.first <= line <= self.selector.last:
            return True
        span = self.suppression.span
        return finding.code.startswith("GRN9") and span.line <= line <= span.end_line


class _Cover:
    """All rights of a file, the narrowest first, and which of them were used."""

    def __init__(self, live: Sequence[Suppression], known: Mapping[str, Collection[str]]) -> None:
        rights = [
            _Right(one, selector, frozenset(known.get(selector.word, ())))
            for one in live
            for selector in one.selectors
        ]
        self.rights = sorted(rights, key=_narrowness)
        self._used: set[int] = set()

    def part(self, findings: Iterable[Finding]) -> tuple[list[Finding], Taken]:
        kept, taken = [], []
        for finding in findings:
            right = self._first(finding)
            if right is None:
                kept.append(finding)
            else:
                self._used.add(id(right))
                taken.append((finding, right.suppression))
        return kept, taken

    def _first(self, finding: Finding) -> _Right | None:
        rights = (right for right in self.rights if finding.code in right.codes)
        return next((right for right in rights if right.covers(finding)), None)

    def unused(self, active: Collection[str]) -> list[_Right]:
        """Rights that took nothing, though all of their codes were looked for."""
        return [
            right
            for right in self.rights
            if id(right) not in self._used
            and right.codes
            and all(code in active for code in right.codes)
            and ours(right.suppression, right.selector.word)
        ]


def _narrowness(right: _Right) -> tuple[int, int, int]:
    selector = right.selector
    rank = _NARROWEST_FIRST[right.suppression.kind]
    return (rank, selector.last - selector.first, selector.span.start)
