# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Options of everything that measures two sides -> what is asked, and how it is talked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from greenlint_profiler.choose import meter_names
from greenlint_profiler.gate.asked import Asked
from greenlint_profiler.gate.error import GateError
from greenlint_profiler.gate.judging.design import Design
from greenlint_profiler.gate.selfcheck import spreads
from greenlint_profiler.gate.workers.command import Refused
from greenlint_profiler.gate.workers.pairs import CannotCompare
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.said import reason

from greenlint.cli.group import Settings
from greenlint.cli.measure_settings import no_meter
from greenlint.cli.telling import because, speak
from greenlint.errors import UsageError

if TYPE_CHECKING:
    from greenlint_profiler.settings import EnergySettings

# Below the root of the configuration: environments, and self-checks.
CACHE = Path(".greenlint", "gate")


@contextmanager
def refusals() -> Iterator[None]:
    """What is wrong with what was asked is a sentence, and exits with 2."""
    try:
        yield
    except (GateError, Refused, CannotCompare, spreads.Unreadable) as error:
        raise UsageError(because(error)) from None


def sentence(why: Exception) -> str:
    """What an exception says for people."""
    return why.detail if isinstance(why, Unavailable) else reason(why)


def asked(command: Sequence[str], given: Mapping[str, Any], energy: EnergySettings) -> Asked:
    """What the options say, and the configuration where they say nothing.  Raises UsageError for a
    meter that nobody knows.
    """
    meter = given["meter"] or (None if energy.meter == "auto" else energy.meter)
    if meter is not None and meter not in ("auto", *meter_names()):
        raise UsageError(*no_meter(meter, None if given["meter"] else energy.origin("meter")))
    increase = given["increase"]
    if increase is None and energy.origin("max-increase") != "default":
        increase = energy.max_increase
    return Asked(
        command=tuple(command),
        design=Design(
            pairs=given["pairs"], restarts=given["restarts"], confidence=energy.confidence
        ),
        only=given["only"],
        whole=given["whole"],
        increase=increase,
        seconds=given["time_limit"],
        test_seconds=given["test_timeout"],
        meter=meter,
    )


def teller(settings: Settings) -> Callable[[str], None]:
    """Says on standard error how far it is, unless `--quiet` was asked for."""

    def say(text: str) -> None:
        if not settings.quiet:
            click.echo(f"gate: {speak(text)}", err=True)

    return say
