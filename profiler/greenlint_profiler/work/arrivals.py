# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Modules that somebody imports: what is to be done with one is done as soon as it is there.

Nothing is imported from here.  A module that is there already is taken at once; for the others a
finder stands at the head of `sys.meta_path` until all have come, or until it is told to leave.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from greenlint_profiler.work.patches import leave, unseen

Welcome = Callable[[Any], None]


class Arrivals:
    """Waits for modules by name, and calls what is to be done with each."""

    def __init__(self, awaited: Mapping[str, Welcome]) -> None:
        self._awaited = dict(awaited)
        self._known = 0

    def start(self) -> None:
        """Take the modules that are there, and wait for the rest."""
        self.look()
        if self._awaited:
            sys.meta_path.insert(0, self)

    def look(self) -> None:
        """Take what has come unseen: a module that was half loaded when the waiting began."""
        if len(sys.modules) == self._known:
            return
        for name in [name for name in self._awaited if _there(name)]:
            self._take(name, sys.modules[name])
        half_loaded = any(name in sys.modules for name in self._awaited)
        self._known = 0 if half_loaded else len(sys.modules)

    def stop(self) -> None:
        """Wait no longer."""
        self._awaited.clear()
        with suppress(ValueError):
            sys.meta_path.remove(self)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the finders after this one find, with a loader that tells when it has loaded."""
        if name not in self._awaited:
            return None
        after = sys.meta_path[sys.meta_path.index(self) + 1 :] if self in sys.meta_path else ()
        for finder in after:
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(name, path, target) if find else None
            if spec is not None:
                self._listen(name, spec.loader)
                return spec
        return None

    def _listen(self, name: str, loader: Any) -> None:
        load = getattr(loader, "exec_module", None)
        if load is None:
            return

        @unseen
        def load_and_tell(module: ModuleType) -> None:
            with suppress(AttributeError):
                del loader.exec_module
            try:
                load(module)
            except BaseException as error:
                leave(error)
                raise
            self._take(name, module)

        with suppress(AttributeError):  # a loader that takes no attributes cannot tell
            loader.exec_module = load_and_tell

    def _take(self, name: str, module: ModuleType) -> None:
        welcome = self._awaited.pop(name, None)
        if welcome is not None:
            welcome(module)


def _there(name: str) -> bool:
    """Whether a module is loaded, and not in the middle of it."""
    spec = getattr(sys.modules.get(name), "__spec__", None)
    return name in sys.modules and not getattr(spec, "_initializing", False)
