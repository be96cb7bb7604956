# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Makes a process of one side import the project from its own checkout, and from no other.

Python imports a module of this name at its start, after the .pth files of the environment have put
the user's checkout on the path.  Files beside this one say what stands for what: `entries` has
those of `sys.path`, `checkouts` the folders of checkouts; names in pairs, each with a NUL behind
it, where "" says that this side has no such thing.  `last` has what comes at the end of the path.

Interpreters of any age import it, and nothing is imported that is not loaded anyway.
"""

import _frozen_importlib
import _frozen_importlib_external
import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))


def _pairs(name):
    # type: (str) -> list[tuple[str, str]]
    with open(os.path.join(_here, name), "rb") as file:
        names = [os.fsdecode(part) for part in file.read().split(b"\0")[:-1]]
    return list(zip(names[::2], names[1::2]))  # noqa: B905 -- `strict` is of 3.10


def _moved(path, checkouts):
    # type: (str, list[tuple[str, str]]) -> str | None
    for before, after in checkouts:
        if path == before or path.startswith(before + os.sep):
            moved = after + path[len(before) :]
            # A finder that names a module without its suffix looks whether that is there.
            bare = "." not in os.path.basename(moved)
            return moved if bare or os.path.exists(moved) else None
    return path


def _moved_values(table, checkouts):
    # type: (dict[str, object], list[tuple[str, str]]) -> None
    """The table of an editable install: name -> path, or several of them."""
    for key, value in list(table.items()):
        if isinstance(value, list):
            moved = [_moved(one, checkouts) for one in value]
            table[key] = [one for one in moved if one is not None]
        elif _moved(str(value), checkouts) is None:
            del table[key]
        else:
            table[key] = _moved(str(value), checkouts)


try:
    _entries = dict(_pairs("entries"))
    _checkouts = _pairs("checkouts")
    # What PYTHONPATH has put first goes where the environment has it, if it is there at all.
    _last = [_path for _path, _ in _pairs("last")]
    _later = _last + [_entries[_path] for _path in sys.path if _entries.get(_path)]
    sys.path[:] = [
        _entries.get(_path, _path) for _path in sys.path if _entries.get(_path, _path not in _later)
    ]
    sys.path.extend(_path for _path in _last if _path not in sys.path)
    for _finder in sys.meta_path:
        _module = sys.modules.get(getattr(_finder, "__module__", None) or "")
        for _holder, _name in (
            (_module, "MAPPING"),  # setuptools
            (_module, "NAMESPACES"),
            (_finder, "_redirections"),  # the `editables` of hatch and others
        ):
            _table = getattr(_holder, _name, None)
            if isinstance(_table, dict):
                _moved_values(_table, _checkouts)
except Exception as _error:
    sys.stderr.write("greenlint: this side's path is not set: " + str(_error) + "\n")

sys.path[:] = [_path for _path in sys.path if os.path.abspath(_path or ".") != _here]
_spec = _frozen_importlib_external.PathFinder.find_spec("sitecustomize", sys.path)
if _spec is not None and _spec.loader is not None:
    # The site's own takes our place, as if we had not been there.
    sys.modules["sitecustomize"] = _frozen_importlib.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["sitecustomize"])
