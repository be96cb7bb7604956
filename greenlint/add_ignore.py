# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Writes the comments that suppress given findings: beside the code where that is safe."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

import libcst as cst

from greenlint.errors import FixError
from greenlint.finding import Finding, TextEdit
from greenlint.fix import apply_edits
from greenlint.logical import STRINGS, Comment, Layout, Logical
from greenlint.positions import Positions
from greenlint.proof import unacceptable
from greenlint.source import SourceFile
from greenlint.suppress_scan import suppressions_in
from greenlint.suppression import Kind, Listing, Suppression


def add_ignore(source: SourceFile, findings: Iterable[Finding], reason: str = "") -> str:
    """The text of the file with comments that suppress the findings.

    Findings of greenlint's own (GRN9xx) are passed over: they ask for another change.  Raises
    FixError when the comments cannot be written in this file.
    """
    module = cst.parse_module(source.text)
    layout = Layout(source, Positions(module, source.text))
    wanted = [finding for finding in findings if not finding.code.startswith("GRN9")]
    text = apply_edits(source.text, _Writer(layout, reason).edits(wanted))
    if problem := unacceptable(source, text):
        raise FixError(
            "Adding ignore comments to {name} gives ",
            problem,
            "; the file was left as it was. Try another reason, or a "
            "`# greenlint: file-ignore[...]` by hand.",
            name=source.name,
        )
    return text


def comment_for(codes: Iterable[str], reason: str, verb: str = "ignore") -> str:
    """The comment that suppresses codes; the reason is brought on one line."""
    words = " ".join(reason.split()).replace("\\", "\\\\").replace('"', '\\"')
    why = f' reason="{words}"' if words else ""
    return f"# greenlint: {verb}[{', '.join(sorted(set(codes)))}]{why}"


class _Writer:
    """The comments of one file, and where new ones can stand."""

    def __init__(self, layout: Layout, reason: str) -> None:
        self.layout = layout
        self.source = layout.source
        self.reason = reason
        self.comments = {one.line: one for one in layout.comments()}
        self.existing = suppressions_in(layout)
        self._firsts = [line.first for line in layout.lines]
        self._strings = [
            (start, end)
            for node, (start, end) in layout.offsets.items()
            if isinstance(node, STRINGS) and re.search(r"[\r\n]", self.source.text[start:end])
        ]

    def edits(self, findings: Iterable[Finding]) -> Iterator[TextEdit]:
        """One edit for each logical line with findings, or for the comment it already has."""
        lines: dict[Logical, set[str]] = {}
        homeless: set[str] = set()
        for finding in findings:
            line = self._logical(finding.span.line)
            codes = homeless if line is None else lines.setdefault(line, set())
            codes.add(finding.code)
        merged: dict[Listing, set[str]] = {}
        for line, codes in lines.items():
            if one := self._mergeable(line):
                merged.setdefault(one.listing, set()).update(codes)
            else:
                yield self._new(line, codes)
        for listing, codes in merged.items():
            words = [*listing.words, *sorted(codes.difference(listing.words))]
            yield listing.rewritten(words)
        if homeless:
            yield self._for_the_file(homeless)

    def _logical(self, line: int) -> Logical | None:
        index = bisect_right(self._firsts, line) - 1
        found = self.layout.lines[index] if index >= 0 else None
        return found if found and line <= found.last else None

    def _mergeable(self, line: Logical) -> Suppression | None:
        """A comment on this line that can take more codes: same reason, and no last day."""
        return next(
            (
                one
                for one in self.existing
                if one.kind is Kind.IGNORE
                and not one.problem
                and not one.until
                and self.reason in ("", one.reason)
                and one.selectors[0].first <= line.first
                and line.last <= one.selectors[0].last
            ),
            None,
        )

    def _new(self, line: Logical, codes: set[str]) -> TextEdit:
        comment = comment_for(codes, self.reason)
        place = self._beside(line)
        if place is None:
            return self._above(line, comment)
        start, end = place
        return TextEdit(self.source.span(start, end), f"  {comment}")

    def _beside(self, line: Logical) -> tuple[int, int] | None:
        """The white space at the end of the first physical line, where a comment can follow."""
        text = self.source.text
        found = self.comments.get(line.first)
        end = found.end if found else self._line_end(line.first)
        if found:
            safe = not self._broken(found)
        else:
            safe = text[end - 1] != "\\" and not self._in_string(end)
        begin = self.source.line_starts[line.first - 1]
        return (begin + len(text[begin:end].rstrip(" \t\f")), end) if safe else None

    def _broken(self, comment: Comment) -> bool:
        """Whether an invalid comment to us, perhaps an open quote, would take ours in."""
        return any(one.problem and one.span.line == comment.line for one in self.existing)

    def _line_end(self, line: int) -> int:
        """The offset behind a physical line, before its newline."""
        starts, text = self.source.line_starts, self.source.text
        end = starts[line] if line < len(starts) else len(text)
        return len(text[starts[line - 1] : end].rstrip("\r\n")) + starts[line - 1]

    def _in_string(self, offset: int) -> bool:
        return any(start < offset < end for start, end in self._strings)

    def _above(self, line: Logical, comment: str) -> TextEdit:
        begin = self.source.line_starts[line.first - 1]
        indent = self.source.text[begin : line.start].rpartition("\f")[2]
        return TextEdit(self.source.span(begin, begin), f"{indent}{comment}\n")

    def _for_the_file(self, codes: set[str]) -> TextEdit:
        """For a finding that stands on no statement, such as one about the whole module."""
        comment = comment_for(codes, self.reason, "file-ignore")
        if self.layout.lines:
            return self._above(self.layout.lines[0], comment)
        text = self.source.text
        gap = "\n" if text and not text.endswith(("\n", "\r")) else ""
        return TextEdit(self.source.span(len(text), len(text)), f"{gap}{comment}\n")
