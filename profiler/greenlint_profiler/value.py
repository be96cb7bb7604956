# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""`@value`: a frozen dataclass with slots that costs little to make.

`dataclass(frozen=True, slots=True)` compiles six functions for each class, which was half of what
importing `measure` cost (docs/decisions/0007-meters.md).  Here one is compiled, whose arguments
differ from class to class; the others are closures.  To `dataclasses`, to type checkers and to
users the class is a dataclass: fields, replace, asdict, equality, hash, repr, pickle and match
work, and setting an attribute raises FrozenInstanceError.

Of what `field()` can say, a default and a default_factory count.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass
from operator import attrgetter

TYPE_CHECKING = False  # see greenlint_profiler/__init__.py
if TYPE_CHECKING:
    from typing import Any, TypeVar, dataclass_transform

    _T = TypeVar("_T")
else:

    def dataclass_transform(**_: object) -> object:
        """At run time it is for nobody."""
        return lambda function: function


class _Factory:
    """Stands for a default that is made anew for each value, also in a signature."""

    def __repr__(self) -> str:
        return "<factory>"


_FACTORY = _Factory()


@dataclass_transform(frozen_default=True)
def value(cls: type[_T]) -> type[_T]:
    """The class with slots for its annotations, and the methods of a frozen dataclass."""
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    fields: dict[str, Field[Any]] = made.__dataclass_fields__
    _compile_init(made, fields)
    _add_methods(made, tuple(fields))
    return made  # type: ignore[no-any-return]  # its methods are not known to a type checker


def _compile_init(made: Any, fields: dict[str, Field[Any]]) -> None:
    """The slots are set by their descriptors, which no `__setattr__` stands before."""
    known: dict[str, Any] = {}
    takes, sets = [], []
    for name, one in fields.items():
        known[f"_set_{name}"] = vars(made)[name].__set__
        given = name
        if one.default is not MISSING:
            known[f"_{name}"] = one.default
        elif one.default_factory is not MISSING:
            known |= {f"_{name}": _FACTORY, f"_make_{name}": one.default_factory}
            given = f"_make_{name}() if {name} is _{name} else {name}"
        takes.append(f"{name}=_{name}" if f"_{name}" in known else name)
        sets.append(f"\n  _set_{name}(self, {given})")
    exec(f"def __init__(self, {', '.join(takes)}):{''.join(sets)}", known)
    init = known["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    init.__module__ = made.__module__
    init.__annotations__ = {**made.__annotations__, "return": None}
    made.__init__ = init


def _add_methods(made: Any, names: tuple[str, ...]) -> None:
    got = attrgetter(*names)
    parts = got if len(names) > 1 else lambda self: (got(self),)

    def __eq__(self: Any, other: object) -> Any:
        return parts(self) == parts(other) if other.__class__ is made else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(parts(self))

    def __repr__(self: Any) -> str:
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{made.__qualname__}({told})"

    def __setattr__(self: Any, name: str, _: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self: Any, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __reduce__(self: Any) -> tuple[type, tuple[object, ...]]:
        return made, parts(self)

    for method in (__eq__, __hash__, __repr__, __setattr__, __delattr__, __reduce__):
        setattr(made, method.__name__, method)
