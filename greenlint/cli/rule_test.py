# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint rule --test``: each rule against its page, told for people or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from greenlint.cli.telling import count, tell, told
from greenlint.errors import UsageError
from greenlint.formats.encode import dumps
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
            "Nothing to test: {reasons}. A page is a Markdown file beside the rule's "
            "module, of the same name.",
            reasons=", ".join(map(_why, skipped)) or told("there are no rules"),
        )
    records = []
    for info in testable:
        page = info.page
        assert page is not None
        judged = judge(info, plugins.loaded(info), read(page))
        records.append(_record(info, judged))
        if output_format == "text":
            _tell(info, judged, page.name)
    failed = sum(not record["ok"] for record in records)
    if output_format == "json":
        click.echo(dumps(records, indent=2))
    else:
        ok = len(records) - failed
        tested = count(len(records), "{n} rule tested", "{n} rules tested")
        more = ", {n} without a page or checks of its own"
        without = told(more, n=len(skipped)) if skipped else ""
        tell(
            "{rules}: {ok} ok, {failed} failed{more}.",
            rules=tested,
            ok=ok,
            failed=failed,
            more=without,
        )
    return int(failed > 0)


def _why(info: RuleInfo) -> str:
    own = info.category == "greenlint"
    if own:
        return told("{code} is found by the engine itself", code=info.code)
    return told("{code} has no page", code=info.code)


def _tell(info: RuleInfo, judged: Judged, page: str) -> None:
    counts = ", ".join(
        (
            count(judged.flagged, "{n} line flagged", "{n} lines flagged"),
            count(judged.clean, "{n} block clean", "{n} blocks clean"),
            count(judged.fixed, "{n} block fixed", "{n} blocks fixed"),
        )
    )
    verdict = told("ok") if judged.passed else told("FAILED")
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
