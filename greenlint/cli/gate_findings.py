# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What `greenlint check` says of a gate's two sides: findings that came, and findings that went."""

from __future__ import annotations

from collections.abc import Iterator
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


def with_findings(settings: Settings, gate: Gate) -> Gate:
    """With the findings that are new since the base where something fails, for a rise may come from
    there; and with those that are gone where something improved.
    """
    fails, improved = gate.verdict is Verdict.FAIL, bool(less(gate))
    if not fails and not improved:
        return gate
    from greenlint.cli.linting import Lint

    try:
        lint = Lint(settings, (), {"new_since": gate.base.commit})
        lint.run()
        return replace(
            gate,
            findings=tuple(_new(lint)) if fails else (),
            mended=tuple(_gone(lint)) if improved else (),
        )
    except (UsageError, ConfigError):
        return gate


def _new(lint: Lint) -> Iterator[FoundThere]:
    for entry in lint.sifted.entries:
        one = entry.finding
        yield FoundThere(one.code, entry.rule.name, one.path, one.span.line, sentence(entry))


def _gone(lint: Lint) -> Iterator[Mended]:
    """What the rules that are on found at the base, and no longer find."""
    now = [one for result in lint.results.values() for one in result.findings]
    active = {info.code for info in lint.rules.active}
    for one in gone(now, lint.base_findings):
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
