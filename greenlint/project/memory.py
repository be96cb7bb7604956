# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Questions that are answered once, each with the files that its answer rests on.

A finding of a project rule holds as long as those files stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Memory:
    """Answers so far, the files that the question at hand has used, and the questions under way.

    `used` has a bit for each file: most answers rest on others, and numbers are put together at
    once.
    """

    def __init__(self) -> None:
        self.used = 0
        self._bits: dict[str, int] = {}
        self._answers: dict[Any, tuple[Any, int]] = {}
        self.known = self._answers.get
        self._circling: dict[Any, tuple[Any, int, int]] = {}
        self._ending: dict[int, list[Any]] = {}
        self._asked: dict[Any, int] = {}
        self._entered: dict[Any, int] = {}
        self._loop = 0

    def use(self, name: str) -> None:
        """Let the question at hand rest on a file."""
        bit = self._bits.get(name)
        if bit is None:
            bit = self._bits[name] = 1 << len(self._bits)
        self.used |= bit

    def names(self, used: int) -> list[str]:
        """The files that some bits stand for, in order of name."""
        return sorted(name for name, bit in self._bits.items() if used & bit)

    def bits(self, names: Iterable[str]) -> int:
        """The bits of some files."""
        found = 0
        for name in names:
            found |= self._bits.get(name, 0)
        return found

    def forget(self, used: int, *, changed: bool = False) -> None:
        """Drop the answers that rest on any of some files, between two questions; those that hold
        on to no tree stay, for they are as right as they were, unless the files have `changed`.
        """
        held = [
            key
            for key, (value, on) in self._answers.items()
            if on & used and (changed or _holds(value))
        ]
        for key in held:
            del self._answers[key]

    def answer(self, key: Any, ask: Callable[[], T], otherwise: T) -> T:
        """The answer of `ask`, which is not `known` yet, or `otherwise` for a question that its own
        answer would need.

        What was found inside such a circle holds until the circle's first question is answered, and
        is not kept: it would depend on where one came in.
        """
        depth = self._asked.get(key)
        if depth is not None:
            self._loop = min(self._loop or depth, depth)
            return otherwise
        circling = self._circling.get(key)
        if circling is not None:
            held, used, depth = circling
            self.used |= used
            self._loop = min(self._loop or depth, depth)
            answer: T = held
            return answer
        outer, self.used = self.used, 0
        self._asked[key] = here = len(self._asked) + 1
        before, self._loop = self._loop, 0
        try:
            value = ask()
            if not self._loop or self._loop >= here:
                self._answers[key] = value, self.used
                self._loop = 0
            else:
                self._circling[key] = value, self.used, self._loop
                self._ending.setdefault(self._loop, []).append(key)
        finally:
            del self._asked[key]
            for one in self._ending.pop(here, ()):
                del self._circling[one]
            self.used |= outer
            if self._loop >= here:
                self._loop = 0
            if 0 < before < here and not 0 < self._loop < before:
                self._loop = before
        return value

    def entered(self, what: Any, ask: Callable[[], T], otherwise: T) -> T:
        """The answer of `ask`, or `otherwise` where it would need to enter the same thing again,
        whatever it is asked about: a function that calls itself with ever other arguments.
        """
        depth = self._entered.get(what)
        if depth is not None:
            self._loop = min(self._loop or depth, depth)
            return otherwise
        self._entered[what] = len(self._asked)
        try:
            return ask()
        finally:
            del self._entered[what]

    def watched(self, ask: Callable[[], T]) -> tuple[T, int, bool]:
        """An answer that is kept elsewhere: with the files that it rests on, and whether it is
        whole, which it is not where a circle was cut.
        """
        outer, self.used = self.used, 0
        before, self._loop = self._loop, 0
        try:
            value = ask()
        finally:
            used, whole = self.used, not self._loop
            self.used |= outer
            if before and not 0 < self._loop < before:
                self._loop = before
        return value, used, whole

    @property
    def depth(self) -> int:
        """How many questions wait for the one at hand."""
        return len(self._asked)


def _holds(value: object) -> bool:
    """Whether an answer may hold on to a tree: words, numbers and classes do not."""
    if value is None or isinstance(value, (str, int)) or getattr(value, "lasts", False):
        return False
    if isinstance(value, Mapping):
        return any(map(_holds, value)) or any(map(_holds, value.values()))
    if isinstance(value, Collection) and type(value) in _PLAIN:
        return any(map(_holds, value))
    return True


_PLAIN = frozenset((list, tuple, set, frozenset))


class Remembering(Protocol):
    """Whatever has a memory: a project."""

    memory: Memory


R = TypeVar("R", bound=Remembering)


def remembered(
    otherwise: Any = None,
) -> Callable[[Callable[Concatenate[R, P], T]], Callable[Concatenate[R, P], T]]:
    """Answer each question once per project; its arguments after the project are its key."""

    def decorate(ask: Callable[Concatenate[R, P], T]) -> Callable[Concatenate[R, P], T]:
        name = f"{ask.__module__}.{ask.__qualname__}"

        @wraps(ask)
        def asked(project: R, /, *args: P.args, **kwargs: P.kwargs) -> T:
            key = (name, args, *kwargs.items()) if kwargs else (name, args)
            memory = project.memory
            known = memory.known(key)
            if known is not None:
                memory.used |= known[1]
                answer: T = known[0]
                return answer
            found: T = memory.answer(key, lambda: ask(project, *args, **kwargs), otherwise)
            return found

        return asked

    return decorate
