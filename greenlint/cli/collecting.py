# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Runs of the tests for ``greenlint energy collect -- pytest``: one measures, one traces, and where
that is asked for one is looked into.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from greenlint.atomic import write
from greenlint.cli.sampling import FILE
from greenlint.cli.telling import because, note, tell
from greenlint.cli.tracing import data_file
from greenlint.errors import UsageError

PLUGIN, TRACER = "pytest_greenlint.plugin", "pytest_greenlint.tracing"
# Tells the tracer where; each process adds a suffix to that name.
VARIABLE, _NAME = "GREENLINT_TRACE", "trace"
# Exit codes of pytest: tests failed, and none was there; others mean that it did not run them.
_RAN = (0, 1)


def collect(words: Sequence[str], root: Path, store: str | None, *, functions: bool = False) -> int:
    """Run the command once with --energy and once under coverage, both as the user would, and with
    `functions` once under the sampler; pytest's own exit code, the first that is not 0.
    """
    from greenlint_profiler.gate.workers.command import Refused, pytest_command

    try:
        command = pytest_command(words)
    except Refused as error:
        raise UsageError(because(error)) from None
    if command is None:
        raise UsageError(
            "`{words}` does not run pytest, as far as can be seen: give its "
            "command, such as `greenlint energy collect -- python -m pytest tests`.",
            words=" ".join(words),
        )
    file = data_file(root)
    environ = dict(os.environ)
    loaded = ("-p", PLUGIN) if environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD") else ()
    kept = () if store is None else (f"--energy-store={store}",)
    runs = 3 if functions else 2
    note("1 of {runs}: what each test uses", runs=runs)
    measuring = [*command.before, *loaded, "--energy", *kept, *command.arguments]
    code = _run(measuring, environ)
    if code not in _RAN:
        return code
    note("2 of {runs}: which test executes which line", runs=runs)
    with tempfile.TemporaryDirectory(prefix="greenlint-trace-") as folder:
        # The older core, as the newer one of Python 3.14 keeps no contexts.
        environ |= {VARIABLE: str(Path(folder, _NAME)), "COVERAGE_CORE": "ctrace"}
        quiet = [one for one in command.arguments if one != "--energy"]
        traced = _run([*command.before, "-p", TRACER, *quiet], environ)
        if traced not in _RAN:
            return traced
        write(file, _combined(folder))
    if functions:
        note("3 of {runs}: where the time goes", runs=runs)
        looked = _looked_into([*command.before, *quiet], root, environ)
        if looked not in _RAN:
            return looked
    tell(
        "{file} tells which test executes which line. Next: greenlint check --sort=energy",
        file=file,
    )
    return code or traced


def _looked_into(command: Sequence[str], root: Path, environ: Mapping[str, str]) -> int:
    """Run it under the sampler, whose figures stay beside the stored runs."""
    with tempfile.TemporaryDirectory(prefix="greenlint-functions-") as folder:
        told = Path(folder, FILE.name)
        words = ("-m", "greenlint", "--quiet", "profile", "--functions", "--json", str(told), "--")
        code = _run([sys.executable, *words, *command], environ)
        if code in _RAN:
            (root / FILE).parent.mkdir(exist_ok=True)
            write(root / FILE, told.read_bytes())
    return code


def _run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    try:
        return subprocess.run(command, env=environ, check=False).returncode
    except OSError as error:
        raise UsageError(
            "Cannot run {command}: {why}.", command=command[0], why=error.strerror
        ) from None


def _combined(folder: str) -> bytes:
    """One file of those of all processes."""
    from coverage import Coverage

    all_of_them = Path(folder, _NAME)
    coverage = Coverage(data_file=str(all_of_them), config_file=False)
    coverage.combine([folder])
    coverage.save()
    if not coverage.get_data().measured_files():
        raise UsageError(
            "Coverage saw no line of the project: see `source` and `omit` in its configuration."
        )
    return all_of_them.read_bytes()
