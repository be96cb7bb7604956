# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What ``greenlint energy gate`` does with its options: two places, a gate, its reports."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from greenlint_profiler.gate.asked import Asked
from greenlint_profiler.gate.compare import compare
from greenlint_profiler.gate.error import CannotMeasure
from greenlint_profiler.gate.formats import FORMATS
from greenlint_profiler.gate.formats.text import coloured, lines, plain
from greenlint_profiler.gate.result import CANNOT_MEASURE, Gate
from greenlint_profiler.gate.selfcheck import spreads
from greenlint_profiler.gate.selfcheck.aa import SelfCheck, as_record, summed
from greenlint_profiler.gate.sides.places import places
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.world import here

from greenlint.cli.gate_asked import CACHE, refusals, sentence, teller
from greenlint.cli.gate_asked import asked as asked_of
from greenlint.cli.gate_findings import keep, with_findings
from greenlint.cli.gate_lines import narrowed
from greenlint.cli.group import Settings
from greenlint.cli.measure_settings import load_energy
from greenlint.cli.saved import add_to_summary, save
from greenlint.cli.telling import complain, speak, told
from greenlint.errors import UsageError

if TYPE_CHECKING:
    from greenlint_profiler.settings import EnergySettings

_TEXT = "text"


def checked(
    settings: Settings, command: Sequence[str], rounds: int, given: Mapping[str, Any]
) -> SelfCheck | None:
    """Some gates of HEAD against itself; what they say is kept.  None where nothing could be
    measured, which has been said then.
    """
    energy = load_energy(settings)
    asked, say = asked_of(command, given, energy), teller(settings)
    folder = Path(energy.root) / CACHE
    gates = []
    with refusals():
        try:
            with places(
                Path.cwd(),
                "HEAD",
                "HEAD",
                install=energy.gate_install,
                cache=folder,
                say=say,
                alike=True,
            ) as (base, head):
                for number in range(rounds):
                    say(told("round {number} of {rounds}", number=number + 1, rounds=rounds))
                    gates.append(compare(base, head, asked, here(), say))
        except (CannotMeasure, Unavailable) as why:
            complain("cannot measure: {why}", why=speak(sentence(why)))
            return None
        found = summed(gates, asked.design)
        taken = datetime.now(tz=UTC).date().isoformat()
        try:
            path = spreads.keep(folder, as_record(found), taken)
        except OSError as error:
            raise UsageError(
                "Cannot keep the self-check in {folder}: {why}. Make it writable.",
                folder=folder,
                why=error.strerror,
            ) from None
    say(told("kept in {path}", path=path))
    return found


def gated(settings: Settings, command: Sequence[str], given: Mapping[str, Any]) -> int:
    """Measure, report, and return the exit code."""
    outputs = [_output(text) for text in given["outputs"]] or [(_TEXT, None)]
    energy = load_energy(settings)
    asked = asked_of(command, given, energy)
    if given["executes"]:
        asked = narrowed(asked, given["executes"], settings.load_config().root)
    with refusals():
        try:
            found = _gate(settings, asked, given, energy)
        except (CannotMeasure, Unavailable) as why:
            complain("cannot measure: {why}", why=speak(sentence(why)))
            return CANNOT_MEASURE
    found = with_findings(settings, found, checkout=given["head"] is None)
    report(found, settings, outputs, given)
    keep(settings, found)
    return found.exit_code(strict=given["strict"])


def _gate(
    settings: Settings, asked: Asked, given: Mapping[str, Any], energy: EnergySettings
) -> Gate:
    say = teller(settings)
    cache = Path(energy.root) / CACHE
    with places(
        Path.cwd(), given["base"], given["head"], install=energy.gate_install, cache=cache, say=say
    ) as (base, head):
        return compare(base, head, asked, here(), say, cache)


def _output(text: str) -> tuple[str, Path | None]:
    name, _, path = text.partition(":")
    if name not in FORMATS:
        raise UsageError(
            "There is no format {name}. Known are {known}.",
            name=repr(name),
            known=", ".join(FORMATS),
        )
    return name, Path(path) if path else None


def report(
    found: Gate,
    settings: Settings,
    outputs: Sequence[tuple[str, Path | None]],
    given: Mapping[str, Any],
) -> None:
    """Write every report that was asked for, and where a CI system is known its own."""
    strict = given["strict"]
    for name, path in outputs:
        if path is not None:
            save(path, FORMATS[name](found, strict=strict, speak=speak))
        elif name == _TEXT:
            paint = coloured if settings.colored(sys.stdout) else plain
            shown = lines(
                found, everything=given["everything"], strict=strict, paint=paint, speak=speak
            )
            click.echo("\n".join(shown), color=True)
        else:
            click.echo("".join(FORMATS[name](found, strict=strict, speak=speak)), nl=False)
    if not given["no_ci"] and os.environ.get("GITHUB_ACTIONS") == "true":
        if {name for name, path in outputs if path is None} <= {_TEXT}:
            click.echo("".join(FORMATS["github"](found, strict=strict)), nl=False)
        add_to_summary(FORMATS["markdown"](found, strict=strict, speak=speak))
