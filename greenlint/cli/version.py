# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint version``: what runs here, for a bug report."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

import click

from greenlint.cli.telling import told
from greenlint.version import __version__

_PARTS = ("libcst", "click", "pluggy", "tomli", "pathspec", "coverage", "pytest")


@click.command()
def command() -> None:
    """Show version and environment."""
    click.echo(f"greenlint {__version__}")
    click.echo(f"{'python':<9} {platform.python_version()} ({sys.executable})")
    click.echo(f"platform  {platform.platform()}")
    for part in _PARTS:
        click.echo(f"{part:<9} {_version(part)}")


def _version(part: str) -> str:
    try:
        return version(part)
    except PackageNotFoundError:
        return told("not installed")
