# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Waits, in a program that is measured test by test, until that runs a suite of unittest.

It is loaded by its path into programs of any environment, and makes the package that it belongs to
known there.  A process that runs no suite pays for this file and for waiting.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "GREENLINT_PER_TEST"

_PACKAGE = "greenlint_profiler"


def begin(environ: Mapping[str, str]) -> bool:
    """Measure the suites of this process, if the environment says so: ``SETTINGS:FOLDER``.

    Called at the interpreter's start.  Returns whether child processes are to be measured too.
    """
    folder = environ.get(VARIABLE, "").partition(":")[2]
    if not os.path.isdir(folder):
        return False
    _make_known(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    with open(os.path.join(folder, f"{os.getpid()}.begun"), "w", encoding="ascii"):
        pass

    from greenlint_profiler.suite.unittest_hooks import wait_for_unittest

    wait_for_unittest(folder)
    return True


def _make_known(package: str) -> None:
    """The package, from its path: it is not on the program's `sys.path`."""
    if _PACKAGE in sys.modules:
        return
    import _frozen_importlib
    import _frozen_importlib_external

    spec = _frozen_importlib_external.spec_from_file_location(
        _PACKAGE,
        os.path.join(package, "__init__.py"),
        submodule_search_locations=[package],
    )
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[_PACKAGE] = _frozen_importlib.module_from_spec(spec)
    spec.loader.exec_module(module)
