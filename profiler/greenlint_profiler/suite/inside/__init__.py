# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Waits, in a program that is measured test by test, until that runs a suite of unittest.

It is loaded by its path into programs of any environment, and makes the package that it belongs to
known there.  A process that runs no suite pays for this file and for waiting.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VARIABLE = "GREENLINT_PER_TEST"


def begin(environ: Mapping[str, str], known: Callable[[str, str], object]) -> bool:
    """Measure the suites of this process, if the environment says so: ``SETTINGS:FOLDER``.

    Called at the interpreter's start; `known` makes a package known by its path.  Returns whether
    child processes are to be measured too.
    """
    folder = environ.get(VARIABLE, "").partition(":")[2]
    if not os.path.isdir(folder):
        return False
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    known("greenlint_profiler", package)
    with open(os.path.join(folder, f"{os.getpid()}.begun"), "w", encoding="ascii"):
        pass

    from greenlint_profiler.suite.unittest_hooks import wait_for_unittest

    wait_for_unittest(folder)
    return True
