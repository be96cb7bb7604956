# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint check``: arguments to a run, its findings to the formats asked for, an exit code."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from greenlint.cli.group import Settings
from greenlint.cli.saved import add_to_summary, save
from greenlint.cli.telling import told
from greenlint.errors import UsageError

if TYPE_CHECKING:
    from greenlint.cli.linting import Lint
    from greenlint.hotspots import Cost
    from greenlint.result import Format, ReportContext
    from greenlint.sift import Sifted


def _words(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...] | None:
    """Comma-separated and repeated words as one list; None when nothing was given."""
    words = tuple(word.strip() for one in given for word in one.split(",") if word.strip())
    return words or None


def _pairs(
    _: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> dict[str, list[str]] | None:
    """GLOB:CODE pairs as a table; None when nothing was given."""
    table: dict[str, list[str]] = {}
    for one in ",".join(given).split(",") if given else ():
        glob, colon, code = one.rpartition(":")
        if not colon or not glob or not code:
            wrong = "{word} is not GLOB:CODE, such as 'tests/**:GRN301'."
            raise click.BadParameter(told(wrong, word=repr(one)))
        table.setdefault(glob, []).append(code)
    return table or None


def _enough(
    _: click.Context, __: click.Parameter, least: str | None
) -> Callable[[Cost], bool] | None:
    """Whether a cost is as much as was asked for; None when nothing was given."""
    if least is None:
        return None
    from greenlint.cli.joining import enough

    return enough(least)


class _Command(click.Command):
    """Lets ``--add-ignore`` and ``--energy`` stand alone: only ``--energy=RUN`` takes a value, and
    no path is taken for one.
    """

    _ALONE: ClassVar = {"--add-ignore": "--add-ignore=", "--energy": "--energy=latest"}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spelt = [self._ALONE.get(word, word) for word in args]
        return super().parse_args(ctx, spelt)


@click.command(cls=_Command, name="check")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--fix", is_flag=True, help="Apply safe fixes.")
@click.option("--fix-only", is_flag=True, help="Apply fixes, and report nothing else.")
@click.option("--unsafe-fixes/--no-unsafe-fixes", default=None, help="Apply unsafe fixes, too.")
@click.option("--interactive", is_flag=True, help="Ask before each fix.")
@click.option("--diff", is_flag=True, help="Show what fixes would change; change nothing.")
@click.option("--show-fixes", is_flag=True, help="Say how often each rule's fix was applied.")
@click.option("--select", multiple=True, callback=_words, metavar="RULES", help="Rules to run.")
@click.option(
    "--extend-select", multiple=True, callback=_words, metavar="RULES", help="More rules."
)
@click.option("--ignore", multiple=True, callback=_words, metavar="RULES", help="Rules not to run.")
@click.option("--per-file-ignores", multiple=True, callback=_pairs, metavar="GLOB:RULE")
@click.option("--fixable", multiple=True, callback=_words, metavar="RULES")
@click.option("--unfixable", multiple=True, callback=_words, metavar="RULES")
@click.option("--min-proof", type=click.Choice(["measured", "published", "reasoned"]))
@click.option("--min-confidence", type=click.Choice(["high", "medium", "low"]))
@click.option("--preview/--no-preview", default=None, help="Run rules that are on trial.")
@click.option("--target-version", metavar="X.Y", help="Oldest Python that the code runs on.")
@click.option("--exclude", multiple=True, callback=_words, metavar="GLOBS")
@click.option("--extend-exclude", multiple=True, callback=_words, metavar="GLOBS")
@click.option("--respect-gitignore/--no-respect-gitignore", default=None)
@click.option("--force-exclude/--no-force-exclude", default=None)
@click.option("--show-files", is_flag=True, help="List the files that would be checked.")
@click.option(
    "-o",
    "--output-format",
    multiple=True,
    metavar="FORMAT[:PATH]",
    help="full, concise, grouped, json, jsonl, sarif, github, gitlab, azure, junit, rdjson, "
    "rdjsonl, sonar, markdown; repeatable.",
)
@click.option("--statistics", is_flag=True, help="Count findings per rule instead.")
@click.option("--sort", type=click.Choice(["location", "rule", "energy"]), default="location")
@click.option("--show-suppressed", is_flag=True, help="List suppressed findings, too.")
@click.option("--no-ci", is_flag=True, help="No annotations by themselves on a CI system.")
@click.option("--energy", metavar="[=RUN]", help="Join with a stored run; the latest by default.")
@click.option("--no-energy", is_flag=True, help="Join with no stored run.")
@click.option(
    "--min-energy",
    metavar="AMOUNT",
    callback=_enough,
    help="Only findings whose tests use so much: 5 J, 100 ms.",
)
@click.option("--baseline", type=click.Path(), metavar="FILE", help="File of accepted findings.")
@click.option("--no-baseline", is_flag=True, help="Count accepted findings, too.")
@click.option("--new-since", metavar="REV", help="Only what is new since a git revision.")
@click.option("--add-ignore", metavar="[=REASON]", help="Write an ignore comment for each finding.")
@click.option("--fail-on", type=click.Choice(["error", "warning", "note", "never"]))
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit 1 when a fix was applied.")
@click.option("--allow-syntax-errors", is_flag=True, help="A file that cannot be parsed is a note.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=0),
    metavar="N",
    help="Processes; 0 for all processors.",
)
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@click.option("--cache-dir", type=click.Path(), metavar="DIR")
@click.option("--explain", metavar="PATH:LINE", help="Why a line is, or is not, flagged.")
@click.option("--watch", is_flag=True, help="Check anew after each change, until Ctrl-C.")
@click.option("--stdin-filename", metavar="PATH", help="The name of what is read from `-`.")
@click.pass_obj
def command(settings: Settings, /, paths: tuple[str, ...], **given: Any) -> int:
    """Lint files or directories; `-` reads standard input."""
    started = time.perf_counter()
    if given["watch"]:
        return _watch(settings, paths, given)
    if given["explain"]:
        return _explain(settings, paths, given)
    from greenlint.cli.linting import Lint

    return _check(Lint(settings, paths, given), given, started)


def _check(lint: Lint, given: dict[str, Any], started: float) -> int:
    if given["show_files"]:
        _write(sys.stdout, (f"{lint.shown(job.name)}\n" for job in lint.jobs))
        return _tell_problems(lint.problems)
    outputs = [(output, lint.format(output.partition(":")[0])) for output in lint.outputs]
    with contextlib.closing(lint):
        lint.run()
        changed = _change(lint, given)
    sifted = lint.sifted
    report = lint.report(sifted, time.perf_counter() - started)
    printed = not given["fix_only"] and not given["diff"] and given["add_ignore"] is None
    if printed:
        _print(lint, report, given, outputs)
    lint.finish(report)
    _tell(lint, report, sifted, printed)
    return _exit_code(lint, report, sifted, changed, given)


def _watch(settings: Settings, paths: tuple[str, ...], given: dict[str, Any]) -> int:
    from greenlint.cli.linting import Lint
    from greenlint.cli.watching import refuse, watch

    refuse(paths, given)
    return watch(
        lambda: Lint(settings, paths, given), lambda lint: _check(lint, given, time.perf_counter())
    )


def _explain(settings: Settings, paths: tuple[str, ...], given: dict[str, Any]) -> int:
    from greenlint.cli.explaining import explain, place
    from greenlint.cli.linting import Lint

    if paths:
        raise UsageError("--explain names its own PATH:LINE; leave other paths out.")
    path, line = place(given["explain"])
    click.echo("\n".join(explain(Lint(settings, (path,), given), line)))
    return 0


def _change(lint: Lint, given: dict[str, Any]) -> bool:
    """Apply or show what the options ask to change; whether anything changed, or would."""
    if given["add_ignore"] is not None:
        from greenlint.cli import fixing

        return fixing.add_ignores(lint, given["add_ignore"])
    if given["fix"] or given["fix_only"] or given["diff"] or given["interactive"]:
        from greenlint.cli import fixing

        return fixing.fix(
            lint,
            diff=given["diff"],
            ask=given["interactive"],
            show=given["show_fixes"],
        )
    return False


def _print(
    lint: Lint, report: ReportContext, given: dict[str, Any], outputs: Sequence[tuple[str, Format]]
) -> None:
    stdout = sys.stderr if lint.from_stdin and given["fix"] else sys.stdout
    if given["statistics"]:
        _write(stdout, _statistics(report))
        return
    plain = replace(report, color=False, links=False)
    for output, render in outputs:
        _, _, path = output.partition(":")
        if path:
            save(Path(path), render(plain))
        else:
            _write(stdout, render(report))
    if not given["no_ci"] and os.environ.get("GITHUB_ACTIONS") == "true":
        _on_github(lint, report, stdout)


# What people read; between the lines of another format, annotations would break it.
_FOR_PEOPLE = {"full", "concise", "grouped"}


def _on_github(lint: Lint, report: ReportContext, stdout: Any) -> None:
    """Annotations and a job summary, unless they were asked for by hand."""
    if {output for output in lint.outputs if ":" not in output} <= _FOR_PEOPLE:
        _write(stdout, lint.format("github")(report))
    add_to_summary(lint.format("markdown")(report))


def _statistics(report: ReportContext) -> Iterator[str]:
    counts = Counter(entry.rule.code for entry in report.entries)
    fixable = {entry.rule.code for entry in report.entries if entry.fixable}
    for code, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        mark = "[*]" if code in fixable else "   "
        yield f"{count:>6}  {code}  {mark} {report.rules[code].name}\n"


def _write(stream: Any, chunks: Iterator[str]) -> None:
    """UTF-8 whatever the locale; what UTF-8 cannot say is replaced."""
    binary = getattr(stream, "buffer", None)
    for chunk in chunks:
        if binary is None:
            stream.write(chunk)
        else:
            binary.write(chunk.encode("utf-8", "replace"))
    stream.flush()


def _tell(lint: Lint, report: ReportContext, sifted: Sifted, printed: bool) -> None:
    """What went wrong or needs a hand, on standard error."""
    from greenlint.ruleset import ALWAYS

    language = report.language
    _tell_problems((*lint.problems, *sifted.problems))
    if not printed:  # a file that was not checked is told, though findings are not
        for entry in report.entries:
            if entry.rule.code in ALWAYS:
                at = f"{lint.shown(entry.finding.path)}:{entry.finding.span.line}"
                said = language.of(entry.finding.message)
                click.echo(f"greenlint: {at}: {entry.rule.code} {said}", err=True)
    for stale in sifted.stale:
        said = language.say(
            "baseline entry {entry} ({rule} in {path}) matches nothing any more.",
            entry=stale.fp,
            rule=stale.rule,
            path=stale.path,
        )
        click.echo(f"greenlint: {said}", err=True)
    if sifted.stale:
        said = language.say(
            "run `greenlint baseline prune` to take the matched-nothing entries out, so that what "
            "was fixed stays fixed."
        )
        click.echo(f"greenlint: {said}", err=True)
    for sentence in lint.told:
        click.echo(f"greenlint: {sentence}", err=True)
    if lint.settings.verbose:
        from greenlint.cli.verbose import details

        for line in details(lint):
            click.echo(line, err=True)


def _tell_problems(problems: Sequence[str]) -> int:
    """The exit code that these problems give."""
    for sentence in problems:
        click.echo(f"greenlint: {sentence}", err=True)
    return 2 if problems else 0


def _exit_code(
    lint: Lint, report: ReportContext, sifted: Sifted, changed: bool, given: dict[str, Any]
) -> int:
    """2 for what could not be checked; 1 for findings, changes and stale baseline entries."""
    unchecked = {"GRN997"} if given["allow_syntax_errors"] else {"GRN997", "GRN999"}
    if lint.problems or sifted.problems:
        return 2
    if any(entry.rule.code in unchecked for entry in report.entries):
        return 2
    if given["exit_zero"] or given["add_ignore"] is not None:
        return 0
    if given["diff"]:
        return int(changed)
    if changed and given["exit_non_zero_on_fix"]:
        return 1
    if given["fix_only"]:
        return 0
    worst = lint.config.fail_on
    failing = worst is not None and any(
        entry.severity.rank <= worst.rank for entry in report.entries
    )
    return int(failing or bool(sifted.stale))
