# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The guide to functions: it names what there is, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from greenlint_profiler.functions.pieces import What
from greenlint_profiler.functions.recording import RATE_HERTZ

from greenlint.cli import profile_functions
from greenlint.cli.profile import command

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "functions.md").read_text("utf-8")


def test_it_names_every_format() -> None:
    """A row for each."""
    rows = set(re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE))
    assert rows == set(profile_functions.FORMATS)


def test_its_options_exist() -> None:
    """Each row is an option of the command, and the default rate is that of the library."""
    known = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    rows = re.findall(r"^\| `(--?[\w-]+)", GUIDE, re.MULTILINE)
    assert set(rows) <= known
    assert {"--lines", "-o", "--rate", "--no-children"} <= set(rows)
    assert profile_functions.RATE_HERTZ == RATE_HERTZ
    assert f"{RATE_HERTZ} a second by default" in GUIDE


def test_it_explains_what_is_no_code() -> None:
    """A row for each name in brackets that a report may have."""
    rows = re.findall(r"^\| `(\([^`]+\))` \|", GUIDE, re.MULTILINE)
    assert {what.value for what in What} - {What.RAN.value} <= set(rows)
