# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Reports of a command in files: whole, or not at all; and the summary of a CI job."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from greenlint.errors import UsageError


def save(path: Path, chunks: Iterable[str]) -> None:
    """Write a report; a device or a pipe is written to, and stays one.  Raises UsageError."""
    save_bytes(path, "".join(chunks).encode("utf-8", "replace"))


def save_bytes(path: Path, data: bytes) -> None:
    """Write a report that is no text, such as a PDF.  Raises UsageError."""
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        temporary.write_bytes(data)
        temporary.replace(target)
    except OSError as error:
        raise UsageError(
            "Cannot write the report {path}: {why}. Choose another FORMAT:PATH.",
            path=path,
            why=error.strerror,
        ) from None
    finally:
        temporary.unlink(missing_ok=True)


def add_to_summary(chunks: Iterable[str]) -> None:
    """Append to the job summary of GitHub Actions, where there is one.  Raises UsageError."""
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if not summary:
        return
    text = "".join(chunks)
    try:
        with open(summary, "a", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(
            "Cannot write the job summary {summary} (GITHUB_STEP_SUMMARY): {why}. "
            "Switch it off with --no-ci.",
            summary=summary,
            why=error.strerror,
        ) from None
