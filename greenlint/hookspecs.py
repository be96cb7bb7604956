# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The public door: what a plugin may add to greenlint, one hook each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    import click

    from greenlint.config import Config
    from greenlint.finding import Finding
    from greenlint.result import Format, ReportContext
    from greenlint.rule import Rule, RuleInfo
    from greenlint.source import SourceFile

hookspec = pluggy.HookspecMarker("greenlint")


@hookspec
def greenlint_register_rules() -> Iterable[Rule | RuleInfo]:  # type: ignore[empty-body]
    """Rules, or the facts of rules that are imported when they are needed
    (``greenlint.catalogue.rules_in``).  Codes match [A-Z]{3,5}[0-9]{3}; GRN is reserved.
    """


@hookspec
def greenlint_register_reporters() -> Mapping[str, Format]:  # type: ignore[empty-body]
    """Output formats by name: functions from a ReportContext to chunks of text."""


@hookspec
def greenlint_register_commands(group: click.Group) -> None:
    """Add subcommands to ``greenlint``."""


@hookspec
def greenlint_configure(config: Config) -> None:
    """After the configuration is resolved, before files are collected."""


@hookspec(firstresult=True)
def greenlint_collect_file(path: Path, config: Config) -> SourceFile | None:
    """Turn a file that is not Python into Python source of the same lines and columns
    (a notebook's cells, a template's blocks with everything else blanked).
    """


@hookspec
def greenlint_modify_findings(findings: list[Finding], config: Config) -> None:
    """Edit in place: re-rank, drop, annotate.  Runs before suppressions and baseline."""


@hookspec
def greenlint_run_finished(result: ReportContext, config: Config) -> None:
    """Side effects such as an upload or a notification.  Must not change the exit code."""
