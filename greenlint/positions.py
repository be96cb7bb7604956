# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where nodes stand: offsets from generating the code of the one statement that holds them.

LibCST trees carry no positions, and its PositionProvider costs three and a half parses.  Code
generation is exact and cheap, and only the top-level statement with a finding needs it: its
code is found in the text as it stands.  The little that LibCST loses is aligned.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import accumulate

import libcst as cst
from libcst._nodes.internal import CodegenState

from greenlint.walk import Link

Offsets = dict[cst.CSTNode, tuple[int, int]]


class _Recorder(CodegenState):
    """Code generation that remembers between which tokens each node stands."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(
            default_indent=module.default_indent, default_newline=module.default_newline
        )
        self.ranges: dict[cst.CSTNode, tuple[int, int]] = {}
        self._open: list[int] = []

    def before_codegen(self, node: cst.CSTNode) -> None:
        self._open.append(len(self.tokens))

    def after_codegen(self, node: cst.CSTNode) -> None:
        start = self._open.pop()
        if node not in self.ranges:
            self.ranges[node] = (start, len(self.tokens))

    def record_syntactic_position(  # type: ignore[override]  # a generator takes three times as long
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> _Inner:
        return _Inner(self, node, start_node, end_node)

    def pop_trailing_newline(self) -> None:
        """Empty the last token instead of dropping it: ranges that end after it stay valid."""
        if self.tokens:
            self.tokens[-1] = ""

    def offsets(self, base: int) -> Offsets:
        at = [base, *accumulate(map(len, self.tokens), initial=base)][1:]
        return {node: (at[start], at[end]) for node, (start, end) in self.ranges.items()}


class _Inner:
    """The code of a node without its brackets and what stands around it."""

    __slots__ = ("end", "node", "recorder", "start", "tokens")

    def __init__(
        self,
        recorder: _Recorder,
        node: cst.CSTNode,
        start: cst.CSTNode | None,
        end: cst.CSTNode | None,
    ) -> None:
        self.recorder, self.node, self.start, self.end = recorder, node, start, end

    def __enter__(self) -> None:
        self.tokens = len(self.recorder.tokens)

    def __exit__(self, *_: object) -> None:
        ranges = self.recorder.ranges
        start = self.tokens if self.start is None else ranges[self.start][0]
        end = len(self.recorder.tokens) if self.end is None else ranges[self.end][1]
        ranges[self.node] = (start, end)


class _Picker(_Recorder):
    """A recorder of a few kinds of nodes, at a third of the time."""

    def __init__(self, module: cst.Module, kinds: Collection[type[cst.CSTNode]]) -> None:
        super().__init__(module)
        self._kinds = frozenset(kinds)

    def before_codegen(self, node: cst.CSTNode) -> None:
        if node.__class__ in self._kinds:
            self._open.append(len(self.tokens))

    def after_codegen(self, node: cst.CSTNode) -> None:
        if node.__class__ in self._kinds:
            self.ranges[node] = (self._open.pop(), len(self.tokens))

    # A plain one, since the nodes picked are tokens and white space.
    record_syntactic_position = CodegenState.record_syntactic_position  # type: ignore[assignment]


class Positions:
    """Offsets of nodes in `text`, generated statement by statement as they are asked for."""

    def __init__(self, module: cst.Module, text: str) -> None:
        self._module = module
        self._text = text
        self._known: Offsets = {}
        self._done: set[cst.CSTNode] = set()

    def of(self, node: cst.CSTNode, near: Link) -> tuple[int, int]:
        """Start and end offset of a node; `near` is a place in its function, or at least near it.

        Generates the line, loop or function right around, then those further out, then everything.
        """
        for statement, indents in _around(near):
            if node in self._known:
                break
            if statement not in self._done:
                self._done.add(statement)
                self._known.update(self._statement(statement, indents))
        if node not in self._known:
            self._known.update(self.everything())
        return self._known[node]

    def everything(self) -> Offsets:
        """The offsets of all nodes, comments and newlines among them."""
        return self._whole(_Recorder(self._module))

    def of_kinds(self, *kinds: type[cst.CSTNode]) -> Offsets:
        """The offsets of all nodes of these classes: comments, white space or strings."""
        return self._whole(_Picker(self._module, kinds))

    def _whole(self, recorder: _Recorder) -> Offsets:
        self._module._codegen(recorder)
        offsets = recorder.offsets(0)
        code = "".join(recorder.tokens)
        return offsets if code == self._text else _moved(offsets, align(code, self._text))

    def _statement(self, statement: cst.CSTNode, indents: list[str]) -> Offsets:
        """The offsets in one statement, if its code stands in the text just once, on own lines."""
        recorder = _Recorder(self._module)
        recorder.indent_tokens = indents
        statement._codegen(recorder)
        code = "".join(recorder.tokens)
        text = self._text
        if not self._module.has_trailing_newline:
            text += self._module.default_newline
        base = text.find(code)
        unique = base >= 0 and text.find(code, base + 1) < 0
        whole = unique and (base == 0 or text[base - 1] in "\r\n")
        return recorder.offsets(base) if code.strip() and whole else {}


# Long functions have short loops and lines, and most findings stand in one.
_APART = frozenset((cst.FunctionDef, cst.For, cst.While, cst.SimpleStatementLine))


def _around(link: Link) -> list[tuple[cst.CSTNode, list[str]]]:
    """The line, the loops and functions around a place, innermost first, and its top-level
    statement, each with the indentation that it stands at.
    """
    chain = []
    at: Link | None = link
    while at is not None:
        chain.append(at[0])
        at = at[1]
    module = chain.pop()
    assert isinstance(module, cst.Module)
    indents: list[str] = []
    found: list[tuple[cst.CSTNode, list[str]]] = []
    for node in reversed(chain):
        if not found or node.__class__ in _APART:
            found.append((node, list(indents)))
        if isinstance(node, cst.IndentedBlock):
            indents.append(module.default_indent if node.indent is None else node.indent)
    return found[::-1]


# LibCST does lose a little: form feeds and continuations between lines, comments before those,
# the space in ``except (A, B) :``.  Never code.
_NEWLINE = re.compile(r"\r\n|\n|\r")
_LOSABLE = frozenset(" \t\f\\\r\n")


def align(code: str, text: str) -> list[int]:
    """For each offset in generated code, its offset in the text that was parsed."""
    try:
        return _aligned(code, text, added="")
    except LookupError:  # It indents a statement that follows a continuation on a line of its own.
        return _aligned(code, text, added=" \t")


def _aligned(code: str, text: str, added: str) -> list[int]:
    places: list[int] = []
    at = 0
    for line in code.splitlines(keepends=True):
        while (found := _find(line, text, at, added)) is None:
            at = _next_line(text, at)
        places += found[:-1]
        at = found[-1]
    return [*places, at]


def _find(line: str, text: str, at: int, added: str) -> list[int] | None:
    """Where the letters of a line are, and where it ends, passing over what may be lost.

    None if the line cannot be found from here.  `added` are letters that need not be there.
    """
    if text.startswith(line, at):
        return list(range(at, at + len(line) + 1))
    places = []
    for letter in line:
        here = at
        while at < len(text) and text[at] != letter and text[at] in _LOSABLE:
            at += 1
        if at < len(text) and text[at] == letter:
            places.append(at)
            at += 1
        elif letter in added:
            places.append(at := here)
        else:
            return None
    return [*places, at]


def _next_line(text: str, at: int) -> int:
    """Past a line that holds only a comment, and was lost."""
    found = _NEWLINE.search(text, at)
    if found is None:
        raise LookupError("LibCST gives back other code than it was given")
    return found.end()


def _moved(offsets: Offsets, places: list[int]) -> Offsets:
    """An end stands behind its last letter, not before the next one."""
    return {
        node: (places[start], places[end - 1] + 1 if end > start else places[start])
        for node, (start, end) in offsets.items()
    }
