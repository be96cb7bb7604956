# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with what was declared, behind its place in the file."""

from __future__ import annotations

from greenlint.config_file import Layer
from greenlint.errors import ConfigError
from greenlint.messages import say


def complaint(layer: Layer, problem: str, *keys: str) -> ConfigError:
    """A sentence about the keys of a layer; in English whatever the language."""
    return layer.error(say("{problem}", problem=problem), *keys)
