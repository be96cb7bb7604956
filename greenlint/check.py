# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One source file and the rules that are on, to findings: the pure heart."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import libcst as cst

from greenlint.catalogue import load
from greenlint.finding import Finding, FoundFix, Place, Span, TextEdit, number_fingerprints
from greenlint.glance import Offered, Syntax, possible
from greenlint.here import Here
from greenlint.messages import as_message, say
from greenlint.needles import needles
from greenlint.positions import Positions
from greenlint.result import SYNTAX_ERROR, TOO_LARGE, FileResult, Outcome, refused
from greenlint.rule import Check, Fix, Glance, Hit, Node, Options, Rule, RuleInfo
from greenlint.sketch import sketch
from greenlint.source import NotPython, SourceFile, too_deep
from greenlint.suppression import Suppression, wanted
from greenlint.walk import Link, Table, table, walk


class ActiveRule(NamedTuple):
    """A rule that runs: its facts, its options as configured, and its checks, which are imported
    when the first file has something for them.
    """

    info: RuleInfo
    rule: Rule | None = None
    options: Options = MappingProxyType({})

    @property
    def loaded(self) -> Rule:
        """The rule with its checks; PluginError where it cannot be imported."""
        return self.rule or load(self.info)

    @property
    def checks(self) -> list[tuple[type[cst.CSTNode], Check]]:
        """What is offered nodes."""
        return self.loaded.checks


def needles_of(rules: Iterable[ActiveRule]) -> frozenset[bytes]:
    """All byte strings of which a file holds one where one of the rules could find anything."""
    return frozenset(needle for active in rules for needle in active.info.needles)


class Offer(NamedTuple):
    """One check of one rule, waiting for nodes of its class."""

    active: ActiveRule
    check: Check


Offers = Mapping[type[cst.CSTNode], tuple[Offer, ...]]


class Checker:
    """The rules of a run, ready for one file after another.

    `target` is the lowest Python version that the checked project supports; files of more than
    `max_lines` lines are reported and not parsed.  Without `glances`, every file that holds a
    needle is parsed.
    """

    def __init__(
        self,
        rules: Iterable[ActiveRule],
        *,
        target: tuple[int, int] = (3, 11),
        max_lines: int = 30_000,
        glances: bool = True,
    ) -> None:
        self.rules = tuple(active for active in rules if active.info.alone)
        self.target = target
        self.max_lines = max_lines
        self.glances = glances
        self._needles = needles(needles_of(self.rules))
        self._tables: dict[tuple[str, ...], tuple[Offers, Table]] = {}
        self._offered: dict[tuple[str, ...], Offered] = {}

    def check(
        self,
        source: SourceFile,
        *,
        is_test: bool = False,
        ignored: Collection[str] = (),
        syntax: Syntax | None = None,
    ) -> FileResult:
        """All findings of one file, suppressed ones included, in order; never raises for what the
        file holds.  `ignored` are the codes that `per-file-ignores` takes out; `syntax` is for
        whoever needs the file's `ast`, too.
        """
        rules = self._applicable(source, is_test, ignored)
        broken: dict[str, str] = {}
        text: str | None = None
        try:
            self._admit(source)
            if not wanted(source.raw):
                syntax = syntax or Syntax(source)
                rules, text = self._possible(rules, syntax, source, broken)
                if not rules and syntax.tree is not None:
                    return FileResult(Outcome.SKIPPED)
            module = parse(source, text)
        except TooLarge as error:
            return refused(source.name, TOO_LARGE, error.message)
        except NotPython as error:
            return refused(source.name, SYNTAX_ERROR, error.message, error.line, error.column)
        here = Here(module, source.text, name=source.name, is_test=is_test, target=self.target)
        positions = Positions(module, source.text if text is None else text)
        hits = self._hits(rules, here, broken)
        findings = _place(hits, positions, source, broken)
        return FileResult(
            Outcome.PARSED,
            tuple(findings),
            _suppressions(source, module, positions),
            tuple(broken.values()),
        )

    def _applicable(
        self, source: SourceFile, is_test: bool, ignored: Collection[str]
    ) -> tuple[ActiveRule, ...]:
        held = self._needles.held(source.raw)
        return tuple(
            active
            for active in self.rules
            if active.info.code not in ignored
            and (active.info.tests or not is_test)
            and (not active.info.needles or not held.isdisjoint(active.info.needles))
        )

    def _possible(
        self,
        rules: tuple[ActiveRule, ...],
        syntax: Syntax,
        source: SourceFile,
        broken: dict[str, str],
    ) -> tuple[tuple[ActiveRule, ...], str | None]:
        """The rules that a glance at the file does not rule out, and what of the text they need.

        A rule that has no glances has the whole file parsed anyway; one that has no checks of
        single files finds nothing in it.
        """
        rules = tuple(active for active in rules if active.checks)
        if not (self.glances and all(active.loaded.glances for active in rules)):
            return rules, None
        if not rules or syntax.tree is None:
            return rules, None
        failed: dict[int, Exception] = {}
        seen = possible(syntax.tree, self._glances(rules), range(len(rules)), failed)
        for number, error in failed.items():
            blame(rules[number].info, source.name, error, broken)
        rules = tuple(rules[number] for number in sorted(seen.rules))
        whole = not rules or any(active.loaded.whole_file for active in rules)
        return rules, None if whole else sketch(source.text, seen)

    def _glances(self, rules: tuple[ActiveRule, ...]) -> Offered:
        key = tuple(active.info.code for active in rules)
        found = self._offered.get(key)
        if found is None:
            waiting: dict[type[ast.AST] | str, list[tuple[int, Glance]]] = {}
            for number, active in enumerate(rules):
                for kind, glance in active.loaded.glances:
                    waiting.setdefault(kind, []).append((number, glance))
            found = self._offered[key] = waiting
        return found

    def _admit(self, source: SourceFile) -> None:
        lines = max(source.raw.count(b"\n"), source.raw.count(b"\r")) + 1
        if lines > self.max_lines:
            raise TooLarge(
                say(
                    "the file has {lines} lines and was not checked; raise `max-file-lines` "
                    "(now {limit}) or exclude it",
                    lines=f"{lines:,}",
                    limit=f"{self.max_lines:,}",
                )
            )
        if deep := too_deep(source.raw):
            raise NotPython(deep)

    def _hits(
        self, rules: tuple[ActiveRule, ...], here: Here, broken: dict[str, str]
    ) -> Iterator[tuple[ActiveRule, Hit, Link]]:
        offers, enter = self._offers(rules)
        for link in walk(here.module, enter):
            waiting = offers.get(link[0].__class__)
            if waiting is None:
                continue
            here.link = link
            for offer in waiting:
                here.options = offer.active.options
                try:
                    for hit in offer.check(link[0], here):
                        yield offer.active, hit, link
                except Exception as error:
                    blame(offer.active.info, here.name, error, broken)

    def _offers(self, rules: tuple[ActiveRule, ...]) -> tuple[Offers, Table]:
        key = tuple(active.info.code for active in rules)
        found = self._tables.get(key)
        if found is None:
            waiting: dict[type[cst.CSTNode], list[Offer]] = {}
            for active in rules:
                for kind, check in active.checks:
                    waiting.setdefault(kind, []).append(Offer(active, check))
            offers = {kind: tuple(checks) for kind, checks in waiting.items()}
            found = self._tables[key] = (offers, table(offers))
        return found


class TooLarge(NotPython):
    """The file is over the size that is checked."""


def parse(source: SourceFile, text: str | None = None) -> cst.Module:
    """The tree of a source, or of a `text` that stands for it; NotPython carries the sentence
    where there is none.
    """
    try:
        return cst.parse_module(source.text if text is None else text)
    except cst.ParserSyntaxError as error:
        raise _syntax_error(source, error) from None
    except (
        RecursionError,
        ValueError,
        UnicodeError,
        cst.CSTValidationError,
        cst.CSTLogicError,
    ) as error:
        raise NotPython(say("cannot parse: {what}", what=error)) from None


def _syntax_error(source: SourceFile, error: cst.ParserSyntaxError) -> NotPython:
    """What is wrong and where: in the interpreter's words if it agrees, else in LibCST's."""
    own = Syntax(source).error
    if own is not None and own.lineno:
        place = (own.lineno, max(1, own.offset or 1))
        return NotPython(say("cannot parse: {what}", what=own.msg), *place)
    what = error.message.removeprefix("parser error: ").removeprefix("tokenizer error: ")
    what = re.sub(r"^error at \d+:\d+: ", "", what)
    return NotPython(say("cannot parse: {what}", what=what), error.raw_line, error.raw_column + 1)


def _suppressions(
    source: SourceFile, module: cst.Module, positions: Positions
) -> tuple[Suppression, ...]:
    if not wanted(source.raw):
        return ()
    from greenlint.suppress_scan import scan

    return scan(source, module, positions)


def blame(info: RuleInfo, name: str, error: Exception, broken: dict[str, str]) -> None:
    """One sentence for each rule that fails on a file."""
    broken.setdefault(
        info.code,
        f"Rule {info.code} ({info.name}) failed on {name}: {error!r}. "
        f"Switch it off with --ignore {info.code} and report it.",
    )


def _place(
    hits: Iterable[tuple[ActiveRule, Hit, Link]],
    positions: Positions,
    source: SourceFile,
    broken: dict[str, str],
) -> list[Finding]:
    """Hits to findings: sorted, one per rule and place, numbered."""
    placed: dict[tuple[Span, str], tuple[Finding, str]] = {}
    for active, hit, link in hits:
        try:
            finding = _finding(active.info, hit, _Locator(positions, source, link))
        except Exception as error:
            blame(active.info, source.name, error, broken)
            continue
        span = finding.span
        stripped = bare(source.text[span.start : span.end])
        placed.setdefault((span, active.info.code), (finding, stripped))
    return number_fingerprints(sorted(placed.values(), key=lambda pair: pair[0].sort_key))


def _finding(info: RuleInfo, hit: Hit, at: _Locator) -> Finding:
    """A hit with its places known; whatever its rule put into it is tried here."""
    path = at.source.name
    finding = Finding(
        path,
        at.span(hit.node),
        info.code,
        as_message(hit.message),
        as_message(hit.help or info.help),
        hit.confidence or info.confidence,
        symbol=_symbol(at.link),
        fix=_fix(hit.fix, at) if hit.fix else None,
        related=tuple(
            Place(path, at.span(one.node), as_message(one.message)) for one in hit.related
        ),
    )
    fix = (finding.fix.message,) if finding.fix else ()
    for message in (finding.message, finding.help, *fix, *(one.message for one in finding.related)):
        str(message)  # a place without its argument fails here, where the rule is known
    return finding


@dataclass(frozen=True, slots=True)
class _Locator:
    """Spans of nodes near one hit."""

    positions: Positions
    source: SourceFile
    link: Link

    def offsets(self, node: Node) -> tuple[int, int]:
        if not isinstance(node, cst.CSTNode):
            raise TypeError(f"{node!r} is no node of this file's tree")
        return self.positions.of(node, self.link)

    def span(self, node: Node) -> Span:
        """A node's span; of a compound statement, that of its header."""
        start, end = self.offsets(node)
        if isinstance(node, (cst.BaseCompoundStatement, cst.ExceptHandler)):
            body = self.offsets(node.body)[0] if not isinstance(node, cst.Match) else end
            end = start + len(self.source.text[start:body].split("\n")[0].rstrip())
        return self.source.span(start, end)


def _fix(fix: Fix, at: _Locator) -> FoundFix:
    edits = []
    for edit in fix.edits:
        start, end = at.offsets(edit.node)
        if edit.until is not None:
            end = at.offsets(edit.until)[1]
        text = edit.text
        if isinstance(edit.node, cst.BaseExpression):
            code = at.source.text
            text = _apart(code[max(start - 1, 0) : start], text, code[end : end + 1])
        edits.append(TextEdit(at.source.span(start, end), text))
    return FoundFix(as_message(fix.message), fix.safety, tuple(edits))


def _apart(before: str, text: str, after: str) -> str:
    """The text of an expression, with a space where it would become one word with what stands
    beside it: the brackets that ``prices.keys()else`` ends with go, and ``else`` stays.
    """
    first = " " if _WORD.match(before) and _WORD.match(text) else ""
    last = " " if _WORD.match(after) and _WORD.match(text[-1:]) else ""
    return f"{first}{text}{last}"


def _symbol(link: Link) -> str:
    names = []
    above: Link | None = link
    while above is not None:
        if isinstance(above[0], (cst.FunctionDef, cst.ClassDef)):
            names.append(above[0].name.value)
        above = above[1]
    return ".".join(reversed(names))


_COMMENT = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|#[^\n]*""")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w")


def bare(code: str) -> str:
    """Source without white space and comments: what a fingerprint is taken over."""
    return _SPACE.sub("", _COMMENT.sub(lambda found: found[1] or "", code))
