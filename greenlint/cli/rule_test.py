# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint rule --test``: each rule against its page, told for people or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from greenlint.errors import UsageError
from greenlint.formats.encode import dumps
from greenlint.formats.words import plural
from greenlint.page import read
from greenlint.page_test import Judged, judge

if TYPE_CHECKING:
    from greenlint.plugins import Plugins
    from greenlint.rule import RuleInfo


def run(plugins: Plugins, rules: Sequence[RuleInfo], output_format: str) -> int:
    """Test the rules that have checks and a page; 1 when a page is not kept."""
    testable = [info for info in rules if info.page is not None and info.category != "greenlint"]
    skipped = [info for info in rules if info not in testable]
    if not testable:
        raise UsageError(
            f"Nothing to test: {', '.join(map(_why, skipped)) or 'there are no rules'}. "
            "A page is a Markdown file beside the rule's module, of the same name."
        )
    told = []
    for info in testable:
        page = info.page
        assert page is not None
        judged = judge(info, plugins.loaded(info), read(page))
        told.append(_record(info, judged))
        if output_format == "text":
            _tell(info, judged, page.name)
    failed = sum(not record["ok"] for record in told)
    if output_format == "json":
        click.echo(dumps(told, indent=2))
    else:
        ok = len(told) - failed
        more = f", {len(skipped)} without a page or checks of its own" if skipped else ""
        click.echo(f"{plural(len(told), 'rule')} tested: {ok} ok, {failed} failed{more}.")
    return int(failed > 0)


def _why(info: RuleInfo) -> str:
    own = info.category == "greenlint"
    return f"{info.code} is found by the engine itself" if own else f"{info.code} has no page"


def _tell(info: RuleInfo, judged: Judged, page: str) -> None:
    counts = ", ".join(
        (
            f"{plural(judged.flagged, 'line')} flagged",
            f"{plural(judged.clean, 'block')} clean",
            f"{plural(judged.fixed, 'block')} fixed",
        )
    )
    verdict = "ok" if judged.passed else "FAILED"
    click.echo(f"{info.code} {info.name}: {verdict} ({counts})")
    for failure in judged.failures:
        click.echo(f"  {page}:{failure.line}: {failure.problem}".replace("\n", "\n    "))


def _record(info: RuleInfo, judged: Judged) -> dict[str, object]:
    return {
        "code": info.code,
        "name": info.name,
        "ok": judged.passed,
        "flagged": judged.flagged,
        "clean": judged.clean,
        "fixed": judged.fixed,
        "failures": [
            {"line": failure.line, "problem": failure.problem} for failure in judged.failures
        ],
    }
