# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Classes of the project whose inherited methods ask, and the lines that they stand on."""

from __future__ import annotations

import gc
import importlib
import sqlite3
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from types import FrameType, ModuleType, SimpleNamespace
from typing import Any

import pytest
from greenlint_profiler.work.classes import Place, class_line
from greenlint_profiler.work.line import NOWHERE, Lines

from tests.profiler.counted import counted

# As a library has it: what a program inherits, beside the project.
LIBRARY = """
class Base:
    def show(self, find):
        return find()

    def to_representation(self, fields, find):
        for field in fields:
            found = find()
        return found

    def get_attribute(self, find):
        return find()

    def __call__(self, find):
        return find()

    def method_of_two(here, find):
        return find()

    def long(self, find):
        held = Thing()
        dead = weakref.ref(held)
        find()
        del held
        return dead()

class Thing:
    pass

import weakref
"""

SHOP = '''"""Classes.

class Plain is not here.
"""

from library import Base


def decorated(one):
    return one


class Plain(Base):
    pass


@decorated
class Decorated(Base):
    class Inner(Base):
        pass


class Caller(Base):
    def show(self, find):
        return super().show(find)

    def to_representation(self, fields, find):
        return super().to_representation(fields, find)

    def of_another(self, find):
        return Plain().show(find)


class Mapped(Base):
    __mapper__ = None


def made():
    class Local(Base):
        pass

    return Local()


def own_line(find):
    return find()
'''


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A project whose classes inherit from a library that lies beside it."""
    for folder, name, text in (("libraries", "library", LIBRARY), ("project", "a_shop", SHOP)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.py").write_text(text)
        monkeypatch.syspath_prepend(str(tmp_path / folder))
        monkeypatch.delitem(sys.modules, name, raising=False)
    importlib.invalidate_caches()
    module = importlib.import_module("a_shop")
    monkeypatch.setitem(sys.modules, "a_shop", module)
    return module


@pytest.fixture
def find(tmp_path: Path) -> Callable[[], Place]:
    """Asks, from where it is called, who asked."""
    lines = Lines(str(tmp_path / "project"))

    def look() -> Place:
        place = lines.innermost(sys._getframe(1), classes=True)
        assert place is not None
        return (None if place[0] is None else lines.relative(place[0])), *place[1:]

    return look


def test_a_class_whose_inherited_method_asks_is_the_place(shop: Any, find: Any) -> None:
    """The line is that of its `class` statement: after decorators, in a class, in a function."""
    assert shop.Plain().show(find) == ("a_shop.py", 13, "Plain")
    assert shop.Decorated().show(find) == ("a_shop.py", 18, "Decorated")
    assert shop.Decorated.Inner().show(find) == ("a_shop.py", 19, "Decorated.Inner")
    assert shop.made().show(find) == ("a_shop.py", 39, "made.Local")


def test_a_class_made_of_a_projects_class_is_that(shop: Any, find: Any) -> None:
    """A form that Django makes of one of the project has no statement of its own."""
    made = type("Made", (shop.Plain,), {"__module__": "library"})
    assert made().show(find) == ("a_shop.py", 13, "Plain")


def test_the_field_is_named_where_the_library_tells(shop: Any, find: Any) -> None:
    """A serializer goes through its fields, and each knows its name."""
    field = SimpleNamespace(field_name="sku")
    plain = shop.Plain()
    assert plain.to_representation([field], find) == ("a_shop.py", 13, "Plain.sku")
    assert plain.to_representation([object()], find) == ("a_shop.py", 13, "Plain")
    assert plain.to_representation([SimpleNamespace(field_name=1)], find)[2] == "Plain"


def test_a_line_that_is_nearer_stays(shop: Any, find: Any) -> None:
    """The innermost of all is the place, be it a line or a class."""
    assert shop.Plain().show(lambda: shop.own_line(find)) == ("a_shop.py", 46, None)
    assert shop.own_line(lambda: shop.Plain().show(find)) == ("a_shop.py", 13, "Plain")


def test_a_line_of_the_same_object_says_more_than_its_class(shop: Any, find: Any) -> None:
    """The line that calls what is inherited stays, unless the field is known."""
    caller = shop.Caller()
    assert caller.show(find) == ("a_shop.py", 25, None)
    assert caller.to_representation([object()], find) == ("a_shop.py", 28, None)
    field = SimpleNamespace(field_name="sku")
    assert caller.to_representation([field], find) == ("a_shop.py", 23, "Caller.sku")
    assert caller.of_another(find) == ("a_shop.py", 13, "Plain")


def test_what_is_no_place(shop: Any, find: Any) -> None:
    """Mapped classes, what encloses or fetches for others, libraries, and what is not `self`."""
    library: Any = sys.modules["library"]
    asked: tuple[Callable[[], Place], ...] = (
        lambda: shop.Mapped().show(find),
        lambda: shop.Plain()(find),
        lambda: shop.Plain().get_attribute(find),
        lambda: shop.Plain().method_of_two(find),
        lambda: library.Base().show(find),
    )
    assert [asking() for asking in asked] == [NOWHERE] * 5


def test_a_class_of_a_file_that_cannot_be_read_is_no_place(shop: Any, find: Any) -> None:
    """Without its line a class says less than the line of the project that is there."""
    Path(shop.__file__).unlink()
    assert shop.own_line(lambda: shop.Plain().show(find)) == ("a_shop.py", 46, None)


def test_nothing_is_kept_of_what_was_looked_at(shop: Any, find: Any) -> None:
    """What a frame lets go of is gone at once, objects and classes too."""
    assert shop.Plain().long(find) is None
    made = type("Made", (shop.Plain,), {})
    one = made()
    one.show(find)
    dead = weakref.ref(one), weakref.ref(made)
    del one
    assert dead[0]() is None
    del made
    gc.collect()
    assert dead[1]() is None


@pytest.mark.parametrize("kind", ["trace", "profile"])
def test_a_tracer_that_comes_later_sees_the_program_as_it_is(
    shop: Any, find: Any, kind: str
) -> None:
    """A tracer writes variables back into a frame: they are those of now."""

    def tracer(frame: FrameType, event: str, arg: object) -> Any:
        return tracer

    def began() -> Place:
        place: Place = find()
        getattr(sys, f"set{kind}")(tracer)
        return place

    before = getattr(sys, f"get{kind}")()
    try:
        fields = [SimpleNamespace(field_name=name) for name in "ab"]
        place = shop.Plain().to_representation(fields, began)
    finally:
        getattr(sys, f"set{kind}")(before)
    assert place == ("a_shop.py", 13, "Plain.b")


def test_a_class_that_asks_again_and_again_is_told(shop: Any, tmp_path: Path) -> None:
    """The count of a window has the class, and one file's own line beside it has none."""

    def do() -> None:
        connection = sqlite3.connect(":memory:")
        for name in ("sku", "sku", "name", "name"):
            field = SimpleNamespace(field_name=name)
            shop.Plain().to_representation([field], lambda: connection.execute("SELECT 1"))
        shop.own_line(lambda: [connection.execute("SELECT 1") for _ in range(3)])
        connection.close()

    found = counted(do, tmp_path / "project").repeated
    assert [(one.count, one.line, one.symbol) for one in found] == [
        (3, 46, None),
        (2, 13, "Plain.name"),
        (2, 13, "Plain.sku"),
    ]


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        ("class A:\n    pass\n", "A", 1),
        ("class AB:\n    pass\nclass A: pass\n", "A", 3),
        ("if True:\n    class A: pass\n", "A", 2),
        ("def f():\n    class A: pass\nclass A: pass\n", "A", 3),
        ("class B:\n  class A: pass\nclass C:\n  class A: pass\n", "C.A", 4),
        ("async def f():\n\n    class A: pass\n", "f.<locals>.A", 3),
        ("class\tA : pass\n", "A", 1),
        ("A = type('A', (), {})\n", "A", None),
    ],
)
def test_the_line_of_a_class(tmp_path: Path, text: str, name: str, line: int | None) -> None:
    """It is found by the qualified name, in the source as it is."""
    (tmp_path / "a.py").write_text(text)
    assert class_line(str(tmp_path / "a.py"), name) == line


def test_the_line_is_looked_for_from_the_first_decorator_on(tmp_path: Path) -> None:
    """Python 3.13 and later tell where a class begins, and of two with one name which it is."""
    (tmp_path / "a.py").write_text("class A: pass\n@one\n@two\nclass A: pass\n")
    assert class_line(str(tmp_path / "a.py"), "A", 2) == 4
    assert class_line(str(tmp_path / "none.py"), "A", 2) is None
