# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a call gives: of a queryset's method, a function of the project, a class, a library."""

from __future__ import annotations

import ast
from dataclasses import replace
from types import MappingProxyType

from greenlint.project import (
    flow,
    loading,
    members,
    models,
    parameters,
    settings,
    sqlalchemy,
    statements,
)
from greenlint.project.frames import Frame, frame_of
from greenlint.project.memory import remembered
from greenlint.project.nodes import GIVING, every, own_of
from greenlint.project.project import Class, Func, Outside, Project
from greenlint.project.querysets import ELEMENT_OF, SAME, VALUES, called, element, prefetch
from greenlint.project.values import (
    Ahead,
    At,
    Bound,
    Fetched,
    Kind,
    Loads,
    Obj,
    Parts,
    Ref,
    Row,
    Rows,
    Seq,
    Super,
    either,
)

# Calls followed within one another before an expression counts as unknown.
_DEEP = 12
# Methods of views, paginators and helpers that hand on the rows they are given.
_HANDING_ON = frozenset(
    ("filter_queryset", "paginate_queryset", "annotate_queryset", "paginate", "apply_sorting",
     "optimize_queryset", "copy", "deepcopy", "cast", "chain", "tqdm", "track", "page", "get_page")
)  # fmt: skip
# What generic views define.
_OF_VIEWS = frozenset(("get_queryset", "get_object", "get_serializer", "get_serializer_class"))
_GET_OR_404 = frozenset(("get_object_or_404", "aget_object_or_404", "get_object_or_none"))


# -- calls --------------------------------------------------------------------------------------


def result_of(project: Project, call: ast.Call, frame: Frame) -> Kind | None:
    """What a call gives."""
    func = call.func
    if isinstance(func, ast.Name):
        if func.id == "super":
            return _super(project, frame)
        if (made := _builtin(project, func.id, call, frame)) is not None:
            return made
    if isinstance(func, ast.Attribute):
        receiver = flow.value(project, func.value, frame)
        if isinstance(receiver, Rows):
            if sqlalchemy.is_mapped(project, receiver.model):
                return statements.called(project, receiver, func, call, frame)
            return _rows_called(project, receiver, func, call, frame)
        if isinstance(receiver, Loads):
            return loading.after(project, receiver, func.attr, call, frame)
        if receiver is None:
            made = _handed_on(project, func.attr, call, frame)
            return made or statements.asked(project, func.attr, call, frame)
        target = members.attribute(project, receiver, func.attr)
        if target is None:
            made = _unknown_method(project, receiver, func, call, frame)
            return made or statements.asked(project, func.attr, call, frame)
    else:
        target = flow.value(project, func, frame)
    return _result(project, target, call, frame)


def _super(project: Project, frame: Frame) -> Kind | None:
    at: Frame | None = frame
    while at is not None and at.owner is None:
        at = at.outer
    if at is None or at.owner is None:
        return None
    this = parameters.this_of(project, at)
    return Super(at.owner, this) if this is not None else None


def _builtin(project: Project, name: str, call: ast.Call, frame: Frame) -> Kind | None:
    if not call.args or frame.bindings.get(name):
        return None
    first = call.args[0]
    if name == "getattr" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
        read = ast.Attribute(first, str(call.args[1].value), ast.Load())
        return flow.any_of(project, [ast.copy_location(read, call), *call.args[2:]], frame)
    if name == "type" and len(call.args) == 1:
        return members.attribute(project, flow.value(project, first, frame), "__class__")
    if name in ELEMENT_OF:
        kind = flow.value(project, first, frame)
        if isinstance(kind, Rows):
            return replace(kind, kind="list")
        return kind if isinstance(kind, Seq) else None
    if name in ("next", "min", "max", "anext"):
        return element(flow.value(project, first, frame))
    if name == "filter" and len(call.args) > 1:
        return flow.value(project, call.args[1], frame)
    if name in _GET_OR_404:
        rows = _rows_of(project, flow.value(project, first, frame), frame, first)
        return Row(rows.model, rows.fetched, rows.at, rows) if rows is not None else None
    if name == "get_list_or_404":
        return _rows_of(project, flow.value(project, first, frame), frame, first)
    return None


def _rows_of(project: Project, kind: Kind | None, frame: Frame, at: ast.expr) -> Rows | None:
    match kind:
        case Rows():
            return kind
        case Ref(meaning=Class() as cls) if models.is_model(project, cls):
            return Rows(cls, at=At(frame.unit, at))
    return None


def _rows_called(
    project: Project, rows: Rows, func: ast.Attribute, call: ast.Call, frame: Frame
) -> Kind | None:
    begins = bool(rows.relation) and rows.kind == "manager"
    grows = begins or rows.at is None or rows.at.node is func.value
    at = At(frame.unit, call) if grows or rows.at is None else rows.at
    custom = members.method_of_rows(project, rows, func.attr)
    if isinstance(custom, Bound) and func.attr not in ("select_related", "prefetch_related"):
        got = _result(project, custom, call, frame)
        if isinstance(got, Rows):
            # However a manager makes them, rows of a relation know the row that they belong to.
            own = rows.fetched.known if rows.relation and got.model is rows.model else frozenset()
            fetched = replace(got.fetched, known=got.fetched.known | own)
            makers = got.makers or rows.makers
            return replace(got, at=at, relation=rows.relation, makers=makers, fetched=fetched)
        if got is not None:
            return got
        if func.attr not in SAME:
            return _of_unknown_method(rows, custom, at)
    made = called(
        rows,
        func.attr,
        call,
        lambda expr: flow.value(project, expr, frame),
        lambda expr: flow.strings(project, expr, frame),
    )
    if isinstance(made, (Rows, Row)):
        return replace(made, at=at)
    if isinstance(made, Seq) and isinstance(made.of, Row):
        return Seq(replace(made.of, at=at))
    if made is None and func.attr in _HANDING_ON:
        return rows
    return made


def _of_unknown_method(rows: Rows, custom: Bound, at: At) -> Kind | None:
    """A method of the project's own queryset that was not understood: perhaps rows, and perhaps
    fetched along.
    """
    node = custom.func.node
    made = {
        inner.func.attr
        for inner in every(node)
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute)
    }
    if not made & SAME or made & VALUES or _hands_back(node):
        return None
    why = f"what {custom.func.name}() fetches is not understood"
    return replace(rows, fetched=rows.fetched.doubted(why), at=at, kind="queryset")


def _hands_back(node: ast.AST) -> bool:
    """Whether a method returns what it is given, or a part of it: other rows, perhaps."""
    given = getattr(node, "args", ast.arguments([], [], None, [], [], None, []))
    names = {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)[1:]}
    for inner in every(node):
        if isinstance(inner, ast.Return):
            at = inner.value
            while isinstance(at, (ast.Attribute, ast.Call, ast.Subscript)):
                at = at.func if isinstance(at, ast.Call) else at.value
            if isinstance(at, ast.Name) and at.id in names:
                return True
    return False


def _unknown_method(
    project: Project, receiver: Kind, func: ast.Attribute, call: ast.Call, frame: Frame
) -> Kind | None:
    """A method that the project does not define: a view's own, or a library's."""
    name = func.attr
    match receiver:
        case Seq(of=Parts()):
            return statements.of_tuples(project, receiver, func, call, frame)
        case Obj(kind=Class() as cls) if name in _OF_VIEWS:
            from greenlint.project.views import library_method

            return library_method(project, receiver, cls, name)
        case Super(this=Obj(kind=Class() as cls) as this) if name == "get_queryset":
            from greenlint.project.views import declared_rows

            return declared_rows(project, this, cls)
        case Super(this=Rows() as rows) if name in SAME:
            return called(
                replace(rows, kind="queryset"), name, call,
                lambda expr: flow.value(project, expr, frame),
                lambda expr: flow.strings(project, expr, frame),
            )  # fmt: skip
        case Seq() if name in ("copy", "pop"):
            return receiver if name == "copy" else receiver.of
        case Seq() if name in ("get", "setdefault"):
            return receiver.of
        case Seq() if name in ("page", "get_page"):
            return receiver
    return _handed_on(project, name, call, frame)


def _handed_on(project: Project, name: str, call: ast.Call, frame: Frame) -> Kind | None:
    if name in _HANDING_ON or name.rpartition(".")[2] in _HANDING_ON:
        for arg in call.args:
            if isinstance(kind := flow.value(project, arg, frame), (Rows, Seq)):
                return kind
    return None


def _result(project: Project, target: Kind | None, call: ast.Call, frame: Frame) -> Kind | None:
    match target:
        case Bound(func=func, this=this):
            made = returned(project, func, this, *_given(project, func, call, frame, 1))
            return _with_path(project, made, call, frame)
        case Ref(meaning=Func(node=ast.FunctionDef(name="get_model")) as func):
            return _library_call(project, "get_model", call, frame)
        case Ref(meaning=Func(node=ast.FunctionDef(name="get_user_model"))):
            return _library_call(project, "get_user_model", call, frame)
        case Ref(meaning=Func() as func):
            if (made := _imported(project, func.name, call, frame)) is not None:
                return made
            made = returned(project, func, None, *_given(project, func, call, frame, 0))
            return _with_path(project, made, call, frame)
        case Ref(meaning=Class() as cls):
            return _constructed(project, cls, call, frame)
        case Ref(meaning=Outside(name=name)):
            return _library_call(project, name, call, frame)
        case Seq() | Rows() as rows:
            return rows
    return None


def _with_path(project: Project, made: Kind | None, call: ast.Call, frame: Frame) -> Kind | None:
    """A ``Prefetch`` that a function makes is given its path, mostly."""
    if isinstance(made, Ahead) and not made.path and call.args:
        return replace(made, path="".join((flow.strings(project, call.args[0], frame) or [])[:1]))
    return made


def _imported(project: Project, name: str, call: ast.Call, frame: Frame) -> Kind | None:
    """What ``load_func(settings.ORDER_SERIALIZER)`` imports."""
    found = settings.imported(project, name, call, frame.unit)
    return Ref(found) if found is not None else None


def _constructed(project: Project, cls: Class, call: ast.Call, frame: Frame) -> Kind | None:
    if models.is_model(project, cls):
        return Row(cls, Fetched(made=True), At(frame.unit, call))
    if _is_queryset_class(project, cls):
        for arg in (*call.args, *(keyword.value for keyword in call.keywords)):
            if (model := _model_of(project, arg, frame)) is not None:
                this = parameters.this_of(project, frame) if frame.owner is not None else None
                before = this.makers if isinstance(this, Rows) else ()
                return Rows(model, at=At(frame.unit, call), makers=(cls, *before))
        return None
    return Obj(cls, call, frame.unit)


def _model_of(project: Project, expr: ast.expr, frame: Frame) -> Class | None:
    """The model that ``self.model`` or a class's name stands for."""
    if isinstance(expr, ast.Attribute) and expr.attr == "model":
        kind = flow.value(project, expr.value, frame)
        if isinstance(kind, Rows):
            return kind.model
    kind = flow.value(project, expr, frame)
    if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
        return kind.meaning if models.is_model(project, kind.meaning) else None
    return None


@remembered(False)
def _is_queryset_class(project: Project, cls: Class) -> bool:
    names = {one.name.rpartition(".")[2] for one in project.ancestry(cls)}
    return any(name.endswith(("QuerySet", "Queryset")) for name in names)


def _library_call(project: Project, name: str, call: ast.Call, frame: Frame) -> Kind | None:
    last = name.rpartition(".")[2]
    if name.startswith(("sqlalchemy.", "sqlmodel.", "flask_sqlalchemy.")):
        return statements.library(project, name, call, frame)
    if (made := _builtin(project, last, call, frame)) is not None:
        return made
    if last in ("get_user_model",):
        found = models.user(project)
        return Ref(found) if found is not None else None
    if (made := _imported(project, last, call, frame)) is not None:
        return made
    if last in ("get_model", "import_string", "get_class", "load_model") and call.args:
        words = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
        label = ".".join(word for word in words if isinstance(word, str))
        if len(words) == len(call.args) and label:
            found = models.by_label(project, label, frame.unit)
            return Ref(found) if found is not None else None
    if last == "Prefetch":
        return prefetch(
            call,
            lambda expr: flow.value(project, expr, frame),
            lambda expr: flow.strings(project, expr, frame),
        )
    if last == "Paginator" and call.args:
        return flow.value(project, call.args[0], frame)
    if last == "chain":
        return flow.any_of(project, call.args, frame)
    return _handed_on(project, last, call, frame)


def _given(
    project: Project, func: Func, call: ast.Call, frame: Frame, skip: int
) -> tuple[tuple[str, Kind], ...]:
    """The kinds of a call's arguments, by the names of the parameters that get them."""
    if isinstance(func.node, ast.Lambda) or parameters.is_static(func.node):
        skip = 0
    names = [one.arg for one in func.parameters[skip:]]
    found: list[tuple[str, Kind]] = []
    for name, arg in zip(names, call.args, strict=False):
        if isinstance(arg, ast.Starred):
            break
        if (kind := flow.value(project, arg, frame)) is not None:
            found.append((name, kind))
    found.extend(
        (keyword.arg, kind)
        for keyword in call.keywords
        if keyword.arg and (kind := flow.value(project, keyword.value, frame)) is not None
    )
    return tuple(found)


@remembered()
def returned(
    project: Project, func: Func, this: Kind | None, *given: tuple[str, Kind]
) -> Kind | None:
    """What a function gives back, for an object and the arguments that are known."""
    if project.memory.depth > _DEEP * 3:
        return None
    return project.memory.entered(func.node, lambda: _returned(project, func, this, given), None)


def _returned(
    project: Project, func: Func, this: Kind | None, given: tuple[tuple[str, Kind], ...]
) -> Kind | None:
    frame = frame_of(func, this, MappingProxyType(dict(given)))
    if isinstance(func.node, ast.Lambda):
        return flow.value(project, func.node.body, frame)
    kinds: list[Kind] = []
    yields = False
    for node in own_of(func.node, *GIVING):
        if node.value is None:
            continue
        kind = flow.value(project, node.value, frame)
        if isinstance(node, ast.YieldFrom):
            kind = element(kind)
        kinds += [kind] if kind is not None else []
        yields = yields or not isinstance(node, ast.Return)
    kind = either(kinds) if kinds else None
    if kind is None:
        return parameters.annotated(project, func.node.returns, frame)
    return Seq(kind) if yields else kind


def item(kind: Kind | None, key: ast.expr) -> Kind | None:
    """What ``kind[key]`` gives."""
    match kind, key:
        case Rows(), ast.Slice(upper=ast.Constant(value=int() as most)) if most <= 5:
            return replace(kind, few=True)
        case Rows() | Seq(), ast.Slice():
            return kind
        case Rows(), _:
            return Row(kind.model, kind.fetched, kind.at, kind)
        case Seq(of=inner), _:
            return inner
        case Parts(items=items), ast.Constant(value=int() as at) if at < len(items):
            return items[at]
    return None
