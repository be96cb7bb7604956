# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Shares of stacks -> a call tree, and amounts for each function and each line.

A function that calls itself has its total counted once: an amount belongs to all functions on its
stack, however often they are on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from greenlint_profiler.functions.attribution import Attribution, Share
from greenlint_profiler.functions.pieces import What
from greenlint_profiler.functions.samples import Function, Place
from greenlint_profiler.said import say


@dataclass(slots=True)
class Node:
    """A function as called from those above it: what is its own, and what all below it have too.

    `function` is absent for a process, a thread, and for what is no code.
    """

    name: str
    function: Function | None = None
    own: int = 0
    total: int = 0
    children: dict[object, Node] = field(default_factory=dict)

    @property
    def largest_first(self) -> list[Node]:
        """The children."""
        return sorted(self.children.values(), key=lambda node: (-node.total, node.name))

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """This node and all below it, each with its depth, the largest first."""
        pending = [(depth, self)]
        while pending:
            at, node = pending.pop()
            yield at, node
            pending += [(at + 1, child) for child in reversed(node.largest_first)]


@dataclass(frozen=True, slots=True)
class Row:
    """A function, or a line of one: `own` while it ran itself, `total` with what it called."""

    function: Function
    line: int | None
    own: int
    total: int


def tree(attribution: Attribution) -> Node:
    """The whole run: processes and threads where there are several, then functions."""
    root = Node(say("whole run"))
    code = [share for share in attribution.shares if share.what is What.RAN]
    processes = {share.process for share in code}
    threads = {(share.process, share.thread) for share in code}
    names = {
        one.pid: say("process {pid}: {name}", pid=one.pid, name=one.name)
        for one in attribution.processes
    }
    for share in attribution.shares:
        heads: list[tuple[object, str]] = []
        if share.what is What.RAN:
            if len(processes) > 1:
                heads.append((share.process, names.get(share.process or 0, str(share.process))))
            if len({one for one in threads if one[0] == share.process}) > 1:
                heads.append((share.thread, say("thread {name}", name=share.thread)))
        else:
            heads.append((share.what, say(share.what.value)))
            if share.what is What.OTHER:
                heads.append((share.thread, share.thread))
        _add(root, heads, share)
    return root


def _add(root: Node, heads: Sequence[tuple[object, str]], share: Share) -> None:
    node = root
    node.total += share.amount
    for key, name in heads:
        node = node.children.setdefault(key, Node(name))
        node.total += share.amount
    for place in share.stack:
        function = place.function
        node = node.children.setdefault(function, Node(function.name, function))
        node.total += share.amount
    node.own += share.amount


def functions(attribution: Attribution) -> list[Row]:
    """Every function that was seen, by its own amount."""
    own: dict[Function, int] = {}
    total: dict[Function, int] = {}
    for share in _code(attribution):
        for function in {place.function for place in share.stack}:
            total[function] = total.get(function, 0) + share.amount
        leaf = share.stack[-1].function
        own[leaf] = own.get(leaf, 0) + share.amount
    return _sorted([Row(one, None, own.get(one, 0), all_of_it) for one, all_of_it in total.items()])


def lines_of(attribution: Attribution) -> list[Row]:
    """Every line that was seen, by its own amount."""
    own: dict[Place, int] = {}
    total: dict[Place, int] = {}
    for share in _code(attribution):
        for place in set(share.stack):
            total[place] = total.get(place, 0) + share.amount
        own[share.stack[-1]] = own.get(share.stack[-1], 0) + share.amount
    return _sorted(
        [
            Row(place.function, place.line, own.get(place, 0), all_of_it)
            for place, all_of_it in total.items()
            if place.function.file or place in own
        ]
    )


def rest(attribution: Attribution) -> dict[What, int]:
    """What is no code of Python, by what it is; nothing is left out that is more than nothing."""
    found: dict[What, int] = {}
    for share in attribution.shares:
        if share.what is not What.RAN or not share.stack:
            found[share.what] = found.get(share.what, 0) + share.amount
    return found


def _code(attribution: Attribution) -> Iterator[Share]:
    return (share for share in attribution.shares if share.what is What.RAN and share.stack)


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.own, -row.total, row.function.name, row.line or 0))
