# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The question after a word that nobody knows: which of the known ones was meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from greenlint.messages import Message, say


def guess(word: str, known: Iterable[str], shown: Callable[[str], str] = repr) -> Message:
    """`` Did you mean 'full'?``, with a space before it; empty where nothing is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), 1)
    return say(" Did you mean {name}?", name=shown(near[0])) if near else Message("")


def in_backticks(word: str) -> str:
    """As commands, options and their values are shown."""
    return f"`{word}`"
