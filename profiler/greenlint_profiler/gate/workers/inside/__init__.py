# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Makes greenlint known to a pytest of any environment, whose tests the gate compares.

It is loaded by its path, at the start of every interpreter of a worker's command.  Both sides get
the plugin of the gate so, whatever version their environments hold, or none.  `forget` takes away
what the environment says of us, before any test runs.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping
    from types import ModuleType

VARIABLE = "GREENLINT_GATE"

# Read by pytest: a package that is imported before it could rewrite its assertions is no mistake.
_NOT_REWRITTEN = "PYTEST_DONT_REWRITE"


def begin(environ: Mapping[str, str], known: Callable[[str, str], ModuleType]) -> bool:
    """Make our packages known in this interpreter, if the environment says so: ``SIDE:FOLDER``.

    Called at the interpreter's start; `known` makes a package known by its path.  Returns whether
    processes below are to know them too: a launcher may be a program of Python.
    """
    folder = environ.get(VARIABLE, "").partition(":")[2]
    if not os.path.isdir(folder):
        return False
    profiler = os.path.abspath(__file__)
    for _ in range(4):  # inside, workers, gate, and the package itself
        profiler = os.path.dirname(profiler)
    for name in ("greenlint_profiler", "pytest_greenlint"):
        module = known(name, _beside(profiler, name))
        module.__doc__ = f"{module.__doc__}\n\n{_NOT_REWRITTEN}"
    return True


def _beside(package: str, name: str) -> str:
    """A package of ours: next to this one where they are installed, else in the checkout."""
    around = os.path.dirname(package)
    installed = os.path.join(around, name)
    if os.path.isdir(installed):
        return installed
    return os.path.join(os.path.dirname(around), "pytest_plugin", name)


def forget(environ: MutableMapping[str, str]) -> None:
    """Children of this process are started as if there were no gate."""
    from greenlint_profiler.hooked import HOOK

    environ.pop(VARIABLE, None)
    paths = environ.get("PYTHONPATH", "").split(os.pathsep)
    kept = os.pathsep.join(path for path in paths if path and path != str(HOOK))
    environ["PYTHONPATH"] = kept
    if not kept:
        del environ["PYTHONPATH"]
