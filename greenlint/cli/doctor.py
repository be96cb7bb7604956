# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint doctor``: which energy meters work here, and how to enable the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from greenlint.cli.group import Settings
from greenlint.cli.telling import complain, speak
from greenlint.errors import ConfigError, UsageError
from greenlint.messages import say
from greenlint.messages.guess import guess, in_backticks
from greenlint.version import __version__

if TYPE_CHECKING:
    from greenlint_profiler.doctor import Configured, Diagnosis

CANNOT_MEASURE = 3


@click.command(name="doctor")
@click.option(
    "--require",
    metavar="LABEL|METER",
    help="Exit with 3 unless this works: `measured`, `estimated`, `powercap`, `rapl` and so on.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON, schema greenlint-doctor/1.")
@click.option(
    "--selfcheck",
    "check",
    is_flag=True,
    help="Read the counters for some seconds: whether they agree, the cost, the noise.",
)
@click.pass_obj
def command(settings: Settings, require: str | None, as_json: bool, check: bool) -> int:
    """Show which energy meters work here, and how to enable the rest."""
    from greenlint_profiler.doctor import examine
    from greenlint_profiler.selfcheck import selfcheck
    from greenlint_profiler.world import here

    if require is not None:
        _known(require)
    world = here()
    diagnosis = examine(world)
    configured = _configured(settings, diagnosis)
    checked = selfcheck(world) if check else None
    met = require is None or diagnosis.has(require)
    if as_json:
        from dataclasses import asdict

        from greenlint_profiler.doctor import as_record

        from greenlint.formats.encode import dumps

        record = as_record(diagnosis, configured) | {
            "tool": {"name": "greenlint", "version": __version__},
            "require": None if require is None else {"wanted": require, "met": met},
            "selfcheck": None if checked is None else asdict(checked),
        }
        click.echo(dumps(record, indent=2))
    else:
        from greenlint_profiler.doctor_text import lines

        click.echo("\n".join(lines(diagnosis, checked, configured, speak)))
    if not met:
        best = diagnosis.best
        complain(
            "--require {wanted}: the best that works here is {best}.",
            wanted=require,
            best=f"{best.name} ({best.evidence.value})",
        )
    return 0 if met else CANNOT_MEASURE


def _configured(settings: Settings, diagnosis: Diagnosis) -> Configured | None:
    """The meter that the settings name; None where they leave the choice to us."""
    from greenlint_profiler.doctor import Configured

    from greenlint.cli.measure_settings import load_energy, no_meter

    energy = load_energy(settings)
    if energy.meter == "auto":
        return None
    origin = energy.origin("meter")
    try:
        return Configured(energy.meter, origin, diagnosis.named(energy.meter))
    except KeyError:
        raise ConfigError(*no_meter(energy.meter, origin)) from None


def _known(wanted: str) -> None:

    from greenlint_profiler.doctor import words

    if wanted not in words():
        raise UsageError(
            "--require takes a label or a meter, and {wanted} is neither.",
            guess(wanted, words(), in_backticks),
            say(" It can be: {known}.", known=", ".join(words())),
            wanted=repr(wanted),
        )
