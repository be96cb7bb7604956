# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a name stands for, under whatever the language does to names."""

from __future__ import annotations

import libcst as cst
import pytest

from greenlint.here import Here
from greenlint.walk import walk


def standing_at_see(text: str) -> tuple[Here, cst.Call]:
    """The place of the first ``see(...)``, and that call."""
    here = Here(cst.parse_module(text), text)
    for link in walk(here.module):
        match link[0]:
            case cst.Call(func=cst.Name(value="see")) as call:
                here.link = link
                return here, call
    raise AssertionError("the block has no see()")


# What see() is given, and its qualified name.
NAMES = {
    "plain": ("import re\nsee(re.compile)", "re.compile"),
    "alias": ("import re as r\nsee(r.compile)", "re.compile"),
    "from": ("from re import compile\nsee(compile)", "re.compile"),
    "from as": ("from re import compile as c\nsee(c)", "re.compile"),
    "dotted": ("import os.path\nsee(os.path.join)", "os.path.join"),
    "dotted as": ("import os.path as p\nsee(p.join)", "os.path.join"),
    "two dotted": ("import a.b\nimport a.c\nsee(a.b.x)", "a.b.x"),
    "relative": ("from . import x\nsee(x.y)", ".x.y"),
    "relative mod": ("from .m import x\nsee(x)", ".m.x"),
    "relative 2": ("from ..m import x\nsee(x)", "..m.x"),
    "param": ("import re\ndef f(re):\n    see(re.compile)", None),
    "local assign": ("import re\ndef f():\n    re = g()\n    see(re.compile)", None),
    "local assign later": ("import re\ndef f():\n    see(re.compile)\n    re = g()", None),
    "other fn assign": (
        "import re\ndef g():\n    re = 1\ndef f():\n    see(re.compile)",
        "re.compile",
    ),
    "module reassign": ("import re\nre = other\nsee(re.compile)", None),
    "comp target": ("import re\n[see(re.compile) for re in xs]", None),
    "comp iter": ("import re\n[1 for re in see(re.compile)]", "re.compile"),
    "comp inner iter": ("import re\n[1 for x in xs for re in see(re.compile)]", None),
    "class scope method": (
        "class A:\n    sum = 1\n    def f(self):\n        see(sum)",
        "builtins.sum",
    ),
    "class scope body": ("class A:\n    sum = 1\n    see(sum)", None),
    "class scope comp iter": ("class A:\n    sum = 1\n    y = [x for x in see(sum)]", None),
    "class scope default": ("class A:\n    sum = 1\n    def f(self, a=see(sum)): pass", None),
    "class scope lambda": ("class A:\n    sum = 1\n    f = lambda: see(sum)", "builtins.sum"),
    "class scope decorator": ("class A:\n    sum = 1\n    @see(sum)\n    def f(self): pass", None),
    "global in f": (
        ("import re\ndef f():\n    global re\n    re = 1\ndef g():\n    see(re.compile)"),
        None,
    ),
    "global import in f": (
        "def f():\n    global re\n    import re\ndef g():\n    see(re.compile)",
        "re.compile",
    ),
    "global builtin": ("def f():\n    global sum\n    sum = 1\ndef g():\n    see(sum)", None),
    "nonlocal": (
        (
            "import re\ndef f():\n    re = 1\n    def g():\n        nonlocal re\n"
            "        see(re.compile)"
        ),
        None,
    ),
    "nonlocal sets": (
        (
            "def f():\n    import re\n    def g():\n        nonlocal re\n        re = 1\n"
            "    see(re.compile)"
        ),
        None,
    ),
    "import in fn": ("def f():\n    import re\n    see(re.compile)", "re.compile"),
    "import in fn other": ("def f():\n    import re\ndef g():\n    see(re.compile)", None),
    "closure": ("def f():\n    import re\n    def g():\n        see(re.compile)", "re.compile"),
    "try import None": (
        "try:\n    import yaml\nexcept ImportError:\n    yaml = None\nsee(yaml.load)",
        "yaml.load",
    ),
    "try import same": (
        (
            "try:\n    import json\nexcept ImportError:\n    import simplejson as json\n"
            "see(json.dumps)"
        ),
        None,
    ),
    "star": ("from x import *\nsee(sum)", None),
    "star in fn": ("def f():\n    see(sum)\nfrom x import *", None),
    "builtin": ("see(sum)", "builtins.sum"),
    "builtin attr": ("see(str.join)", "builtins.str.join"),
    "not builtin": ("see(summ)", None),
    "builtin def": ("def sum(): pass\nsee(sum)", None),
    "builtin class": ("class sum: pass\nsee(sum)", None),
    "builtin later": ("see(sum)\nsum = 1", None),
    "builtins mod": ("import builtins\nsee(builtins.sum)", "builtins.sum"),
    "for target": ("for sum in xs:\n    pass\nsee(sum)", None),
    "with target": ("with x as sum:\n    pass\nsee(sum)", None),
    "except": ("try:\n    pass\nexcept E as sum:\n    pass\nsee(sum)", None),
    "walrus": ("(sum := 3)\nsee(sum)", None),
    "walrus in comp": ("[(sum := x) for x in xs]\nsee(sum)", None),
    "walrus in comp in fn": ("def f():\n    [(sum := x) for x in xs]\n    see(sum)", None),
    "walrus in lambda": ("f = lambda: (sum := 3)\nsee(sum)", "builtins.sum"),
    "walrus default": ("def f(a=(sum := 3)): pass\nsee(sum)", None),
    "walrus decorator": ("@d(sum := 3)\ndef f(a): pass\nsee(sum)", None),
    "walrus class base": ("class A((sum := 3)): pass\nsee(sum)", None),
    "match capture": ("match x:\n    case sum: pass\nsee(sum)", None),
    "match star": ("match x:\n    case [*sum]: pass\nsee(sum)", None),
    "match rest": ("match x:\n    case {**sum}: pass\nsee(sum)", None),
    "match as": ("match x:\n    case A() as sum: pass\nsee(sum)", None),
    "match class kw": ("match x:\n    case A(y=sum): pass\nsee(sum)", None),
    "unpack": ("sum, b = xs\nsee(sum)", None),
    "unpack star": ("a, *sum = xs\nsee(sum)", None),
    "unpack nested": ("a, (sum, b) = xs\nsee(sum)", None),
    "unpack paren list": ("[a, [sum]] = xs\nsee(sum)", None),
    "attr target": ("a.sum = 1\nsee(sum)", "builtins.sum"),
    "sub target": ("a[sum] = 1\nsee(sum)", "builtins.sum"),
    "kw": ("f(sum=1)\nsee(sum)", "builtins.sum"),
    "ann": ("sum: int\nsee(sum)", None),
    "type alias": ("type sum = int\nsee(sum)", None),
    "kwonly": ("def f(*, sum): see(sum)", None),
    "posonly": ("def f(sum, /): see(sum)", None),
    "star arg": ("def f(*sum): see(sum)", None),
    "star kw": ("def f(**sum): see(sum)", None),
    "lambda param": ("lambda sum: see(sum)", None),
    "lambda default": ("lambda sum=see(sum): 1", "builtins.sum"),
    "def name nested own": ("def f():\n    def sum(): pass\n    see(sum)", None),
    "import dunder": ("from __future__ import annotations\nsee(sum)", "builtins.sum"),
    "del": ("import re\ndel re\nsee(re)", None),
    "if type checking": ("if TYPE_CHECKING:\n    import re\nsee(re.compile)", "re.compile"),
    "redundant import": ("import re\nimport re\nsee(re.compile)", "re.compile"),
    "import as dotted then": ("import a.b as a\nsee(a.c)", "a.b.c"),
    "assigned alias": ("import re\nc = re.compile\nsee(c)", None),
    "super": ("see(super().x)", None),
    "exec star nested class": ("class A:\n    from x import *\nsee(sum)", "builtins.sum"),
    "async with": ("async def f():\n    async with a as sum: pass\n    see(sum)", None),
    "for tuple": ("for a, (sum, c) in xs: pass\nsee(sum)", None),
    "except star": ("try:\n    pass\nexcept* E as sum:\n    pass\nsee(sum)", None),
    "aug": ("sum += 1\nsee(sum)", None),
    "with tuple": ("with x as (sum, b): pass\nsee(sum)", None),
    "with paren": ("with (x as sum, y as b): pass\nsee(sum)", None),
    "nested comp outer target": ("[[see(sum) for y in x] for sum in xs]", None),
    "nested comp in iter": ("[1 for sum in [see(sum) for z in zs]]", "builtins.sum"),
    "genexp in arg": ("f(see(sum) for sum in xs)", None),
    "class in function": ("def f():\n    sum = 1\n    class A:\n        see(sum)", None),
    "method in class in function": (
        ("def f():\n    sum = 1\n    class A:\n        def m(self):\n            see(sum)"),
        None,
    ),
    "import in if else": ("if a:\n    from x import f\nelse:\n    from y import f\nsee(f)", None),
    "import then None in fn": (
        "x = None\ndef f():\n    global x\n    import x\n    see(x.y)",
        "x.y",
    ),
    "name only None": ("x = None\nsee(x)", None),
    "print": ("see(print)", "builtins.print"),
}


@pytest.mark.parametrize(("text", "name"), NAMES.values(), ids=NAMES)
def test_qualified_names_are_proven(text: str, name: str | None) -> None:
    """Imports under any alias, and builtins, if nothing that the place can see hides them."""
    here, call = standing_at_see(f"{text}\n")
    assert here.qualified(call.args[0].value) == name


# What see() is given, and the call that made it.
MADE = {
    "call": ("import requests\nsee(requests.Session())", "requests.Session"),
    "name": ("import requests\ns = requests.Session()\nsee(s)", "requests.Session"),
    "with": ("import requests\nwith requests.Session() as s:\n    see(s)", "requests.Session"),
    "self": (
        (
            "import requests\nclass A:\n    def __init__(self):\n"
            "        self.s = requests.Session()\n    def f(self):\n        see(self.s)"
        ),
        "requests.Session",
    ),
    "self None": (
        (
            "import requests\nclass A:\n    s = None\n    def g(self):\n"
            "        self.s = requests.Session()\n    def f(self):\n        see(self.s)"
        ),
        "requests.Session",
    ),
    "self other": (
        (
            "import requests\nclass A:\n    def __init__(self):\n"
            "        self.s = requests.Session()\n    def g(self):\n        self.s = x\n"
            "    def f(self):\n        see(self.s)"
        ),
        None,
    ),
    "param": ("import requests\ndef f(s):\n    see(s)", None),
    "param rebound": ("import requests\ndef f(s):\n    s = requests.Session()\n    see(s)", None),
    "param default": ("import requests\ndef f(s=requests.Session()):\n    see(s)", None),
    "await": (
        ("import requests\nasync def f():\n    s = await requests.Session()\n    see(s)"),
        "requests.Session",
    ),
    "two": ("import requests\ns = requests.Session()\ns = requests.get()\nsee(s)", None),
    "or": ("import requests\ns = a or requests.Session()\nsee(s)", None),
    "unpack": ("import requests\ns, t = requests.Session(), 1\nsee(s)", "requests.Session"),
    "unpack call": ("import requests\ns, t = requests.Session()\nsee(s)", None),
    "for": ("import requests\nfor s in requests.Session():\n    see(s)", None),
    "name via name": ("import requests\na = requests.Session()\nb = a\nsee(b)", None),
    "aug": ("import requests\ns = requests.Session()\ns += 1\nsee(s)", None),
    "annotated": ("import requests\ns: X = requests.Session()\nsee(s)", "requests.Session"),
    "walrus": ("import requests\nif (s := requests.Session()):\n    see(s)", "requests.Session"),
    "global set in fn": (
        (
            "import requests\ns = None\ndef f():\n    global s\n"
            "    s = requests.Session()\n    see(s)"
        ),
        "requests.Session",
    ),
    "global set to other": (
        (
            "import requests\ns = requests.Session()\ndef g():\n    global s\n    s = 1\n"
            "def f():\n    see(s)"
        ),
        None,
    ),
    "comp target": ("import requests\ns = requests.Session()\n[see(s) for s in xs]", None),
    "self deleted": (
        (
            "import requests\nclass A:\n    def f(self):\n"
            "        self.s = requests.Session()\n        see(self.s)\n"
            "        for self.s in xs: pass"
        ),
        None,
    ),
    "self tuple": (
        (
            "import requests\nclass A:\n    def f(self):\n"
            "        self.s = requests.Session()\n        see(self.s)\n"
            "        self.s, b = xs"
        ),
        None,
    ),
    "nested fn self": (
        (
            "import requests\nclass A:\n    def f(self):\n"
            "        self.s = requests.Session()\n        def g():\n"
            "            see(self.s)"
        ),
        "requests.Session",
    ),
    "bound later": (
        "import requests\ndef f():\n    see(s)\ns = requests.Session()",
        "requests.Session",
    ),
    "awaited name": ("async def f():\n    task = await task\n    see(task)", None),
    "awaited call": (
        "import asyncpg\nasync def f():\n    c = await asyncpg.connect()\n    see(c)",
        "asyncpg.connect",
    ),
}


@pytest.mark.parametrize(("text", "maker"), MADE.values(), ids=MADE)
def test_made_by_is_the_one_call_behind_a_value(text: str, maker: str | None) -> None:
    """All bindings must agree, in whatever function or method they stand."""
    here, call = standing_at_see(f"{text}\n")
    assert here.made_by(call.args[0].value) == maker
