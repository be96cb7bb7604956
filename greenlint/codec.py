# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Values to JSON and back, by their own type hints: what the cache is written in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def dumps(value: object) -> str:
    """A frozen dataclass or named tuple, and all it holds, as JSON: each a list of its fields."""
    return json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=True)


def loads(kind: type[T], text: str) -> T:
    """The value of that type again; ValueError for text that is not one."""
    try:
        made: T = _made(kind, json.loads(text))
    except (TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(f"no {kind.__name__}: {error}") from None
    return made


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value


def _made(kind: Any, data: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if data is None and NoneType in arguments:
            return None
        return _made(next(one for one in arguments if one is not NoneType), data)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is ...:
            return tuple(_made(arguments[0], item) for item in data)
        return tuple(_made(one, item) for one, item in zip(arguments, data, strict=True))
    if origin is not None:
        return data
    if isinstance(kind, type) and (is_dataclass(kind) or hasattr(kind, "_fields")):
        return kind(*(_made(hint, item) for hint, item in zip(_hints(kind), data, strict=True)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if isinstance(kind, type) and not isinstance(data, kind):
        raise TypeError(f"{data!r} is no {kind.__name__}")
    return data


@cache
def _hints(kind: Any) -> tuple[Any, ...]:
    hints = get_type_hints(kind)
    if hasattr(kind, "_fields"):
        return tuple(hints[name] for name in kind._fields)
    return tuple(hints[field.name] for field in fields(kind))
