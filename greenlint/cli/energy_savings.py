# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy savings``: what mended findings saved, the newest first."""

from __future__ import annotations

import click

from greenlint.cli.energy_store import class_option, json_option, opened, record, say, store_option
from greenlint.cli.group import Settings
from greenlint.cli.telling import speak, tell


@click.command(name="savings")
@class_option
@store_option
@json_option("greenlint-energy-savings/1")
@click.pass_obj
def command(
    settings: Settings, machine_class: str | None, store: str | None, as_json: bool
) -> None:
    """List what mended findings saved, as `greenlint energy gate` measured before and after."""
    from greenlint_profiler.past.savings_text import SCHEMA, as_record, lines

    with opened(settings, store) as kept:
        found = kept.savings(machine_class)
        if as_json:
            held = {"store": kept.shown, "savings": [as_record(one) for one in found]}
            click.echo(record(SCHEMA, held))
        elif found:
            say(lines(found, speak))
        else:
            tell(
                "No savings in {store}: `greenlint energy gate` keeps one where tests improve and "
                "findings of the base are gone.",
                store=kept.shown,
            )
