# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What `greenlint check` says of a gate's two sides: findings that came, and findings that went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.result import FoundThere, Gate, Mended
from greenlint_profiler.gate.saved import less, savings

from greenlint.cli.energy_store import opened
from greenlint.cli.gate_asked import teller
from greenlint.cli.telling import spoken, told
from greenlint.errors import ConfigError, UsageError
from greenlint.formats.words import sentence, text_of
from greenlint.since import gone

if TYPE_CHECKING:
    from greenlint.cli.group import Settings
    from greenlint.cli.linting import Lint
    from greenlint.finding import Finding

    # Of each file.
    Found = Mapping[str, Sequence[Finding]]


def with_findings(settings: Settings, gate: Gate, *, checkout: bool) -> Gate:
    """With the findings that are new since the base where something fails, for a rise may come from
    there; and with those that are gone where something improved.  The head is the `checkout`, or
    else a revision.
    """
    fails, improved = gate.verdict is Verdict.FAIL, bool(less(gate))
    if not fails and not improved:
        return gate
    try:
        lint = _linted(settings, gate.base.commit)
        base = _then(lint)
        if checkout:
            head, new = _now(lint), _new(lint)
        else:
            head = _then(_linted(settings, gate.head.commit))
            came = _told(lint, gone(_all(base), head))
            new = (FoundThere(one.rule, one.name, one.path, one.line, one.message) for one in came)
        return replace(
            gate,
            findings=tuple(new) if fails else (),
            mended=tuple(_told(lint, gone(_all(head), base))) if improved else (),
        )
    except (UsageError, ConfigError):
        return gate


def _linted(settings: Settings, revision: str) -> Lint:
    """A check of the checkout, which knows what the revision held."""
    from greenlint.cli.linting import Lint

    lint = Lint(settings, (), {"new_since": revision})
    lint.run()
    return lint


def _now(lint: Lint) -> Found:
    return {name: result.findings for name, result in lint.results.items()}


def _then(lint: Lint) -> Found:
    """What its revision held: files that have not changed since hold the same now, unless a rule
    looks across files.
    """
    there = {job.name for job in lint.jobs if lint.as_it_was(job) is not None}
    changed = lint.base_findings
    same = {} if changed and lint.plan.across else _now(lint)
    return {name: found for name, found in {**same, **changed}.items() if name in there}


def _all(found: Found) -> list[Finding]:
    return [one for held in found.values() for one in held]


def _new(lint: Lint) -> Iterator[FoundThere]:
    for entry in lint.sifted.entries:
        one = entry.finding
        yield FoundThere(one.code, entry.rule.name, one.path, one.span.line, sentence(entry))


def _told(lint: Lint, findings: Iterable[Finding]) -> Iterator[Mended]:
    """Those of the rules that are on."""
    active = {info.code for info in lint.rules.active}
    for one in findings:
        if one.code not in active or not lint.rules.sure_enough(one.code, one.confidence):
            continue
        name, message = lint.rules.by_code[one.code].name, text_of(one.message)
        yield Mended(one.code, name, one.path, one.span.line, message, one.fingerprint)


def keep(settings: Settings, gate: Gate) -> None:
    """Keep what was saved beside the stored runs, with the findings that went.  A store that cannot
    be written loses it, and says so; the gate's verdict stands.
    """
    found = savings(gate, datetime.now(tz=UTC).isoformat(timespec="seconds"))
    if not found:
        return
    say = teller(settings)
    try:
        with opened(settings, None, create=True) as store:
            store.realised(found)
            kept = "saving kept in {store}; `greenlint energy savings` lists it"
            say(told(kept, store=store.shown))
    except UsageError as error:
        say(told("the saving was not kept: {why}", why=error.said(spoken())))
