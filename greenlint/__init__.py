# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""greenlint finds, fixes and measures energy waste in Python code: the names for rule authors.

Each name is loaded when it is first used, so that ``import greenlint`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from greenlint.version import __version__

if TYPE_CHECKING:
    from greenlint.here import Here
    from greenlint.kinds import Kind
    from greenlint.loops import Loop
    from greenlint.messages import say
    from greenlint.plugins import hookimpl
    from greenlint.rule import Confidence, Edit, Fix, Hit, Option, Related, Rule, Safety, Severity

_HOME = {
    "Confidence": "greenlint.rule",
    "Edit": "greenlint.rule",
    "Fix": "greenlint.rule",
    "Here": "greenlint.here",
    "Hit": "greenlint.rule",
    "Kind": "greenlint.kinds",
    "Loop": "greenlint.loops",
    "Option": "greenlint.rule",
    "Related": "greenlint.rule",
    "Rule": "greenlint.rule",
    "Safety": "greenlint.rule",
    "Severity": "greenlint.rule",
    "hookimpl": "greenlint.plugins",
    "say": "greenlint.messages",
}

__all__ = [
    "Confidence",
    "Edit",
    "Fix",
    "Here",
    "Hit",
    "Kind",
    "Loop",
    "Option",
    "Related",
    "Rule",
    "Safety",
    "Severity",
    "__version__",
    "hookimpl",
    "say",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'greenlint' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
