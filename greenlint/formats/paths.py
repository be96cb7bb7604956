# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Paths as other programs want them: percent-encoded, or relative to a checkout."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote

from greenlint.formats.words import REPLACED
from greenlint.result import ReportContext

# Surrogates that do not stand for an undecodable byte of a file name (PEP 383).
_NO_BYTE = re.compile(r"[\ud800-\udc7f\udd00-\udfff]")


def uri(path: str) -> str:
    """A relative URI reference; bytes that are no UTF-8 come back as the bytes they were."""
    return quote(_NO_BYTE.sub(REPLACED, path), errors="surrogateescape")


def file_uri(path: Path) -> str:
    """An absolute ``file:`` URI."""
    return Path(_NO_BYTE.sub(REPLACED, os.path.abspath(path))).as_uri()


def in_checkout(report: ReportContext, path: str, variable: str) -> str:
    """A finding's path from the checkout that the CI system names in an environment variable.

    From the working directory when the variable is not set or the file lies elsewhere.
    """
    checkout = os.environ.get(variable)
    if not checkout:
        return report.shown(path)
    below = Path(os.path.relpath(report.root / path, checkout)).as_posix()
    return report.shown(path) if below.startswith("../") else below
