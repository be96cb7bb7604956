# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The findings of a run, less what comments, the baseline and a revision take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from greenlint.errors import PluginError
from greenlint.finding import Finding
from greenlint.result import BaselineState, Entry, FileResult, Suppressed
from greenlint.rule import Severity
from greenlint.select import severity_of
from greenlint.suppress import apply

if TYPE_CHECKING:
    from greenlint.baseline import Baseline, BaselineEntry
    from greenlint.plugins import Plugins
    from greenlint.ruleset import Ruleset
    from greenlint.work import Job


@dataclass(frozen=True, slots=True)
class Sifted:
    """The findings that count, those taken away, and baseline entries that match nothing more."""

    entries: tuple[Entry, ...]
    hidden: tuple[Entry, ...] = ()
    stale: tuple[BaselineEntry, ...] = ()
    problems: tuple[str, ...] = ()


def sift(
    results: Mapping[str, FileResult],
    jobs: Sequence[Job],
    rules: Ruleset,
    *,
    today: date,
    plugins: Plugins | None = None,
    baseline: Baseline | None = None,
    keep: Callable[[list[Finding]], list[Finding]] | None = None,
    tolerate_syntax_errors: bool = False,
) -> Sifted:
    """Judge all results, in order of path and place.

    `keep`, when given, chooses among the live findings: those new since a revision.
    """
    by_name = {job.name: job for job in jobs}
    findings = [finding for name in sorted(results) for finding in results[name].findings]
    if plugins is not None:
        plugins.ask("greenlint_modify_findings", findings=findings, config=rules.config)
    grouped: dict[str, list[Finding]] = {name: [] for name in sorted(results)}
    for finding in findings:
        if finding.path not in grouped or finding.code not in rules.by_code:
            raise PluginError(
                "A plugin's greenlint_modify_findings added {code} in {path}: no rule "
                "of this run, or no file of it. Block it with "
                "GREENLINT_DISABLED_PLUGINS.",
                code=finding.code,
                path=finding.path,
            )
        grouped[finding.path].append(finding)
    live: list[Finding] = []
    hidden: list[Entry] = []
    entry = _Entries(rules, tolerate_syntax_errors)
    for name, held in grouped.items():
        job = by_name[name]
        applied = apply(
            held,
            results[name].suppressions,
            path=name,
            known=rules.known,
            today=today,
            require_reason=rules.config.require_ignore_reason,
            active=rules.active_on(job.ignored, job.is_test),
        )
        sure = (one for one in applied.kept if rules.sure_enough(one.code, one.confidence))
        live += sorted((*sure, *applied.own), key=lambda one: one.sort_key)
        hidden += [
            entry.made(finding, Suppressed("inSource", comment.reason))
            for finding, comment in applied.suppressed
        ]
    state: BaselineState | None = None
    stale: tuple[BaselineEntry, ...] = ()
    if baseline is not None:
        from greenlint.baseline import subtract

        root = rules.config.root
        live, known, stale = subtract(
            live,
            baseline,
            set(results),
            active=rules.silent,
            exists=lambda path: (root / path).exists(),
        )
        state = BaselineState.NEW
        hidden += [
            entry.made(one, Suppressed("external", reason), BaselineState.UNCHANGED)
            for one, reason in known
        ]
    if keep is not None:
        live = keep(live)
    entries = tuple(entry.made(one, state=state) for one in live)
    hidden.sort(key=lambda one: one.finding.sort_key)
    problems = tuple(sentence for name in sorted(results) for sentence in results[name].problems)
    return Sifted(entries, tuple(hidden), stale, problems)


@dataclass(frozen=True, slots=True)
class _Entries:
    """Findings to entries, with the severity that holds here."""

    rules: Ruleset
    tolerate_syntax_errors: bool

    def made(
        self,
        finding: Finding,
        suppressed: Suppressed | None = None,
        state: BaselineState | None = None,
    ) -> Entry:
        info = self.rules.by_code[finding.code]
        severity = severity_of(info, self.rules.config)
        if self.tolerate_syntax_errors and finding.code == "GRN999":
            severity = Severity.NOTE
        return Entry(finding, info, severity, suppressed, state)
