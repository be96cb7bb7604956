# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Answers are given once, with the files that they rest on, and circles do not depend on order."""

from __future__ import annotations

from greenlint.project.memory import Memory, remembered


class Book:
    """Something that remembers, and counts how often it had to think."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.thought: list[str] = []

    @remembered()
    def half(self, name: str) -> str:
        self.thought.append(name)
        self.memory.use(f"{name}.py")
        return f"half of {name}"

    @remembered()
    def leaf(self, name: str) -> tuple[object, str]:
        self.thought.append(name)
        self.memory.use(f"{name}.py")
        return object(), name

    @remembered()
    def whole(self, name: str) -> str:
        return f"{self.half(name)} twice"

    @remembered(frozenset())
    def reach(self, name: str) -> frozenset[str]:
        """A circle: a leads to b, b to c and back to a."""
        self.thought.append(name)
        after = {"a": ["b"], "b": ["c", "a"], "c": ["a"]}[name]
        return frozenset({name}).union(*(self.reach(one) for one in after))

    @remembered(frozenset())
    def among(self, name: int, several: int) -> frozenset[int]:
        """Circles within circles: everybody leads to everybody else."""
        self.thought.append(f"{name}")
        others = [one for one in range(several) if one != name]
        return frozenset({name}).union(*(self.among(one, several) for one in others))


def test_a_question_is_answered_once() -> None:
    """The second time, nobody thinks."""
    book = Book()
    assert book.half("x") == book.half("x") == "half of x"
    assert book.thought == ["x"]


def test_an_answer_brings_the_files_that_it_rests_on() -> None:
    """Also when it is only remembered, and by way of another answer."""
    book = Book()
    book.half("x")
    book.memory.used = 0
    book.whole("x")
    assert book.memory.names(book.memory.used) == ["x.py"]
    book.memory.used = 0
    book.whole("x")
    assert book.memory.names(book.memory.used) == ["x.py"]


def test_a_circle_ends_and_its_answers_do_not_depend_on_where_one_came_in() -> None:
    """Whoever is asked first, everybody reaches everybody."""
    everybody = {"a", "b", "c"}
    for first in everybody:
        book = Book()
        book.reach(first)
        assert all(book.reach(one) == everybody for one in everybody)


def test_a_circle_thinks_once_about_each_of_its_questions() -> None:
    """Its first question is as dear as its questions are many, however many ways lead round."""
    book = Book()
    everybody = frozenset(range(7))
    assert book.among(0, 7) == everybody
    assert sorted(map(int, book.thought)) == sorted(everybody)
    assert all(book.among(one, 7) == everybody for one in everybody)
    assert len(book.thought) == sum(range(8))


def test_what_a_circle_found_on_its_way_ends_with_it() -> None:
    """Of a, b alone reaches b and c, for a is under way; of itself, it reaches all three."""
    book = Book()
    book.reach("a")
    book.thought.clear()
    assert book.reach("c") == book.reach("b") == {"a", "b", "c"}
    assert book.thought == ["c", "b"]


def test_what_is_forgotten_is_thought_again() -> None:
    """What may hold on to a tree of those files; what rests on others is kept, and so are words."""
    book = Book()
    leaves = {name: book.leaf(name) for name in "xy"}
    book.whole("x")
    book.memory.used = 0
    book.memory.forget(book.memory.bits(["x.py"]))
    assert book.leaf("y") is leaves["y"]
    assert book.thought == ["x", "y", "x"]
    book.memory.used = 0
    assert book.leaf("x")[0] is not leaves["x"][0]
    assert book.whole("x") == "half of x twice"
    assert book.thought == ["x", "y", "x", "x"]
    assert book.memory.names(book.memory.used) == ["x.py"]


def test_of_a_changed_file_words_are_forgotten_too() -> None:
    """They may be others now; what rests on other files is kept."""
    book = Book()
    book.whole("x")
    book.whole("y")
    asked = list(book.thought)
    book.memory.used = 0
    book.memory.forget(book.memory.bits(["x.py"]), changed=True)
    book.whole("y")
    assert book.thought == asked
    book.whole("x")
    assert book.thought == [*asked, "x"]


def test_what_is_entered_again_is_cut() -> None:
    """Whatever it is asked about: a function that calls itself with more each time ends."""
    memory = Memory()

    def size(number: int) -> int:
        return memory.entered("size", lambda: 1 + size(number + 1), 0)

    assert size(0) == 1
    assert memory.entered("size", lambda: 5, 0) == 5
