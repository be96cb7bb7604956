# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy collect``: the runs of other machines, read from the files they wrote; or what
findings are joined with, from the project's own tests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from greenlint.cli.energy_store import opened, store_option
from greenlint.cli.group import Settings
from greenlint.cli.telling import because, complain, count, tell, told
from greenlint.errors import UsageError

_WORDS = "greenlint.words"


class _Command(click.Command):
    """What follows `--` is a command, and no files."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("--") if "--" in args else len(args)
        ctx.meta[_WORDS] = args[at + 1 :]
        return super().parse_args(ctx, args[:at])


@click.command(name="collect", cls=_Command)
@click.argument("files", nargs=-1, metavar="FILE... | -- pytest ...")
@store_option
@click.option(
    "--functions", is_flag=True, help="Run the tests a third time, to see where the time goes."
)
@click.pass_context
def command(
    context: click.Context, files: tuple[str, ...], store: str | None, functions: bool
) -> int:
    """Take runs into the store that other machines measured: files of `pytest --energy-json`.

    A run that is there already stays as it is. FILE `-` is standard input.

    With `-- pytest ...`, run the project's tests twice: once to measure them, once under coverage
    to learn which test executes which line; `greenlint check --sort=energy` joins both with
    findings. With --functions it samples them in a third run.
    """
    settings: Settings = context.obj
    words = context.meta[_WORDS]
    if bool(words) is bool(files):
        raise UsageError(
            "Name files of `pytest --energy-json`, or a command after `--`: "
            "`greenlint energy collect -- pytest`."
        )
    if words:
        from greenlint.cli.collecting import collect

        return collect(words, settings.load_config().root, store, functions=functions)
    if functions:
        raise UsageError("--functions is of a command after `--`, and not of files.")
    return _take(settings, files, store)


def _take(settings: Settings, files: tuple[str, ...], store: str | None) -> int:
    from greenlint_profiler.stores.error import StoreError

    taken, known, problems = 0, 0, 0
    with opened(settings, store, create=True) as kept:
        for name in files:
            try:
                for document in _documents(name):
                    if kept.append(document):
                        taken += 1
                    else:
                        known += 1
            except (StoreError, _UnreadableError) as error:
                complain("{name}: {why}", name=name, why=because(error))
                problems += 1
        there = told(", {n} there already", n=known) if known else ""
        runs = count(taken, "{n} run", "{n} runs")
        tell("{store}: {runs} taken in{there}.", store=kept.shown, runs=runs, there=there)
    return 2 if problems else 0


class _UnreadableError(Exception):
    """A file that holds no JSON; the message is a sentence without its name."""


def _documents(name: str) -> Iterator[dict[str, Any]]:
    """The document of a file, or of each of its lines (`greenlint energy export` of several)."""
    text = _text(name)
    try:
        yield json.loads(text)
        return
    except (ValueError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not lines[0].endswith("}"):
            raise _UnreadableError(told("it is no JSON: {error}.", error=error)) from None
    for number, line in enumerate(lines, 1):
        try:
            yield json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _UnreadableError(
                told("line {number} is no JSON: {error}.", number=number, error=error)
            ) from None


def _text(name: str) -> str:
    try:
        with click.open_file(name, encoding="utf-8-sig") as file:
            text: str = file.read()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise _UnreadableError(told("it cannot be read: {why}.", why=why)) from None
    except UnicodeDecodeError as error:
        raise _UnreadableError(told("byte {start} is not UTF-8.", start=error.start)) from None
    return text
