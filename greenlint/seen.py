# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What tests sent again and again, place by place, and the findings of rules on that.

It completes what rules on code found: a place that one of these speaks of is left to it.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from greenlint.errors import PluginError
from greenlint.finding import Finding, number_fingerprints
from greenlint.hotspots import Again
from greenlint.messages import Message, as_message
from greenlint.rule import CheckSeen, Confidence, Options, RuleInfo
from greenlint.source import NotPython, SourceFile

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Told(NamedTuple):
    """What a rule at run time says of a place."""

    message: str | Message
    help: str | Message = ""
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What tests sent from one place, the greatest number first, all of one kind.

    `symbol` is a class, and its field where that is known, whose inherited code sent it; "" for a
    line.  `in_loop` says that the line stands in a loop of its own function.  `changed` says that
    the file is newer than the run.
    """

    again: tuple[Again, ...]
    symbol: str = ""
    in_loop: bool = False
    changed: bool = False

    @property
    def tests(self) -> int:
        """How many tests did so."""
        return len({one.test for one in self.again})


def how_sure(seen: Seen) -> Confidence:
    """MEDIUM where the place itself repeats: a line in a loop of its own function, or a field that
    inherited code reads of each object.  LOW elsewhere, as the test may have called the function so
    often itself, and where the file has changed, so that lines may have moved.
    """
    repeats = seen.in_loop or "." in seen.symbol
    return Confidence.MEDIUM if repeats and not seen.changed else Confidence.LOW


def in_tests(again: Sequence[Again]) -> str:
    """``tests/test_a.py::test_orders, and in 2 more tests less often``."""
    others = len({one.test for one in again} - {again[0].test})
    if not others:
        return again[0].test
    return f"{again[0].test}; in {others} more test{'s' * (others != 1)}"


class Judge(NamedTuple):
    """A rule at run time: its facts, its checks, and its options as configured."""

    info: RuleInfo
    checks: Sequence[CheckSeen]
    options: Options = MappingProxyType({})

    @property
    def kind(self) -> str:
        """What it is about: "query" or "request"; "" for a category that nothing is seen of."""
        return self.info.confirmed_by


class Checked(NamedTuple):
    """A file that was checked, the codes not for it, and whether it is newer than the run."""

    source: SourceFile
    is_test: bool = False
    ignored: Collection[str] = ()
    changed: bool = False


def findings(
    judges: Sequence[Judge],
    again: Iterable[Again],
    found: Iterable[tuple[Finding, str]],
    checked: Callable[[str], Checked | None],
) -> Iterator[Finding]:
    """The findings of rules at run time, file by file.

    `found` pairs what else was found with the kind of what confirms it.  `checked` gives the file
    of a path, None for one that is not of this run.  Raises PluginError for a rule that fails.
    """
    by_path: dict[str, list[Again]] = defaultdict(list)
    for one in again:
        by_path[one.path].append(one)
    spoken = _spoken(found)
    for path in sorted(by_path):
        held = checked(path)
        if held is None:
            continue
        try:
            file = _File(path, held)
        except (SyntaxError, ValueError, RecursionError, NotPython):  # told as a finding already
            continue
        made = [
            one
            for judge in judges
            if judge.info.code not in held.ignored and (judge.info.tests or not held.is_test)
            for one in file.findings(judge, by_path[path], spoken[judge.kind, path])
        ]
        made.sort(key=lambda one: one[0].sort_key)
        yield from number_fingerprints(made)


def _spoken(found: Iterable[tuple[Finding, str]]) -> defaultdict[tuple[str, str], set[int]]:
    """Kind and path -> the lines that findings about that kind speak of."""
    lines: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for finding, kind in found:
        for path, span in (
            (finding.path, finding.span),
            *((place.path, place.span) for place in finding.related),
        ):
            lines[kind, path] |= set(range(span.line, span.end_line + 1))
    return lines


def _repeats(node: ast.AST, field: str) -> bool:
    """Whether a node repeats what is in a field of it.  Where a comprehension takes its items on
    the line of its element, nobody can tell which of them sent something.
    """
    if isinstance(node, _LOOPS):
        return field in ("body", "test")
    if not isinstance(node, _COMPREHENSIONS) or field not in ("elt", "key", "value"):
        return False
    items: ast.expr = node.generators[0].iter
    element: ast.expr = getattr(node, field)
    lines = (range(one.lineno, (one.end_lineno or one.lineno) + 1) for one in (items, element))
    return set(next(lines)).isdisjoint(next(lines))


class _File:
    """One file; raises SyntaxError, ValueError or NotPython for what is no Python."""

    def __init__(self, path: str, checked: Checked) -> None:
        self._path = path
        self._changed = checked.changed
        self._source = checked.source
        self._lines = checked.source.lines()
        self._scopes: list[tuple[int, int, str]] = []
        self._classes: dict[int, int] = {}
        self._loops: set[int] = set()
        self._look(ast.parse(checked.source.text), "", None)

    def _look(self, node: ast.AST, name: str, loop: ast.AST | None) -> None:
        """Scopes by their lines, and the lines that a loop of their own scope repeats."""
        waiting = [(node, name, loop)]
        while waiting:
            node, name, loop = waiting.pop()
            if isinstance(node, ast.stmt | ast.expr) and loop is not None:
                self._loops.add(node.lineno)
            if isinstance(node, _SCOPES):
                loop = None
                if not isinstance(node, ast.Lambda):
                    name = f"{name}.{node.name}" if name else node.name
                    last = node.end_lineno or node.lineno
                    self._scopes.append((node.lineno, last, name))
                    if isinstance(node, ast.ClassDef):
                        self._classes[node.lineno] = last
            for field, value in ast.iter_fields(node):
                repeats = node if _repeats(node, field) else loop
                below = value if isinstance(value, list) else [value]
                waiting += [(one, name, repeats) for one in below if isinstance(one, ast.AST)]

    def findings(
        self, judge: Judge, again: Iterable[Again], spoken: set[int]
    ) -> Iterator[tuple[Finding, str]]:
        """Those of one rule, each with its bare source."""
        places: dict[tuple[int, str], list[Again]] = defaultdict(list)
        for one in again:
            if one.kind == judge.kind:
                places[one.line, one.symbol].append(one)
        for (line, symbol), held in sorted(places.items()):
            last = self._classes.get(line, line) if symbol else line
            if spoken.isdisjoint(range(line, last + 1)) and self._is_code(line):
                yield from self._told(judge, line, symbol, held)

    def _is_code(self, line: int) -> bool:
        """Whether there is code on the line, as there was in the run."""
        if not 1 <= line <= len(self._lines):
            return False
        text = self._lines[line - 1].strip()
        return bool(text) and not text.startswith("#")

    def _told(
        self, judge: Judge, line: int, symbol: str, held: list[Again]
    ) -> Iterator[tuple[Finding, str]]:
        seen = Seen(
            tuple(sorted(held, key=lambda one: (-one.times, *one))),
            symbol,
            not symbol and line in self._loops,
            self._changed,
        )
        text = self._lines[line - 1]
        start = self._source.line_starts[line - 1]
        begin, end = len(text) - len(text.lstrip()), len(text.rstrip())
        for check in judge.checks:
            for told in self._asked(judge, check, seen, line):
                finding = Finding(
                    self._path,
                    self._source.span(start + begin, start + end),
                    judge.info.code,
                    as_message(told.message),
                    as_message(told.help),
                    told.confidence or judge.info.confidence,
                    symbol=self._symbol(line),
                )
                yield finding, "".join(text.partition("#")[0].split()) + symbol

    def _asked(self, judge: Judge, check: CheckSeen, seen: Seen, line: int) -> list[Told]:
        try:
            return list(check(seen, judge.options))
        except Exception as error:
            raise PluginError(
                "Rule {code} failed on what was sent from {path}:{line}: {why}.",
                code=judge.info.code,
                path=self._path,
                line=line,
                why=repr(error),
            ) from error

    def _symbol(self, line: int) -> str:
        """The innermost function or class around a line."""
        around = [one for one in self._scopes if one[0] <= line <= one[1]]
        return max(around)[2] if around else ""
