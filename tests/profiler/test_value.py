# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""`@value` is a frozen dataclass with slots in everything that users can see of one."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable
from dataclasses import (
    FrozenInstanceError,
    asdict,
    astuple,
    dataclass,
    field,
    fields,
    is_dataclass,
    replace,
)
from typing import Any

import pytest
from greenlint_profiler.value import value


@value
class Ours:
    """A part of a machine."""

    name: str
    count: int = 3
    parts: tuple[str, ...] = ()
    more: dict[str, int] = field(default_factory=dict)

    @property
    def twice(self) -> int:
        """Computed."""
        return 2 * self.count


@dataclass(frozen=True, slots=True)
class Theirs:
    """A part of a machine."""

    name: str
    count: int = 3
    parts: tuple[str, ...] = ()
    more: dict[str, int] = field(default_factory=dict)


@value
class Alone:
    """One field."""

    name: str


def both(act: Callable[[Any], object]) -> tuple[object, object]:
    """What an action gives on a class of ours, and on a dataclass."""
    return act(Ours), act(Theirs)


@pytest.mark.parametrize(
    "act",
    [
        lambda cls: repr(cls("a")).partition("(")[2],
        lambda cls: repr(cls("a", parts=("b",))).partition("(")[2],
        lambda cls: asdict(cls("a", 5)),
        lambda cls: astuple(cls("a", 5)),
        lambda cls: [(one.name, one.type, one.default) for one in fields(cls)],
        lambda cls: str(inspect.signature(cls)),
        lambda cls: cls.__match_args__,
        lambda cls: sorted(cls.__slots__),
        lambda cls: cls.__doc__,
        lambda cls: (cls("a") == cls("a"), cls("a") == cls("b"), cls("a") == ("a", 3, (), {})),
        lambda cls: replace(cls("a"), count=9).count,
        lambda cls: is_dataclass(cls) and is_dataclass(cls("a")),
        lambda cls: pickle.loads(pickle.dumps(cls("a", 4))) == cls("a", 4),
        lambda cls: copy.deepcopy(cls("a", 4)) == cls("a", 4),
        lambda cls: cls("a").more is cls("a").more,
        lambda cls: hasattr(cls("a"), "__dict__"),
    ],
)
def test_it_is_what_a_dataclass_is(act: Callable[[Any], object]) -> None:
    """The same answer to each question."""
    ours, theirs = both(act)
    assert ours == theirs


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda cls: setattr(cls("a"), "name", "b"), FrozenInstanceError),
        (lambda cls: delattr(cls("a"), "name"), FrozenInstanceError),
        (lambda cls: hash(cls("a")), TypeError),
        (lambda cls: cls(), TypeError),
        (lambda cls: cls("a", 1, (), {}, 2), TypeError),
        (lambda cls: cls("a", other=1), TypeError),
        (lambda cls: cls("a") < cls("b"), TypeError),
        (lambda cls: replace(cls("a"), other=1), TypeError),
    ],
)
def test_it_refuses_what_a_dataclass_refuses(
    act: Callable[[Any], object], error: type[Exception]
) -> None:
    """With the same exception."""
    for cls in (Ours, Theirs):
        with pytest.raises(error):
            act(cls)


def test_a_name_that_is_no_field_is_refused_too() -> None:
    """Where a dataclass with slots ends in a TypeError of `super`, before Python 3.12."""
    name = "other"
    with pytest.raises(FrozenInstanceError, match="'other'"):
        setattr(Alone("a"), name, 1)


def test_values_are_hashed_by_their_parts() -> None:
    """As keys of a dictionary, and with a single field too."""
    assert {Alone("a"): 1}[Alone("a")] == 1
    assert Alone("a") != Alone("b")
    assert repr(Alone("a")) == "Alone(name='a')"


def test_what_it_has_besides_stays() -> None:
    """Properties, and patterns of `match`."""
    match Ours("a", 4):
        case Ours(name, count):
            assert (name, count) == ("a", 4)
    assert Ours("a", 4).twice == 8
