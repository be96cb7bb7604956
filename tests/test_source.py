# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Bytes to text and back, as the interpreter reads them."""

from __future__ import annotations

import warnings

import pytest

from greenlint.check import parse
from greenlint.source import NotPython, SourceFile, too_deep

SOURCES = {
    "utf8": b'x = "\xc3\xa9"\n',
    "bom": b"\xef\xbb\xbfx = 1\n",
    "latin": b'# -*- coding: latin-1 -*-\nx = "\xe9"\n',
    "line2": b'#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx="\x80"\n',
    "line3": b'\n\n# coding: latin-1\nx = "\xe9"\n',
    "line2 after code": b'x = 1\n# coding: latin-1\ny="\xe9"\n',
    "line2 after blank": b'\n# coding: latin-1\ny="\xe9"\n',
    "docstring first": b'"""\n# coding: latin-1\n"""\ny="\xe9"\n',
    "bom latin": b"\xef\xbb\xbf# coding: latin-1\nx=1\n",
    "bom utf8": b"\xef\xbb\xbf# coding: utf-8\nx=1\n",
    "bom utf-8-sig": b"\xef\xbb\xbf# coding: utf-8-sig\nx=1\n",
    "unknown": b"# coding: klingon\nx=1\n",
    "hex": b"# coding: hex\nx=1\n",
    "rot13": b"# coding: rot13\nk=1\n",
    "utf16": b"# coding: utf-16\nx=1\n",
    "null": b"x = 1\x00\n",
    "surrogate": b'x = "\xed\xa0\x80"\n',
    "bad": b'x = "\xff"\n',
    "coding eq": b'# coding=iso-8859-15\nx="\xa4"\n',
    "cr lines": b'#!x\r# coding: latin-1\rx="\xe9"\r',
    "ff": b'\x0c# coding: latin-1\nx="\xe9"\n',
    "idna": b"# coding: idna\nx=1\n",
    "raw esc": b'# coding: unicode_escape\nx="\\u00e9"\n',
    "utf7": b'# coding: utf-7\nx="+AOk-"\n',
    "upper": b'# CODING: latin-1\nx="\xe9"\n',
    "Latin_1": b'# coding: Latin_1\nx="\xe9"\n',
    "coding in string cmt": b'x = 1 # coding: latin-1\ny="\xe9"\n',
    "empty": b"",
    "coding w/ space": b'# coding : latin-1\nx="\xe9"\n',
    "utf8 alias": b'# coding: utf8\nx="\xc3\xa9"\n',
    "vt": b'\x0b# coding: latin-1\nx="\xe9"\n',
    "coding undefined": b"# coding: undefined\nx=1\n",
    "mbcs": b"# coding: mbcs\nx=1\n",
    "nel": b'x = "\xc2\x85"\n# coding: latin-1\n',
    "ls": b'x = "\xe2\x80\xa8a"; f(y)\n',
}


def interpreter_reads(raw: bytes) -> bool:
    """Whether the running interpreter compiles these bytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(raw, "a.py", "exec")
        except (SyntaxError, ValueError):
            return False
    return True


@pytest.mark.parametrize("raw", SOURCES.values(), ids=SOURCES)
def test_bytes_are_read_as_the_interpreter_reads_them(raw: bytes) -> None:
    """The same encodings are found in the same comments, the same bytes are refused."""
    if interpreter_reads(raw):
        assert SourceFile("a.py", raw).text is not None
    else:
        with pytest.raises(NotPython):
            _ = SourceFile("a.py", raw).text


@pytest.mark.parametrize(
    "name", ["utf8", "bom", "latin", "line2", "line2 after blank", "bom utf8", "coding eq", "empty"]
)
def test_text_goes_back_to_the_same_bytes(name: str) -> None:
    """Encoding and byte-order mark are kept."""
    source = SourceFile("a.py", SOURCES[name])
    assert source.encode(source.text) == SOURCES[name]


def test_the_place_of_a_bad_byte_is_told() -> None:
    """Line and column lead to the byte that cannot be read."""
    with pytest.raises(NotPython) as caught:
        _ = SourceFile("a.py", b'a = 1\r\nb = "\xff"\n').text
    assert (caught.value.line, caught.value.column) == (2, 6)


DEEP = {
    "200": (b"(" * 200 + b"1" + b")" * 200, False),
    "201": (b"(" * 201 + b"1" + b")" * 201, True),
    "mixed": (b"([{" * 67 + b"1" + b"}])" * 67, True),
    "in a string": (b"'" + b"(" * 500 + b"'", False),
    "in a long string": (b"'" * 3 + b"(\n" * 500 + b"'" * 3, False),
    "behind a quote in a string": (b'"\\"' + b"(" * 500 + b'"', False),
    "in a comment": (b"1  # " + b"(" * 500, False),
    "side by side": (b"[" + b"(1), " * 500 + b"]", False),
    "a chain": (b"a" + b".b()" * 2_500, True),
    "a shorter chain": (b"a" + b".b()" * 500, False),
    "a sum": (b"1 + " * 10_000 + b"1", True),
    "sums in a list": (b"[" + b"1 + 1, " * 10_000 + b"]", False),
    "entries of a dict": (b"{" + b"'a': -1," * 5_000 + b"}", False),
}


@pytest.mark.parametrize(("code", "deep"), DEEP.values(), ids=DEEP)
def test_what_libcst_cannot_take_is_refused_before_it_is_parsed(code: bytes, deep: bool) -> None:
    """Only brackets and terms of code count, not those of strings and comments."""
    assert (too_deep(b"x = " + code + b"\n") is not None) == deep


def test_a_tree_that_libcst_cannot_make_is_refused() -> None:
    """Text beside a template string is a logic error in LibCST, and a sentence here."""
    with pytest.raises(NotPython):
        parse(SourceFile("a.py", b'x = "a" t"b"\n'))
