# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A rule held against its own page: marked lines are found, clean code is left alone, fixes fit.

Nothing of the page is run: whether a fix keeps behaviour is for the rule's own test suite.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff

from greenlint.check import ActiveRule, Checker
from greenlint.discover import is_test_file
from greenlint.finding import Finding
from greenlint.fix import ROUNDS, apply
from greenlint.hotspots import Again
from greenlint.page import Block, Page
from greenlint.project.checking import check_together
from greenlint.rule import Rule, RuleInfo, Safety
from greenlint.seen import Checked, Judge
from greenlint.seen import findings as seen_findings
from greenlint.source import SourceFile

_SENT = re.compile(r"(\d+):(\d+)(?: as ([\w.]+))?(?: (.+))?")
# The file that a block stands for, unless its fence says `name="..."`.
NAME = "shop/views.py"


@dataclass(frozen=True, slots=True)
class Failure:
    """What does not hold: the line of the page, 1-based, and the sentence."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What a page promised and what the rule did: promises by kind, and those not kept."""

    flagged: int
    clean: int
    fixed: int
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether every promise was kept."""
        return not self.failures


class RuleRun:
    """One rule with its default options, ready for the blocks of its page."""

    def __init__(self, info: RuleInfo, rule: Rule, page: Page) -> None:
        options = {option.name: option.default for option in info.options}
        self._active = [ActiveRule(info, rule, options)]
        self._checker = Checker(self._active)
        self._page = page

    def findings(self, block: Block, text: str | None = None) -> list[Finding]:
        """What the rule finds in a block, or in another text that stands in its place.

        Raises ValueError with the rule's own problem, or with that of a text that is no Python.
        """
        name = block.settings.get("name", NAME)
        written = block.unmarked if text is None else text
        source = SourceFile(name, written.encode())
        result = self._checker.check(source, is_test=is_test_file(name))
        refused = [str(one.message) for one in result.findings if one.code.startswith("GRN99")]
        findings, problems = list(result.findings), [*result.problems, *refused]
        if self._active[0].info.across:
            judged = check_together(self._active, {**self._page.given(block), name: written})
            findings += [one for each in judged.values() for one in each.findings]
            problems += [one for each in judged.values() for one in each.problems]
        if self._active[0].info.run_time:
            findings += self._at_run_time(block, source)
        if problems:
            raise ValueError(problems[0])
        elsewhere = next((one for one in findings if one.path != name), None)
        if elsewhere is not None:
            raise ValueError(
                f"{elsewhere.path}:{elsewhere.span.line} is found: {elsewhere.message}"
            )
        return sorted(findings, key=lambda one: one.sort_key)

    def _at_run_time(self, block: Block, source: SourceFile) -> Iterator[Finding]:
        """What it makes of what the block's fence says that one test sent."""
        active = self._active[0]
        judge = Judge(active.info, active.loaded.checks_seen, active.options)
        checked = Checked(source, is_test_file(source.name))
        again = sent(block.settings.get("sent", ""), judge.kind, source.name)
        return seen_findings([judge], again, (), {source.name: checked}.get)

    def fixed(self, block: Block) -> str:
        """What the fixes make of a block, safe and unsafe ones alike."""
        text = block.unmarked
        for _ in range(ROUNDS):
            fixes = [one.fix for one in self.findings(block, text) if one.fix]
            if not fixes:
                break
            text, _applied = apply(text, fixes)
        return text


def sent(text: str, kind: str, path: str) -> Iterator[Again]:
    """What a fence says that a test sent: ``4:12; 9:30 as Orders.lines; 5:20 SAVEPOINT ?`` is line,
    number of times, perhaps the field of a class, and perhaps what.  Raises ValueError.
    """
    for one in filter(None, map(str.strip, text.split(";"))):
        said = _SENT.fullmatch(one)
        if said is None:
            raise ValueError(f"sent={one!r} is not LINE:TIMES, such as 4:12")
        line, times, symbol, what = said.groups(default="")
        test = "tests/test_shop.py::test_orders"
        yield Again(kind, path, int(line), test, int(times), what or "SELECT ?", symbol)


def pairs(page: Page) -> Iterator[tuple[Block | None, Block]]:
    """Each fixed block behind the flagged block before it; None where there is none."""
    before: Block | None = None
    for block in page.of("flagged", "fixed"):
        if block.role == "flagged":
            before = block
        else:
            yield before, block
            before = None


def judge(info: RuleInfo, rule: Rule, page: Page) -> Judged:
    """Hold the rule against its page."""
    run = RuleRun(info, rule, page)
    flagged = list(page.of("flagged"))
    clean = list(page.of("clean", "fixed", "setup", "after"))
    fixed = list(pairs(page))
    failures = [
        *_complete(page),
        *_promised(run, info, flagged),
        *(failure for block in flagged for failure in _flagged(run, block)),
        *(failure for block in clean for failure in _clean(run, block)),
        *(failure for before, block in fixed for failure in _fixed(run, before, block)),
    ]
    failures.sort(key=lambda failure: failure.line)
    marks = sum(len(block.flagged_lines) for block in flagged)
    return Judged(marks, len(clean), len(fixed), tuple(failures))


def _complete(page: Page) -> Iterator[Failure]:
    if not any(page.of("flagged")):
        yield Failure(1, "no block is marked ```python flagged, so nothing shows what is found")
    if not any(page.of("clean")):
        yield Failure(1, "no block is marked ```python clean, so nothing shows what is left alone")


def _promised(run: RuleRun, info: RuleInfo, flagged: list[Block]) -> Iterator[Failure]:
    """A rule that says it can fix shows it, and offers nothing safer than it says."""
    offered = set()
    for block in flagged:
        with suppress(ValueError):  # told where the block itself is judged
            offered |= {one.fix.safety for one in run.findings(block) if one.fix}
    if info.fix is not None and not offered:
        yield Failure(1, f"the rule says fix={info.fix.value!r}, and no flagged block gets a fix")
    if offered and info.fix is None:
        yield Failure(1, "the rule offers a fix, and does not say so with fix=...")
    if info.fix is Safety.UNSAFE and Safety.SAFE in offered:
        yield Failure(1, "the rule says fix='unsafe', and offers a safe one")


def _flagged(run: RuleRun, block: Block) -> Iterator[Failure]:
    """Each marked line has a finding that starts there, no other line has one, and all are as sure
    as the fence says, and advise what it says.
    """
    if not block.flagged_lines:
        yield Failure(block.line, "a flagged block marks no line: end one in `# flagged`")
    try:
        found = {one.span.line: one for one in run.findings(block)}
    except ValueError as error:
        yield Failure(block.line, str(error))
        return
    for line in block.flagged_lines:
        if line not in found:
            yield Failure(block.line + line - 1, "the line is marked and not found")
    for line in sorted(found.keys() - set(block.flagged_lines)):
        sentence = f"the line is not marked and found: {found[line].message}"
        yield Failure(block.line + line - 1, sentence)
    sure, advice = block.settings.get("confidence"), block.settings.get("help", "")
    for line, one in sorted(found.items()):
        if sure is not None and one.confidence != sure:
            sentence = f"the fence says confidence={sure!r}, and the finding has {one.confidence}"
            yield Failure(block.line + line - 1, sentence)
        if advice not in str(one.help):
            sentence = f"the fence says help={advice!r}, and the finding says {str(one.help)!r}"
            yield Failure(block.line + line - 1, sentence)


def _clean(run: RuleRun, block: Block) -> Iterator[Failure]:
    try:
        for one in run.findings(block):
            line = block.line + one.span.line - 1
            yield Failure(line, f"found in a {block.role} block: {one.message}")
    except ValueError as error:
        yield Failure(block.line, str(error))


def _fixed(run: RuleRun, before: Block | None, block: Block) -> Iterator[Failure]:
    if before is None:
        yield Failure(block.line, "a fixed block follows no flagged block")
        return
    try:
        made = run.fixed(before)
    except ValueError as error:
        yield Failure(before.line, str(error))
        return
    if made != block.text:
        said, done = block.text.splitlines(), made.splitlines()
        diff = unified_diff(said, done, "page", "fix", n=1, lineterm="")
        changes = "\n".join(line for line in diff if not line.startswith("@@"))
        yield Failure(
            block.line, f"the fix makes something else of the block before it:\n{changes}"
        )
