# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Fixes turned into new source: round after round until nothing is left, each parsed as proof."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import islice, pairwise, takewhile
from typing import NamedTuple, TypeAlias

from greenlint.errors import FixError
from greenlint.finding import Finding, FoundFix, TextEdit
from greenlint.glance import Syntax
from greenlint.messages import Message, say
from greenlint.proof import read_back, unacceptable, unparsable
from greenlint.source import SourceFile

ROUNDS = 20

_NEWLINE = re.compile(r"\r\n|\n|\r")
# A change: start and end offset, and the text that comes there.
_Change = tuple[int, int, str]


def apply(text: str, fixes: Iterable[FoundFix]) -> tuple[str, tuple[FoundFix, ...]]:
    """The text after as many fixes as go together, and which those are.

    Fixes are taken in order of place.  One that touches what an earlier one changes is left for
    the next round; the same whole line inserted by several (an import) is inserted once.
    """
    taken, applied = _taken(text, fixes)
    return _rewritten(text, taken), applied


def _taken(text: str, fixes: Iterable[FoundFix]) -> tuple[Sequence[_Change], tuple[FoundFix, ...]]:
    """The changes of as many fixes as go together, in order, and those fixes."""
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
    return taken, tuple(applied)


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


def _new_places(changes: Iterable[_Change]) -> Iterator[tuple[int, int]]:
    """Where changes, which are in order, stand in the text that they make."""
    moved = 0
    for start, end, new in changes:
        yield start + moved, start + moved + len(new)
        moved += len(new) - (end - start)


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


class Trial(NamedTuple):
    """A text that is to be looked at: the file as it is, or what a round of fixes made of it, with
    the places at which that is another than the text before.
    """

    source: SourceFile
    changed: tuple[tuple[int, int], ...] | None = None


#: What is found in a text, or why LibCST does not take it.
Answer: TypeAlias = "Sequence[Finding] | Message"


def fix_file(
    source: SourceFile,
    check: Callable[[str], Sequence[Finding]],
    allowed: Callable[[Finding], bool],
) -> Fixed:
    """Apply the allowed fixes of `check` until there are none left, at most ROUNDS times.

    Raises FixError, naming the rules, when a result does not parse, cannot be written in the
    file's encoding, or would be read back as something else.
    """
    steps = fixing(source, allowed)
    trial = next(steps)
    while True:
        new = trial.source
        problem = trial.changed is not None and unparsable(new, Syntax(new), trial.changed)
        try:
            trial = steps.send(problem or check(new.text))
        except StopIteration as end:
            fixed: Fixed = end.value
            return fixed


def fixing(
    source: SourceFile, allowed: Callable[[Finding], bool]
) -> Generator[Trial, Answer, Fixed]:
    """What `fix_file` does, for who looks at texts elsewhere: it yields each of them once, and is
    sent what was found.  Raises what that does.
    """
    text, seen = source.text, {source.text}
    counted: Counter[str] = Counter()
    left = _found((yield Trial(source)))
    for _ in range(ROUNDS):
        waiting = [finding for finding in left if finding.fix and allowed(finding)]
        changes, done = _round(text, waiting)
        new = _rewritten(text, changes)
        if new == text:
            return _fixed(source, text, counted, left)
        raw = read_back(source, new)
        if isinstance(raw, Message):
            raise _refusal(source, text, done, raw)
        answer = yield Trial(SourceFile(source.name, raw), tuple(_new_places(changes)))
        if isinstance(answer, Message):
            raise _refusal(source, text, done, answer)
        left, text = _found(answer), new
        counted.update(finding.code for finding in done)
        if text in seen:
            break
        seen.add(text)
    settled = not any(finding.fix and allowed(finding) for finding in left)
    return _fixed(source, text, counted, left, settled)


def _found(answer: Answer) -> tuple[Finding, ...]:
    return () if isinstance(answer, Message) else tuple(answer)


def _fixed(
    source: SourceFile,
    text: str,
    counted: Counter[str],
    left: tuple[Finding, ...],
    settled: bool = True,
) -> Fixed:
    after = SourceFile(source.name, source.encode(text)) if text != source.text else source
    return Fixed(source, after, dict(sorted(counted.items())), left, settled)


def _round(text: str, findings: Sequence[Finding]) -> tuple[Sequence[_Change], tuple[Finding, ...]]:
    """One round: its changes, and the findings whose fixes made them."""
    found = {id(finding.fix): finding for finding in findings}
    changes, applied = _taken(text, [finding.fix for finding in findings if finding.fix])
    return changes, tuple(found[id(fix)] for fix in applied)


def _refusal(source: SourceFile, text: str, done: Sequence[Finding], problem: Message) -> FixError:
    codes = _culprits(source, text, done)
    return FixError(
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


def _culprits(source: SourceFile, text: str, findings: Sequence[Finding]) -> str:
    """The rules whose fix is at fault on its own; all of them when only the combination is."""
    alone = [
        finding.code
        for finding in findings
        if finding.fix and unacceptable(source, apply(text, [finding.fix])[0])
    ]
    return ", ".join(sorted(set(alone or [finding.code for finding in findings])))


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
