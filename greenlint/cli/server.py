# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint server``: the language server, on standard input and output."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from greenlint.cli.group import Settings
from greenlint.errors import GreenlintError, UsageError

if TYPE_CHECKING:
    from greenlint.config import Config
    from greenlint.hotspots import Used
    from greenlint.server.ways import Setup, TestCosts
    from greenlint.work import Job


@click.command(name="server")
@click.option("--stdio", is_flag=True, help="Talk on standard input and output, as it does anyway.")
@click.pass_obj
def command(settings: Settings, stdio: bool) -> int:
    """Run the language server, which an editor starts."""
    from importlib.util import find_spec

    if find_spec("pygls") is None:
        raise UsageError(
            "The language server needs pygls, which is not installed here. "
            "`pip install 'greenlint[lsp]'` brings it."
        )
    reads, writes = _protocol()
    from greenlint.cli.rule import markdown
    from greenlint.server.app import serve
    from greenlint.server.ways import Ways

    def config(folder: Path) -> Config:
        return settings.load_config((str(folder),))

    def setup(config: Config) -> Setup:
        return _setup(settings, config)

    def costs(root: Path, name: str) -> TestCosts | None:
        return _costs(settings, root, name)

    serve(Ways(config, setup, markdown, costs, settings.language), reads, writes)
    return 0


def _protocol() -> tuple[BinaryIO, BinaryIO]:
    """The client's two streams, for the protocol alone: what anything else here prints, a plugin
    or a worker, goes to standard error, and who reads standard input gets nothing.
    """
    sys.stdout.flush()
    reads, writes = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return os.fdopen(reads, "rb"), os.fdopen(writes, "wb")


def _setup(settings: Settings, config: Config) -> Setup:
    from greenlint.cli.linting import Lint
    from greenlint.config_file import find_root
    from greenlint.discover import discover
    from greenlint.server.ways import Setup

    root = config.root
    lint = Lint(settings, (str(root),))
    named = replace(config, force_exclude=True)

    def files() -> list[Job]:
        return lint.listed() if find_root(root) == root else []

    def checks(path: Path) -> bool:
        return not path.exists() or bool(discover((path,), named, root).files)

    given = lint.given_text
    return Setup(
        config, lint.rules, lint.plan, lint.baseline, given, files, checks, settings.language
    )


def _costs(settings: Settings, root: Path, name: str) -> TestCosts | None:
    """Of a store that is a file: nothing asks a server while somebody types."""
    from greenlint.cli.joining import known
    from greenlint.cli.linting import STORE
    from greenlint.cli.tracing import matched
    from greenlint.server.ways import TestCosts

    if not (root / STORE).is_file():
        return None
    try:
        held = known(settings, None, root)
        run = None if held is None else held.measured
    except GreenlintError:
        return None
    if run is None:
        return None
    there = matched({test.partition("::")[0] for test in run.tests}, root, [name]).get(name)
    tests: defaultdict[str, list[Used]] = defaultdict(list)
    for test, used in run.tests.items():
        file, _, rest = test.partition("::")
        if file == there:
            tests[rest.partition("[")[0]].append(used)
    return TestCosts(run, tests)
