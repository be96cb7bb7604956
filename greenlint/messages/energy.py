# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Dutch for what measures: the texts of ``greenlint_profiler`` and the pytest plugin.

They know nothing of this package, and find it as an entry point of the group
``greenlint.languages`` (docs/decisions/0022).
"""

from __future__ import annotations

from greenlint.messages import Language, language


def dutch() -> Language:
    """The language, by the catalogue of energy."""
    return language("nl", "energy")
