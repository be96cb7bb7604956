# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A report of measures, kept beside the runs, so that those of a team's systems are added up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenlint_profiler.stores.rows import Row, key, pack, text


def row(report: Mapping[str, Any]) -> Row:
    """What is stored of a document of greenlint-report/1; its moment and its inputs are its key.

    Raises KeyError or TypeError where it is none.
    """
    written = text(report["generated_at"])
    inputs = text(report["inputs_sha256"])
    return (key(written, inputs), written, pack(report))
