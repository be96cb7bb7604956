# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Functions that a framework calls once for each request: routes, views, Lambda handlers."""

from __future__ import annotations

import ast
import re

import libcst as cst

from greenlint.here import Here
from greenlint.scope import dotted

_VERBS = frozenset(
    ("route", "get", "post", "put", "patch", "delete", "head", "options", "api_route", "websocket")
)
_VIEW_METHODS = frozenset(
    (
        "get", "post", "put", "patch", "delete", "head", "list", "retrieve", "create", "update",
        "partial_update", "destroy", "dispatch",
    )
)  # fmt: skip
_VIEW_BASE = re.compile(r"(View|ViewSet|ViewSetMixin|Handler|Resource|MethodView|Endpoint)\Z")
_VIEWS = re.compile(r"(^|/)(views|api)(/|\.py\Z|_)|views\.py\Z")


def request_handler(here: Here) -> cst.FunctionDef | None:
    """The innermost function around the node at hand, if it runs once for each request."""
    function = here.function
    if function is None:
        return None
    routed = any(_is_route(one.decorator, here) for one in function.decorators)
    found = routed or _is_lambda_handler(function) or _is_view(function, here)
    return function if found else None


def may_handle_requests(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """At a glance: whether `request_handler` could name this function."""
    if function.name in ("lambda_handler", "handler") or function.name in _VIEW_METHODS:
        return True
    if any(isinstance(one, ast.Call) for one in function.decorator_list):
        return True
    return bool(function.args.args) and function.args.args[0].arg == "request"


def _is_route(decorator: cst.BaseExpression, here: Here) -> bool:
    """``@app.route("/orders")``, ``@router.get("/orders")``, ``@api_view(["GET"])``."""
    if not isinstance(decorator, cst.Call):
        return False
    if (here.qualified(decorator.func) or "") == "rest_framework.decorators.api_view":
        return True
    match decorator:
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value=verb)),
            args=[cst.Arg(value=cst.SimpleString(evaluated_value=str(path))), *_],
        ):
            return verb in _VERBS and path.startswith("/")
    return False


def _is_lambda_handler(function: cst.FunctionDef) -> bool:
    names = _parameters(function)
    named = function.name.value in ("lambda_handler", "handler")
    return named and len(names) == 2 and names[0] == "event" and names[1].strip("_") == "context"


def _is_view(function: cst.FunctionDef, here: Here) -> bool:
    """A method of a view that is named after a verb, or a function of a views module that is
    handed the request first.
    """
    names = _parameters(function)
    owner = here.owner
    if owner is None:
        return names[:1] == ["request"] and _VIEWS.search(here.name) is not None
    if function.name.value not in _VIEW_METHODS:
        return False
    return any(_VIEW_BASE.search(dotted(base.value)) for base in owner.bases)


def _parameters(function: cst.FunctionDef) -> list[str]:
    return [param.name.value for param in function.params.params]
