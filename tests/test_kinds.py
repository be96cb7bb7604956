# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The kind of a value, as far as one file proves it."""

from __future__ import annotations

import libcst as cst
import pytest

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.walk import walk


def kind_of_argument(text: str) -> Kind | None:
    """The kind of what the block hands to ``see()``, asked where it stands."""
    here = Here(cst.parse_module(text), text)
    for link in walk(here.module):
        match link[0]:
            case cst.Call(func=cst.Name(value="see"), args=[argument]):
                here.link = link
                return here.kind(argument.value)
    raise AssertionError("the block has no see(...)")


REBOUND = """
from shop.models import Order
def find(paid, late):
    rows = Order.objects.all()
    if paid:
        rows = rows.filter(paid=True)
    if late:
        rows = rows.exclude(late=False)
    see(rows[:10])
"""
MANY = REBOUND.replace("    see", "    rows = rows.distinct()\n" * 40 + "    see")
CHANGED = """
def find(text):
    words = "a b"
    words = words.split()
    see(words)
"""
ITS_OWN = """
def find():
    rows = rows.filter()
    see(rows)
"""
FUNCTION = """
from shop.models import Order
def sold(start):
    if start:
        return Order.objects.filter(day=start)
    return Order.objects.all()
see(sold(1))
"""
ANNOTATED = """
def sold(start) -> list[str]:
    return read(start)
see(sold(1))
"""
DECORATED = """
@wrapped
def sold(start) -> list[str]:
    return []
see(sold(1))
"""
RECURSIVE = """
def sold(start):
    return sold(start)
see(sold(1))
"""
YIELDS = """
def sold(start):
    yield 1
    return []
see(sold(1))
"""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (REBOUND, Kind.QUERYSET),
        (MANY, Kind.QUERYSET),
        (CHANGED, None),
        (ITS_OWN, None),
        (FUNCTION, Kind.QUERYSET),
        (ANNOTATED, Kind.LIST),
        (DECORATED, None),
        (RECURSIVE, None),
        (YIELDS, None),
        ("see(b'abc'[1:])", Kind.BYTES),
        ("see(b'abc'[1])", None),
    ],
)
def test_kind_is_what_the_file_proves(text: str, kind: Kind | None) -> None:
    """Names rebound in terms of themselves, slices and local functions keep what is proven."""
    assert kind_of_argument(text) is kind


# What see() is given, and its kind.
VALUES = {
    "[]": ("see([])", "list"),
    "()": ("see(())", "tuple"),
    "{}": ("see({})", "dict"),
    "{1}": ("see({1})", "set"),
    "dict()": ("see(dict())", "dict"),
    "dict shadow": ("def dict(): pass\nsee(dict())", None),
    "list ann": ("def f(a: list[int]):\n    see(a)", "list"),
    "opt": ("def f(a: list[int] | None):\n    see(a)", "list"),
    "Optional": ("def f(a: Optional[dict]):\n    see(a)", "dict"),
    "union two": ("def f(a: list | dict):\n    see(a)", None),
    "str ann": ("def f(a: 'list[int]'):\n    see(a)", "list"),
    "bad str ann": ("def f(a: 'list['):\n    see(a)", None),
    "ann shadow": ("class Counter: pass\ndef f(a: Counter):\n    see(a)", None),
    "ann import shadow": ("from shop.models import Counter\ndef f(a: Counter):\n    see(a)", None),
    "ann dict shadow": ("from shop import dict\ndef f(a: dict):\n    see(a)", None),
    "ann Set ast": ("import ast\ndef f(a: ast.Set):\n    see(a)", None),
    "ann Dict ast": ("def f(a: ast.Dict):\n    see(a)", None),
    "ann cst.List": ("import libcst as cst\ndef f(a: cst.List):\n    see(a)", None),
    "ann typing": ("import typing as t\ndef f(a: t.Dict[str, int]):\n    see(a)", "dict"),
    "ann polars": ("import polars as pl\ndef f(a: pl.DataFrame):\n    see(a)", None),
    "param none default": ("def f(a=None):\n    see(a)", None),
    "param default": ("def f(a={}):\n    see(a)", None),
    "param rebind": ("def f(a: list):\n    a = set(a)\n    see(a)", None),
    "isinstance": ("def f(a):\n    if isinstance(a, dict):\n        see(a)", None),
    "if else agree": ("if x:\n    a = []\nelse:\n    a = list(b)\nsee(a)", "list"),
    "if else differ": ("if x:\n    a = []\nelse:\n    a = {}\nsee(a)", None),
    "none or list": ("a = None\nif x:\n    a = []\nsee(a)", "list"),
    "ifexp": ("a = [] if x else [1]\nsee(a)", "list"),
    "or": ("a = b or []\nsee(a)", None),
    "or known": ("a = [] or [1]\nsee(a)", "list"),
    "and": ("a = x and []\nsee(a)", None),
    "kwargs": ("def f(**k):\n    see(k)", "dict"),
    "args": ("def f(*k):\n    see(k)", "tuple"),
    "kwargs rebound": ("def f(**k):\n    k = g(k)\n    see(k)", None),
    "+": ("see([1] + a)", "list"),
    "a+[]": ("see(a + [1])", None),
    "str+": ("see('a' + b)", "str"),
    "b+str": ("see(b + 'a')", "str"),
    "*": ("see([0] * n)", "list"),
    "n*": ("see(n * [0])", None),
    "np * list": ("import numpy as np\nsee([1] * np.array([1]))", None),
    "%": ("see('%s' % b)", "str"),
    "f": ("see(f'{x}')", "str"),
    "concat": ("see('a' 'b')", "str"),
    "bytes concat": ("see(b'a' b'b')", "bytes"),
    "b%": ("see(b'%s' % b)", "bytes"),
    "join": ("see(','.join(x))", "str"),
    "split": ("see('a b'.split())", "list"),
    "enc": ("see('a'.encode())", "bytes"),
    "bdec": ("see(b'a'.decode())", "str"),
    "partition": ("see('a'.partition('b'))", None),
    "open": ("see(open(x))", "file"),
    "with open": ("with open(x) as f:\n    see(f)", "file"),
    "path open": ("from pathlib import Path\nwith Path(x).open() as f:\n    see(f)", "file"),
    "unknown .open": ("with x.open() as f:\n    see(f)", None),
    "slice": ("a = [1]\nsee(a[1:])", "list"),
    "index": ("a = [1]\nsee(a[1])", None),
    "slice2": ("a = [1]\nsee(a[1:, 2])", None),
    "cmp": ("see(a < b)", "bool"),
    "in": ("see(a in b)", "bool"),
    "not": ("see(not a)", None),
    "lambda": ("see(lambda: 1)", None),
    "global changed in fn": (
        "a = []\ndef f():\n    global a\n    a = {}\ndef g():\n    see(a)",
        None,
    ),
    "nonlocal changed": (
        ("def f():\n    a = []\n    def g():\n        nonlocal a\n        a = {}\n    see(a)"),
        None,
    ),
    "for str": ("for a in 'abc':\n    see(a)", "str"),
    "for range": ("for i in range(3):\n    see(i)", "int"),
    "for list": ("for i in [1]:\n    see(i)", None),
    "enumerate": ("for i, x in enumerate('abc'):\n    see(i)", None),
    "self": (
        (
            "class A:\n    def __init__(self):\n        self.a = []\n    def f(self):\n"
            "        see(self.a)"
        ),
        "list",
    ),
    "self two": (
        (
            "class A:\n    def __init__(self):\n        self.a = []\n    def g(self):\n"
            "        self.a = {}\n    def f(self):\n        see(self.a)"
        ),
        None,
    ),
    "self tuple-assigned": (
        (
            "class A:\n    def __init__(self):\n        self.a = []\n    def g(self):\n"
            "        self.a, self.b = x\n    def f(self):\n        see(self.a)"
        ),
        None,
    ),
    "self for": (
        (
            "class A:\n    def __init__(self):\n        self.a = []\n    def g(self):\n"
            "        for self.a in x: pass\n    def f(self):\n        see(self.a)"
        ),
        None,
    ),
    "self nested fn": (
        (
            "class A:\n    def __init__(self):\n        self.a = []\n    def g(self):\n"
            "        def h():\n            self.a = {}\n    def f(self):\n"
            "        see(self.a)"
        ),
        None,
    ),
    "self ann class": ("class A:\n    a: list[int]\n    def f(self):\n        see(self.a)", "list"),
    "self param": (
        (
            "class A:\n    def __init__(self, a):\n        self.a = a\n    def f(self):\n"
            "        see(self.a)"
        ),
        None,
    ),
    "self param ann": (
        (
            "class A:\n    def __init__(self, a: dict):\n        self.a = a\n"
            "    def f(self):\n        see(self.a)"
        ),
        "dict",
    ),
    "self deep fn param shadow": (
        (
            "class A:\n    def __init__(self, a: dict):\n        a = x\n"
            "        self.a = a\n    def f(self):\n        see(self.a)"
        ),
        None,
    ),
    "self param in other method": (
        (
            "a = {}\nclass A:\n    def __init__(self, a):\n        self.a = a\n"
            "    def f(self):\n        see(self.a)"
        ),
        None,
    ),
    "self in if": (
        (
            "class A:\n    if X:\n        def __init__(self):\n            self.a = {}\n"
            "    a = []\n    def f(self):\n        see(self.a)"
        ),
        None,
    ),
    "property": (
        (
            "class A:\n    @property\n    def a(self):\n        return 1\n"
            "    def f(self):\n        see(self.a)"
        ),
        None,
    ),
    "cls attr subclassed": (
        "class A(B):\n    a = []\n    def f(self):\n        see(self.a)",
        "list",
    ),
    "classmethod": (
        "class A:\n    a = []\n    @classmethod\n    def f(cls):\n        see(cls.a)",
        "list",
    ),
    "recursive name": ("a = a\nsee(a)", None),
    "mutual": ("a = b\nb = a\nsee(a)", None),
    "self aug": ("a = 'x'\na += y\nsee(a)", "str"),
    "int aug": ("a = 1\na += y\nsee(a)", "int"),
    "list aug": ("a = []\na += y\nsee(a)", "list"),
    "set ops": ("a = {1}\nsee(a | b)", "set"),
    "dict |": ("a = {1:1}\nsee(a | b)", None),
    "int/": ("see(1 / 2)", None),
    "walrus": ("see(a := [])", "list"),
    "except": ("try:\n    a = []\nexcept E as a:\n    pass\nsee(a)", None),
    "del": ("a = []\ndel a\nsee(a)", "list"),
    "with suppress Logger": ("with Counter() as a:\n    see(a)", None),
    "import": ("import a\nsee(a)", None),
    "def": ("def a(): pass\nsee(a)", None),
    "class cons": ("class A: pass\nsee(A())", None),
    "chained": ("a = b = []\nsee(b)", "list"),
    "unpack": ("a, b = [], {}\nsee(b)", "dict"),
    "unpack call": ("a, b = f()\nsee(b)", None),
    "match": ("match x:\n    case a: pass\nsee(a)", None),
    "await": ("async def f():\n    see(await dict())", None),
    "async func": ("async def g() -> list: ...\nsee(g())", None),
    "gen fn no ann": ("def g():\n    yield 1\nsee(g())", None),
    "gen fn ann": ("def g() -> Generator[int]:\n    yield 1\nsee(g())", "generator"),
    "fn bare return": ("def g():\n    return\nsee(g())", None),
    "fn mixed none": ("def g():\n    if x:\n        return None\n    return []\nsee(g())", "list"),
    "fn falls off end": ("def g():\n    if x:\n        return []\nsee(g())", "list"),
    "method named like fn": (
        "class A:\n    def g(self) -> list: ...\n    def f(self):\n        see(g())",
        None,
    ),
    "fn with param": ("def g(a: dict):\n    return a\nsee(g(1))", "dict"),
    "copy": ("a = {}\nsee(a.copy())", "dict"),
    "bytearray": ("see(bytearray())", "bytearray"),
    "paren": ("see(([]))", "list"),
    "getLogger": ("import logging\nlog = logging.getLogger()\nsee(log)", "logger"),
    "string prefix": ("see(rb'x')", "bytes"),
    "u": ("see(u'x')", "str"),
    "Path ann": ("def f(a: IO[str]):\n    see(a)", "file"),
    "not none default": ("def f(a: list = None):\n    see(a)", "list"),
    "Mapping": ("def f(a: Mapping):\n    see(a)", None),
    "list[...] sub": ("see(list[int])", None),
    "star arg ann": ("def f(*a: str):\n    see(a)", "tuple"),
    "kw arg ann": ("def f(**a: str):\n    see(a)", "dict"),
    "for ann": ("i: int\nfor i in x:\n    see(i)", None),
    "ann then bad": ("a: list\na = f()\nsee(a)", None),
}


@pytest.mark.parametrize(("text", "kind"), VALUES.values(), ids=VALUES)
def test_kinds_follow_from_literals_annotations_and_calls(text: str, kind: str | None) -> None:
    """A class of the same name from elsewhere, or one binding that says nothing, proves nothing."""
    assert kind_of_argument(f"{text}\n") == kind
