# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One instruction in a comment, as written: its verb, its rules, its reason, its last day.

An instruction that is not understood carries the sentence that gives the right form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from greenlint.logical import Comment
from greenlint.messages import Message, say

# Where an instruction begins: to greenlint, or to all linters.
START = re.compile(
    r"#[ \t]*(?:greenlint:[ \t]*(?P<verb>[\w-]*)"
    r"|(?i:noqa)[ \t]*:[ \t]*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))"
)
_BRACKET = re.compile(r"\[([^\[\]#]*)\]")
_WORD = re.compile(r"[A-Za-z][\w-]*")
_ARGUMENT = re.compile(r'[ \t]+(?:reason="(?P<reason>(?:[^"\\]|\\.)*)"|until=(?P<until>[^\s#]*))')
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_VERBS = ("ignore", "disable", "enable", "file-ignore")


@dataclass(frozen=True, slots=True)
class Directive:
    """One instruction in a comment, as written: offsets are relative to the file."""

    verb: str
    start: int
    end: int
    words: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    reason: str = ""
    until: str = ""
    problem: Message | None = None


def directives(text: str, comment: Comment) -> Iterator[Directive]:
    """The instructions in one comment.

    After code they may follow another linter's comment; a comment on its own line has to begin
    with one, since anything else there is prose or code that was commented out.
    """
    find = START.match if comment.alone else START.search
    at = comment.start
    while found := find(text, at, comment.end):
        directive = _noqa(found) if found["codes"] else _instruction(text, found, comment.end)
        if directive:
            yield directive
        at = directive.end if directive else found.end()
        if comment.alone:
            at = comment.end - len(text[at : comment.end].lstrip(" \t"))


def _noqa(found: re.Match[str]) -> Directive:
    words = list(re.finditer(r"[A-Z]+[0-9]+", found["codes"]))
    base = found.start("codes")
    return Directive(
        "noqa",
        found.start(),
        found.end(),
        tuple(word[0] for word in words),
        tuple(base + word.start() for word in words),
    )


def _instruction(text: str, found: re.Match[str], stop: int) -> Directive | None:
    """What follows ``greenlint:``; None when it is prose."""
    verb, start, at = found["verb"], found.start(), found.end()
    hash_sign = text.find("#", at, stop)
    rest_end = hash_sign if hash_sign >= 0 else stop
    rest = text[at:rest_end]
    end = at + len(rest.rstrip())
    if verb not in _VERBS:
        if _prose(verb, rest):
            return None
        return Directive(verb, start, end, problem=_unknown_verb(verb))
    bracket = _BRACKET.match(text, at, stop)
    if bracket is None:
        return Directive(verb, start, end, problem=_no_list(verb))
    words, places = _words(bracket)
    if not words:
        return Directive(verb, start, end, problem=_no_list(verb))
    return _arguments(text, Directive(verb, start, bracket.end(), words, places), stop)


def _prose(verb: str, rest: str) -> bool:
    """``# greenlint: see the manual`` is a remark; ``# greenlint: ignroe[GRN301]`` is not."""
    near = get_close_matches(verb, _VERBS, 1, 0.7)
    return not near and bool(rest.strip()) and not rest.startswith("[")


def _words(bracket: re.Match[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    words, places, at = [], [], bracket.start(1)
    for part in bracket[1].split(","):
        word = part.strip()
        if not _WORD.fullmatch(word) or word in words:
            return (), ()
        words.append(word)
        places.append(at + part.index(word))
        at += len(part) + 1
    return tuple(words), tuple(places)


def _arguments(text: str, directive: Directive, stop: int) -> Directive:
    end, given = directive.end, dict[str, str]()
    while found := _ARGUMENT.match(text, end, stop):
        name = "until" if found["until"] is not None else "reason"
        if name in given:
            break
        given[name] = found[name]
        end = found.end()
    hash_sign = text.find("#", end, stop)
    rest = text[end : hash_sign if hash_sign >= 0 else stop].rstrip()
    problem = _not_understood(directive.verb, rest) or _bad_date(given.get("until"))
    reason = re.sub(r"\\(.)", r"\1", given.get("reason", "")).strip()
    return replace(
        directive,
        end=end + len(rest),
        reason=reason,
        until=given.get("until", ""),
        problem=problem,
    )


def _unknown_verb(verb: str) -> Message:
    return say(
        "`greenlint: {verb}` is no instruction; write `# greenlint: ignore[GRN301]`, or "
        "`disable[...]`, `enable[...]` or `file-ignore[...]` on a line of its own",
        verb=verb,
    )


def _no_list(verb: str) -> Message:
    return say(
        "`{verb}` needs the rules that it is about, each once; write "
        "`# greenlint: {verb}[GRN301]` or `# greenlint: {verb}[GRN301, query-in-loop]`",
        verb=verb,
    )


def _not_understood(verb: str, rest: str) -> Message | None:
    if not rest:
        return None
    return say(
        "`{rest}` is not understood; write "
        '`# greenlint: {verb}[GRN301] reason="why" until=2027-06-30`',
        rest=rest.strip(),
        verb=verb,
    )


def _bad_date(until: str | None) -> Message | None:
    if until is None:
        return None
    try:
        date.fromisoformat(until)
    except ValueError:
        good = False
    else:
        good = _DATE.fullmatch(until) is not None
    if good:
        return None
    return say("`{until}` is no date; write `until=2027-06-30`", until=until)
