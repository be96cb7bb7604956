# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Attributes of other people's code, replaced for a time and put back as they were."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

# The arguments of a call, by position and by name.
Called = tuple[tuple[Any, ...], dict[str, Any]]

_ABSENT = object()
# `warnings` passes over frames with such a name (_is_internal_frame), so that a warning still
# names the line of the program and not one of ours.
UNSEEN = "<greenlint, as importlib._bootstrap>"


class Patches:
    """What was replaced, in order; `undo` puts all of it back, last first."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def put(self, owner: Any, name: str, value: object) -> None:
        """Replace an attribute of a module or a class, which must have it.

        Raises AttributeError where it has none: another version of the library.
        """
        getattr(owner, name)
        former = vars(owner).get(name, _ABSENT)
        setattr(owner, name, value)
        self.at_the_end(lambda: _put_back(owner, name, former, value))

    def before(self, owner: Any, name: str, note: Callable[..., None]) -> None:
        """Call `note` with the arguments of a function or method, each time before it runs.

        The function itself stays as it was: what it returns and raises, and the traceback of that.
        """
        original = getattr(owner, name)
        self.put(owner, name, noting(original, note))

    def at_the_end(self, undo: Callable[[], None]) -> None:
        """Have something done when everything is put back."""
        self._undo.append(undo)

    def undo(self) -> None:
        """Put everything back."""
        while self._undo:
            self._undo.pop()()


def _put_back(owner: Any, name: str, former: object, ours: object) -> None:
    """What somebody else has put over ours since is theirs and stays."""
    if vars(owner).get(name) is not ours:
        return
    if former is _ABSENT:
        delattr(owner, name)
    else:
        setattr(owner, name, former)


def noting(original: Callable[..., Any], note: Callable[..., None]) -> Callable[..., Any]:
    """The same function, which calls `note` with its arguments first."""

    @functools.wraps(original)
    @unseen
    def noted(*args: Any, **kwargs: Any) -> Any:
        note(*args, **kwargs)
        try:
            return original(*args, **kwargs)
        except BaseException as error:
            leave(error)
            raise

    return noted


def changing(original: Callable[..., Any], change: Callable[..., Called]) -> Callable[..., Any]:
    """The same function, called with the arguments that `change` makes of those given."""

    @functools.wraps(original)
    @unseen
    def changed(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = change(args, kwargs)
        try:
            return original(*args, **kwargs)
        except BaseException as error:
            leave(error)
            raise

    return changed


class Unbound:
    """A function that is no method in a class, as those are that are written in C."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self._function = function

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        try:
            return self._function(*args, **kwargs)
        except BaseException as error:
            leave(error)
            raise


def unseen(function: Any) -> Any:
    """The same function, as one that warnings are not blamed on."""
    function.__code__ = function.__code__.replace(co_filename=UNSEEN)
    return function


def leave(error: BaseException) -> None:
    """Take the frame that caught an error out of its traceback; follow it by a bare `raise`.

    A bare `raise` adds no entry of its own, so that the traceback is that of the program alone.
    """
    if error.__traceback__ is not None:
        error.__traceback__ = error.__traceback__.tb_next


unseen(Unbound.__call__)
