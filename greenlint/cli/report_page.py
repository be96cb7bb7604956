# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint report`` itself: findings, the tests that execute them and what those use."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenlint.cli.group import Settings
from greenlint.cli.naming import many_tests, no_test
from greenlint.cli.saved import save
from greenlint.cli.telling import note
from greenlint.errors import UsageError

if TYPE_CHECKING:
    from greenlint.cli.linting import Lint
    from greenlint.result import ReportContext

HTML = "html"
_DEFAULT = "html:greenlint-report.html"


def run(settings: Settings, paths: Sequence[str], given: Mapping[str, Any]) -> int:
    """Check, join, write; 2 where a file could not be read."""
    from greenlint.cli.linting import Lint

    started = time.perf_counter()
    lint = _with_run_time(Lint(settings, paths, {"energy": given["energy"], "report": True}))
    test, lang = given["test"], given["lang"] or settings.lang
    outputs = given["output_format"] or (("full",) if test else (_DEFAULT,))
    writers = [(one, _writer(lint, one.partition(":")[0])) for one in outputs]
    lint.run()
    sifted = lint.sifted
    report = lint.report(sifted, time.perf_counter() - started)
    if test is not None:
        report = _of(lint, report, test)
    for output, write in writers:
        _, _, path = output.partition(":")
        text = write(report, lang)
        if path:
            save(Path(path), text)
            note("{path} is written.", path=path)
        else:
            sys.stdout.buffer.write("".join(text).encode("utf-8", "replace"))
    problems = (*lint.problems, *sifted.problems)
    for sentence in (*problems, *lint.told):
        click.echo(f"greenlint: {sentence}", err=True)
    return 2 if problems else 0


def _with_run_time(lint: Lint) -> Lint:
    """The same with the rules at run time, but those that `ignore` names: each is named, so that
    findings of low confidence are on the page too.
    """
    from greenlint.select import matches

    config = lint.config
    codes = [
        info.code
        for info in lint.rules.every
        if info.run_time and not any(matches(word, info) for word in config.ignore)
    ]
    given = {**lint.given, "extend_select": (*config.extend_select, *codes)}
    return type(lint)(lint.settings, lint.paths, given)


def _writer(lint: Lint, name: str) -> Callable[[ReportContext, str], Iterable[str]]:
    """What writes a format; UsageError where there is none of that name."""
    if name == HTML:
        _needs_jinja()
        return lambda report, lang: _html(lint, report, lang)
    render = lint.format(name)
    return lambda report, _: render(report)


def _needs_jinja() -> None:
    from importlib.util import find_spec

    if find_spec("jinja2") is None:
        raise UsageError(
            "The HTML report needs jinja2, which is not installed: `pip install "
            "'greenlint[report]'`. Without it, `greenlint report -o full` prints the findings."
        )


def _html(lint: Lint, report: ReportContext, lang: str) -> Iterable[str]:
    from greenlint.cli.reporting import contents
    from greenlint.report.page import render

    return render(contents(lint, report, date.today().isoformat()), lang)


def _of(lint: Lint, report: ReportContext, word: str) -> ReportContext:
    """Only the findings on lines that a test executes.  Raises UsageError where nobody knows."""
    if lint.known is None:
        raise UsageError(
            "No stored run says what tests there are: run `greenlint energy collect -- pytest`."
        )
    test = _meant(lint.known.measured.tests, word, lint.known.measured.run)
    if lint.executed is None and report.entries:
        raise UsageError(
            " ".join(lint.told) or "No coverage data says which lines a test executes."
        )
    entries = tuple(
        one for one in report.entries if one.cost is not None and test in (one.cost.tests or ())
    )
    return replace(report, entries=entries)


def _meant(tests: Collection[str], word: str, run: str) -> str:
    """The test by its id, or by letters that only one id has."""
    if word in tests:
        return word
    found = sorted(test for test in tests if word in test)
    if len(found) == 1:
        return found[0]
    if not found:
        raise no_test(run, word, tests)
    raise many_tests(word, found)
