# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The experiment of a page: its setup, its two sides, and the sizes at which they are measured."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenlint.page import Block, Page

_ROLES = ("setup", "before", "after")
_SIZE = re.compile(r"\bsize\b")


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is run.  `setup` is absent where there is nothing to set up; `sizes` are empty where the
    code has but one; `result` is an expression that is equal after both sides, if one is stated.
    """

    setup: Block | None
    before: Block
    after: Block
    result: str | None
    sizes: tuple[int, ...]

    def block(self, role: str) -> Block | None:
        """The block in a role."""
        return {"setup": self.setup, "before": self.before, "after": self.after}.get(role)


def experiment(page: Page) -> Experiment | None:
    """The page's experiment, None where it has none; ValueError says what is wrong with it."""
    found: dict[str, Block] = {}
    for block in page.of(*_ROLES):
        if block.role in found:
            raise ValueError(
                f"line {block.line - 1}: a second {block.role} block, and an experiment has one"
            )
        found[block.role] = block
    if not found:
        return None
    for role in ("before", "after"):
        if role not in found:
            raise ValueError(f"its experiment has no {role} block")
    setup = found.get("setup")
    settings = {} if setup is None else setup.settings
    sizes = () if setup is None or "sizes" not in settings else _sizes(setup)
    if sizes and not any(_SIZE.search(block.text) for block in found.values()):
        raise ValueError("its experiment states sizes, and no block of it uses the name `size`")
    return Experiment(setup, found["before"], found["after"], settings.get("result"), sizes)


def _sizes(setup: Block) -> tuple[int, ...]:
    words = setup.settings["sizes"].split()
    if not words or not all(re.fullmatch(r"[1-9][0-9]*", word) for word in words):
        raise ValueError(
            f'line {setup.line - 1}: sizes="{setup.settings["sizes"]}" are none: they are numbers '
            'with spaces between, such as sizes="10 10000"'
        )
    return tuple(sorted({int(word) for word in words}))


def fingerprint(blocks: Iterable[Block]) -> str:
    """What stands for the code of an experiment beside its figures: change it, and they are of
    something else.  Twelve hexadecimal digits; the sizes are not part of it.
    """
    from hashlib import sha256

    told = sha256()
    for block in blocks:
        if block.role in _ROLES:
            told.update(f"{block.role}\n{block.text}\0".encode())
    return told.hexdigest()[:12]
