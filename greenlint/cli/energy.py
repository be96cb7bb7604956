# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy``: what was measured before, listed, shown, compared and handed on."""

from __future__ import annotations

from importlib import import_module

import click

from greenlint.cli.group import HelpfulGroup

# The module of a command bears its name: greenlint.cli.energy_list.
COMMANDS = {
    "gate": "Measure two revisions beside one another, and fail when the second uses more.",
    "selfcheck": "Find out how often the gate cries wolf on this machine, and what it can tell.",
    "bisect": "Find the first commit after a good one that fails in a gate against it.",
    "list": "List the stored runs of measured tests.",
    "show": "Show a stored run, or one test of it with its history.",
    "compare": "Compare the stored runs of two revisions.",
    "savings": "List what mended findings saved, as gates measured it.",
    "baseline": "Accept what tests use now; show and hand on what runs are held against.",
    "export": "Write stored runs as JSON, CSV or OpenMetrics.",
    "collect": "Take in runs of other machines; or measure and trace the tests for check.",
}


class EnergyGroup(HelpfulGroup):
    """A group that imports the command that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"greenlint.cli.energy_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    name="energy",
    cls=EnergyGroup,
    no_args_is_help=False,
    epilog="A run is kept by `pytest --energy`, in .greenlint/energy.sqlite3 unless the "
    "configuration or --store says otherwise.",
)
def command() -> None:
    """Gate two revisions; list, compare and export stored measurements."""
