# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the commands of ``greenlint energy`` share: the store, and which runs a word means."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from greenlint.cli.telling import because, speak
from greenlint.errors import UsageError

if TYPE_CHECKING:
    from greenlint_profiler.stores.store import Store
    from greenlint_profiler.stores.stored import StoredRun

    from greenlint.cli.group import Settings

F = TypeVar("F", bound=Callable[..., Any])

store_option = click.option(
    "--store",
    metavar="PATH|URL",
    help="The store: a file, or a postgresql:// URL; by default that of the configuration.",
)
class_option = click.option(
    "--machine-class", metavar="CLASS", help="Only runs on machines of this class."
)


def json_option(schema: str) -> Callable[[F], F]:
    """The option that writes JSON of a published schema."""
    return click.option("--json", "as_json", is_flag=True, help=f"Write JSON, schema {schema}.")


@contextmanager
def opened(
    settings: Settings, named: str | None, *, create: bool = False, root: Path | None = None
) -> Iterator[Store]:
    """The store that is named, or that of the configuration, from `root` or else the working
    directory; what is wrong with it is said as a sentence, and exits 2.
    """
    from greenlint_profiler.stores.error import StoreError
    from greenlint_profiler.stores.store import open_store

    from greenlint.cli.measure_settings import load_energy

    energy = load_energy(settings, root)
    where = named or energy.store
    if where is None:
        raise UsageError(
            'No runs are kept: {origin} has store = "". Name a store with --store.',
            origin=energy.origin("store"),
        )
    try:
        with open_store(where, root or Path.cwd(), create=create) as store:
            yield store
    except StoreError as error:
        raise UsageError(because(error)) from None


def named(word: str, runs: Sequence[StoredRun], settings: Settings, shown: str) -> list[StoredRun]:
    """The runs that a word means, the newest first; UsageError where it means none."""
    from greenlint_profiler.stores.naming import meant
    from greenlint_profiler.suite.about import revision

    root = settings.load_config().root
    found = meant(word, runs, lambda name: revision(root, name))
    if not found:
        raise UsageError(
            "The store {shown} has no run that {word} means: it is no run, label, "
            "branch or revision of one, nor the beginning of one id. `greenlint "
            "energy list` has them.",
            shown=shown,
            word=repr(word),
        )
    return found


def ascii_only() -> bool:
    """Whether standard output can write no more than ASCII."""
    try:
        "▁█".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def say(lines: Iterable[str]) -> None:
    """Print lines of what measures, in the language asked for; of words that come from elsewhere
    no terminal obeys one.
    """
    from greenlint.formats.words import clean

    for line in lines:
        click.echo(clean(speak(line)))


def record(schema: str, held: dict[str, Any]) -> str:
    """JSON with its schema and the tool that wrote it."""
    from greenlint.formats.encode import dumps
    from greenlint.version import __version__

    tool = {"name": "greenlint", "version": __version__}
    return dumps({"schema": schema, "tool": tool, **held}, indent=2)
