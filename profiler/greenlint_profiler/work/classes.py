# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Classes of the project that ask from within a library: serializers, views, forms, admin classes.

What they inherit runs in the library's files, so that the innermost line of the project may be far
from what asked: the test that opened a page.  The frames in between know the object whose method
runs, and its class is in the project.

Up to Python 3.12 `f_locals` is a copy that stays with the frame.  It is emptied at once, so that no
object of the program lives longer for having been looked at.
"""

from __future__ import annotations

import re
import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from io import open_code  # not `open`, which tests replace
from types import CodeType, FrameType

# A file, a line in it from 1, and the class that stands there, with its field where it is known;
# the first two are absent where nothing of the project was on the stack, the third for a line.
Place = tuple[str | None, int | None, str | None]

# Classes that carry out what others ask for, and are no place of their own: models, managers.
_CARRIERS = ("django.db.", "sqlalchemy.")
_MAPPED = "__mapper__"
# Methods that are no place.  A middleware's `__call__` encloses all of a request; a field's
# `get_attribute` fetches for the serializer that it is in, which is the next one outwards.
_PASSED_OVER = {"__call__", "__acall__", "get_attribute"}
# How Django REST framework names the method of a serializer that goes through its fields.
_SHOWS_FIELDS = "to_representation"
# Classes that are remembered: a program may make them without end.
_MOST = 2000
# PEP 667: from 3.13 on it is a view of the frame, and there is nothing to be emptied.
_COPIES = sys.version_info < (3, 13)


@dataclass(frozen=True, slots=True)
class Asking:
    """An object that asks, while the stack is walked, and the place of its class."""

    place: Place
    one: object
    in_field: bool


class Classes:
    """Finds the classes of the project that ask; what a class is, is decided once."""

    def __init__(self, is_own: Callable[[str], bool]) -> None:
        self._is_own = is_own
        self._known: dict[int, tuple[weakref.ref[type], Place | None]] = {}
        # By `id`, as a code object is hashed anew each time, with all that it holds.
        self._codes: dict[int, tuple[CodeType, bool]] = {}

    def asking(self, frame: FrameType) -> Asking | None:
        """The object whose method a frame of a library runs, if its class is the project's."""
        code = frame.f_code
        known = self._codes.get(id(code))
        if known is None or known[0] is not code:
            known = self._judged(code)
        if not known[1]:
            return None
        one, field = _looked_up(frame)
        place = self._of(type(one))
        if place is None:
            return None
        name = _name_of(field) if code.co_name == _SHOWS_FIELDS else None
        if name is None:
            return Asking(place, one, False)
        path, line, symbol = place
        return Asking((path, line, f"{symbol}.{name}"), one, True)

    def _judged(self, code: CodeType) -> tuple[CodeType, bool]:
        """Whether a function is a method that may ask; told once, for Python 3.11 makes the names
        of its variables anew whenever somebody looks.
        """
        if len(self._codes) >= _MOST:
            self._codes.clear()
        known = code, is_method(code) and code.co_name not in _PASSED_OVER
        self._codes[id(code)] = known
        return known

    def _of(self, cls: type) -> Place | None:
        known = self._known.get(id(cls))
        if known is not None and known[0]() is cls:
            return known[1]
        place = self._found(cls)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[id(cls)] = weakref.ref(cls), place
        return place

    def _found(self, cls: type) -> Place | None:
        """The place of a class, or of the nearest of its bases that the project wrote."""
        if any(_module(one).startswith(_CARRIERS) or _MAPPED in vars(one) for one in cls.__mro__):
            return None
        for one in cls.__mro__:
            file = getattr(sys.modules.get(_module(one)), "__file__", None)
            if isinstance(file, str) and self._is_own(file):
                first = vars(one).get("__firstlineno__", 1)
                line = class_line(file, one.__qualname__, first)
                if line is not None:
                    return file, line, one.__qualname__.replace("<locals>.", "")
        return None


def is_method(code: CodeType) -> bool:
    """Whether a function's first argument is `self`."""
    return code.co_argcount > 0 and code.co_varnames[0] == "self"


def runs_on(frame: FrameType, one: object) -> bool:
    """Whether a frame runs a method of this very object."""
    return is_method(frame.f_code) and _looked_up(frame)[0] is one


def _looked_up(frame: FrameType) -> tuple[object, object]:
    """Its variables `self` and `field`, None for one that is not there."""
    held = frame.f_locals
    found = held.get("self"), held.get("field")
    if _COPIES and sys.gettrace() is None:  # a debugger may be showing this very copy
        held.clear()
    return found


def _name_of(field: object) -> str | None:
    """What a serializer calls a field of it; its attributes are read without running its code."""
    name = getattr(field, "__dict__", {}).get("field_name")
    return name if type(name) is str and name else None


def _module(cls: type) -> str:
    name: object = cls.__module__
    return name if isinstance(name, str) else ""


def class_line(file: str, name: str, first: int = 1) -> int | None:
    """The line of a ``class`` statement, by its qualified name, from a line on (its decorators').

    None where it is not found, or the file cannot be read.
    """
    try:
        with open_code(file) as source:
            text = source.read().decode("utf-8", "replace")
    except OSError:
        return None
    position: int | None = _start_of(text, first)
    *outer, last = (part for part in name.split(".") if part != "<locals>")
    if first == 1:
        for part in outer:
            position = _statement(text, position, rf"(?:class|(?:async[ \t]+)?def)[ \t]+{part}")
    return _line_at(text, _statement(text, position, rf"class[ \t]+{last}"))


def _statement(text: str, start: int | None, words: str) -> int | None:
    """Where a line begins with these words; one without indentation is taken first."""
    if start is None:
        return None
    for indentation in ("", r"[ \t]*") if start == 0 else (r"[ \t]*",):
        found = re.compile(rf"^{indentation}{words}[ \t]*[(:\[]", re.MULTILINE).search(text, start)
        if found is not None:
            return found.end()
    return None


def _start_of(text: str, line: int) -> int:
    position = 0
    for _ in range(line - 1):
        position = text.find("\n", position) + 1
    return position


def _line_at(text: str, position: int | None) -> int | None:
    return None if position is None else text.count("\n", 0, position) + 1
