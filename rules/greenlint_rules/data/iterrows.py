# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop over the rows of a data frame, one Series or one lookup at a time."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import LOOPS, function_of
from greenlint_rules.shapes import reaches_outside, uses_library

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.project.nodes import every
from greenlint.rule import Confidence, Hit, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN401",
    name="iterrows",
    severity="warning",
    aliases=("GL021",),
    needles=(b"iterrows", b".iloc[", b".loc[", b".iat[", b".at["),
    since="0.1.0",
    lifecycle="stable",
    help="compute on whole columns; where a loop has to stay, `itertuples()` makes no Series",
    tests=False,
)

_LIBRARIES = ("pandas", "geopandas", "modin")
_AROUND = ("enumerate", "tqdm", "track", "list", "trange", "progress_bar")
_SMALL = ("head", "tail", "sample", "describe", "nlargest", "nsmallest")


@RULE.glance(words=("iterrows",))
def glance(node: ast.Call, _: bool) -> bool:
    """``frame.iterrows()``."""
    return not node.args


@RULE.glance(*LOOPS)
def glance_at_numbers(node: ast.For, _: bool) -> bool:
    """``for i in range(len(frame))`` around ``frame.iloc[i]``."""
    iterable: ast.expr = node.iter
    while isinstance(iterable, ast.Call) and iterable.args and function_of(iterable) in _AROUND:
        iterable = iterable.args[0]
    if function_of(iterable) != "range" or not isinstance(iterable, ast.Call):
        return False
    return any(function_of(given) == "len" for given in iterable.args) and any(
        isinstance(part, ast.Attribute) and part.attr in ("iloc", "loc", "iat", "at")
        for statement in node.body
        for part in every(statement)
    )


@RULE.on(cst.For, cst.CompFor)
def rows(node: cst.For | cst.CompFor, here: Here) -> Iterator[Hit]:
    """A for statement or clause that goes over a frame by rows."""
    iterable = _inside(node.iter)
    frame = _of_iterrows(iterable)
    if frame is not None and uses_library(here, *_LIBRARIES) and not _is_small(frame):
        if not _works_outside(node, here):
            confidence = None if here.kind(frame) is Kind.FRAME else Confidence.MEDIUM
            yield Hit(
                iterable,
                say(
                    "`{frame}.iterrows()` makes a Series of every row, for this loop to take apart",
                    frame=here.brief(frame),
                ),
                confidence=Confidence.LOW if _is_left(node) or _is_series(node) else confidence,
            )
    elif isinstance(node, cst.For) and (name := _counted(iterable, here)):
        lookup = _lookup(node, name)
        if lookup is not None and not _works_outside(node, here):
            yield Hit(
                iterable,
                say(
                    "`{lookup}` looks up one cell or row of `{frame}` on every turn of this loop",
                    lookup=here.brief(lookup),
                    frame=name,
                ),
            )


def _is_left(node: cst.For | cst.CompFor) -> bool:
    """Whether the loop looks for a row, and ends there."""
    body = node.body if isinstance(node, cst.For) else None
    return any(isinstance(part, (cst.Break, cst.Return)) for part in within(body))


# What a row is asked for as a Series, which no tuple can answer.
_OF_SERIES = frozenset(
    (
        "dropna", "items", "index", "values", "keys", "isna", "isnull", "notna", "notnull",
        "fillna", "apply", "map", "reindex", "sort_values", "idxmax", "idxmin", "to_numpy",
        "astype", "drop", "to_frame",
    )
)  # fmt: skip


def _is_series(node: cst.For | cst.CompFor) -> bool:
    """Whether the loop needs its row as a Series: ``for _, row in ...: row.dropna()``."""
    match node.target:
        case cst.Tuple(elements=[_, cst.Element(value=cst.Name(value=row))]):
            body = node.body if isinstance(node, cst.For) else None
            return any(
                isinstance(part, cst.Attribute)
                and dotted(part.value) == row
                and part.attr.value in _OF_SERIES
                for part in within(body)
            )
    return False


def _inside(iterable: cst.BaseExpression) -> cst.BaseExpression:
    """What ``enumerate(...)`` or ``tqdm(...)`` goes over."""
    match iterable:
        case cst.Call(func=cst.Name(value=word), args=[first, *_]) if word in _AROUND:
            return _inside(first.value)
    return iterable


def _of_iterrows(iterable: cst.BaseExpression) -> cst.BaseExpression | None:
    match iterable:
        case cst.Call(func=cst.Attribute(value=frame, attr=cst.Name("iterrows")), args=[]):
            return frame
    return None


def _is_small(frame: cst.BaseExpression) -> bool:
    """The first rows of a frame: ``frame.head()``, ``frame.iloc[:n]``."""
    match frame:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=word))):
            return word in _SMALL
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Slice(upper=upper))]):
            return upper is not None
    return False


def _works_outside(node: cst.For | cst.CompFor, here: Here) -> bool:
    if isinstance(node, cst.For):
        return reaches_outside(here, node.body)
    loop = next((one for one in here.ancestors if not isinstance(one, cst.CompFor)), None)
    return loop is not None and reaches_outside(here, loop)


def _counted(iterable: cst.BaseExpression, here: Here) -> str:
    """The name in ``range(len(frame))``, for a proven data frame."""
    match iterable:
        case cst.Call(
            func=cst.Name("range"),
            args=[cst.Arg(value=cst.Call(func=cst.Name("len"), args=[cst.Arg(value=frame)]))],
        ) if here.kind(frame) is Kind.FRAME:
            return dotted(frame)
    return ""


def _lookup(loop: cst.For, frame: str) -> cst.Subscript | None:
    """``frame.iloc[i]`` or the like in the body of ``for i in ...``."""
    if not isinstance(loop.target, cst.Name):
        return None
    paths = {f"{frame}.{word}" for word in ("iloc", "loc", "iat", "at")}
    for node in within(loop.body):
        if isinstance(node, cst.Subscript) and dotted(node.value) in paths:
            index = [part for element in node.slice for part in within(element, names=True)]
            if any(isinstance(n, cst.Name) and n.value == loop.target.value for n in index):
                return node
    return None
