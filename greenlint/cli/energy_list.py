# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy list``: the stored runs, the newest first."""

from __future__ import annotations

import click

from greenlint.cli.energy_store import class_option, json_option, opened, record, say, store_option
from greenlint.cli.group import Settings
from greenlint.cli.telling import speak, tell


@click.command(name="list")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="At most so many runs.",
)
@click.option("--all", "every", is_flag=True, help="All runs.")
@class_option
@store_option
@json_option("greenlint-energy-runs/1")
@click.pass_obj
def command(
    settings: Settings,
    limit: int,
    every: bool,
    machine_class: str | None,
    store: str | None,
    as_json: bool,
) -> None:
    """List the stored runs of measured tests, the newest first."""
    from greenlint_profiler.past.runs_text import SCHEMA, as_record, lines

    with opened(settings, store) as kept:
        runs = kept.runs(machine_class)
        shown = runs if every else runs[:limit]
        if as_json:
            held = {"store": kept.shown, "total": len(runs)}
            held["runs"] = [as_record(run) for run in shown]
            click.echo(record(SCHEMA, held))
            return
        if not runs:
            if machine_class:
                none = "No runs of the machine class {name} in {store}."
                tell(none, name=repr(machine_class), store=kept.shown)
            else:
                tell("No runs in {store}.", store=kept.shown)
            return
        say(lines(shown, speak))
        if len(shown) < len(runs):
            left = len(runs) - len(shown)
            tell("{n} older runs in {store}; --all lists them.", n=left, store=kept.shown)
