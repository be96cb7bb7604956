# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy show``: one stored run, or one test of it with its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from greenlint.cli.energy_store import (
    ascii_only,
    json_option,
    named,
    opened,
    record,
    say,
    store_option,
)
from greenlint.cli.group import Settings
from greenlint.cli.naming import many_tests, no_test
from greenlint.cli.telling import speak

if TYPE_CHECKING:
    from greenlint_profiler.past.history import History
    from greenlint_profiler.stores.store import Store

SCHEMA = "greenlint-energy-test/1"

_MOST_REPEATED = 5


@click.command(name="show")
@click.argument("run", required=False, default="latest")
@click.argument("test", required=False)
@click.option(
    "--top",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="So many tests, those that used most.",
)
@store_option
@json_option(f"greenlint-energy/1; of a test {SCHEMA}")
@click.pass_obj
def command(
    settings: Settings, run: str, test: str | None, top: int, store: str | None, as_json: bool
) -> None:
    """Show a stored run, or one test of it with its history.

    RUN is the id of a run or its beginning, `latest`, a label, a branch or a revision: the newest
    run of these. TEST is the id of a test, or letters that only one id has.
    """
    from greenlint_profiler.past.run_text import heading
    from greenlint_profiler.suite.summary import lines

    with opened(settings, store) as kept:
        stored = named(run, kept.runs(), settings, kept.shown)[0]
        held = kept.document(stored.id)
        if test is not None:
            _show_test(kept, held, test, as_json=as_json)
        elif as_json:
            from greenlint.formats.encode import dumps

            click.echo(dumps(held, indent=2))
        else:
            say(heading(held))
            say(lines(held, top, most_repeated=_MOST_REPEATED, speak=speak))


def _show_test(store: Store, held: Mapping[str, Any], word: str, *, as_json: bool) -> None:
    from greenlint_profiler.past.history import as_record
    from greenlint_profiler.past.history_text import lines
    from greenlint_profiler.past.run_text import one_test

    attempts = _attempts(held, word)
    past = list(_histories(store, held["machine"]["class"], attempts[0]["id"]))
    if as_json:
        shown = {
            "run": held["run"],
            "machine": held["machine"],
            "attempts": list(attempts),
            "histories": [as_record(one) for one in past],
        }
        click.echo(record(SCHEMA, shown))
        return
    before = held.get("baseline")  # absent in records of older versions
    for attempt in attempts:
        say(one_test(attempt, before["name"] if before else "", speak))
    for one in past:
        click.echo()
        say(lines(one, ascii_only=ascii_only()))


def _attempts(held: Mapping[str, Any], word: str) -> list[Mapping[str, Any]]:
    from greenlint_profiler.past.run_text import found

    attempts = list(found(held, word))
    names = list(dict.fromkeys(test["id"] for test in attempts))
    if len(names) == 1:
        return attempts
    if not names:
        raise no_test(held["run"]["id"], word, [test["id"] for test in held["tests"]])
    raise many_tests(word, names)


def _histories(store: Store, machine_class: str, test_id: str) -> list[History]:
    """Of every quantity that was counted, the history that the newest run belongs to."""
    from greenlint_profiler.past.history import histories
    from greenlint_profiler.stores.rows import QUANTITIES

    found = []
    for quantity in QUANTITIES:
        found += histories(quantity, store.history(machine_class, test_id, quantity))
    return found
