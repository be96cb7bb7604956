# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The engine's own rules: facts and pages without checks, since the engine itself finds these.

They rest on no measurement and are on by default all the same.
"""

from __future__ import annotations

from pathlib import Path

from greenlint.catalogue import with_page
from greenlint.rule import Rule, RuleInfo

RULES = (
    Rule(
        code="GRN900",
        name="unused-suppression",
        since="0.1.0",
        lifecycle="stable",
        fix="safe",
        help="remove the comment, so that it cannot hide a later finding",
    ),
    Rule(
        code="GRN901",
        name="suppression-without-reason",
        since="0.1.0",
        lifecycle="stable",
        help='add `reason="..."` after the bracket',
    ),
    Rule(
        code="GRN902",
        name="expired-suppression",
        since="0.1.0",
        lifecycle="stable",
        fix="safe",
        help="look again: change the code, or give a later date",
    ),
    Rule(
        code="GRN903",
        name="unknown-code-in-suppression",
        since="0.1.0",
        lifecycle="stable",
        fix="unsafe",
        help="name a rule by its code or its name",
    ),
    Rule(
        code="GRN904",
        name="invalid-suppression",
        since="0.1.0",
        lifecycle="stable",
        help="write `# greenlint: ignore[GRN301]`",
    ),
    Rule(
        code="GRN997",
        name="unreadable-file",
        severity="error",
        since="0.1.0",
        lifecycle="stable",
        help="give read access, or exclude the file",
    ),
    Rule(
        code="GRN998",
        name="file-too-large",
        since="0.1.0",
        lifecycle="stable",
        help="raise `max-file-lines`, or exclude the file",
    ),
    Rule(
        code="GRN999",
        name="syntax-error",
        severity="error",
        since="0.1.0",
        lifecycle="stable",
        help="correct the file, or exclude it",
    ),
)


def infos() -> tuple[RuleInfo, ...]:
    """The facts of these rules, with what their pages say."""
    folder = Path(__file__).parent
    return tuple(with_page(rule, folder / f"{rule.name.replace('-', '_')}.py") for rule in RULES)
