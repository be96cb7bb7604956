# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What Here answers about the place a check stands at."""

from __future__ import annotations

import libcst as cst
import pytest

from greenlint.here import Here
from greenlint.walk import walk, within


def standing_at_see(text: str) -> tuple[Here, cst.Call]:
    """The place of the first ``see(...)``, and that call."""
    here = Here(cst.parse_module(text), text)
    for link in walk(here.module):
        match link[0]:
            case cst.Call(func=cst.Name(value="see")) as call:
                here.link = link
                return here, call
    raise AssertionError("the block has no see()")


ALWAYS = "while busy:\n    see()\n    break\n"
MAYBE = "while busy:\n    see()\n    if again:\n        continue\n    break\n"
INNER = "while busy:\n    for x in xs:\n        continue\n    see()\n    break\n"


@pytest.mark.parametrize(
    ("text", "repeats"), [(ALWAYS, False), (MAYBE, True), (INNER, False)], ids=["", "own", "inner"]
)
def test_a_block_that_may_go_on_does_not_always_leave(text: str, repeats: bool) -> None:
    """A `continue` of the loop itself keeps it turning; that of a loop inside it does not."""
    here = Here(cst.parse_module(text), text)
    for link in walk(here.module):
        if isinstance(link[0], cst.Call):
            here.link = link
            assert (here.every_turn() is not None) == repeats
            return
    raise AssertionError("the block has no see()")


def test_statements_that_only_move_control_are_given() -> None:
    """A rule that looks for `break`, `continue` or `pass` within a body finds it."""
    body = cst.parse_module(MAYBE + "else:\n    pass\n")
    kinds = {type(node) for node in within(body)}
    assert {cst.Break, cst.Continue, cst.Pass} <= kinds


# What stands at see(), and how many loops repeat it.
LOOPS = {
    "for body": ("for x in xs:\n    see()", 1),
    "for iter": ("for x in see():\n    pass", 0),
    "for else": ("for x in xs:\n    pass\nelse:\n    see()", 0),
    "while test": ("while see():\n    pass", 1),
    "while body": ("while x:\n    see()", 1),
    "while else": ("while x:\n    pass\nelse:\n    see()", 0),
    "nested def body": ("for x in xs:\n    def f():\n        see()", 0),
    "nested def default": ("for x in xs:\n    def f(a=see()):\n        pass", 1),
    "nested def decorator": ("for x in xs:\n    @see()\n    def f():\n        pass", 1),
    "nested def annotation": ("for x in xs:\n    def f(a: see()) -> None:\n        pass", 1),
    "lambda body": ("for x in xs:\n    f = lambda: see()", 0),
    "lambda default": ("for x in xs:\n    f = lambda a=see(): a", 1),
    "class body": ("for x in xs:\n    class A:\n        y = see()", 1),
    "class base": ("for x in xs:\n    class A(see()):\n        pass", 1),
    "comp elt": ("[see() for x in xs]", 1),
    "comp iter": ("[x for x in see()]", 0),
    "comp filter": ("[x for x in xs if see()]", 1),
    "comp inner iter": ("[y for x in xs for y in see()]", 1),
    "comp inner elt": ("[see() for x in xs for y in x]", 2),
    "comp inner few elt": ("[see() for x in xs for y in (1,2)]", 1),
    "comp outer filter": ("[y for x in xs if see() for y in x]", 1),
    "comp inner filter": ("[y for x in xs for y in x if see()]", 2),
    "three iter": ("[z for x in xs for y in x for z in see()]", 2),
    "dict key": ("{see(): 1 for x in xs}", 1),
    "dict value": ("{1: see() for x in xs}", 1),
    "genexp": ("(see() for x in xs)", 1),
    "comp in for iter": ("for y in [see() for x in xs]:\n    pass", 1),
    "comp in for body": ("for y in ys:\n    [see() for x in xs]", 2),
    "comp iter in for body": ("for y in ys:\n    [x for x in see()]", 1),
    "few": ("for x in (1,2,3):\n    see()", 0),
    "five": ("for x in (1,2,3,4,5):\n    see()", 0),
    "six": ("for x in (1,2,3,4,5,6):\n    see()", 1),
    "range 5": ("for x in range(5):\n    see()", 0),
    "range 6": ("for x in range(6):\n    see()", 1),
    "range 2,7": ("for x in range(2,7):\n    see()", 0),
    "range 2,8": ("for x in range(2,8):\n    see()", 1),
    "range step": ("for x in range(0,100,50):\n    see()", 0),
    "range bigstep": ("for x in range(0,100,1):\n    see()", 1),
    "range down": ("for x in range(5,0,-1):\n    see()", 0),
    "range down 100": ("for x in range(100,0,-1):\n    see()", 1),
    "range 0": ("for x in range(10,0):\n    see()", 0),
    "range neg": ("for x in range(-50,50):\n    see()", 1),
    "range neg few": ("for x in range(-1,2):\n    see()", 0),
    "range n": ("for x in range(n):\n    see()", 1),
    "caps": ("for x in NAMES:\n    see()", 0),
    "caps attr": ("for x in self.NAMES:\n    see()", 0),
    "caps one letter": ("for x in X:\n    see()", 1),
    "caps digits": ("for x in N2:\n    see()", 0),
    "caps items": ("for x,y in NAMES.items():\n    see()", 0),
    "enumerate caps": ("for x,y in enumerate(NAMES):\n    see()", 0),
    "enumerate few": ("for x,y in enumerate(('a','b')):\n    see()", 0),
    "enumerate start": ("for x,y in enumerate(('a','b'), 1):\n    see()", 0),
    "zip few second": ("for x,y in zip(xs, (1,2)):\n    see()", 0),
    "few in loop": ("for y in ys:\n    for x in (1,2):\n        see()", 1),
    "few star": ("for x in (1,*xs):\n    see()", 1),
    "few string": ("for x in 'abc':\n    see()", 0),
    "name few": ("a = [1,2]\nfor x in a:\n    see()", 0),
    "name grows": ("a = [1,2]\na.append(3)\nfor x in a:\n    see()", 1),
    "name grows aug": ("a = [1,2]\na += xs\nfor x in a:\n    see()", 1),
    "name empty then passed": ("a = []\nfill(a)\nfor x in a:\n    see()", 1),
    "name grows other fn": (
        "a = []\ndef f():\n    a.append(1)\ndef g():\n    for x in a:\n        see()",
        1,
    ),
    "break": ("for x in xs:\n    see()\n    break", 0),
    "return": ("def f():\n    for x in xs:\n        see()\n        return 1", 0),
    "raise": ("for x in xs:\n    see()\n    raise E", 0),
    "if return": (
        ("def f():\n    for x in xs:\n        if x:\n            see()\n            return 1"),
        0,
    ),
    "if break": ("for x in xs:\n    if x:\n        see()\n        break", 0),
    "if break outer": (
        ("for y in ys:\n    for x in xs:\n        if x:\n            see()\n            break"),
        1,
    ),
    "if return outer": (
        (
            "def f():\n  for y in ys:\n    for x in xs:\n        if x:\n"
            "            see()\n            return"
        ),
        0,
    ),
    "raise in try": (
        ("for x in xs:\n    try:\n        see()\n        raise E\n    except E:\n        pass"),
        0,
    ),
    "raise in handler": (
        ("for x in xs:\n    try:\n        pass\n    except E:\n        see()\n        raise"),
        0,
    ),
    "raise in handler caught outer": (
        (
            "for x in xs:\n  try:\n    try:\n        pass\n    except E:\n        see()\n"
            "        raise\n  except F:\n    pass"
        ),
        0,
    ),
    "break in try": (
        ("for x in xs:\n    try:\n        see()\n        break\n    except E:\n        pass"),
        0,
    ),
    "return in try": (
        ("def f():\n  for x in xs:\n    try:\n        return see()\n    except E:\n        pass"),
        0,
    ),
    "return in try no handler for it": (
        ("def f():\n  for x in xs:\n    try:\n        pass\n    except E:\n        return see()"),
        0,
    ),
    "try else break": (
        (
            "for x in xs:\n    try:\n        pass\n    except E:\n        pass\n"
            "    else:\n        see()\n        break"
        ),
        0,
    ),
    "return then finally": (
        ("def f():\n  for x in xs:\n    try:\n        return see()\n    finally:\n        pass"),
        0,
    ),
    "finally": ("for x in xs:\n    try:\n        pass\n    finally:\n        see()", 1),
    "finally break": (
        ("for x in xs:\n    try:\n        pass\n    finally:\n        see()\n        break"),
        0,
    ),
    "break with suppress": ("for x in xs:\n    with suppress(E):\n        see()\n        break", 0),
    "match case": ("for x in xs:\n    match x:\n        case 1:\n            see()", 1),
    "match case return": (
        ("def f():\n  for x in xs:\n    match x:\n        case 1:\n            return see()"),
        0,
    ),
    "match subject": ("for x in xs:\n    match see():\n        case 1:\n            pass", 1),
    "while true": ("while True:\n    see()", 1),
    "while true break": ("while True:\n    see()\n    break", 0),
    "return statement": ("def f():\n    for x in xs:\n        return see()", 0),
    "if one line": ("for x in xs:\n    if x: see(); break", 0),
    "for one line": ("for x in xs: see()", 1),
    "if cond before break": ("for x in xs:\n    if see():\n        break", 1),
    "elif": ("for x in xs:\n    if x:\n        break\n    elif see():\n        pass", 1),
    "break in while else": ("for y in ys:\n  while x:\n    pass\n  else:\n    see()\n    break", 0),
    "break in for-else of inner": (
        ("for y in ys:\n  for x in xs:\n    see()\n    if x: continue\n    break\n  break"),
        1,
    ),
    "async for": ("async def f():\n    async for x in xs:\n        see()", 1),
    "async comp": ("async def f():\n    return [see() async for x in xs]", 1),
    "module caps comp": ("[see() for x in NAMES]", 0),
    "walrus": ("while (y := see()):\n    pass", 1),
    "with in loop": ("for x in xs:\n    with see() as f:\n        pass", 1),
    "fstring": ("for x in xs:\n    y = f'{see()}'", 1),
    "default in lambda comp": ("[lambda: see() for x in xs]", 0),
    "genexp in lambda": ("for x in xs:\n    lambda: [see() for y in ys]", 1),
    "break inside inner loop last": ("for y in ys:\n    see()\n    for x in xs:\n        break", 1),
    "return in nested inner with continue before": (
        "def f():\n  for x in xs:\n    if x:\n        continue\n    see()\n    return",
        1,
    ),
}


@pytest.mark.parametrize(("text", "loops"), LOOPS.values(), ids=LOOPS)
def test_a_loop_repeats_what_runs_on_each_turn(text: str, loops: int) -> None:
    """Not its header, its `else`, what is called later, nor a block that leaves it; not when it
    is short.  A block that tries until it succeeds, and then leaves, is no repetition either.
    """
    here, call = standing_at_see(f"{text}\n")
    assert len(list(here.loops(call))) == loops
    assert (here.every_turn(call) is not None) == (loops > 0)


# One statement of a function that has a container `a`, and whether it may change it.
CHANGES = {
    "append": ("a.append(1)", True),
    "other": ("b.append(a)", True),
    "b.append(x)": ("b.append(x)", False),
    "len": ("len(a)", False),
    "call": ("g(a)", True),
    "call kw": ("g(x=a)", True),
    "assign": ("a = 1", True),
    "sub": ("a[1] = 2", True),
    "del": ("del a[1]", True),
    "del a": ("del a", True),
    "aug": ("a += [1]", True),
    "augsub": ("a[0] += 1", True),
    "for": ("for a in x: pass", True),
    "for tuple": ("for a, b in x: pass", True),
    "for sub": ("for a[0] in x: pass", True),
    "with": ("with x as a: pass", True),
    "unpack": ("a, b = x", True),
    "star unpack": ("b, *a = x", True),
    "walrus": ("(a := 1)", True),
    "nested def": ("def g():\n    a.append(1)", True),
    "nested read": ("def g():\n    return len(a)", True),
    "lambda": ("h(lambda: a)", True),
    "method arg": ("x.extend(a)", True),
    "join": ("','.join(a)", False),
    "return": ("return a", False),
    "comp target": ("[a for a in x]", False),
    "method read": ("a.index(1)", False),
    "sub method": ("a[0].append(1)", False),
    "global": ("global a", False),
    "print": ("print(a)", False),
    "sorted key": ("sorted(a, key=g)", False),
    "await call": ("q()", False),
    "type ann": ("a: int = 3", True),
    "del tuple": ("del x, a[0]", True),
    "map": ("list(map(g, a))", False),
    "setattr": ("setattr(a,'x',1)", True),
    "ior": ("a |= {1}", True),
    "chained": ("b = a[0] = 2", True),
    "nested tuple": ("(b, (a[0], c)) = x", True),
    "super list update": ("list.append(a, 1)", True),
}


@pytest.mark.parametrize(("line", "changed"), CHANGES.values(), ids=CHANGES)
def test_changed_containers_are_told(line: str, changed: bool) -> None:
    """A mutating method, a store, a deletion or a call that gets it may change a container."""
    body = "".join(f"    {part}\n" for part in line.split("\n"))
    here, call = standing_at_see(f"def f(a):\n{body}    see(a)\n")
    assert here.function is not None
    assert here.changed(call.args[0].value, *here.function.body.body[:-1]) == changed


# A loop around see(), and the names that it assigns.
STORED = {
    "assign": ("for x in xs:\n    a = 1\n    see()", "a x"),
    "tuple": ("for x, y in xs:\n    see()", "x y"),
    "aug": ("for x in xs:\n    a += 1\n    see()", "a x"),
    "with": ("for x in xs:\n    with y as (a, b):\n        see()", "a b x"),
    "inner for": ("for x in xs:\n    for a in b:\n        see()", "a"),
    "comp": ("[see() for a, (b, c) in x]", "a b c"),
    "walrus": ("while (a := 1):\n    see()", "a"),
    "walrus comp": ("[see() for x in xs if (a := x)]", "a x"),
    "else": ("for x in xs:\n    see()\nelse:\n    a = 1", "a x"),
    "inner comp": ("for x in xs:\n    [b for b in c]\n    see()", "b x"),
}


@pytest.mark.parametrize(("text", "names"), STORED.values(), ids=STORED)
def test_names_that_a_loop_assigns(text: str, names: str) -> None:
    """Targets, assignments, with-targets, comprehensions and ``:=`` within count."""
    here, call = standing_at_see(f"{text}\n")
    loop = here.every_turn(call, few=True)
    assert loop is not None
    assert here.stored(loop) == set(names.split())


LINES = (
    'class A:\n\tdef f(self):\n\t\tsee({\n\t\t\t1: """\n x""",\n# of\n\t\t}, [\n'
    "one\n\t\t\tfor one in self\n\t\t])\n"
)


def test_code_of_several_lines_stands_as_in_the_file() -> None:
    """An expression keeps its indentation, its texts and its comments; a clause does, too."""
    here, call = standing_at_see(LINES)
    first, second = (arg.value for arg in call.args)
    assert isinstance(second, cst.ListComp)
    assert here.code(call) + "\n" in LINES
    assert here.code(first) in LINES
    assert here.code(second.for_in) == "\n\t\t\tfor one in self"
    assert here.code(call.with_changes(args=call.args[:1])).endswith("\n\t\t}, )")
    here, call = standing_at_see("see(\n    1,\n)\n")
    assert here.code(call) == "see(\n    1,\n)"
