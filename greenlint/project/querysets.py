# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the methods of a Django queryset make of its rows, and what they fetch along."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from greenlint.project.project import Func
from greenlint.project.values import Ahead, Bound, Fetched, Kind, Parts, Row, Rows, Seq

#: Methods that give other rows of the same model.
SAME = frozenset(
    (
        "all", "filter", "exclude", "order_by", "reverse", "distinct", "using", "annotate", "alias",
        "extra", "defer", "only", "select_for_update", "iterator", "none", "union", "intersection",
        "difference", "complex_filter", "select_related", "prefetch_related", "get_queryset",
        "aiterator", "cache", "nocache", "raw", "live", "public", "specific", "get_query_set",
        "order_with_respect_to", "with_perms", "for_user", "active", "db_manager", "in_site",
    )
)  # fmt: skip
#: Methods that give one row.
ONE = frozenset(
    ("get", "first", "last", "earliest", "latest", "create", "aget", "afirst", "alast", "acreate")
)
#: Methods that make dicts, tuples or single values of rows.
VALUES = frozenset(("values", "values_list", "dates", "datetimes"))
#: Methods that ask for a number, a fact or a sum.
ASKING = frozenset(("count", "exists", "aggregate", "contains", "acount", "aexists", "aaggregate"))
PAIR = frozenset(("get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create"))
#: Methods that make a queryset go to the database again, though its rows were fetched before.
AFRESH = frozenset(
    (
        "filter", "exclude", "order_by", "distinct", "annotate", "values", "values_list", "reverse",
        "select_related", "prefetch_related", "get", "aggregate", "earliest", "latest", "only",
        "defer", "using", "extra", "dates", "datetimes", "union", "iterator", "in_bulk", "last",
        "update", "select_for_update", "contains", "exclude", "intersection", "difference",
    )
)  # fmt: skip

Read = Callable[[ast.expr], "list[str] | None"]
Ask = Callable[[ast.expr], "Kind | None"]


def called(rows: Rows, method: str, call: ast.Call, ask: Ask, read: Read) -> Kind | None:
    """What ``rows.method(...)`` gives, for Django's own methods; None for others.

    `ask` evaluates an argument, `read` gives the strings that one stands for, if they are written.
    """
    if method in AFRESH and rows.relation and rows.kind == "manager":
        # Django asks anew: what was prefetched for the relation is not looked at.
        rows = replace(rows, fetched=Fetched(known=rows.fetched.known))
    if method in ("select_related", "prefetch_related"):
        fetched = fetching(rows, method, call, ask, read)
        return replace(rows, fetched=fetched, kind="queryset", methods=rows.methods | {method})
    if method in SAME:
        few = rows.few or (method == "filter" and is_of_one(call))
        fetched = _with_known(rows.fetched, call) if method == "filter" else rows.fetched
        methods = rows.methods | {method}
        return replace(rows, kind="queryset", methods=methods, few=few, fetched=fetched)
    if method in ("create", "acreate"):
        given = frozenset(one.arg for one in call.keywords if one.arg)
        return Row(rows.model, Fetched(known=given, made=True), rows.at, rows)
    if method in ONE:
        return Row(rows.model, rows.fetched, rows.at, rows)
    if method in PAIR:
        return Parts((Row(rows.model, rows.fetched, rows.at), None))
    if method in ("in_bulk", "ain_bulk"):
        return Seq(Row(rows.model, rows.fetched, rows.at, rows))
    if method in ("bulk_create", "abulk_create") and call.args:
        return ask(call.args[0])
    return None


def _with_known(fetched: Fetched, call: ast.Call) -> Fetched:
    """With the relations that are known to lead nowhere: ``filter(parent__isnull=True)``,
    ``filter(parent=None)``.
    """
    absent = {
        one.arg.removesuffix("__isnull")
        for one in call.keywords
        if one.arg
        and isinstance(one.value, ast.Constant)
        and one.value.value is (True if one.arg.endswith("__isnull") else None)
    }
    return replace(fetched, known=fetched.known | absent) if absent else fetched


def is_of_one(call: ast.Call) -> bool:
    """``filter(pk=order.pk)``: one row at most."""
    return any(one.arg in ("pk", "id", "uuid", "pk__exact", "slug") for one in call.keywords)


def fetching(rows: Rows, method: str, call: ast.Call, ask: Ask, read: Read) -> Fetched:
    """What is fetched along after ``select_related`` or ``prefetch_related`` with these names."""
    fetched = rows.fetched
    if method == "select_related" and not call.args and not call.keywords:
        return replace(fetched, everything=True)
    if len(call.args) == 1 and getattr(call.args[0], "value", call) is None:
        return Fetched()
    for arg in call.args:
        names = read(arg.value if isinstance(arg, ast.Starred) else arg)
        if names is not None:
            add = fetched.select if method == "select_related" else fetched.prefetch
            fetched = add(*names)
        elif (made := _ahead(arg, ask, read)) is not None:
            fetched = _with_prefetch(fetched, made)
        else:
            fetched = fetched.doubted(f"what {method}() fetches is not written there")
    return fetched


def _ahead(arg: ast.expr, ask: Ask, read: Read) -> Ahead | None:
    """The ``Prefetch`` that an argument is, or a call of a library that is taken for one."""
    match ask(arg), arg:
        case Ahead() as made, _:
            return made
        case _, ast.Call(func=func, args=[_, *_]) as call:
            own = ask(func)
            is_own = isinstance(own, Bound) or isinstance(getattr(own, "meaning", None), Func)
            return None if is_own else prefetch(call, ask, read)
    return None


def prefetch(call: ast.Call, ask: Ask, read: Read) -> Ahead:
    """``Prefetch("lines", queryset=..., to_attr=...)``."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    given |= dict(zip(("lookup", "queryset", "to_attr"), call.args, strict=False))
    path = next(iter(read(given["lookup"]) or ()), "") if "lookup" in given else ""
    attribute = read(given["to_attr"]) if "to_attr" in given else None
    kind = ask(given["queryset"]) if "queryset" in given else None
    return Ahead(
        path,
        kind if isinstance(kind, Rows) else None,
        "queryset" in given,
        attribute[0] if attribute and len(attribute) == 1 else "",
    )


def _with_prefetch(fetched: Fetched, made: Ahead) -> Fetched:
    if not made.path:
        return fetched.doubted("a Prefetch is for what is not written there")
    before, joint, _ = made.path.rpartition("__")
    name = f"{before}{joint}{made.attribute}" if made.attribute else made.path
    fetched = fetched.prefetch(name)
    if made.rows is not None:
        return fetched.under(name, made.rows.fetched)
    if made.chosen:
        return fetched.doubted(f"the queryset that prefetches {name} is not known")
    return fetched


#: Functions that hand out what they get in pieces of several.
CHUNKS = frozenset(("chunked", "batched", "ichunked", "grouper", "chunks", "batch", "chunk_list"))
ELEMENT_OF = frozenset(("list", "tuple", "set", "sorted", "reversed", "iter", "frozenset", "aiter"))


def element(kind: Kind | None) -> Kind | None:
    """What a loop over something gets."""
    match kind:
        case Rows() as rows:
            return Row(rows.model, rows.fetched, rows.at, rows)
        case Seq(of=inner, keys=keys):
            return keys if keys is not None else inner
        case Parts(items=items) if items and all(one == items[0] for one in items):
            return items[0]
    return None
