# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where the values of a file's names may come from, at a glance: scopes are not told apart.

A glance that wants to know what a name holds answers with a question, which is put to `Origins`
once the whole file has been seen.  Whatever `greenlint.kinds` could prove follows from something
that is found here; most of what is found here proves nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from greenlint.project.nodes import every

#: What binds names, and so has to be kept for `Origins`.
BINDERS = frozenset(
    (
        ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.withitem, ast.For,
        ast.AsyncFor, ast.comprehension, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda,
        ast.Import, ast.ImportFrom,
    )
)  # fmt: skip


#: Whether a node is what is looked for; or the words and nodes to follow from there.
Test: TypeAlias = "Callable[[ast.AST, Origins], bool | Sequence[str | ast.AST]]"


class Origins:
    """What each name and attribute of a file is given anywhere in it.

    `given` goes by word: a name, an attribute as ``.name``, and as ``name[]`` what a name is an
    item of: what a loop goes over, or what is unpacked.
    """

    def __init__(self, binders: Iterable[ast.AST]) -> None:
        self.given: dict[str, list[ast.AST]] = {}
        self._functions: dict[str, list[ast.FunctionDef]] = {}
        self._imported: dict[str, set[str]] = {}
        self._barren: dict[Test, set[str]] = {}
        self._asked: dict[tuple[str, ...], bool] = {}
        for node in binders:
            self._bind(node)

    def imports(self, *libraries: str) -> bool:
        """Whether the file imports one of the libraries or modules, a part of one, or what holds
        one.
        """
        found = self._asked.get(libraries)
        if found is None:
            every = [f"{name}." for names in self._imported.values() for name in names]
            wanted = tuple(f"{one}." for one in libraries)
            above = {one[: at + 1] for one in wanted for at, sign in enumerate(one) if sign == "."}
            found = any(one.startswith(wanted) or one in above for one in every)
            self._asked[libraries] = found
        return found

    def qualified(self, expr: ast.AST) -> frozenset[str]:
        """The dotted names that the file's imports may give `expr`: see `Here.qualified`."""
        parts: list[str] = []
        while isinstance(expr, ast.Attribute):
            parts.append(f".{expr.attr}")
            expr = expr.value
        behind = "".join(reversed(parts))
        names = self._imported.get(expr.id, ()) if isinstance(expr, ast.Name) else ()
        return frozenset(f"{name}{behind}" for name in names)

    def any(self, expr: ast.AST, test: Test) -> bool:
        """Whether `expr`, or anything that it may have got its kind from, passes a test.

        Tested are names, literals, calls, attributes, and as `annotated` sees them what carries an
        annotation: parameters, assignments, functions of this file that are called.
        """
        # Words from which nothing was reached need not be followed again.
        barren = self._barren.setdefault(test, set())
        seen: set[str] = set()
        work: list[str | ast.AST] = [expr]
        while work:
            at = work.pop()
            if isinstance(at, str):
                if at not in seen and at not in barren:
                    seen.add(at)
                    work += self._reached(at)
                continue
            answer = test(at, self)
            if answer is True:
                return True
            work += _behind(at)
            work += answer or ()
        barren |= seen
        return False

    def _reached(self, word: str) -> Iterable[ast.AST]:
        if not word.endswith("()"):
            return self.given.get(word, ())
        functions = self._functions.get(word[:-2], ())
        return [part for one in functions for part in (one, *_returned(one))]

    def _bind(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._set(target, value)
            case ast.AnnAssign(target=target, value=value):
                self._set(target, node)
                if value is not None:
                    self._set(target, value)
            case ast.AugAssign() | ast.NamedExpr():
                self._set(node.target, node.value)
            case ast.withitem(context_expr=value, optional_vars=target) if target is not None:
                self._set(target, value)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                self._take(node.target, node.iter)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self._define(node)
            case ast.Import() | ast.ImportFrom():
                for name, dotted in imported(node):
                    self._imported.setdefault(name, set()).add(dotted)

    def _add(self, word: str, value: ast.AST) -> None:
        self.given.setdefault(word, []).append(value)

    def _set(self, target: ast.expr, value: ast.AST) -> None:
        match target:
            case ast.Name(id=word):
                self._add(word, value)
            case ast.Attribute(attr=word):
                self._add(f".{word}", value)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                paired = isinstance(value, (ast.Tuple, ast.List))
                if paired and len(value.elts) == len(targets):  # type: ignore[attr-defined]
                    for one, part in zip(targets, value.elts, strict=True):  # type: ignore[attr-defined]
                        self._set(one, part)
                elif isinstance(value, ast.expr):
                    self._take(target, value)

    def _take(self, target: ast.expr, value: ast.expr) -> None:
        for part in every(target):
            if isinstance(part, ast.Name):
                self._add(f"{part.id}[]", value)

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        if isinstance(node, ast.FunctionDef):
            self._functions.setdefault(node.name, []).append(node)
        args = node.args
        for one in (*args.posonlyargs, *args.args, *args.kwonlyargs):
            if one.annotation is not None:
                self._add(one.arg, one)


def _behind(node: ast.AST) -> Sequence[str | ast.AST]:
    """The words and expressions that a node may have got its kind from."""
    match node:
        case ast.Name(id=word):
            return (word,)
        case ast.Attribute(attr=word):
            return (word, f".{word}")
        case ast.Call(func=ast.Attribute(value=receiver)):
            return (receiver,)
        case ast.Call(func=ast.Name(id=word)):
            return (f"{word}()",)
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            return (one, other)
        case ast.BoolOp(values=values):
            return values
        case (
            ast.NamedExpr(value=inner)
            | ast.Starred(value=inner)
            | ast.Subscript(value=inner)
            | ast.Await(value=inner)
        ):
            return (inner,)
    return ()


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that an import binds, and what they stand for."""
    for one in node.names:
        if isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            glue = "" if base.endswith(".") else "."
            yield one.asname or one.name, f"{base}{glue}{one.name}"
        else:
            first = one.name.partition(".")[0]
            yield one.asname or first, one.name if one.asname else first


def _returned(function: ast.FunctionDef) -> list[ast.AST]:
    return [
        node.value
        for node in every(*function.body)
        if isinstance(node, ast.Return) and node.value is not None
    ]


def annotated(node: ast.AST, *words: str) -> bool:
    """Whether a parameter, an assignment or a function says one of the words of what it holds."""
    said = getattr(node, "returns" if isinstance(node, ast.FunctionDef) else "annotation", None)
    return said is not None and any(word in ast.unparse(said) for word in words)
