# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The words around the tables of benchmarks/RESULTS-gate.md."""

from __future__ import annotations

HEADER = """{machine}"""
NOTES = dict.fromkeys(("aa", "power", "peers", "twenty", "joules", "limits"), "")
