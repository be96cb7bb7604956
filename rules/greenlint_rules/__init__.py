# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""greenlint's own rules, a room for each kind of waste: every RULE below is found, none listed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from greenlint.catalogue import rules_in
from greenlint.plugins import hookimpl
from greenlint.rule import RuleInfo


@hookimpl
def greenlint_register_rules() -> Iterator[RuleInfo]:
    """The facts of all rules; their modules are imported when a file has to be parsed."""
    return rules_in(__name__, Path(__file__).parent)
