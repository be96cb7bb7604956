# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""SourceFile: bytes to text and back, losing nothing: encoding, byte-order mark and newlines."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate, count
from operator import add

from greenlint.finding import Span
from greenlint.messages import Message, say

# PEP 263: a comment in the first or second line.
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#[^\r\n]*)?$")
_FIRST_LINES = re.compile(rb"([^\r\n]*)(?:\r\n|\n|\r)?([^\r\n]*)")
_NEWLINE = re.compile(r"\r\n|\n|\r")
_BOM = codecs.BOM_UTF8


class NotPython(Exception):
    """The bytes are no Python source; carries the sentence and, where known, the place."""

    def __init__(self, message: Message, line: int = 1, column: int = 1) -> None:
        super().__init__(str(message))
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True)
class SourceFile:
    """A file's bytes under the name that reports use (POSIX, relative to the root)."""

    name: str
    raw: bytes

    @cached_property
    def digest(self) -> str:
        """BLAKE2b-128 of the bytes."""
        return blake2b(self.raw, digest_size=16).hexdigest()

    @cached_property
    def encoding(self) -> str:
        """The declared encoding (PEP 263), UTF-8 when none is; raises NotPython."""
        first = _FIRST_LINES.match(self.raw.removeprefix(_BOM))
        for line in first.groups() if first is not None else ():
            if found := _CODING.match(line):
                name = found[1].decode("ascii")
                try:
                    codec = codecs.lookup(name)
                except LookupError:
                    raise NotPython(
                        say("unknown encoding `{name}` is declared", name=name)
                    ) from None
                if self.raw.startswith(_BOM) and codec.name not in ("utf-8", "utf-8-sig"):
                    raise NotPython(
                        say("the byte-order mark says UTF-8, the comment says `{name}`", name=name)
                    )
                return "utf-8" if codec.name == "utf-8-sig" else codec.name
            if not _BLANK.match(line):
                break
        return "utf-8"

    @cached_property
    def text(self) -> str:
        """The decoded source without byte-order mark, newlines as they stand; raises NotPython."""
        raw = self.raw.removeprefix(_BOM)
        if (at := raw.find(b"\0")) >= 0:
            raise NotPython(say("the source holds a null byte"), *_place_in_bytes(raw, at))
        try:
            return raw.decode(self.encoding)
        except UnicodeDecodeError as error:
            raise NotPython(
                say(
                    "byte 0x{byte:>02} is not valid {encoding}; save the file in that encoding, or "
                    "declare another in its first line",
                    byte=f"{raw[error.start]:x}",
                    encoding=self.encoding,
                ),
                *_place_in_bytes(raw, error.start),
            ) from None
        except (UnicodeError, LookupError) as error:
            raise NotPython(
                say("cannot decode as {encoding}: {why}", encoding=self.encoding, why=error)
            ) from None

    def encode(self, text: str) -> bytes:
        """The bytes of a new text, in this file's encoding and with its byte-order mark, if any.

        Raises UnicodeEncodeError where the encoding cannot say it.
        """
        bom = _BOM if self.raw.startswith(_BOM) else b""
        return bom + text.encode(self.encoding)

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of each line's first character; lines end as Python's do (\\n, \\r\\n, \\r)."""
        if "\r" in self.text:
            return [0, *(found.end() for found in _NEWLINE.finditer(self.text))]
        lengths = map(len, self.text.split("\n")[:-1])
        return [0, *map(add, accumulate(lengths), count(1))]

    def lines(self) -> list[str]:
        """The lines without their newlines."""
        return _NEWLINE.split(self.text)

    def span(self, start: int, end: int) -> Span:
        """Two offsets as 1-based lines and columns."""
        starts = self.line_starts
        line, end_line = bisect_right(starts, start), bisect_right(starts, end)
        return Span(
            line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1, start, end
        )


def _place_in_bytes(raw: bytes, at: int) -> tuple[int, int]:
    before = raw[:at].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1, at - max(raw.rfind(b"\n", 0, at), raw.rfind(b"\r", 0, at))


# CPython's tokenizer refuses more than 200 nested brackets; LibCST crashes at about 2 000.
DEEPEST = 200
# LibCST's time is quadratic in the terms of one expression (16 s for 2 500 chained calls), and it
# crashes the process at a 10 000-term sum.
LONGEST = 2_000

_TOKENS = re.compile(
    rb"""(?:"{3}(?:[^"\\]|\\.|"(?!""))*"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}"""
    rb"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\#[^\n]*)"""
    rb"""|([(\[{])|([)\]}])|([,;:\n=])|(\*\*|//|<<|>>|[-+*/%@&|^~.]|\b(?:not|and|or|if|lambda|elif)\b)""",
    re.DOTALL,
)
_BRACKETS = bytes(set(range(256)) - set(b"([{)]}"))
_STEPS = [1 if byte in b"([{" else -1 for byte in range(256)]
_OPERATORS = (
    b"+",
    b"-",
    b"*",
    b"/",
    b"%",
    b"@",
    b"&",
    b"|",
    b"^",
    b".",
    b"(",
    b"[",
    b"not",
    b"and",
    b"or",
)


def too_deep(raw: bytes) -> Message | None:
    """Whether LibCST would crash or take minutes on this source, and on what.

    Two counts at the speed of C clear nearly every file; the exact scan is for the rest.
    """
    if not _suspicious(raw):
        return None
    depth = 0
    chains = [0]
    for found in _TOKENS.finditer(raw):
        opening, closing, separator, operator = found.groups()
        if opening:
            depth += 1
            chains[-1] += 1
            chains.append(0)
            if depth > DEEPEST:
                return say(
                    "brackets are nested more than {limit} deep, which no Python parser accepts; "
                    "build the value in steps, or exclude the file",
                    limit=DEEPEST,
                )
        elif closing and depth:
            depth -= 1
            chains.pop()
        elif separator and not (separator == b"\n" and depth):
            chains[-1] = 0
        elif operator:
            chains[-1] += 1
        if chains[-1] > LONGEST:
            return say(
                "one expression has more than {limit} terms, more than LibCST can parse; "
                "build the value in a loop, or exclude the file",
                limit=LONGEST,
            )
    return None


def _suspicious(raw: bytes) -> bool:
    if any(raw.count(operator) > LONGEST for operator in _OPERATORS):
        return True
    steps = map(_STEPS.__getitem__, raw.translate(None, _BRACKETS))
    return max(accumulate(steps), default=0) > DEEPEST
