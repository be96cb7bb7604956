# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Arrays of NumPy that a loop takes apart: proof of the array, and what stands at its indices."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from greenlint.here import Here, Loop
from greenlint.kinds import Kind
from greenlint.walk import within

_MAKERS = frozenset(
    f"numpy.{word}"
    for word in (
        "array", "asarray", "zeros", "ones", "empty", "full", "eye", "arange", "linspace",
        "loadtxt", "zeros_like", "ones_like", "empty_like", "full_like", "random.rand",
        "random.randn", "random.random", "random.randint", "random.uniform", "random.normal",
        "meshgrid",
    )
)  # fmt: skip
# Compilers under which a loop over elements is as it should be.
_COMPILERS = ("numba", "cython", "pythran", "taichi", "pyccel", "triton", "transonic")


def is_array(expr: cst.BaseExpression, here: Here) -> bool:
    """Whether this file proves that a value is an array: by a call of NumPy, or an annotation."""
    return here.kind(expr) is Kind.ARRAY or here.made_by(expr) in _MAKERS


def is_compiled(here: Here) -> bool:
    """Whether the file is, or may be, compiled: then its loops are loops of C."""
    return any(word in here.text for word in _COMPILERS)


def indexed(expr: cst.BaseExpression) -> tuple[cst.BaseExpression, list[cst.BaseExpression]] | None:
    """``a[i][j]`` and ``a[i, j]`` as the array and its indices; None with a slice among them."""
    indices: list[cst.BaseExpression] = []
    while isinstance(expr, cst.Subscript):
        for element in reversed(expr.slice):
            if not isinstance(element.slice, cst.Index) or element.slice.star:
                return None
            indices.insert(0, element.slice.value)
        expr = expr.value
    return (expr, indices) if indices else None


def subscripts(expr: cst.CSTNode) -> Iterator[cst.Subscript]:
    """The outermost subscripts of an expression."""
    inner: set[cst.CSTNode] = set()
    for node in within(expr):
        if isinstance(node, cst.Subscript) and node not in inner:
            inner.update(within(node))
            yield node


def counts(loop: Loop, here: Here) -> str:
    """The name in ``for i in range(...)``; "" for another loop, or one whose bound is written."""
    match loop.iter, loop.target:
        case cst.Call(func=cst.Name("range"), args=args), cst.Name(value=name):
            if all(isinstance(arg.value, cst.Integer) for arg in args):
                return ""
            return name
    return ""
