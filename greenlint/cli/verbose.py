# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What ``--verbose`` adds to a check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenlint.cli.linting import Lint


def details(lint: Lint) -> Iterator[str]:
    """What `--verbose` adds."""
    say, counts = lint.settings.language.say, lint.counts
    files = ", ".join(map(str, lint.config.files)) or say("none")
    yield say("configuration: {files}; root {root}", files=files, root=lint.config.root)
    yield say("rules: {codes}", codes=" ".join(info.code for info in lint.rules.active))
    yield say(
        "files: {n}: {parsed} parsed, {skipped} without anything to look for, {cached} cached, "
        "{failed} failed",
        n=counts.files,
        parsed=counts.parsed,
        skipped=counts.skipped,
        cached=counts.cached,
        failed=counts.failed,
    )
