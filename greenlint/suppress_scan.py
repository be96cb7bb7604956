# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Suppressions read from the comments of a tree, with the lines that each covers.

A comment that is meant for greenlint and is not understood, or stands where it does not work,
becomes a Suppression with a `problem`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import libcst as cst

from greenlint.directive import START, Directive, directives
from greenlint.logical import Comment, Layout
from greenlint.messages import Message, say
from greenlint.positions import Positions
from greenlint.rule import CODE
from greenlint.source import SourceFile
from greenlint.suppression import Kind, Listing, Selector, Suppression


def scan(source: SourceFile, module: cst.Module, positions: Positions) -> tuple[Suppression, ...]:
    """The suppressions of a file, in order of place."""
    return suppressions_in(Layout(source, positions))


def suppressions_in(layout: Layout) -> tuple[Suppression, ...]:
    """The suppressions of a file whose lines and comments are known."""
    return tuple(_Scan(layout).suppressions())


class _Scan:
    """One pass over the comments, with the ranges that are open at the comment at hand."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.source = layout.source
        self.found: list[Suppression] = []
        self.open: list[_Open] = []

    def suppressions(self) -> list[Suppression]:
        for comment in self.layout.comments(START):
            for directive in directives(self.source.text, comment):
                self._take(directive, comment)
        return self.found

    def _take(self, directive: Directive, comment: Comment) -> None:
        problem = directive.problem or _misplaced(directive, comment)
        listing = self._listing(directive, comment)
        if problem:
            self._add(directive, listing, (), problem)
        elif directive.verb == "enable":
            self._close(directive, comment, listing)
        elif directive.verb == "noqa":
            self._noqa(directive, comment, listing)
        else:
            first, last = self._extent(directive, comment)
            self._add(directive, listing, self._selectors(listing, first, last))
            if directive.verb == "disable":
                index = len(self.found) - 1
                self.open += [_Open(index, word, comment.width, last) for word in directive.words]

    def _add(
        self,
        directive: Directive,
        listing: Listing,
        selectors: tuple[Selector, ...],
        problem: Message | None = None,
    ) -> None:
        kinds = {"enable": Kind.RANGE, **{kind.value: kind for kind in Kind}}
        self.found.append(
            Suppression(
                kinds.get(directive.verb, Kind.IGNORE),
                self.source.span(directive.start, directive.end),
                listing,
                selectors,
                directive.reason,
                "" if problem else directive.until,
                problem,
            )
        )

    def _listing(self, directive: Directive, comment: Comment) -> Listing:
        places = zip(directive.places, directive.words, strict=True)
        return Listing(
            directive.words,
            tuple(self.source.span(at, at + len(word)) for at, word in places),
            self.source.span(*self._whole(directive, comment)),
        )

    def _whole(self, directive: Directive, comment: Comment) -> tuple[int, int]:
        """What goes with an instruction: the white space around it, or the line it has alone."""
        text = self.source.text
        rest = text[directive.end : comment.end]
        if directive.start > comment.start or (not rest.strip() and not comment.alone):
            line = self.source.line_starts[comment.line - 1]
            begin = line + len(text[line : directive.start].rstrip(" \t\f"))
            return begin, directive.end if rest.strip() else comment.end
        if rest.strip():
            return directive.start, comment.end - len(rest.lstrip())
        starts = self.source.line_starts
        end = starts[comment.line] if comment.line < len(starts) else len(text)
        return starts[comment.line - 1], end

    def _selectors(self, listing: Listing, first: int, last: int) -> tuple[Selector, ...]:
        words = zip(listing.words, listing.places, strict=True)
        return tuple(Selector(word, span, first, last) for word, span in words)

    def _extent(self, directive: Directive, comment: Comment) -> tuple[int, int]:
        """The lines that an instruction covers, as far as it can tell by itself."""
        if directive.verb == "file-ignore":
            return 1, self.layout.last_line
        if directive.verb == "disable":
            return comment.line, self._dedent(comment)
        if comment.inside:
            return comment.inside.first, comment.inside.last
        following = self.layout.after(comment.start)
        if not following:
            return comment.line, comment.line - 1
        statement = next((line for line in following if not line.decorator), following[-1])
        return following[0].first, statement.last

    def _dedent(self, comment: Comment) -> int:
        """The last line of the block that a comment stands in."""
        outside = (
            line.first - 1
            for line in self.layout.after(comment.start)
            if line.width < comment.width
        )
        return next(outside, self.layout.last_line)

    def _noqa(self, directive: Directive, comment: Comment, listing: Listing) -> None:
        """Other linters' codes stay in the listing, and only codes like ours select."""
        if comment.inside is None or comment.alone:
            return
        chosen: dict[str, Selector] = {}
        for one in self._selectors(listing, comment.inside.first, comment.inside.last):
            if CODE.match(one.word):
                chosen.setdefault(one.word, one)
        if chosen:
            self._add(directive, listing, tuple(chosen.values()))

    def _close(self, directive: Directive, comment: Comment, listing: Listing) -> None:
        missing = []
        for word in directive.words:
            match = next((one for one in reversed(self.open) if one.ends(word, comment)), None)
            if match is None:
                missing.append(word)
                continue
            self.open.remove(match)
            opened = self.found[match.index]
            self.found[match.index] = replace(
                opened,
                selectors=tuple(
                    replace(one, last=comment.line, closer=listing) if one.word == word else one
                    for one in opened.selectors
                ),
            )
        if missing:
            self._add(directive, listing, (), _not_open(missing))


@dataclass(frozen=True, slots=True)
class _Open:
    """A word of a `disable` that no `enable` has ended yet."""

    index: int
    word: str
    width: int
    last: int

    def ends(self, word: str, comment: Comment) -> bool:
        return (word, comment.width) == (self.word, self.width) and comment.line <= self.last


def _misplaced(directive: Directive, comment: Comment) -> Message | None:
    if directive.verb in ("noqa", "ignore"):
        return None
    if not comment.alone or comment.inside:
        return _not_alone(directive.verb)
    if directive.verb == "file-ignore" and comment.width:
        return _indented()
    return None


def _not_alone(verb: str) -> Message:
    return say(
        "`{verb}` works on a line of its own; for this line alone write "
        "`# greenlint: ignore[GRN301]`",
        verb=verb,
    )


def _indented() -> Message:
    return say(
        "`file-ignore` works at the level of the module; move `# greenlint: file-ignore[GRN301]` "
        "to the top of the file, without indentation"
    )


def _not_open(words: list[str]) -> Message:
    return say(
        "`enable` has no open `disable[{words}]` above it; write both on lines of their own, with "
        "the same indentation and the same words",
        words=", ".join(words),
    )
