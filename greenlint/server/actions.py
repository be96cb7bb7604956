# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What an editor offers to do about findings: fix one, fix all that is safe, ignore one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from greenlint.add_ignore import add_ignore
from greenlint.errors import FixError
from greenlint.fix import apply, fix_file
from greenlint.fixable import Fixable, may_fix
from greenlint.formats.words import clean, text_of
from greenlint.proof import unacceptable
from greenlint.server.changes import between, edits_of
from greenlint.server.diagnostics import Elsewhere, diagnostic
from greenlint.source import NotPython, SourceFile

if TYPE_CHECKING:
    from greenlint.check import Checker
    from greenlint.finding import Finding
    from greenlint.result import Entry
    from greenlint.ruleset import Ruleset
    from greenlint.server.opened import Opened

FIX_ALL = "source.fixAll.greenlint"
KINDS = (lsp.CodeActionKind.QuickFix.value, FIX_ALL)

#: The edits of one buffer as a change of the client's workspace.
Change = Callable[["Opened", "Sequence[lsp.TextEdit]"], lsp.WorkspaceEdit]


def wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a client asks for actions of a kind: any, unless it says which."""
    return not only or any(kind == one or kind.startswith(f"{one}.") for one in only)


def quick_fixes(
    opened: Opened, first: int, last: int, elsewhere: Elsewhere, change: Change
) -> Iterator[lsp.CodeAction]:
    """The fixes of the findings that touch some lines, those that are safe first, and the comments
    that would ignore them.
    """
    here = list(opened.at(first, last))
    sure, daring = _safe(opened.setup.rules), _unsafe(opened.setup.rules)
    fixes = [one for one in here if may_fix(daring, one.finding)]
    for entry in sorted(fixes, key=lambda one: not may_fix(sure, one.finding)):
        yield from _fix(opened, entry, may_fix(sure, entry.finding), elsewhere, change)
    for entry in here:
        yield from _ignore(opened, entry, elsewhere, change)


def _fix(
    opened: Opened, entry: Entry, safe: bool, elsewhere: Elsewhere, change: Change
) -> Iterator[lsp.CodeAction]:
    fix, source = entry.finding.fix, opened.source
    if fix is None:
        return
    try:
        after, _ = apply(source.text, [fix])
    except FixError:
        return
    if unacceptable(source, after):
        return
    language = opened.setup.language
    doubt = "" if safe else language.say(" (unsafe: it may change what the code does)")
    yield lsp.CodeAction(
        f"{entry.rule.code}: {clean(text_of(fix.message, language))}{doubt}",
        lsp.CodeActionKind.QuickFix,
        [diagnostic(opened, entry, elsewhere)],
        is_preferred=safe or None,
        edit=change(opened, edits_of(fix, source, opened.places)),
    )


def _ignore(
    opened: Opened, entry: Entry, elsewhere: Elsewhere, change: Change
) -> Iterator[lsp.CodeAction]:
    if entry.rule.category == "greenlint":
        return
    language = opened.setup.language
    reason = language.say("say why") if opened.setup.config.require_ignore_reason else ""
    try:
        after = add_ignore(opened.source, [entry.finding], reason)
    except FixError:
        return
    ignoring = "{code}: ignore {rule} on this line"
    yield lsp.CodeAction(
        language.say(ignoring, code=entry.rule.code, rule=entry.rule.name),
        lsp.CodeActionKind.QuickFix,
        [diagnostic(opened, entry, elsewhere)],
        edit=change(opened, list(between(opened.source, after, opened.places))),
    )


def has_safe_fix(opened: Opened) -> bool:
    """Whether there is anything that fix-all would do."""
    sure = _safe(opened.setup.rules)
    return any(may_fix(sure, entry.finding) for entry in opened.entries)


def fix_all(opened: Opened, checker: Checker) -> list[lsp.TextEdit]:
    """The edits of all safe fixes, and of those that they make possible.  Raises FixError."""
    rules, source = _safe(opened.setup.rules), opened.source
    counted = None
    if opened.setup.baseline is not None:
        counted = {entry.finding.fingerprint for entry in opened.entries}
    job = opened.job
    one = Fixable(job, rules, opened.result, counted)

    def look(text: str) -> list[Finding]:
        if text == source.text:
            return one.live(opened.result)
        new = SourceFile(source.name, source.encode(text))
        return one.live(checker.check(new, is_test=job.is_test, ignored=job.ignored))

    try:
        fixed = fix_file(source, look, one.allowed)
    except NotPython:
        return []
    return list(between(source, fixed.after.text, opened.places)) if fixed.changed else []


def _safe(rules: Ruleset) -> Ruleset:
    return replace(rules, config=replace(rules.config, unsafe_fixes=False))


def _unsafe(rules: Ruleset) -> Ruleset:
    return replace(rules, config=replace(rules.config, unsafe_fixes=True))
