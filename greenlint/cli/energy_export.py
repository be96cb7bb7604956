# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy export``: stored runs for other programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from greenlint.cli.energy_store import named, opened, store_option
from greenlint.cli.group import Settings
from greenlint.errors import UsageError

if TYPE_CHECKING:
    from greenlint_profiler.stores.store import Store
    from greenlint_profiler.stores.stored import StoredRun

FORMATS = ("json", "csv", "openmetrics")


@click.command(name="export")
@click.argument("run", nargs=-1, metavar="[RUN]...")
@click.option("--all", "every", is_flag=True, help="All runs, the oldest first.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="json",
    show_default=True,
    help="json: greenlint-energy/1, a line a run where there are several; csv: a line a test; "
    "openmetrics: one run, for dashboards and GitLab.",
)
@click.option("-o", "--output", metavar="FILE", help="Where to; by default standard output.")
@store_option
@click.pass_obj
def command(
    settings: Settings,
    run: tuple[str, ...],
    every: bool,
    form: str,
    output: str | None,
    store: str | None,
) -> None:
    """Write stored runs: the newest, those that are named, or all.

    `greenlint energy collect` takes what json writes into another store.
    """
    with opened(settings, store) as kept:
        chosen = _chosen(kept, settings, run, every)
        if form == "openmetrics" and len(chosen) > 1:
            raise UsageError("openmetrics is of one run: name one, and leave out --all.")
        _write(output, _lines(kept, chosen, form))


def _chosen(store: Store, settings: Settings, words: Sequence[str], every: bool) -> list[StoredRun]:
    runs = store.runs()
    if every:
        if words:
            raise UsageError("--all is every run: leave out {word}.", word=repr(words[0]))
        return runs[::-1]
    found = (named(word, runs, settings, store.shown)[0] for word in words or ("latest",))
    return list(dict.fromkeys(found))


def _lines(store: Store, runs: Sequence[StoredRun], form: str) -> Iterator[str]:
    if form == "csv":
        from greenlint_profiler.past.csv_text import lines

        yield from lines(runs, store.samples([run.id for run in runs]))
    elif form == "openmetrics":
        from greenlint_profiler.suite.openmetrics import openmetrics

        from greenlint.formats.words import clean

        for run in runs:
            yield from map(clean, openmetrics(store.document(run.id)))
    else:
        for run in runs:
            yield _json(store.document(run.id), None if len(runs) > 1 else 2)


def _json(document: dict[str, Any], indent: int | None) -> str:
    """The document to the letter, in letters that no terminal and no log obeys."""
    from greenlint.formats.words import LOG_COMMAND

    return LOG_COMMAND.sub(r"\\u0023#", json.dumps(document, indent=indent, allow_nan=False))


def _write(output: str | None, lines: Iterator[str]) -> None:
    """Line by line, so that all runs of a store need not fit into memory."""
    if output is None:
        for line in lines:
            sys.stdout.write(f"{line}\n")
        return
    try:
        with open(output, "w", encoding="utf-8", newline="") as file:
            file.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        raise UsageError(
            "Cannot write {output}: {why}.", output=output, why=error.strerror or error
        ) from None
