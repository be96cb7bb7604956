# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The baseline in a file that is committed, so that a machine without a store can be held to it.

One test a line, sorted, so that branches merge.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from greenlint_profiler.said import say
from greenlint_profiler.stores.accepted import Accepted, as_record, from_record
from greenlint_profiler.stores.error import StoreError
from greenlint_profiler.stores.stored import Stratum

NAME = "greenlint-energy.json"
SCHEMA = "greenlint-energy-baseline/1"


def written(entries: Iterable[Accepted], version: str) -> str:
    """The text of the file; docs/schemas/greenlint-energy-baseline-1.json describes it."""
    ordered = sorted(entries, key=lambda one: one.sort_key)
    classes = [_class(stratum, held) for stratum, held in groupby(ordered, lambda one: one.stratum)]
    tool = _json({"name": "greenlint", "version": version})
    inside = "[\n" + ",\n".join(classes) + "\n  ]" if classes else "[]"
    return f'{{\n  "schema": {_json(SCHEMA)},\n  "tool": {tool},\n  "classes": {inside}\n}}\n'


def _class(stratum: Stratum, entries: Iterable[Accepted]) -> str:
    head = {
        "machine_class": stratum.machine_class,
        "python": stratum.interpreter,
        "traced": stratum.traced,
    }
    lines = ",\n".join(f"      {_json(as_record(one))}" for one in entries)
    return f'    {_json(head)[:-1]}, "tests": [\n{lines}\n    ]}}'


def _json(value: object) -> str:
    return json.dumps(value, allow_nan=False)


def read(path: Path) -> list[Accepted]:
    """What a file accepts; none where there is no file.  Raises StoreError where it is damaged."""
    try:
        held = json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return []
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StoreError("Cannot read the baseline {path}: {why}.", path=path, why=why) from None
    except (ValueError, RecursionError) as error:
        raise StoreError(
            "The baseline {path} is no JSON: {error}. {anew}", path=path, error=error, anew=_ANEW
        ) from None
    schema = held.get("schema") if isinstance(held, Mapping) else None
    if schema != SCHEMA:
        raise StoreError(
            "The baseline {path} is of the schema {schema}, and this greenlint reads "
            "{known}. {anew}",
            path=path,
            schema=repr(schema),
            known=SCHEMA,
            anew=_ANEW,
        )
    try:
        return list(_entries(held))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        lacks = isinstance(error, KeyError)
        what = say("it has no {error}", error=error) if lacks else str(error)
        raise StoreError(
            "The baseline {path} cannot be used: {what}. {anew}", path=path, what=what, anew=_ANEW
        ) from None


_ANEW = say("Write it anew with `greenlint energy baseline export -o FILE`.")


def _entries(held: Mapping[str, Any]) -> Iterator[Accepted]:
    for one in held["classes"]:
        stratum = Stratum(str(one["machine_class"]), str(one["python"]), bool(one["traced"]))
        yield from (from_record(record, stratum) for record in one["tests"])
