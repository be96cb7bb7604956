# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What greenlint finds in comments to itself: unused, expired, without reason, unknown, invalid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from greenlint.finding import Finding, FoundFix, Span, TextEdit, fingerprint
from greenlint.messages import Message, say
from greenlint.rule import Confidence, Safety
from greenlint.suppression import Kind, Selector, Suppression, ours

UNUSED = "GRN900"
NO_REASON = "GRN901"
EXPIRED = "GRN902"
UNKNOWN = "GRN903"
INVALID = "GRN904"


class Report:
    """The comments of one file, ready to be spoken of."""

    def __init__(self, path: str, suppressions: Sequence[Suppression]) -> None:
        self.path = path
        self.suppressions = suppressions
        self._nth: dict[int, int] = {}
        seen: Counter[str] = Counter()
        for one in suppressions:
            self._nth[one.span.start] = seen[str(one)]
            seen[str(one)] += 1

    def invalid(self) -> Iterator[Finding]:
        """Comments that are no suppression, though they were meant as one."""
        for one in self.suppressions:
            if one.problem:
                yield self._finding(INVALID, one, one.problem)

    def expired(self, today: date) -> Iterator[Finding]:
        """Suppressions whose last day is over."""
        for one in self.suppressions:
            if not one.problem and one.expired(today):
                yield self._finding(
                    EXPIRED,
                    one,
                    say("this suppression held until {until} and no longer does", until=one.until),
                    help=say("look again: change the code, or give a later date"),
                    fix=_removal(one, one.selectors),
                )

    def unknown(
        self, live: Iterable[Suppression], known: Mapping[str, Collection[str]]
    ) -> Iterator[Finding]:
        """Words that name no rule; in a ``noqa`` they are another linter's."""
        for one in live:
            if one.kind is not Kind.NOQA:
                for selector in one.selectors:
                    if selector.word not in known:
                        yield self._unknown(one, selector, known)

    def _unknown(
        self, one: Suppression, selector: Selector, known: Mapping[str, Collection[str]]
    ) -> Finding:
        near = nearest(selector.word, known)
        if near is None:
            help, removal = say("name a rule by its code or its name"), _removal(one, (selector,))
            fix = FoundFix(removal.message, Safety.UNSAFE, removal.edits)
        else:
            help = say("did you mean `{near}`?", near=near)
            edits = tuple(TextEdit(span, near) for span in _places(selector))
            fix = FoundFix(say("write `{near}`", near=near), Safety.UNSAFE, edits)
        message = say("there is no rule `{word}`, so nothing is suppressed", word=selector.word)
        return self._finding(UNKNOWN, one, message, help=help, fix=fix, selector=selector)

    def without_reason(
        self, live: Iterable[Suppression], known: Mapping[str, Collection[str]]
    ) -> Iterator[Finding]:
        """Suppressions that do not say why."""
        for one in live:
            words = [s.word for s in one.selectors if s.word in known and ours(one, s.word)]
            if one.reason or not words:
                continue
            form = 'add `reason="..."` after the bracket'
            if one.kind is Kind.NOQA:
                form = 'write `# greenlint: ignore[{words}] reason="..."`'
            yield self._finding(
                NO_REASON,
                one,
                say("this suppression does not say why the line may stay"),
                help=say(form, words=", ".join(words)),
            )

    def unused(self, idle: Iterable[tuple[Suppression, Selector]]) -> Iterator[Finding]:
        """One finding a comment, however many of its words took nothing."""
        grouped: dict[int, tuple[Suppression, list[Selector]]] = {}
        for one, selector in idle:
            grouped.setdefault(one.span.start, (one, []))[1].append(selector)
        for one, selectors in grouped.values():
            selectors.sort(key=lambda selector: selector.span)
            yield self._finding(
                UNUSED,
                one,
                say("nothing to suppress here: no finding of {words}", words=_named(selectors)),
                fix=_removal(one, selectors),
            )

    def _finding(
        self,
        code: str,
        one: Suppression,
        message: Message,
        *,
        help: Message | None = None,
        fix: FoundFix | None = None,
        selector: Selector | None = None,
    ) -> Finding:
        source = f"{one} {selector.word}" if selector else str(one)
        return Finding(
            self.path,
            selector.span if selector else one.span,
            code,
            message,
            help or Message(""),
            Confidence.HIGH,
            fingerprint=fingerprint(code, self.path, "", source, self._nth[one.span.start]),
            fix=fix,
        )


def _named(selectors: Iterable[Selector]) -> str:
    return ", ".join(selector.word for selector in selectors)


def _places(selector: Selector) -> tuple[Span, ...]:
    """Where a word stands: in its own comment, and in the one that ends its range."""
    if selector.closer is None:
        return (selector.span,)
    closer = selector.closer
    return (selector.span, closer.places[closer.words.index(selector.word)])


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    from difflib import get_close_matches

    words = list(known)
    for same in (word.upper(), word.lower().replace("_", "-")):
        if same in words:
            return same
    if word[-1:].isdigit():  # Of codes, only those of the same room are near each other.
        words = [one for one in words if one.startswith(word[:4].upper())]
    return next(iter(get_close_matches(word, words, 1, 0.7)), None)


def _removal(one: Suppression, selectors: Sequence[Selector]) -> FoundFix:
    """Take words out of a comment, and out of those that end their ranges."""
    words = {selector.word for selector in selectors}
    listings = [one.listing, *dict.fromkeys(s.closer for s in selectors if s.closer)]
    edits = tuple(listing.without(words) for listing in listings)
    if words.issuperset(one.listing.words):
        return FoundFix(say("remove the comment"), Safety.SAFE, edits)
    message = say("remove {words} from the comment", words=_named(selectors))
    return FoundFix(message, Safety.SAFE, edits)
