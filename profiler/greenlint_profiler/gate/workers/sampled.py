# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Looks at the calls of one test on one side, summed up by function of the project."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenlint_profiler.functions.naming import Whose, short, whose
from greenlint_profiler.functions.samples import Function, Process, Stack

# Code objects of their own, which a reader knows as a part of the function around them.
_PART = re.compile(r"(?:\.<locals>)?\.<(?:listcomp|setcomp|dictcomp|genexpr)>$")

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Code:
    """A function by its qualified name and its file, and the line on which it begins.

    The file is relative to the folder of its side; of a library it is relative to that.
    """

    name: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Sampled:
    """What was seen of one side.

    `cpu_ns` is the CPU time of threads that was seen in calls of the test, by the function in which
    they were seen then.  `looks` is how many looks of equal weight would tell as much.  `own_part`
    is the part of the calls' CPU time that this process used, and not its children, which are not
    looked at.
    """

    looks: float
    own_part: float
    cpu_ns: Mapping[Code, int]

    def part(self, code: Code | None) -> float:
        """That of a function; 0 for one that was not seen."""
        return 0.0 if code is None else self.cpu_ns[code] / sum(self.cpu_ns.values())


def sampled(
    processes: Iterable[Process], calls: Sequence[tuple[int, int]], root: Path, own_part: float
) -> Sampled:
    """Sum up what was seen within the `calls`, from one monotonic nanosecond to another each.

    A look counts for the innermost function of the project: what that calls of libraries is its
    own, since that is where the project can change it.  Where there is none it counts for the
    innermost of all.
    """
    names = _Names(root)
    found = Counter[Code]()
    squares = 0
    for process in processes:
        for stack, cpu_ns in _seen(process, calls):
            found[names.code(stack)] += cpu_ns
            squares += cpu_ns**2
    # Kish, Survey Sampling (1965), 8.2: the effective size of a sample with weights.
    looks = found.total() ** 2 / squares if squares else 0.0
    return Sampled(looks, own_part, _together(found))


def _seen(process: Process, calls: Sequence[tuple[int, int]]) -> Iterator[tuple[Stack, int]]:
    """The stacks of threads that were looked at in a call, and what they used since the last look.

    What they used before the call began is not meant.
    """
    begins = [first for first, _ in calls]
    for look in process.looks:
        at = bisect_right(begins, look.last_ns) - 1
        if at >= 0 and look.last_ns <= calls[at][1]:
            within_ns = look.last_ns - calls[at][0]
            for ran in look.ran:
                if not ran.asleep and min(ran.cpu_ns, within_ns) > 0:
                    yield ran.stack, min(ran.cpu_ns, within_ns)


class _Names:
    """What functions of a side are called, on both sides alike."""

    def __init__(self, root: Path) -> None:
        self._root = root
        top = next((one for one in (root, *root.parents) if (one / ".git").exists()), root)
        self._top = os.path.join(top, "")
        self._known: dict[Function, Code | None] = {}

    def code(self, stack: Stack) -> Code:
        """Whose a look is."""
        for place in reversed(stack):
            own = self._of_project(place.function)
            if own is not None:
                return own
        leaf = stack[-1].function
        return Code(leaf.name, short(leaf.file), leaf.line)

    def _of_project(self, function: Function) -> Code | None:
        if function not in self._known:
            self._known[function] = self._named(function)
        return self._known[function]

    def _named(self, function: Function) -> Code | None:
        if not function.file.startswith(self._top) or whose(function) is not Whose.OWN:
            return None
        path = os.path.relpath(function.file, self._root).replace(os.sep, "/")
        return Code(function.name, path, function.line)


def _together(found: Mapping[Code, int]) -> dict[Code, int]:
    """Functions with one name in one file as one, with the comprehensions in them."""
    groups: dict[tuple[str, str], list[Code]] = {}
    for code in found:
        groups.setdefault((_PART.sub("", code.name), code.path), []).append(code)
    return {
        Code(name, path, _line(name, codes)): sum(found[code] for code in codes)
        for (name, path), codes in groups.items()
    }


def _line(name: str, codes: Sequence[Code]) -> int:
    """Where the function begins; of one that was not seen itself, where its part does."""
    whole = [code.line for code in codes if code.name == name]
    return min(whole or [code.line for code in codes])


def sampled_message(found: Sampled) -> Message:
    """As it travels."""
    functions = [[one.name, one.path, one.line, cpu_ns] for one, cpu_ns in found.cpu_ns.items()]
    return {"looks": found.looks, "own_part": found.own_part, "functions": functions}


def sampled_of(message: Message) -> Sampled:
    """As it arrived."""
    functions = {Code(name, path, line): ns for name, path, line, ns in message["functions"]}
    return Sampled(message["looks"], message["own_part"], functions)
