# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The places of a Django project that fetch relations ahead: calls, class attributes, keywords."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import accumulate
from pathlib import Path

from benchmarks.corpus import COMMONLY_SKIPPED

METHODS = frozenset({"select_related", "prefetch_related"})
# `prefetch_related_objects(rows, "author")` fetches for rows that are there already.
FUNCTIONS = frozenset({"prefetch_related_objects"})
# Class attributes and keywords of Django's admin, of REST and GraphQL packages and of projects'
# own base classes: list_select_related, select_related, prefetch_for_includes, to_prefetch ...
NAMES = re.compile(
    r"^(list_|queryset_|to_|default_|api_)?(select_related|prefetch_related|prefetch"
    r"|select_for_includes|prefetch_for_includes)(_fields|_lookups|_for_\w+|_list)?$"
)
# Folders of tests, of history, and of other people's packages.
LEFT_OUT = COMMONLY_SKIPPED | {"migrations", "tests", "test", "testing", "vendor", "_vendor"}
Node = ast.expr | ast.keyword | ast.Assign | ast.AnnAssign
TEST_FILE = re.compile(r"^(test_.*|.*_test|tests|conftest)\.py$")


class Form(Enum):
    """How a place is written."""

    CALL = "call"
    FUNCTION = "function"
    ATTRIBUTE = "attribute"
    KEYWORD = "keyword"


@dataclass(frozen=True)
class Span:
    """Characters of a file, from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class Place:
    """One place; lines count from 1.

    `scopes` are the classes and functions around it, outermost first, each with its lines;
    `relations` the lookups that are written as strings.
    """

    file: str
    line: int
    last_line: int
    form: Form
    name: str
    relations: tuple[str, ...]
    span: Span
    left: str
    arguments: tuple[Argument, ...] = ()
    scopes: tuple[Scope, ...] = ()
    parents: tuple[ast.AST, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True)
class Argument:
    """One lookup among several: the characters to cut, and the relation if it is a string."""

    relation: str | None
    span: Span


@dataclass(frozen=True)
class Scope:
    """A class or function around a place."""

    name: str
    is_class: bool
    first_line: int
    last_line: int


def source_files(root: Path) -> list[Path]:
    """The Python files of a project that run when it does: no tests, no migrations."""
    return sorted(
        path
        for path in root.rglob("*.py")
        if not LEFT_OUT.intersection(path.relative_to(root).parts[:-1])
        and not TEST_FILE.match(path.name)
    )


def text_of(path: Path) -> str:
    """A file's text; places in it count characters of this text."""
    return path.read_text(encoding="utf-8", errors="replace")


def places_of(root: Path) -> Iterator[Place]:
    """All places of a project, by file and line."""
    for path in source_files(root):
        text = text_of(path)
        if "select_" not in text and "prefetch" not in text:
            continue
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        yield from places_in(tree, text, path.relative_to(root).as_posix())


def places_in(tree: ast.Module, text: str, file: str) -> list[Place]:
    """The places of one file."""
    found = Finder(text, file)
    found.visit(tree)
    return sorted(found.places, key=lambda place: (place.span.start, place.span.end))


class Finder(ast.NodeVisitor):
    """Walks a file and keeps the nodes around the one it is at."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.places: list[Place] = []
        self.parents: list[ast.AST] = []
        self.lines = text.split("\n")
        self.starts = [0, *accumulate(len(line) + 1 for line in self.lines)]

    def generic_visit(self, node: ast.AST) -> None:
        self.parents.append(node)
        super().generic_visit(node)
        self.parents.pop()

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            self.method_call(node, node.func)
        elif (name := called(node)) in FUNCTIONS:
            self.function_call(node, str(name))
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg and NAMES.match(node.arg):
            self.named_value(node, node.arg, node.value, Form.KEYWORD)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        target = node.targets[0]
        in_class = bool(self.parents) and isinstance(self.parents[-1], ast.ClassDef)
        if in_class and isinstance(target, ast.Name) and NAMES.match(target.id):
            self.named_value(node, target.id, node.value, Form.ATTRIBUTE)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        in_class = bool(self.parents) and isinstance(self.parents[-1], ast.ClassDef)
        target = node.target
        if in_class and isinstance(target, ast.Name) and node.value and NAMES.match(target.id):
            self.named_value(node, target.id, node.value, Form.ATTRIBUTE)
        self.generic_visit(node)

    def method_call(self, node: ast.Call, function: ast.Attribute) -> None:
        receiver = function.value
        if called(receiver) == "super" or clears(node):
            return
        whole = Span(self.behind(receiver), self.end(node))
        parent = self.parents[-1] if self.parents else None
        bare = not isinstance(parent, ast.Attribute) and isinstance(receiver, ast.Attribute)
        # A manager is no queryset: `for row in Row.objects` would not run.
        left = ".all()" if bare else ""
        self.add(node, Form.CALL, function.attr, node.args, whole, left)

    def function_call(self, node: ast.Call, name: str) -> None:
        self.add(node, Form.FUNCTION, name, node.args[1:], self.span(node), "None")

    def named_value(self, node: Node, name: str, value: ast.expr, form: Form) -> None:
        match value:
            case ast.Tuple(elts=[_, *_]):
                self.add(node, form, name, value.elts, self.span(value), "()")
            case ast.List(elts=[_, *_]):
                self.add(node, form, name, value.elts, self.span(value), "[]")
            case ast.Set(elts=[_, *_]):
                self.add(node, form, name, value.elts, self.span(value), "set()")
            case ast.Dict(keys=[_, *_]):
                self.add(node, form, name, strings_in(value), self.span(value), "{}", False)
            case ast.Constant(value=True):
                self.add(node, form, name, [], self.span(value), "False")
            case ast.Constant(value=str()):
                self.add(node, form, name, [value], self.span(value), "()")

    def add(
        self,
        node: Node,
        form: Form,
        name: str,
        lookups: list[ast.expr],
        whole: Span,
        left: str,
        several: bool = True,
    ) -> None:
        relations = tuple(r for lookup in lookups for r in relations_of(lookup))
        method = node.func if form is Form.CALL and isinstance(node, ast.Call) else None
        line = method.end_lineno if method and method.end_lineno else node.lineno
        self.places.append(
            Place(
                file=self.file,
                line=line,
                last_line=node.end_lineno or line,
                form=form,
                name=name,
                relations=relations,
                span=whole,
                left=left,
                arguments=self.arguments(lookups) if several and len(lookups) > 1 else (),
                scopes=tuple(self.scopes()),
                parents=(*self.parents, node),
            )
        )

    def arguments(self, lookups: list[ast.expr]) -> tuple[Argument, ...]:
        """Each lookup with the characters up to the next one, or from the one before."""
        cuts = []
        for number, lookup in enumerate(lookups):
            if number + 1 < len(lookups):
                span = Span(self.start(lookup), self.start(lookups[number + 1]))
            else:
                span = Span(self.end(lookups[number - 1]), self.end(lookup))
            first = next(iter(relations_of(lookup)), None)
            cuts.append(Argument(first, span))
        return tuple(cuts)

    def scopes(self) -> Iterator[Scope]:
        for parent in self.parents:
            if isinstance(parent, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield Scope(
                    parent.name,
                    isinstance(parent, ast.ClassDef),
                    min([parent.lineno, *(d.lineno for d in parent.decorator_list)]),
                    parent.end_lineno or parent.lineno,
                )

    def span(self, node: ast.expr) -> Span:
        return Span(self.start(node), self.end(node))

    def start(self, node: ast.expr) -> int:
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr) -> int:
        assert node.end_lineno is not None, "the parser gives every node its end"
        return self.offset(node.end_lineno, node.end_col_offset or 0)

    def behind(self, receiver: ast.expr) -> int:
        """Just behind a receiver and the brackets that close around it."""
        end = at = self.end(receiver)
        while self.text[at] != ".":
            if self.text[at] == "#":
                at = self.text.index("\n", at)
            elif self.text[at] == ")":
                end = at + 1
            at += 1
        return end

    def offset(self, line: int, column: int) -> int:
        """A place in the text; `ast` counts a column in bytes of UTF-8."""
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())


def called(node: ast.AST) -> str | None:
    """The plain name that a call calls."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name
    return None


def clears(node: ast.Call) -> bool:
    """`select_related(None)` takes away what was asked for before."""
    match node.args:
        case [ast.Constant(value=None)]:
            return True
    return False


def relations_of(lookup: ast.AST) -> tuple[str, ...]:
    """The lookups in an argument: a string, the first argument of `Prefetch`, or a starred list."""
    match lookup:
        case ast.Constant(value=str(text)):
            return (text,)
        case ast.Call(args=[ast.Constant(value=str(text)), *_]):
            return (text,)
        case ast.Call(
            keywords=[ast.keyword(arg="lookup", value=ast.Constant(value=str(text))), *_]
        ):
            return (text,)
        case ast.Starred(value=ast.List(elts=elements) | ast.Tuple(elts=elements)):
            return tuple(relation for element in elements for relation in relations_of(element))
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return tuple(relation for element in elements for relation in relations_of(element))
    return ()


def strings_in(node: ast.AST) -> list[ast.expr]:
    """All strings below a node."""
    return [
        inner
        for inner in ast.walk(node)
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
    ]
