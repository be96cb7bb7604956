# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Finding: what a hit becomes once it has a place: plain, ordered, picklable, and recognisable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import NamedTuple

from greenlint.messages import Message
from greenlint.rule import Confidence, Safety


class Span(NamedTuple):
    """A stretch of source.  Lines and columns are 1-based and count code points; the end is
    exclusive, as is `end`; `start` and `end` are offsets into the decoded text without its
    byte-order mark, newlines as they stand in the file.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


class TextEdit(NamedTuple):
    """Replace one span by a text."""

    span: Span
    text: str


class FoundFix(NamedTuple):
    """A fix with its places known."""

    message: Message
    safety: Safety
    edits: tuple[TextEdit, ...]


class Place(NamedTuple):
    """A secondary location: the loop around, the serializer's line, the model's field."""

    path: str
    span: Span
    message: Message


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding in one file.

    `path` is POSIX and relative to the configuration root.  `symbol` is the enclosing qualified
    name ("" at module level).  `fingerprint` survives moved lines and reformatting: see
    `fingerprint()`.
    """

    path: str
    span: Span
    code: str
    message: Message
    help: Message
    confidence: Confidence
    symbol: str = ""
    fingerprint: str = ""
    fix: FoundFix | None = None
    related: tuple[Place, ...] = ()

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Path, place, code: the order of every report."""
        return (self.path, self.span.line, self.span.column, self.code, str(self.message))


def fingerprint(code: str, path: str, symbol: str, source: str, occurrence: int) -> str:
    """BLAKE2b-64 over rule, path, enclosing name, the node's source without white space and
    comments, and how many equal ones stand before it.  No line number: unrelated edits above do
    not change it.
    """
    parts = "\0".join((code, path, symbol, source, str(occurrence)))
    return blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def number_fingerprints(findings: list[tuple[Finding, str]]) -> list[Finding]:
    """Give each finding its fingerprint; `findings` pairs them with their bare source, in order."""
    seen: dict[tuple[str, str, str, str], int] = {}
    numbered = []
    for finding, source in findings:
        key = (finding.code, finding.path, finding.symbol, source)
        occurrence = seen.get(key, 0)
        seen[key] = occurrence + 1
        numbered.append(replace(finding, fingerprint=fingerprint(*key, occurrence)))
    return numbered
