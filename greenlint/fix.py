# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Fixes turned into new source: round after round until nothing is left, each parsed as proof."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import islice, pairwise, takewhile

from greenlint.errors import FixError
from greenlint.finding import Finding, FoundFix, TextEdit
from greenlint.messages import Message, say
from greenlint.source import NotPython, SourceFile

ROUNDS = 20

_NEWLINE = re.compile(r"\r\n|\n|\r")
# A change: start and end offset, and the text that comes there.
_Change = tuple[int, int, str]


def apply(text: str, fixes: Iterable[FoundFix]) -> tuple[str, tuple[FoundFix, ...]]:
    """The text after as many fixes as go together, and which those are.

    Fixes are taken in order of place.  One that touches what an earlier one changes is left for
    the next round; the same whole line inserted by several (an import) is inserted once.
    """
    newline = newline_of(text)
    taken: list[_Change] = []
    applied = []
    for fix in sorted(fixes, key=_place):
        changes = [_change(edit, newline) for edit in fix.edits]
        if _overlapping(changes):
            raise FixError(
                "The fix {fix} changes one place twice; report it.", fix=repr(str(fix.message))
            )
        new = [one for one in changes if not (_shareable(one) and one in _beside(one, taken))]
        if changes and not any(_touch(one, other) for one in new for other in _beside(one, taken)):
            for one in new:
                insort(taken, one)
            applied.append(fix)
    return _rewritten(text, taken), tuple(applied)


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text after edits that do not overlap; edits at one place come in the order given.

    Raises FixError when two edits overlap.
    """
    newline = newline_of(text)
    changes = [_change(edit, newline) for edit in edits]
    if _overlapping(changes):
        raise FixError("Two edits change one place; they cannot both be made.")
    return _rewritten(text, changes)


def newline_of(text: str) -> str:
    """The newline that a file uses: its first."""
    found = _NEWLINE.search(text)
    return found[0] if found else "\n"


def _place(fix: FoundFix) -> tuple[tuple[int, int, str], ...]:
    return tuple(sorted((edit.span.start, edit.span.end, edit.text) for edit in fix.edits))


def _change(edit: TextEdit, newline: str) -> _Change:
    return edit.span.start, edit.span.end, _NEWLINE.sub(lambda _: newline, edit.text)


def _shareable(change: _Change) -> bool:
    start, end, text = change
    return start == end and text.endswith(("\n", "\r"))


def _beside(one: _Change, taken: list[_Change]) -> Iterator[_Change]:
    """Of the changes taken, which are in order and do not overlap, those that `one` can meet."""
    after = bisect_left(taken, one)
    yield from takewhile(lambda other: other[0] <= one[1], islice(taken, after, None))
    before = (taken[index] for index in range(after - 1, -1, -1))
    yield from takewhile(lambda other: other[1] >= one[0], before)


def _touch(one: _Change, other: _Change) -> bool:
    """Whether two changes of different fixes meet: they overlap, or an insertion stands against
    the other, so that their order would matter.
    """
    if one[0] == one[1] or other[0] == other[1]:
        return one[0] <= other[1] and other[0] <= one[1]
    return one[0] < other[1] and other[0] < one[1]


def _overlapping(changes: Iterable[_Change]) -> bool:
    ordered = sorted(changes, key=lambda change: change[:2])
    return any(one[1] > other[0] for one, other in pairwise(ordered))


def _rewritten(text: str, changes: Iterable[_Change]) -> str:
    parts, at = [], 0
    for start, end, new in sorted(changes, key=lambda change: change[:2]):
        parts += [text[at:start], new]
        at = end
    return "".join((*parts, text[at:]))


@dataclass(frozen=True, slots=True)
class Fixed:
    """What fixing made of a file.  `fixes` counts by code; `left` are the findings in the result.

    `settled` is false when after all rounds there was still something to fix: two fixes that
    undo each other, for example.
    """

    before: SourceFile
    after: SourceFile
    fixes: Mapping[str, int] = field(default_factory=dict)
    left: tuple[Finding, ...] = ()
    settled: bool = True

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.before.raw != self.after.raw

    @property
    def problem(self) -> str:
        """The sentence about a file that did not settle, or ""."""
        if self.settled:
            return ""
        codes = ", ".join(_fixable(self.left)) or ", ".join(sorted(self.fixes))
        return (
            f"The fixes of {self.before.name} did not come to rest in {ROUNDS} rounds ({codes}). "
            f"The result is valid; leave one of these out with --unfixable, and report it."
        )


def _fixable(findings: Iterable[Finding]) -> list[str]:
    return sorted({finding.code for finding in findings if finding.fix})


def fix_file(
    source: SourceFile,
    check: Callable[[str], Sequence[Finding]],
    allowed: Callable[[Finding], bool],
) -> Fixed:
    """Apply the allowed fixes of `check` until there are none left, at most ROUNDS times.

    Raises FixError, naming the rules, when a result does not parse, cannot be written in the
    file's encoding, or would be read back as something else.
    """
    text, seen = source.text, {source.text}
    counted: Counter[str] = Counter()
    for _ in range(ROUNDS):
        left = tuple(check(text))
        waiting = [finding for finding in left if finding.fix and allowed(finding)]
        text, done = _round(source, text, waiting)
        if not done:
            return _fixed(source, text, counted, left)
        counted.update(finding.code for finding in done)
        if text in seen:
            break
        seen.add(text)
    left = tuple(check(text))
    settled = not any(finding.fix and allowed(finding) for finding in left)
    return _fixed(source, text, counted, left, settled)


def _fixed(
    source: SourceFile,
    text: str,
    counted: Counter[str],
    left: tuple[Finding, ...],
    settled: bool = True,
) -> Fixed:
    after = SourceFile(source.name, source.encode(text)) if text != source.text else source
    return Fixed(source, after, dict(sorted(counted.items())), left, settled)


def _round(
    source: SourceFile, text: str, findings: Sequence[Finding]
) -> tuple[str, tuple[Finding, ...]]:
    """One round: the new text, proven, and the findings whose fixes made it."""
    found = {id(finding.fix): finding for finding in findings}
    new, applied = apply(text, [finding.fix for finding in findings if finding.fix])
    done = tuple(found[id(fix)] for fix in applied)
    if new == text:
        return text, ()
    if problem := unacceptable(source, new):
        codes = _culprits(source, text, done)
        raise FixError(
            "Fixing {name} with {codes} gives ",
            problem,
            say(
                "; the file was left as it was. Leave the fix out with --unfixable {selected}, and "
                "report it.",
                selected=codes.replace(" ", ""),
            ),
            name=source.name,
            codes=codes,
        )
    return new, done


def _culprits(source: SourceFile, text: str, findings: Sequence[Finding]) -> str:
    """The rules whose fix is at fault on its own; all of them when only the combination is."""
    alone = [
        finding.code
        for finding in findings
        if finding.fix and unacceptable(source, apply(text, [finding.fix])[0])
    ]
    return ", ".join(sorted(set(alone or [finding.code for finding in findings])))


def unacceptable(source: SourceFile, text: str) -> Message | None:
    """Why a text cannot take the place of the source, if it cannot."""
    import libcst as cst

    try:
        if SourceFile(source.name, source.encode(text)).text != text:
            return say("a file that would be read differently")
        cst.parse_module(text)
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        return say(
            "{letter}, which the file's encoding ({encoding}) cannot express",
            letter=repr(letter),
            encoding=source.encoding,
        )
    except NotPython as error:
        return say("a file that cannot be read back ({why})", why=error)
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError) as error:
        line = getattr(error, "raw_line", 0)
        if line:
            return say("code that does not parse (line {line})", line=line)
        return say("code that does not parse")
    return None


def diff(name: str, before: str, after: str) -> str:
    """A unified diff that `patch` accepts; lines keep their newlines as they stand.

    Only line feeds end a line here, as in `patch` and git.
    """
    return "".join(_marked(unified_diff(_lines(before), _lines(after), name, name)))


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _marked(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
