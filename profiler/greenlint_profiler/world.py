# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The world as an argument: where the kernel's trees are, what the environment says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field

from greenlint_profiler.value import value


@value
class World:
    """Roots of the trees that meters read: `sys` stands for /sys, `proc` for /proc."""

    sys: str = "/sys"
    proc: str = "/proc"
    root: str = "/"
    environ: Mapping[str, str] = field(default_factory=dict)

    def text(self, *parts: str) -> str | None:
        """A small file without the white space around it; None where it cannot be read."""
        try:
            with open(os.path.join(*parts), encoding="utf-8", errors="replace") as file:
                return file.read().strip()
        except OSError:
            return None

    def number(self, *parts: str) -> int | None:
        """A small file that holds one integer; None where there is none to be had."""
        try:
            return int(self.text(*parts) or "")
        except ValueError:
            return None

    def names(self, *parts: str) -> list[str]:
        """The entries of a directory in order; none where it cannot be listed."""
        try:
            return sorted(os.listdir(os.path.join(*parts)))
        except OSError:
            return []


def here(environ: Mapping[str, str] | None = None) -> World:
    """This machine; GREENLINT_SYSFS_ROOT names a tree that stands for /sys."""
    environ = os.environ if environ is None else environ
    return World(sys=environ.get("GREENLINT_SYSFS_ROOT") or "/sys", environ=environ)
