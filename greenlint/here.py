# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Here: what a check may ask about the place it stands at."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import libcst as cst

from greenlint.kinds import Kind, kind_of
from greenlint.names import Names
from greenlint.rule import Options
from greenlint.scope import (
    COMPREHENSIONS,
    Binding,
    Comprehension,
    How,
    bound_by,
    dotted,
    scope_bindings,
)
from greenlint.walk import Link, table, walk, within

LoopNode: TypeAlias = cst.For | cst.While | Comprehension
_LOOPS = (cst.For, cst.While, *COMPREHENSIONS)
_BOUNDARIES = (cst.FunctionDef, cst.Lambda, cst.ClassDef)
_LEAVES = (cst.Return, cst.Raise, cst.Break)
#: A loop over at most this many constant things is no repetition worth a finding.
FEW_TURNS = 5
_BRIEF = 60


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop, and what it goes over: for, while, or the clause of a comprehension."""

    node: LoopNode
    target: cst.CSTNode | None
    iter: cst.BaseExpression | None
    link: Link

    @property
    def body(self) -> list[cst.CSTNode]:
        """What runs on every turn, as nodes to look `within`."""
        node = self.node
        if isinstance(node, cst.For):
            return [node.body]
        if isinstance(node, cst.While):
            return [node.test, node.body]
        clause: cst.CompFor | None = node.for_in
        parts: list[cst.CSTNode] = list(clause.ifs) if clause else []
        while clause is not None and clause.inner_for_in is not None:
            clause = clause.inner_for_in
            parts += [clause.iter, *clause.ifs]
        return [*parts, *([node.key, node.value] if isinstance(node, cst.DictComp) else [node.elt])]

    @property
    def header(self) -> cst.CSTNode:
        """The node that a report may point at as "this loop"."""
        return self.node


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
        return Names(self.module, walrus=":=" in self.text)

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
        leaving: cst.CSTNode | None = None
        link = self.place(node)
        child = link[0]
        while (up := link[1]) is not None:
            parent = up[0]
            if isinstance(parent, (cst.FunctionDef, cst.Lambda)) and child is parent.body:
                return
            if isinstance(parent, (cst.IndentedBlock, cst.SimpleStatementSuite)):
                leaving = leaving or _leaves(parent)
            for loop in _loops_at(parent, child, up):
                if leaving is None and (few or not self.few_turns(loop)):
                    yield loop
                if isinstance(leaving, cst.Break):
                    leaving = None
            child, link = parent, up

    def few_turns(self, loop: Loop) -> bool:
        """Whether a loop is bound by a constant, and small; a constant in capitals counts."""
        return self._few(loop.iter, loop.link)

    def _few(self, iterable: cst.CSTNode | None, env: Link) -> bool:
        match iterable:
            case cst.List(elements=e) | cst.Tuple(elements=e) | cst.Set(elements=e):
                starred = any(isinstance(one, cst.StarredElement) for one in e)
                return len(e) <= FEW_TURNS and not starred
            case cst.Dict(elements=e):
                starred = any(isinstance(one, cst.StarredDictElement) for one in e)
                return len(e) <= FEW_TURNS and not starred
            case cst.Call(func=cst.Name(value="range"), args=args):
                return _few_numbers([arg.value for arg in args])
            case cst.Call(func=cst.Name(value=word), args=[first, *_]) if word in (
                "enumerate", "zip", "reversed", "sorted", "list", "tuple", "iter",
            ):  # fmt: skip
                return self._few(first.value, env)
            case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value=word)), args=[]):
                return word in ("items", "keys", "values") and self._few(inner, env)
            case cst.Attribute(attr=cst.Name(value=word)) if word.isupper():
                return True
            case cst.Name(value=word):
                if word.isupper() and len(word) > 1:
                    return True
                bindings, where = self.names.scopes.lookup(word, env)
                if len(bindings) != 1 or where is None or bindings[0].how is not How.ASSIGN:
                    return False
                value = bindings[0].value
                literal = isinstance(value, (cst.Tuple, cst.List, cst.Set, cst.Dict))
                return literal and self._few(value, where) and not self._grows(word, where)
        return False

    def _grows(self, name: str, env: Link) -> bool:
        """Whether anything in the scope that binds `name` adds to it."""
        return any(
            isinstance(node, (cst.Attribute, cst.Subscript))
            and isinstance(node.value, cst.Name)
            and node.value.value == name
            and (isinstance(node, cst.Subscript) or node.attr.value in MUTATORS)
            for node in within(env[0])
        )

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
            found = self._stored[loop.node] = frozenset(_stored(loop.node))
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
        return any(_changes(node, wanted) for node in within(*roots))

    # -- words ------------------------------------------------------------------------------

    def code(self, node: cst.CSTNode) -> str:
        """The source of a node, as it stands."""
        return self.module.code_for_node(node)

    def brief(self, node: cst.CSTNode, most: int = _BRIEF) -> str:
        """The source of a node on one line, cut to `most` characters: for messages."""
        line = " ".join(self.code(node).split())
        return line if len(line) <= most else f"{line[: most - 1]}…"


#: Methods that change the list, set, dict, deque or array they are called on.
MUTATORS = frozenset(
    (
        "add", "append", "appendleft", "clear", "difference_update", "discard", "extend",
        "extendleft", "insert", "intersection_update", "pop", "popitem", "popleft", "remove",
        "reverse", "rotate", "setdefault", "sort", "symmetric_difference_update", "update",
        "move_to_end", "subtract",
    )
)  # fmt: skip
# Calls that only read a container handed to them.
_READERS = frozenset(
    (
        "all", "any", "bool", "dict", "enumerate", "filter", "format", "frozenset", "hash", "id",
        "isinstance", "iter", "len", "list", "map", "max", "min", "print", "range", "repr",
        "reversed", "set", "sorted", "str", "sum", "tuple", "type", "zip", "join",
    )
)  # fmt: skip


def reads(expr: cst.CSTNode) -> Iterator[str]:
    """The names in an expression and every dotted beginning of its attribute chains."""
    for node in within(expr, names=True):
        if isinstance(node, cst.Name):
            yield node.value
        elif isinstance(node, cst.Attribute) and (whole := dotted(node)):
            yield whole


def _changes(node: cst.CSTNode, wanted: str) -> bool:
    match node:
        case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=method))) if (
            dotted(receiver) == wanted
        ):
            return method in MUTATORS
        case cst.Call():
            passed = any(dotted(arg.value) == wanted for arg in node.args)
            called = dotted(node.func).rpartition(".")[2] or _last_word(node.func)
            return passed and called not in _READERS
        case cst.Assign():
            return any(_stores_into(target.target, wanted) for target in node.targets)
        case cst.AugAssign() | cst.AnnAssign():
            return _stores_into(node.target, wanted) or dotted(node.target) == wanted
        case cst.Del():
            return any(_stores_into(part, wanted) for part in within(node.target))
        case cst.For() | cst.CompFor():
            return dotted(node.target) == wanted
        case cst.NamedExpr():
            return dotted(node.target) == wanted
        case cst.FunctionDef() | cst.Lambda():
            return wanted in reads(node.body)
    return False


def _last_word(func: cst.CSTNode) -> str:
    return func.attr.value if isinstance(func, cst.Attribute) else ""


def _stores_into(target: cst.CSTNode, wanted: str) -> bool:
    if isinstance(target, (cst.Tuple, cst.List)):
        return any(_stores_into(element.value, wanted) for element in target.elements)
    return dotted(target) == wanted or (
        isinstance(target, cst.Subscript) and dotted(target.value) == wanted
    )


def _stored(loop: LoopNode) -> Iterator[str]:
    if isinstance(loop, COMPREHENSIONS):
        yield from scope_bindings(loop)
        return
    yield from bound_by(loop)
    for node in within(loop):
        targets: Collection[cst.CSTNode] = ()
        if isinstance(node, cst.Assign):
            targets = [target.target for target in node.targets]
        elif isinstance(node, (cst.AugAssign, cst.AnnAssign, cst.For)):
            targets = [node.target]
        elif isinstance(node, cst.With):
            targets = [item.asname.name for item in node.items if item.asname]
        elif isinstance(node, COMPREHENSIONS):
            yield from scope_bindings(node)
        for target in targets:
            yield from filter(None, map(dotted, within(target)))


def _few_numbers(args: list[cst.BaseExpression]) -> bool:
    numbers = [int(a.evaluated_value) for a in args if isinstance(a, cst.Integer)]
    return len(numbers) == len(args) > 0 and len(range(*numbers[:2])) <= FEW_TURNS


def _leaves(block: cst.IndentedBlock | cst.SimpleStatementSuite) -> cst.CSTNode | None:
    """The statement by which a block always leaves the loop or function, if it does."""
    last = block.body[-1] if block.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    if not isinstance(last, _LEAVES) or any(_continues(statement) for statement in block.body):
        return None
    return last


def _continues(node: cst.CSTNode) -> bool:
    """Whether a statement may go on to the next turn of the loop that it stands in."""
    if isinstance(node, (cst.For, cst.While, *_BOUNDARIES)):
        return False
    return isinstance(node, cst.Continue) or any(map(_continues, node.children))


def _loops_at(parent: cst.CSTNode, child: cst.CSTNode, up: Link) -> Iterator[Loop]:
    """The loops that `parent` is to its `child`, innermost first."""
    if isinstance(parent, cst.For):
        if child is parent.body:
            yield Loop(parent, parent.target, parent.iter, up)
    elif isinstance(parent, cst.While):
        if child is parent.body or child is parent.test:
            yield Loop(parent, None, None, up)
    elif isinstance(parent, cst.CompFor):
        if child is not parent.iter and child is not parent.target:
            yield Loop(_comprehension(up), parent.target, parent.iter, up)
    elif isinstance(parent, COMPREHENSIONS) and child is not parent.for_in:
        clauses = [parent.for_in]
        while (inner := clauses[-1].inner_for_in) is not None:
            clauses.append(inner)
        for clause in reversed(clauses):
            yield Loop(parent, clause.target, clause.iter, up)


def _comprehension(link: Link) -> Comprehension:
    at: Link | None = link
    while at is not None:
        if isinstance(at[0], COMPREHENSIONS):
            return at[0]
        at = at[1]
    raise LookupError("a comprehension clause stands in a comprehension")
