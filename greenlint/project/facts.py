# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What other files may need to know of one: its imports, classes, functions and relations.

Facts are few and plain: they are remembered between runs and read by every other file.  Whatever
needs more of a file than this asks for its tree.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from greenlint.project.mapping import Table, imperative, loaded, table_of
from greenlint.project.nodes import every

#: Calls in a model's body that relate it to another model: the last word of what is called.
RELATIONS = {
    "ForeignKey": "one", "OneToOneField": "one-one", "ManyToManyField": "many",
    "ParentalKey": "one", "ParentalManyToManyField": "many", "TreeForeignKey": "one",
    "TreeOneToOneField": "one-one", "TreeManyToManyField": "many", "GenericRelation": "generic",
    "SortedManyToManyField": "many", "AutoOneToOneField": "one-one", "BigForeignKey": "one",
    "HistoricForeignKey": "one", "GenericForeignKey": "any", "ScopedForeignKey": "one",
    "ForeignKeyWithRestrictedRelatedFieldOptions": "one", "ForeignKeyWithRelatedFields": "one",
    "ForeignKeyWithAutoRelatedName": "one",
    "LoggedManyToManyField": "many", "TaggableManager": "tags", "NullableOneToOneField": "one-one",
}  # fmt: skip


class Relation(NamedTuple):
    """A relation that a model's body declares.  `to` is a dotted name, a string as it is written
    ("shop.Order", "self"), or "" where neither stands there.  `made`: the field's class as it is
    written, "" where the name is a known one.
    """

    name: str
    kind: str
    to: str
    reverse: str | None
    nullable: bool
    made: str = ""


class ClassFacts(NamedTuple):
    """A class: its name with those around it, its bases as they are written, its relations.

    `abstract` is what its Meta says, `properties` are its plain ``@property`` methods.
    """

    name: str
    bases: tuple[str, ...]
    names: tuple[str, ...]
    relations: tuple[Relation, ...]
    abstract: bool = False
    fields: bool = False
    properties: tuple[str, ...] = ()
    table: Table | None = None


class Facts(NamedTuple):
    """One file.  `imports` maps local names to what they stand for, relative dots kept; `kept` are
    the attributes that ``Prefetch("lines", to_attr="open_lines")`` gives, with their relations.

    `registered` are pairs of a model and the admin class that shows it, as they are written; ""
    where a model is registered without one.
    """

    imports: dict[str, str]
    stars: tuple[str, ...]
    classes: tuple[ClassFacts, ...]
    functions: tuple[str, ...]
    names: tuple[str, ...]
    fetched: tuple[str, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    registered: tuple[tuple[str, str], ...] = ()


def read(tree: ast.Module, text: str) -> Facts:
    """The facts of a file, of its tree and its text."""
    imports: dict[str, str] = {}
    stars: list[str] = []
    classes: list[ClassFacts] = []
    functions: list[str] = []
    names: dict[str, None] = {}
    maps = any(word in text for word in _MAPPING)
    for statement in _top(tree.body):
        match statement:
            case ast.Import():
                for alias in statement.names:
                    if alias.asname:
                        imports[alias.asname] = alias.name
                    else:
                        top = alias.name.partition(".")[0]
                        imports[top] = top
            case ast.ImportFrom():
                for name, target in imported(statement):
                    if name == "*":
                        stars.append(target)
                    else:
                        imports[name] = target
            case ast.ClassDef():
                classes += _classes(statement, "", maps)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                functions.append(statement.name)
            case ast.Assign() | ast.AnnAssign():
                names.update(dict.fromkeys(_assigned(statement)))
    by_calls = dict(imperative(tree)) if "mapper(" in text or "map_imp" in text else {}
    classes = [
        one._replace(table=by_calls[one.name]) if one.name in by_calls else one for one in classes
    ]
    return Facts(
        imports,
        tuple(stars),
        tuple(classes),
        tuple(functions),
        tuple(names),
        tuple(sorted(set(_fetched(tree, text)))),
        tuple(sorted(set(_kept(tree)))) if "to_attr" in text else (),
        tuple(dict.fromkeys(_registered(tree.body))) if "register(" in text else (),
    )


# Words of a file whose classes may be mapped to tables.
_MAPPING = ("sqlalchemy", "sqlmodel", "db.Model", "__tablename__", "relationship(", "db.Column")


def imported(statement: ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """(local name, dotted target) of each name; "*" for all; leading dots as they stand."""
    base = "." * statement.level + (statement.module or "")
    for alias in statement.names:
        if alias.name == "*":
            yield "*", base
        else:
            joint = "" if base.endswith(".") or not base else "."
            yield alias.asname or alias.name, f"{base}{joint}{alias.name}"


def _top(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run when the module is imported, those under ``if`` and ``try`` included."""
    for statement in body:
        yield statement
        match statement:
            case ast.If():
                yield from _top(statement.orelse)
                yield from _top(statement.body)
            case ast.Try():
                for handler in statement.handlers:
                    yield from _top(handler.body)
                yield from _top([*statement.body, *statement.orelse])
            case ast.With():
                yield from _top(statement.body)


def dotted(node: ast.AST | None) -> str:
    """``a.b.c`` as text; "" for anything but names and attributes.  A subscript counts as what it
    subscripts: ``QuerySet[Order]`` is "QuerySet".
    """
    parts: list[str] = []
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def _assigned(statement: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        for node in target.elts if isinstance(target, ast.Tuple) else (target,):
            if isinstance(node, ast.Name):
                yield node.id


def _classes(node: ast.ClassDef, outer: str, maps: bool) -> Iterator[ClassFacts]:
    name = f"{outer}{node.name}"
    properties: list[str] = []
    relations: list[Relation] = []
    names: dict[str, None] = {}
    abstract = has_fields = False
    reverse: str | None = None
    for statement in _top(node.body):
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                names[statement.name] = None
                if any(dotted(one) == "property" for one in statement.decorator_list):
                    properties.append(statement.name)
            case ast.ClassDef():
                names[statement.name] = None
                if statement.name == "Meta":
                    abstract = _is_abstract(statement)
                    reverse = _default_reverse(statement)
                yield from _classes(statement, f"{name}.", maps)
            case ast.Assign() | ast.AnnAssign():
                for one in _assigned(statement):
                    names[one] = None
                    if isinstance(statement.value, ast.Call):
                        word = dotted(statement.value.func).rpartition(".")[2]
                        has_fields = has_fields or word.endswith("Field")
                        if kind := relation_kind(word):
                            relations.append(_relation(one, kind, statement.value))
    if reverse is not None:
        relations = [
            one._replace(reverse=reverse) if one.reverse is None else one for one in relations
        ]
    bases = tuple(name for base in node.bases for name in _bases(base))
    made = ClassFacts(name, bases, tuple(names), tuple(relations), abstract, has_fields)
    yield made._replace(properties=tuple(properties), table=table_of(node) if maps else None)


def _bases(base: ast.expr) -> Iterator[str]:
    """A base as written; of a call that makes one, ``Manager.from_queryset(Rows)``, what it calls,
    and the classes that it is given.
    """
    if not isinstance(base, ast.Call):
        yield dotted(base)
        return
    made = dotted(base.func)
    yield made.removesuffix(".from_queryset")
    if made.endswith(("from_queryset", "with_metaclass")):
        yield from (name for arg in base.args if (name := dotted(arg)))


def _is_abstract(meta: ast.ClassDef) -> bool:
    return any(
        isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is True
        and "abstract" in _assigned(statement)
        for statement in meta.body
    )


def _default_reverse(meta: ast.ClassDef) -> str | None:
    """What ``default_related_name`` of a Meta calls the relations back."""
    for statement in meta.body:
        if isinstance(statement, ast.Assign) and "default_related_name" in _assigned(statement):
            return _text(statement.value)
    return None


def relation_kind(word: str) -> str:
    """What a field class of that name relates to; a project's own is named after Django's."""
    if word in RELATIONS:
        return RELATIONS[word]
    endings = ("ManyToManyField", "OneToOneField", "ForeignKey")
    return next((RELATIONS[ending] for ending in endings if word.endswith(ending)), "")


def _relation(name: str, kind: str, call: ast.Call) -> Relation:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    to = call.args[0] if call.args else given.get("to")
    null = given.get("null")
    made = dotted(call.func)
    return Relation(
        name,
        kind,
        _target(to),
        _text(given.get("related_name")),
        isinstance(null, ast.Constant) and null.value is True,
        "" if made.rpartition(".")[2] in RELATIONS else made,
    )


def _target(to: ast.AST | None) -> str:
    """``Order`` and "shop.Order" as "Order" and "'shop.Order": a quote marks a string.

    ``get_model_name("shop", "Order")`` of swapper is the latter, too.
    """
    if isinstance(to, ast.Call):
        word = dotted(to.func).rpartition(".")[2]
        if word == "get_user_model":
            return "settings.AUTH_USER_MODEL"
        words = [_text(one) for one in to.args]
        named = word in ("get_model_name", "get_model") and len(words) == 2 and all(words)
        return f"'{words[0]}.{words[1]}" if named else ""
    text = _text(to)
    return f"'{text}" if text is not None else dotted(to)


def _text(node: ast.AST | None) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


_FETCHING = frozenset(
    ("select_related", "prefetch_related", "Prefetch", "prefetch_related_objects")
)


def _fetched(tree: ast.Module, text: str) -> Iterator[str]:
    """The paths that anything in this file asks to be fetched along with rows."""
    if "load(" in text or "contains_eager" in text:
        yield from loaded(tree)
    if "_related" not in text and "Prefetch" not in text:
        return
    for node in every(tree):
        if isinstance(node, ast.Call):
            func = node.func
            word = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if word in _FETCHING:
                for arg in node.args:
                    if (path := _text(arg)) is not None:
                        yield path


def _kept(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The attributes of rows that prefetched rows are kept in, with the relation's own name."""
    for node in every(tree):
        if isinstance(node, ast.Call) and node.args and (path := _text(node.args[0])):
            for keyword in node.keywords:
                if keyword.arg == "to_attr" and (name := _text(keyword.value)):
                    yield name, path.rpartition("__")[2]


def _registered(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """``@admin.register(Order)`` and ``admin.site.register(Order, OrderAdmin)``."""
    for statement in _top([one for one in body if not _is_for_developers(one)]):
        match statement:
            case ast.ClassDef(decorator_list=decorators, name=name):
                for one in decorators:
                    if isinstance(one, ast.Call) and dotted(one.func).endswith("register"):
                        yield from ((model, name) for model in _models(one.args))
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(attr="register") as func, args=[what, *rest]
                ) as call
            ):
                given = {word.arg: word.value for word in call.keywords}
                shown_by = dotted(rest[0] if rest else given.get("admin_class"))
                if "site" in dotted(func):
                    yield from ((model, shown_by) for model in _models([what]))
            case ast.FunctionDef(body=inner):
                yield from _registered(inner)
            case ast.For(body=inner):
                yield from _registered(inner)


def _is_for_developers(statement: ast.stmt) -> bool:
    """``if settings.DEBUG:``: what stands below is no part of a running site."""
    return isinstance(statement, ast.If) and dotted(statement.test).rpartition(".")[2] == "DEBUG"


def _models(args: list[ast.expr]) -> Iterator[str]:
    for one in args:
        if isinstance(one, (ast.List, ast.Tuple)):
            yield from _models(one.elts)
        elif name := dotted(one.func if isinstance(one, ast.Call) else one):
            yield name
