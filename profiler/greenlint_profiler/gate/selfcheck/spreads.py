# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Self-checks that were kept: how tests vary on a class of machines, and if that was fine."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenlint_profiler.said import say

SCHEMA = "greenlint-energy-selfcheck/1"
NAME = "selfcheck.json"


class Unreadable(Exception):
    """The file is there, and is none of ours: a sentence with its path and the way out."""


@dataclass(frozen=True, slots=True)
class Known:
    """The last self-check of a machine class.  `spreads` are by test; `taken` is its day."""

    passed: bool
    taken: str
    spreads: Mapping[str, float]


def known(folder: Path, machine_class: str, quantity: str) -> Known | None:
    """What is known of such machines, or None.  Raises Unreadable."""
    for one in _read(folder / NAME):
        if (one["machine_class"], one["quantity"]) == (machine_class, quantity):
            spreads = {test["test"]: test["spread"] for test in one["tests"]}
            return Known(one["passed"], one["taken"], spreads)
    return None


def keep(folder: Path, record: Mapping[str, Any], taken: str) -> Path:
    """Keep a record of `aa.as_record`, in place of an earlier one of the same class and quantity.

    The file is whole at any moment.  Raises Unreadable, and OSError where it cannot be written.
    """
    path = folder / NAME
    place = ("machine_class", "quantity")
    others = [one for one in _read(path) if any(one[key] != record[key] for key in place)]
    data = {"schema": SCHEMA, "checks": [*others, {**record, "taken": taken}]}
    folder.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{NAME}.{os.getpid()}.part")
    try:
        temporary.write_text(json.dumps(data, indent=2) + "\n", "utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        data = json.loads(path.read_text("utf-8"))
        checks: list[dict[str, Any]] = data["checks"]
        if data["schema"] != SCHEMA:
            raise ValueError(f"its schema is {data['schema']!r}")
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(
            say(
                "Cannot read the self-checks in {path}: {error}. Remove the file, and run "
                "`greenlint energy selfcheck` again.",
                path=path,
                error=error,
            )
        ) from None
    return checks
