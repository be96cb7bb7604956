# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint completion``: the script that lets a shell complete commands and options."""

from __future__ import annotations

import os
from pathlib import PurePath

import click
from click.shell_completion import ShellComplete, get_completion_class

from greenlint.cli.group import group
from greenlint.errors import UsageError
from greenlint.messages import say

SHELLS = ("bash", "zsh", "fish")


@click.command(name="completion")
@click.argument("shell", required=False, type=click.Choice(SHELLS))
def command(shell: str | None) -> None:
    """Print a shell completion script: for your shell, or for the one named."""
    shell = shell or _of_the_user(os.environ.get("SHELL", ""))
    kind = get_completion_class(shell)
    assert kind is not None, shell
    # The plain source(): bash's own would first start bash to ask for its version.
    script = ShellComplete.source(kind(group, {}, "greenlint", "_GREENLINT_COMPLETE"))
    click.echo(script.strip())


def _of_the_user(login_shell: str) -> str:
    name = PurePath(login_shell).name
    if name not in SHELLS:
        seen = say("SHELL is not set")
        if login_shell:
            seen = say("SHELL={shell} is none of them", shell=repr(login_shell))
        raise UsageError(
            "Which shell? ",
            seen,
            say(". Name it: `greenlint completion {shells}`.", shells="|".join(SHELLS)),
        )
    return name
