# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint baseline``: today's findings accepted in a file, kept up to date, and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from greenlint.cli.group import HelpfulGroup, Settings
from greenlint.cli.telling import count, tell, told
from greenlint.errors import UsageError

if TYPE_CHECKING:
    from greenlint.baseline import Baseline, BaselineEntry
    from greenlint.cli.linting import Lint
    from greenlint.finding import Finding

DEFAULT = "greenlint-baseline.json"
F = TypeVar("F", bound=Callable[..., Any])


def _file(command: F) -> F:
    """Which file is the baseline, asked by every command here."""
    return click.option(
        "--baseline",
        "file",
        type=click.Path(),
        metavar="FILE",
        help=f"The file; by default that of the configuration, or {DEFAULT}.",
    )(command)


@click.group(name="baseline", cls=HelpfulGroup, no_args_is_help=False)
def command() -> None:
    """Accept today's findings; fail only on new ones."""


@command.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--reason", default="", metavar="TEXT", help="Why these findings are accepted.")
@click.option("--force", is_flag=True, help="Replace the file, and with it the reasons given.")
@_file
@click.pass_obj
def create(
    settings: Settings, paths: tuple[str, ...], reason: str, force: bool, file: str | None
) -> int:
    """Accept all findings of today."""
    from greenlint.baseline import create as accept
    from greenlint.baseline import write

    run = Run(settings, paths, file)
    if run.path.exists() and not force:
        raise UsageError(
            "{file} exists. Take in what is new with `greenlint baseline update`, "
            "or begin anew with `greenlint baseline create --force`.",
            file=run.shown,
        )
    made = accept(run.findings, today=date.today(), reason=reason)
    write(run.path, made)
    tell("Accepted {findings} in {file}.", findings=_findings(made.entries), file=run.shown)
    if run.lint.config.baseline is None:
        name = run.path.relative_to(run.root) if run.path.is_relative_to(run.root) else run.path
        tell(
            'Add `baseline = "{name}"` to [tool.greenlint], so that `check` knows it.',
            name=name.as_posix(),
        )
    return run.told()


@command.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--reason", default="", metavar="TEXT", help="Why the new findings are accepted.")
@_file
@click.pass_obj
def update(settings: Settings, paths: tuple[str, ...], reason: str, file: str | None) -> int:
    """Accept what is new, with a reason, and remove what is gone."""
    from greenlint.baseline import subtract, write
    from greenlint.baseline import update as updated

    run = Run(settings, paths, file)
    old = run.read()
    stale = subtract(run.findings, old, run.checked, **run.scope).stale
    made = updated(old, run.findings, run.checked, reason=reason, **run.scope)
    write(run.path, made)
    accepted = _count(made.entries) - _count(old.entries) + _count(stale)
    tell(
        "{file}: {accepted} accepted, {removed} removed, {findings} in all.",
        file=run.shown,
        accepted=accepted,
        removed=_count(stale),
        findings=_findings(made.entries),
    )
    return run.told()


@command.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@_file
@click.pass_obj
def prune(settings: Settings, paths: tuple[str, ...], file: str | None) -> int:
    """Remove entries whose finding is gone; accept nothing."""
    from greenlint.baseline import prune as pruned
    from greenlint.baseline import subtract, write

    run = Run(settings, paths, file)
    old = run.read()
    stale = subtract(run.findings, old, run.checked, **run.scope).stale
    if stale:
        write(run.path, pruned(old, stale))
    for entry in stale:
        click.echo(f"  {_line(entry)}  {entry.path}")
    left = _count(old.entries) - _count(stale)
    tell(
        "{file}: {removed} removed, {left} left.", file=run.shown, removed=_count(stale), left=left
    )
    return run.told()


@command.command()
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text")
@_file
@click.pass_obj
def show(settings: Settings, output_format: str, file: str | None) -> None:
    """List what is accepted, by file."""
    run = Run(settings, (), file)
    held = run.read()
    if output_format == "json":
        from greenlint.formats.encode import dumps

        click.echo(dumps([asdict(entry) for entry in held.entries], indent=2))
        return
    for line in _listed(held):
        click.echo(line)
    tell(
        "{findings} accepted in {file}{since}.",
        findings=_findings(held.entries),
        file=run.shown,
        since=_since(held),
    )


class Run:
    """A run of the linter for the baseline: made when its findings are asked for."""

    def __init__(self, settings: Settings, paths: tuple[str, ...], file: str | None) -> None:
        from greenlint.cli.linting import Lint

        self.lint: Lint = Lint(settings, paths, {"no_baseline": True})
        if self.lint.from_stdin:
            raise UsageError("A baseline is of files: name their paths instead of `-`.")
        self._file = file

    @property
    def root(self) -> Path:
        """What stored paths are relative to."""
        return self.lint.config.root

    @cached_property
    def path(self) -> Path:
        """The baseline file."""
        asked = Path.cwd() / self._file if self._file else self.lint.config.baseline
        return asked or self.root / DEFAULT

    @property
    def shown(self) -> str:
        """The file as people read it."""
        from greenlint.config_file import shown

        return shown(self.path)

    def read(self) -> Baseline:
        """What the file accepts; ConfigError where it is missing or damaged."""
        from greenlint.baseline import read

        return read(self.path)

    @cached_property
    def findings(self) -> list[Finding]:
        """All findings that no comment takes away."""
        self.lint.run()
        sifted = self.lint.sifted
        self._problems = (*self.lint.problems, *sifted.problems)
        return [entry.finding for entry in sifted.entries]

    @property
    def checked(self) -> set[str]:
        """The files that were looked into."""
        return set(self.lint.results)

    @property
    def scope(self) -> Mapping[str, Any]:
        """The rules that would find it again, and whether a path of an entry is still there."""
        return {
            "active": self.lint.rules.silent,
            "exists": lambda path: (self.root / path).exists(),
        }

    def told(self) -> int:
        """Say what could not be checked; the exit code."""
        unchecked = [f for f in self.findings if f.code in ("GRN997", "GRN999")]
        sentences = [*self._problems]
        missed = "{path} was not checked: {why}."
        sentences += [told(missed, path=f.path, why=f.message) for f in unchecked]
        for sentence in sentences:
            click.echo(f"greenlint: {sentence}", err=True)
        return 2 if sentences else 0


def _count(entries: Iterable[BaselineEntry]) -> int:
    return sum(entry.count for entry in entries)


def _findings(entries: Iterable[BaselineEntry]) -> str:
    return count(_count(entries), "{n} finding", "{n} findings")


def _listed(held: Baseline) -> Iterator[str]:
    """Entries below the path of their file."""
    path = None
    for entry in held.entries:
        if entry.path != path:
            path = entry.path
            yield path
        yield f"  {_line(entry)}"


def _line(entry: BaselineEntry) -> str:
    parts = (
        entry.rule,
        entry.symbol or told("(module)"),
        f"x{entry.count}" if entry.count > 1 else "",
        f"– {entry.reason}" if entry.reason else "",
    )
    return "  ".join(part for part in parts if part)


def _since(held: Baseline) -> str:
    return told(", begun on {day}", day=held.created) if held.created else ""
