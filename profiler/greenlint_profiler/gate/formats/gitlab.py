# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A gate as GitLab's Code Quality: a JSON array, paths relative to the project's directory."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.formats.annotations import Annotation, in_checkout, unpassed
from greenlint_profiler.gate.formats.encode import in_json
from greenlint_profiler.gate.formats.words import clean
from greenlint_profiler.gate.result import Gate

# GitLab needs a file of everything; what a command does as a whole is in none, and its budget here.
_NOWHERE = "pyproject.toml"


def render(gate: Gate, *, strict: bool = False) -> Iterator[str]:
    """All that did not pass; no byte-order mark, which GitLab cannot read."""
    issues = [_issue(one) for one in unpassed(gate, strict=strict)]
    yield in_json(issues, indent=1) + "\n"


def _issue(one: Annotation) -> dict[str, Any]:
    """One violation.  The fingerprint is that of the test, so that one that is repaired is told as
    such, and goes on being the same when lines move.
    """
    name = f"energy-gate-{one.verdict.value}"
    known = f"{name}\0{one.test}".encode("utf-8", "surrogatepass")
    doubt = "info" if one.verdict is Verdict.INCONCLUSIVE else "minor"
    return {
        "description": clean(one.text),
        "check_name": name,
        "fingerprint": sha256(known).hexdigest(),
        "severity": "major" if one.error else doubt,
        "location": {
            "path": clean(in_checkout(one.path or _NOWHERE, "CI_PROJECT_DIR")),
            "lines": {"begin": one.line or 1},
        },
    }
