# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a request is written with: the texts of its address, the entries of dicts sent along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import libcst as cst

from greenlint.here import Here
from greenlint.scope import How, dotted
from greenlint.walk import within

_DEEPEST = 5
# Names whose value may hold more than one segment of a path.
_LONGER = re.compile(r"path|query|ur[lin]|endpoint|suffix|param|route|resource|filter|search", re.I)
# ``%s``, ``%(name)s``, ``{}``, ``{name}``: places of a template.
_PLACE = re.compile(r"%(?:\(\w+\))?[-+ #0-9.]*[a-z]|\{[^{}]*\}")


class Part(NamedTuple):
    """A part of an address: a text that is written, or else the code that gives it."""

    text: str
    written: bool


def parts(expr: cst.CSTNode, here: Here, depth: int = 0) -> Iterator[Part]:
    """The parts of an address in order, read through names that are given once."""
    match expr:
        case cst.SimpleString(evaluated_value=str(text)):
            yield Part(text, True)
        case cst.FormattedString(parts=pieces):
            for piece in pieces:
                if isinstance(piece, cst.FormattedStringText):
                    yield Part(piece.value, True)
                elif isinstance(piece, cst.FormattedStringExpression):
                    yield from parts(piece.expression, here, depth)
        case (
            cst.ConcatenatedString(left=left, right=right)
            | cst.BinaryOperation(left=left, operator=cst.Add() | cst.Divide(), right=right)
        ):
            yield from parts(left, here, depth)
            yield from parts(right, here, depth)
        case cst.BinaryOperation(left=template, operator=cst.Modulo(), right=right):
            given = (
                [one.value for one in right.elements] if isinstance(right, cst.Tuple) else [right]
            )
            yield from _filled(template, given, here, depth)
        case cst.Call(func=cst.Attribute(value=template, attr=cst.Name(value="format"))):
            plain = [arg.value for arg in expr.args if arg.keyword is None and not arg.star]
            yield from _filled(template, plain, here, depth)
        case cst.Call(func=func, args=args) if dotted(func).rpartition(".")[2] == "urljoin":
            for arg in args[:2]:
                yield from parts(arg.value, here, depth)
        case cst.Name(value=word):
            value = given_once(word, here)
            if value is None or depth > _DEEPEST:
                yield Part(word, False)
            else:
                yield from parts(value, here, depth + 1)
        case _:
            yield Part(here.brief(expr), False)


def given_once(word: str, here: Here) -> cst.CSTNode | None:
    """What a name is given, where it is given something once."""
    bindings = here.bindings(word)
    alone = len(bindings) == 1 and bindings[0].how is How.ASSIGN
    return bindings[0].value if alone else None


def _filled(
    template: cst.CSTNode, given: list[cst.BaseExpression], here: Here, depth: int
) -> Iterator[Part]:
    """A template with what fills its places; a name where that is not told one by one."""
    for part in parts(template, here, depth):
        if not part.written:
            yield part
            continue
        texts = _PLACE.split(part.text)
        for number, text in enumerate(texts):
            if number and number <= len(given):
                yield from parts(given[number - 1], here, depth)
            elif number:
                yield Part("...", False)
            yield Part(text, True)


def is_whole(some: list[Part]) -> bool:
    """Whether a query could stand in none of the parts that are not written out."""
    if not any(one.written and one.text for one in some):
        return False
    for number, one in enumerate(some):
        if one.written:
            continue
        before = some[number - 1].text if number else ""
        after = some[number + 1].text if number + 1 < len(some) else ""
        if before.endswith(("?", "&")):
            return False
        if number and before.endswith("="):
            continue
        if not after and (_LONGER.search(one.text) or not before.endswith(("/", "-", "_"))):
            return False
    return True


Entry = tuple[str, cst.BaseExpression]


def entries(expr: cst.CSTNode | None, here: Here, depth: int = 0) -> list[Entry] | None:
    """The keys and values of a dict that is sent along; None where this file does not show all."""
    if expr is None or depth > _DEEPEST:
        return None
    match expr:
        case cst.Name(value="None"):
            return []
        case cst.Dict(elements=elements):
            return _joined(_element(one, here, depth) for one in elements)
        case cst.Call(func=cst.Name(value="dict"), args=args):
            return _joined(_argument(one, here, depth) for one in args)
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="copy")), args=[]):
            return entries(inner, here, depth + 1)
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            return _joined(entries(one, here, depth + 1) for one in (left, right))
        case cst.List(elements=elements) | cst.Tuple(elements=elements):
            return _joined(_pair(one.value) for one in elements)
        case cst.Name(value=word):
            return _of_name(word, here, depth)
    return None


def _joined(several: Iterator[list[Entry] | None]) -> list[Entry] | None:
    found: list[Entry] = []
    for some in several:
        if some is None:
            return None
        found += some
    return found


def _key(key: cst.CSTNode, value: cst.BaseExpression) -> list[Entry] | None:
    if isinstance(key, cst.SimpleString) and isinstance(key.evaluated_value, str):
        return [(key.evaluated_value, value)]
    return None


def _element(one: cst.BaseDictElement, here: Here, depth: int) -> list[Entry] | None:
    if isinstance(one, cst.DictElement):
        return _key(one.key, one.value)
    return entries(one.value, here, depth + 1)


def _argument(one: cst.Arg, here: Here, depth: int) -> list[Entry] | None:
    if one.keyword is not None:
        return [(one.keyword.value, one.value)]
    return entries(one.value, here, depth + 1)


def _pair(one: cst.BaseExpression) -> list[Entry] | None:
    """``("page", 2)``"""
    if isinstance(one, cst.Tuple) and len(one.elements) == 2:
        return _key(one.elements[0].value, one.elements[1].value)
    return None


def _of_name(word: str, here: Here, depth: int) -> list[Entry] | None:
    """All that a name's dicts are made with, and what the function puts in later."""
    bindings = here.bindings(word)
    if not bindings or any(one.how is not How.ASSIGN for one in bindings):
        return None
    given = (entries(one.value, here, depth + 1) for one in bindings)
    later = (_put(node, word, here, depth) for node in within(here.block))
    return _joined(one for some in (given, later) for one in some)


def _put(node: cst.CSTNode, word: str, here: Here, depth: int) -> list[Entry] | None:
    """``params["page"] = 2``, ``params.update(page=2)``; nothing for any other node."""
    match node:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript() as target)], value=value):
            return _stored(target, value, word)
        case cst.AugAssign(target=cst.Subscript() as target, value=value):
            return _stored(target, value, word)
        case cst.Call(func=cst.Attribute(value=cst.Name(value=name), attr=method)) if name == word:
            if method.value == "update":
                return _joined(_argument(arg, here, depth) for arg in node.args)
            if method.value == "setdefault" and len(node.args) == 2:
                return _key(node.args[0].value, node.args[1].value)
    return []


def _stored(target: cst.Subscript, value: cst.BaseExpression, word: str) -> list[Entry] | None:
    if dotted(target.value) != word:
        return []
    match target.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=key))]:
            return _key(key, value)
    return None


def queried(url: cst.BaseExpression, here: Here) -> Iterator[Entry]:
    """What an address says behind its question mark by ``page={page}``."""
    match url:
        case cst.FormattedString(parts=pieces):
            for before, piece in pairwise(pieces):
                if isinstance(before, cst.FormattedStringText) and isinstance(
                    piece, cst.FormattedStringExpression
                ):
                    found = re.search(r"[?&]([\w$.\[\]-]+)=\Z", before.value)
                    if found:
                        yield found[1], piece.expression
        case cst.Name(value=word):
            for one in here.bindings(word):
                if one.value is not None and not isinstance(one.value, cst.Name):
                    yield from queried(one.value, here)


def argument(call: cst.Call, word: str, place: int | None = None) -> cst.BaseExpression | None:
    """What a call is given by a keyword, or else by its place among the plain arguments."""
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == word:
            return arg.value
    plain = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
    return plain[place] if place is not None and place < len(plain) else None
