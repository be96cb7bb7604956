# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Begins to look into a program before that begins, and gets out of its way.

Python imports a module of this name at its start.  The folder of this file is on PYTHONPATH for
one run; it is taken off `sys.path` here, and a `sitecustomize` of the site's own is imported as if
this one had not been there.  Nothing that goes wrong in here stops the program.

A variable says what looks, and where that writes: ``GREENLINT_FUNCTIONS=SETTINGS:FOLDER``.

Interpreters of any age import it, so it has no syntax that an old one does not know, and nothing
is imported that is not loaded anyway: the program would see it.
"""

import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))
_rooms = {
    "GREENLINT_FUNCTIONS": "functions",
    "GREENLINT_PER_TEST": "suite",
    "GREENLINT_GATE": "gate/workers",
}
_variable = ([_name for _name in _rooms if _name in os.environ] or ["GREENLINT_FUNCTIONS"])[0]


def _known(name, folder):  # type: ignore[no-untyped-def]  # any interpreter reads this
    """The package in a folder, under this name, by its path: greenlint may live in another
    environment than the program, and is not on its `sys.path`.
    """
    if name in sys.modules:
        return sys.modules[name]
    import _frozen_importlib
    import _frozen_importlib_external

    spec = _frozen_importlib_external.spec_from_file_location(
        name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = _frozen_importlib.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


try:
    if sys.version_info < (3, 11):  # noqa: UP036 -- whoever the program starts
        raise RuntimeError("Python " + sys.version.split()[0] + " is older than 3.11")
    _inside = os.path.join(os.path.dirname(_here), _rooms[_variable], "inside")
    _module = _known("_greenlint_inside", _inside)  # type: ignore[no-untyped-call]  # as above
    if not _module.begin(os.environ, _known):
        # Nobody below is looked into: neither this process nor its children see a trace of it.
        del os.environ[_variable]
        _paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        _paths = [_path for _path in _paths if _path and _path != _here]
        os.environ["PYTHONPATH"] = os.pathsep.join(_paths)
        if not _paths:
            del os.environ["PYTHONPATH"]
except Exception as _error:
    # A file of the run, which the report repeats: the program's streams are its own.
    try:
        _log = os.environ[_variable].partition(":")[2]
        with open(os.path.join(_log, str(os.getpid()) + ".error"), "w") as _file:
            _file.write(type(_error).__name__ + ": " + str(_error))
    except Exception:
        pass

sys.path[:] = [_path for _path in sys.path if os.path.abspath(_path or ".") != _here]
sys.path_importer_cache.pop(_here, None)
_own = sys.modules.pop("sitecustomize", None)
try:
    __import__("sitecustomize")  # the site's own
except ImportError:
    if "No module named" not in str(sys.exc_info()[1]) or "sitecustomize" not in str(
        sys.exc_info()[1]
    ):
        raise
finally:
    if _own is not None:
        sys.modules.setdefault("sitecustomize", _own)
