# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Here: what a check may ask about the place it stands at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import libcst as cst

from greenlint.kinds import Kind, kind_of
from greenlint.loops import CALLED_LATER, Loop, in_a_loop, is_few, leaves, loops_at
from greenlint.names import Names
from greenlint.rule import Options
from greenlint.scope import Binding, dotted
from greenlint.uses import MUTATORS, changes, reads, stored
from greenlint.walk import Link, table, walk, within

__all__ = ["MUTATORS", "Here", "Loop", "reads"]

_BRIEF = 60
_RENAMED = re.compile(r"\bas\s+(\w+)")


class Here:
    """The place a check stands at, and the questions it may ask there.

    One object serves a whole file: the walk moves it from node to node, so a check uses it at
    once and keeps nothing of it.  `name` is the file's path from the root; `is_test` says that
    the file holds tests; `target` is the lowest Python version the project supports; `options`
    are those of the rule at hand.
    """

    def __init__(
        self,
        module: cst.Module,
        text: str = "",
        *,
        name: str = "",
        is_test: bool = False,
        target: tuple[int, int] = (3, 11),
    ) -> None:
        self.module = module
        self.text = text
        self.name = name
        self.is_test = is_test
        self.target = target
        self.options: Options = {}
        self.link: Link = (module, None)
        self._stored: dict[cst.CSTNode, frozenset[str]] = {}

    @cached_property
    def names(self) -> Names:
        """Scopes and imports of this file, read when first needed."""
        handed = "global " in self.text or "nonlocal " in self.text
        return Names(self.module, walrus=":=" in self.text, handed=handed)

    # -- where ------------------------------------------------------------------------------

    @property
    def node(self) -> cst.CSTNode:
        """The node at hand."""
        return self.link[0]

    @property
    def parent(self) -> cst.CSTNode | None:
        """The node around the node at hand."""
        return self.link[1][0] if self.link[1] else None

    @property
    def ancestors(self) -> Iterator[cst.CSTNode]:
        """The nodes around the node at hand, innermost first, up to the module."""
        return (node for node, _ in self.links())

    def links(self, node: cst.CSTNode | None = None) -> Iterator[Link]:
        """The links above a node, innermost first."""
        link = self.place(node)[1]
        while link is not None:
            yield link
            link = link[1]

    def place(self, node: cst.CSTNode | None = None) -> Link:
        """The link of a node at, above or below the node at hand.

        Raises LookupError for a node elsewhere in the file.
        """
        if node is None or node is self.link[0]:
            return self.link
        link: Link | None = self.link[1]
        while link is not None:
            if link[0] is node:
                return link
            link = link[1]
        inside = walk(self.link[0], table((node.__class__,)), self.link[1])
        found = next((link for link in inside if link[0] is node), None)
        return found if found is not None else self._anywhere(node)

    def _anywhere(self, node: cst.CSTNode) -> Link:
        everything = walk(self.module, table((node.__class__,)))
        found = next((link for link in everything if link[0] is node), None)
        if found is None:
            raise LookupError(f"{type(node).__name__} is no meaningful node of this file")
        return found

    @property
    def function(self) -> cst.FunctionDef | None:
        """The innermost function whose body holds the node at hand."""
        child: cst.CSTNode = self.node
        for node in self.ancestors:
            if isinstance(node, cst.FunctionDef) and child is node.body:
                return node
            child = node
        return None

    @property
    def owner(self) -> cst.ClassDef | None:
        """The innermost class whose body holds the node at hand."""
        return next((node for node in self.ancestors if isinstance(node, cst.ClassDef)), None)

    @property
    def block(self) -> cst.CSTNode:
        """The body of the innermost function around, or the module."""
        function = self.function
        return function.body if function is not None else self.module

    def statement(self, node: cst.CSTNode | None = None) -> cst.CSTNode | None:
        """The innermost statement (simple line or compound) that holds a node."""
        link: Link | None = self.place(node)
        while link is not None:
            if isinstance(link[0], (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
                return link[0]
            link = link[1]
        return None

    # -- loops ------------------------------------------------------------------------------

    def every_turn(self, node: cst.CSTNode | None = None, *, few: bool = False) -> Loop | None:
        """The innermost loop that runs a node again and again, or None.

        A loop repeats its body, a while-loop's condition, a comprehension's element, filters and
        inner iterables.  It does not repeat the iterable, the `else`, or the body of a function
        defined inside; nor a node in a block that leaves the loop at its end.  Loops over at most
        five constant things, and over ALL_CAPS constants, do not count unless `few`.
        """
        return next(self.loops(node, few=few), None)

    def loops(self, node: cst.CSTNode | None = None, *, few: bool = False) -> Iterator[Loop]:
        """All loops that repeat a node within its function, innermost first."""
        link = self.place(node)
        if not in_a_loop(link):
            return
        leaving: cst.CSTNode | None = None
        child = link[0]
        while (up := link[1]) is not None:
            parent = up[0]
            if parent.__class__ in CALLED_LATER and child is parent.body:
                return
            if isinstance(parent, (cst.IndentedBlock, cst.SimpleStatementSuite)):
                leaving = leaving or leaves(parent)
            for loop in loops_at(parent, child, up):
                if leaving is None and (few or not self.few_turns(loop)):
                    yield loop
                if isinstance(leaving, cst.Break):
                    leaving = None
            child, link = parent, up

    def few_turns(self, loop: Loop) -> bool:
        """Whether a loop is bound by a constant, and small; a constant in capitals counts."""
        return is_few(loop.iter, loop.link, self.names)

    @cached_property
    def renamed(self) -> frozenset[str]:
        """The words that the file binds behind an ``as``: only these may stand for other words."""
        return frozenset(_RENAMED.findall(self.text))

    # -- names and values -------------------------------------------------------------------

    def qualified(self, expr: cst.CSTNode | None) -> str | None:
        """``"re.compile"`` under any alias, ``"builtins.sum"`` when unshadowed, or None."""
        return self.names.qualified(expr, self.link)

    def made_by(self, expr: cst.CSTNode | None) -> str | None:
        """The qualified call that made this value, wherever this file binds it, or None."""
        return self.names.made_by(expr, self.link)

    def kind(self, expr: cst.CSTNode | None) -> Kind | None:
        """The kind of value that the file proves `expr` to have, or None."""
        return kind_of(expr, self.link, self.names)

    def is_text(self, expr: cst.CSTNode | None) -> bool:
        """Whether `expr` is proven to be a str."""
        return self.kind(expr) is Kind.TEXT

    def bindings(self, name: str) -> list[Binding]:
        """All places that bind `name`, as it is seen from here."""
        return self.names.scopes.lookup(name, self.link)[0]

    def stored(self, loop: Loop) -> frozenset[str]:
        """The names, and dotted names such as ``self.rows``, that a loop assigns as it turns."""
        found = self._stored.get(loop.node)
        if found is None:
            found = self._stored[loop.node] = frozenset(stored(loop.node))
        return found

    def depends(self, expr: cst.CSTNode, loop: Loop) -> bool:
        """Whether `expr` reads a name that the loop assigns, and so may change as it turns."""
        stored = self.stored(loop)
        return any(name in stored for name in reads(expr))

    def changed(self, expr: cst.CSTNode, *roots: cst.CSTNode) -> bool:
        """Whether a container may be changed within `roots`: a mutating method, a store into it,
        a deletion, or handing it to a call that could do so.
        """
        wanted = dotted(expr)
        if not wanted:
            return True
        return any(changes(node, wanted) for node in within(*roots))

    # -- words ------------------------------------------------------------------------------

    def code(self, node: cst.CSTNode) -> str:
        """The source of a node, as it stands: an expression of several lines with the indentation
        that these have in the file.
        """
        code = self.module.code_for_node(node)
        if "\n" not in code and "\r" not in code:
            return code
        if isinstance(node, cst.CompFor):  # no expression of its own: shown behind an element
            return self._indented(cst.GeneratorExp(cst.Name("_"), node, (), ()), node)[1:]
        return self._indented(node, node) if isinstance(node, cst.BaseExpression) else code

    def _indented(self, expr: cst.BaseExpression, at: cst.CSTNode) -> str:
        line = cst.SimpleStatementLine([cst.Expr(expr)])
        indent = self._indentation(at)
        code = self.module.code_for_node(
            cst.IndentedBlock([line], indent=indent) if indent else line
        )
        newline = len(self.module.default_newline)
        return code[newline + len(indent) if indent else 0 : -newline]

    def _indentation(self, node: cst.CSTNode) -> str:
        try:
            above = list(self.links(node))
        except LookupError:  # made by a rule, and of no place in the file
            above = list(self.links())
        default = self.module.default_indent
        blocks = [one.indent for one, _ in above if isinstance(one, cst.IndentedBlock)]
        return "".join(default if one is None else one for one in reversed(blocks))

    def brief(self, node: cst.CSTNode, most: int = _BRIEF) -> str:
        """The source of a node on one line, cut to `most` characters: for messages."""
        line = " ".join(self.module.code_for_node(node).split())
        return line if len(line) <= most else f"{line[: most - 1]}…"
