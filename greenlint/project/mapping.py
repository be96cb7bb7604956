# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a class body maps to a table, as SQLAlchemy, Flask-SQLAlchemy and SQLModel read it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from greenlint.project.nodes import every

_RELATING = frozenset(("relationship", "Relationship", "relation", "dynamic_loader"))
_COLUMNS = frozenset(("Column", "mapped_column"))
# Words of a column that no other library's ``Column`` has.
_OF_COLUMNS = frozenset(("primary_key", "nullable", "unique", "index", "server_default"))
_MANY = frozenset(
    ("list", "List", "set", "Set", "Sequence", "dict", "Dict", "Collection", "DynamicMapped",
     "WriteOnlyMapped", "AppenderQuery", "InstrumentedList", "Iterable", "MutableSequence")
)  # fmt: skip
_AROUND = frozenset(("Mapped", "Optional", "Union", "relationship", "Annotated"))


class Mapped(NamedTuple):
    """A relationship as it is written.  `to` is a dotted name, a string after a quote mark, or "";
    `many` is None where nothing written here tells.

    `backref` is the attribute that it makes on the other side, with its own `backref_lazy` and
    `backref_one`; `back` is the attribute that is declared there.
    """

    name: str
    to: str
    many: bool | None
    lazy: str
    back: str = ""
    backref: str = ""
    backref_lazy: str = "select"
    backref_one: bool = False


class Table(NamedTuple):
    """The table of a class: "" for a mixin; the tables or classes that its foreign keys name."""

    name: str
    keys: tuple[str, ...]
    mapped: tuple[Mapped, ...]
    whole: bool


def table_of(node: ast.ClassDef) -> Table | None:
    """What a class body maps, or None where it maps nothing."""
    mapped: list[Mapped] = []
    keys: list[str] = []
    name = ""
    whole = _says_table(node.keywords)
    columns = False
    for target, annotation, value in _attributes(node.body):
        if target in ("__tablename__", "__table__", "__mapper_args__"):
            whole = True
            name = _text(value) or name
        if isinstance(value, ast.Call):
            word = last_word(value.func)
            if word in _RELATING:
                mapped.append(_relationship(target, annotation, value))
            elif word in _COLUMNS or word == "Field":
                keys += _keys(value)
                columns = columns or _is_column(word, value)
        if target == "__table_args__" and value is not None:
            keys += _keys(value)
        columns = columns or last_word(annotation) == "Mapped"
    if not (whole or mapped or columns or keys):
        return None
    return Table(name, tuple(dict.fromkeys(keys)), tuple(mapped), whole or bool(columns))


def imperative(tree: ast.Module) -> Iterator[tuple[str, Table]]:
    """The classes that a module maps by calls, each with what the call says:
    ``registry.map_imperatively(Order, orders, properties={"lines": relationship(Line)})``.
    """
    for statement in tree.body:
        match statement:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute() | ast.Name() as func, args=[ast.Name(id=name), *_]
                ) as call
            ) if last_word(func) in ("map_imperatively", "mapper"):
                given = {one.arg: one.value for one in call.keywords}
                mapped = [
                    _relationship(key, None, value)
                    for key, value in _items(given.get("properties"))
                    if isinstance(value, ast.Call) and last_word(value.func) in _RELATING
                ]
                yield name, Table("", (), tuple(mapped), True)


def _items(properties: ast.expr | None) -> Iterator[tuple[str, ast.expr]]:
    """The entries of ``{"lines": ...}`` or ``dict(lines=...)``."""
    match properties:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if (name := _text(key)) is not None:
                    yield name, value
        case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
            yield from ((one.arg, one.value) for one in keywords if one.arg)


def _attributes(
    body: Iterable[ast.stmt],
) -> Iterator[tuple[str, ast.expr | None, ast.expr | None]]:
    """(name, annotation, value) of what a body assigns; of a ``declared_attr``, what it returns."""
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, None, value
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                yield name, annotation, value
            case ast.FunctionDef(name=name, decorator_list=decorators, returns=returns):
                if any("declared_attr" in ast.unparse(one) for one in decorators):
                    for inner in statement.body:
                        if isinstance(inner, ast.Return):
                            yield name, returns, inner.value
            case ast.If(body=inner_body):
                yield from _attributes(inner_body)


def _says_table(keywords: list[ast.keyword]) -> bool:
    return any(
        one.arg == "table" and isinstance(one.value, ast.Constant) and one.value.value is True
        for one in keywords
    )


def _is_column(word: str, call: ast.Call) -> bool:
    return word != "Field" and any(one.arg in _OF_COLUMNS for one in call.keywords)


def _keys(value: ast.expr) -> Iterator[str]:
    """The tables that foreign keys in an expression name; of ``ForeignKey(Order.id)``, the class
    after a quote mark.
    """
    for node in every(value):
        if not isinstance(node, ast.Call):
            continue
        word = last_word(node.func)
        if word == "ForeignKey" and node.args:
            yield from _key(node.args[0])
        elif word == "ForeignKeyConstraint" and len(node.args) > 1:
            for one in getattr(node.args[1], "elts", ()):
                yield from _key(one)
        for keyword in node.keywords:
            if keyword.arg == "foreign_key":
                yield from _key(keyword.value)


def _key(target: ast.expr) -> Iterator[str]:
    text = _text(target)
    if text:
        yield ".".join(text.split(".")[:-1]).rpartition(".")[2]
    elif isinstance(target, ast.Attribute):
        yield f"'{last_word(target.value)}"


def _relationship(name: str, annotation: ast.expr | None, call: ast.Call) -> Mapped:
    given = {one.arg: one.value for one in call.keywords if one.arg}
    many, noted = _noted(annotation)
    to = _target(call.args[0] if call.args else given.get("argument")) or noted
    backref = given.get("backref")
    back_call = backref if isinstance(backref, ast.Call) else None
    back_words = {one.arg: one.value for one in back_call.keywords} if back_call else {}
    back_name = _text(back_call.args[0]) if back_call and back_call.args else _text(backref)
    lazy = _lazy(given.get("lazy"))
    if last_word(call.func) == "dynamic_loader" or last_word(annotation) == "DynamicMapped":
        lazy = "dynamic"
    sa = given.get("sa_relationship_kwargs")
    if isinstance(sa, ast.Dict):
        inner = {_text(key): one for key, one in zip(sa.keys, sa.values, strict=True) if key}
        lazy = _lazy(inner.get("lazy"))
        given = {**{key: one for key, one in inner.items() if key}, **given}
    return Mapped(
        name,
        to,
        _many(name, given) if many is None or "uselist" in given else many,
        lazy,
        _text(given.get("back_populates")) or "",
        back_name or "",
        _lazy(back_words.get("lazy")),
        _is(back_words.get("uselist"), False),
    )


def _many(name: str, given: dict[str, ast.expr]) -> bool | None:
    """Whether a relationship gives several rows, by the words it has."""
    if "uselist" in given:
        return not _is(given["uselist"], False)
    if "secondary" in given or "collection_class" in given or "order_by" in given:
        return True
    if "remote_side" in given:
        return False
    cascade = _text(given.get("cascade")) or ""
    if "delete-orphan" in cascade and "single_parent" not in given:
        return True
    return None


def _noted(note: ast.expr | None) -> tuple[bool | None, str]:
    """What an annotation says: whether it is several rows, and of which class."""
    match note:
        case ast.Constant(value=str() as text):
            try:
                many, name = _noted(ast.parse(text, mode="eval").body)
            except SyntaxError:
                return None, ""
            return many, f"'{name.lstrip(chr(39))}" if name else ""
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            of = _noted(left)
            return of if of[1] not in ("", "None") else _noted(right)
        case ast.Subscript(value=whole, slice=inner):
            word = last_word(whole)
            elements = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            which = elements[-1] if word in ("dict", "Dict") else elements[0]
            many, name = _noted(which)
            return (True, name) if word in _MANY else (many, name)
        case ast.Name() | ast.Attribute():
            return False, _dotted(note)
    return None, ""


def _target(to: ast.expr | None) -> str:
    if isinstance(to, ast.Lambda):
        to = to.body
    text = _text(to)
    return f"'{text}" if text is not None else _dotted(to)


def _lazy(value: ast.expr | None) -> str:
    match value:
        case ast.Constant(value=str() as text):
            return text
        case ast.Constant(value=False):
            return "joined"
        case ast.Constant(value=True) | None:
            return "select"
        case ast.Constant():
            return "noload"
    return "unknown"


def _is(value: ast.expr | None, what: bool) -> bool:
    return isinstance(value, ast.Constant) and value.value is what


def _text(node: ast.AST | None) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def _dotted(node: ast.AST | None) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""


def last_word(node: ast.AST | None) -> str:
    """``orm.relationship`` and ``relationship`` as "relationship"; of a subscript, its outside."""
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


_LOADING = frozenset(
    ("joinedload", "selectinload", "subqueryload", "contains_eager", "immediateload",
     "joinedload_all", "subqueryload_all", "eagerload", "eagerload_all")
)  # fmt: skip


def loaded(tree: ast.Module) -> Iterator[str]:
    """The relationships that any loader option in a file names, each alone."""
    for node in every(tree):
        if isinstance(node, ast.Call) and last_word(node.func) in _LOADING:
            for arg in node.args:
                inner = arg.func.value if _is_narrowed(arg) else arg  # type: ignore[attr-defined]
                if isinstance(inner, ast.Attribute):
                    yield inner.attr
                elif text := _text(inner):
                    yield text.replace(".", "__")


def _is_narrowed(arg: ast.expr) -> bool:
    """``Order.lines.of_type(Gift)``, ``Order.lines.and_(...)``."""
    return isinstance(arg, ast.Call) and isinstance(arg.func, ast.Attribute)
