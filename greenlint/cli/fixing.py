# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What ``check`` may change: fixes, their diffs, and ignore comments."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

from greenlint.atomic import write
from greenlint.errors import FixError, UsageError
from greenlint.finding import Finding
from greenlint.fix import Fixed, apply, diff
from greenlint.fixable import Fixable, may_fix
from greenlint.mend import Mending, mend, source_of
from greenlint.source import NotPython, SourceFile

if TYPE_CHECKING:
    from greenlint.cli.linting import Lint
    from greenlint.result import FileResult
    from greenlint.work import Job

Allowed = Callable[[Finding], bool]


def fix(lint: Lint, *, diff: bool, ask: bool, show: bool) -> bool:
    """Fix every file that has something to fix; whether anything changed, or would.

    The results of `lint` become those of the files as they are afterwards.
    """
    findings = [entry.finding for entry in lint.sifted.entries]
    wanted = {finding.path for finding in findings if may_fix(lint.rules, finding)}
    counted = {finding.fingerprint for finding in findings} if lint.narrowed else None
    files = [
        Mending(Fixable(job, lint.rules, lint.results[job.name], counted), lint.alone[job.name][0])
        for job in lint.jobs
        if job.name in wanted and _ours(lint, job)
    ]
    changed = False
    new: dict[str, tuple[str, FileResult]] = {}
    # Whoever is asked sees one file from its first round to its last, and it is written then.
    for together in ([one] for one in files) if ask else [files]:
        mend(together, lint.work, partial(_chosen, lint) if ask else _allowed)
        for one in together:
            changed |= _settle(lint, one, new, show_diff=diff)
    if changed and not diff and lint.plan.across and not lint.from_stdin:
        lint.run(new)  # what other files make of the new text, they say themselves
    if lint.from_stdin and not diff and not changed:
        _out(lint.jobs[0].raw or b"")
    if show and lint.fixed:
        for code, count in sorted(lint.fixed.items()):
            click.echo(f"{count:>6}  {code}  {lint.rules.by_code[code].name}", err=lint.from_stdin)
    return changed


def _allowed(one: Fixable, _source: SourceFile) -> Allowed:
    return one.allowed


def _chosen(lint: Lint, one: Fixable, source: SourceFile) -> Allowed:
    asking = _Questions(lint, source)
    return lambda finding: one.allowed(finding) and asking.agreed(finding)


def _ours(lint: Lint, job: Job) -> bool:
    """Whether the file holds what was checked, and not what a plugin made of it."""
    return job.raw is None or lint.from_stdin


def _settle(
    lint: Lint, one: Mending, new: dict[str, tuple[str, FileResult]], *, show_diff: bool
) -> bool:
    """Write a file's fixes, or show them; `new` gets what the new text holds."""
    job = one.file.job
    try:
        fixed = one.fixed()
        if fixed.problem:
            lint.problems.append(fixed.problem)
        if not fixed.changed:
            return False
        if show_diff:
            before, after = fixed.before.text, fixed.after.text
            _out(diff(lint.shown(job.name), before, after).encode("utf-8", "replace"))
            return True
        _keep(lint, job, fixed)
    except FixError as error:
        lint.problems.append(error.said(lint.settings.language))
        return False
    except NotPython as error:  # it was Python when it was checked
        changed = "{name} was changed while it was being fixed: {error}."
        lint.problems.append(lint.settings.language.say(changed, name=job.name, error=error))
        return False
    for code, count in fixed.fixes.items():
        lint.fixed[code] = lint.fixed.get(code, 0) + count
    new[job.name] = one.found
    _, lint.results[job.name] = one.found
    return True


def _keep(lint: Lint, job: Job, fixed: Fixed) -> None:
    """The new bytes where they belong: in the file, or on standard output."""
    if lint.from_stdin:
        _out(fixed.after.raw)
        lint.jobs[0] = job._replace(raw=fixed.after.raw)
    else:
        write(job.path, fixed.after.raw, before=fixed.before.raw)


def _out(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


class _Questions:
    """Asks about each fix once: yes, no, all of the rest, quit."""

    def __init__(self, lint: Lint, source: SourceFile) -> None:
        self._lint = lint
        self._text = source.text
        self._answers: dict[str, bool] = {}

    def agreed(self, finding: Finding) -> bool:
        """The user's answer for this fix."""
        if self._lint.answer is not None:
            return self._lint.answer
        key = f"{finding.fingerprint}{finding.span.start}"
        if key not in self._answers:
            self._answers[key] = self._ask(finding)
        return self._answers[key]

    def _ask(self, finding: Finding) -> bool:
        if finding.fix is None:
            return False
        name = self._lint.shown(finding.path)
        language = self._lint.settings.language
        said = language.of(finding.message)
        click.echo(f"{name}:{finding.span.line}: {finding.code} {said}")
        try:
            after, _ = apply(self._text, [finding.fix])
            click.echo(diff(name, self._text, after), nl=False)
        except FixError:
            click.echo(f"{language.say('fix')}: {language.of(finding.fix.message)}")
        question = language.say("Apply? [y]es, [n]o, [a]ll, [q]uit")
        answer = click.prompt(question, type=click.Choice("ynaq"), show_choices=False)
        if answer in "aq":
            self._lint.answer = answer == "a"
        return str(answer) in "ya"


def add_ignores(lint: Lint, reason: str) -> bool:
    """Write an ignore comment for every finding that counts; whether any file changed."""
    from greenlint.add_ignore import add_ignore

    if lint.from_stdin:
        raise UsageError("--add-ignore changes files: name a path instead of `-`.")
    by_file: dict[str, list[Finding]] = {}
    for entry in lint.sifted.entries:
        if entry.rule.category != "greenlint":
            by_file.setdefault(entry.finding.path, []).append(entry.finding)
    added = 0
    for job in lint.jobs:
        findings = by_file.get(job.name)
        if not findings:
            continue
        if not _ours(lint, job):
            no_python = "{name} is no Python file: write its comments by hand."
            lint.problems.append(lint.settings.language.say(no_python, name=job.name))
            continue
        try:
            source = source_of(job)
            text = add_ignore(source, findings, reason)
            write(job.path, source.encode(text), before=source.raw)
            added += len(findings)
        except FixError as error:
            lint.problems.append(error.said(lint.settings.language))
    click.echo(
        lint.settings.language.say(
            "Added ignore comments for {n} findings in {files} files.", n=added, files=len(by_file)
        )
    )
    return added > 0
