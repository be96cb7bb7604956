# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A statement with its values taken out: what a thousand turns of a loop have in common.

This is no parser. One regular expression finds what is replaced or kept whole (comments, values,
quoted names, words, white space) in any dialect of SQL; all else stays as it was sent.
"""

from __future__ import annotations

import re

# What is shown of a statement that is still longer without its columns: its head says what it
# does, its tail where and for which rows.
LONGEST = 200
_HEAD, _TAIL = 60, 137
# Statements that are remembered with what became of them, and how long one may be for that.
_REMEMBERED = 2000
_REMEMBERED_CHARACTERS = 20_000

_VALUE = r"""(?:
    [eE]'(?:[^'\\]|\\.|'')*' | [bBnNxX]?'(?:[^']|'')*'      # strings; backslashes in E'' alone
  | \$(?P<{tag}>[A-Za-z_]*)\$.*?\$(?P={tag})\$                  # PostgreSQL's $$strings$$
  | %s | %\(\w+\)[sbt] | \?\d* | \$\d+ | (?<![:\w]):\w+ | @\w+  # placeholders of all kinds
  | (?<![\w.])(?:0[xX][\da-fA-F]+ | (?:\d[\d_]*\.?\d* | \.\d+)(?:[eE][+-]?\d+)?)(?!\w)
  )(?:::[A-Za-z_]\w*(?:\(\d+(?:,\s?\d+)?\))?(?:\[\])*)*         # and the type one is cast to
"""
_NAMED = r"(?i:null|default|true|false)\b"
_FIRST = rf"(?:{_VALUE.format(tag='first')}|{_NAMED}(?=\s*,))"
_FURTHER = rf"(?:[+-]?{_VALUE.format(tag='further')}|{_NAMED})"
_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?\*/)"
    r'|(?P<name>"[^"]*"(?:(?:, |\.)?"[^"]*")*|`[^`]*`|\[[A-Za-z_][^\]]*\])'
    rf"|(?P<values>{_FIRST}(?:\s*,\s*{_FURTHER})*)"
    r"|(?P<word>[^\W\d][\w$]*)"
    r"|(?P<space>\s+)",
    re.VERBOSE | re.DOTALL,
)
_COMMA_OR_BRACKET = re.compile(r" ?([(),]) ?")
_SIGNED = re.compile(r"([(=<>,] ?)[+-]\?")
_ROWS = re.compile(r"\(\?\)(?:, \(\?\))+")
# Names that Django and SQLAlchemy make up, a new one for each savepoint.
_SAVEPOINT = re.compile(r'SAVEPOINT (?:"[^"]*"|`[^`]*`|\w+)')
_OF_SAVEPOINTS = ("SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ")
_SPACES = re.compile(r" {2,}")

# Words whose case is settled.  What is not among them may be a name, whose case can matter.
_WORDS = """
    ALL ALTER ANALYZE AND ANY AS ASC BEGIN BETWEEN BY CASCADE CASE CAST COLLATE COMMIT CONFLICT
    CONSTRAINT CREATE CROSS CURSOR DEFAULT DELETE DESC DISTINCT DO DROP ELSE END ESCAPE EXCEPT
    EXISTS EXPLAIN FALSE FETCH FIRST FOR FOREIGN FROM FULL GROUP HAVING IF IGNORE ILIKE IN INDEX
    INNER INSERT INTERSECT INTO IS JOIN KEY LATERAL LEFT LIKE LIMIT LOCK NATURAL NOT NOTHING NULL
    NULLS OFFSET ON OR ORDER OUTER OVER PARTITION PRAGMA PRIMARY RECURSIVE REFERENCES RELEASE
    REPLACE RETURNING RIGHT ROLLBACK ROW ROWS SAVEPOINT SELECT SET SHARE SIMILAR SKIP TABLE
    TEMPORARY THEN TO TRANSACTION TRUE TRUNCATE UNION UNIQUE UPDATE USING VALUES VIEW WHEN WHERE
    WINDOW WITH
"""
_KEYWORDS = {word.lower(): word for word in _WORDS.split()}

# Values that a program wrote into a statement of its own, where nothing makes them hard to find.
_PLAIN_VALUE = re.compile(r"(?<![\w.])\d+(?!\w)|'[^']*'")
_HARD = re.compile(r'["`\[$\\]|--|/\*')

# What decides where the columns of the outermost SELECT stand in a statement that is normalised.
_MARK = re.compile(
    r'"(?:[^"]|"")*"|`[^`]*`|\[[A-Za-z_][^\]]*\]'
    r"|(?P<opens>\()|(?P<closes>\))"
    r"|(?P<select>\bSELECT (?:DISTINCT |ALL )?)|(?P<from>(?<!DISTINCT) FROM\b)"
)
# A list of columns that is no longer than this says what a query is for: COUNT(*).
_SHORT_LIST = 30

_remembered: dict[str, tuple[str, int]] = {}


def normalised(statement: str) -> str:
    """The statement with ``?`` for its values; white space, comments, case of keywords settled.

    Values are literals and placeholders.  A list of values is one ``?`` whatever its length, and
    so are rows of them: ``IN (1, 2, 3)`` is ``IN (?)``, ``VALUES (%s, %s), (%s, %s)`` is
    ``VALUES (?)``.
    """
    text = _TOKEN.sub(_settled, statement)
    text = _COMMA_OR_BRACKET.sub(_spaced, _SPACES.sub(" ", text))
    text = _SIGNED.sub(r"\1?", text)
    text = _ROWS.sub("(?)", text)
    text = _SAVEPOINT.sub("SAVEPOINT ?", text) if "SAVEPOINT" in text else text
    return text.strip(" ;")


def _settled(token: re.Match[str]) -> str:
    kind = token.lastgroup
    if kind == "word":
        word = token[0]
        return _KEYWORDS.get(word.lower(), word)
    if kind == "name":
        return token[0]
    return "?" if kind == "values" else " "


def _spaced(sign: re.Match[str]) -> str:
    if sign[1] == ",":
        return ", "
    return sign[0].rstrip() if sign[1] == "(" else sign[0].lstrip()


def cut(text: str) -> str:
    """At most `LONGEST` characters: the columns of a SELECT go, and if need be the middle."""
    if len(text) > LONGEST:
        text = without_columns(text)
    return text if len(text) <= LONGEST else f"{text[:_HEAD]} … {text[-_TAIL:]}"


def fitted(text: str, most: int) -> str:
    """At most so many characters: the columns of a SELECT go, and if need be the end."""
    if len(text) > most:
        text = without_columns(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def without_columns(text: str) -> str:
    """``SELECT … FROM t WHERE id = ?``: a normalised statement, less its outermost list."""
    depth, start = 0, None
    for mark in _MARK.finditer(text):
        kind = mark.lastgroup
        if kind == "opens":
            depth += 1
        elif kind == "closes":
            depth -= 1
        elif depth == 0 and kind == "select" and start is None:
            start = mark.end()
        elif depth == 0 and kind == "from" and start is not None:
            long = mark.start() - start > _SHORT_LIST
            return f"{text[:start]}…{text[mark.start() :]}" if long else text
    return text


def digest(statement: str) -> tuple[str, int]:
    """What is shown of a statement, and a number that tells apart those that look alike so."""
    known = _remembered.get(statement)
    if known is not None:
        return known
    like = _alike(statement)
    known = _remembered.get(like)
    if known is not None:
        return known
    text = normalised(statement)
    answer = cut(text), hash(text)
    if len(like) <= _REMEMBERED_CHARACTERS:
        if len(_remembered) >= _REMEMBERED:
            _remembered.clear()
        _remembered[like] = answer
    return answer


def _alike(statement: str) -> str:
    """The statement without what makes it one of its own, where that is quickly found."""
    if statement.startswith(_OF_SAVEPOINTS):
        return _SAVEPOINT.sub("SAVEPOINT ?", statement)
    return _PLAIN_VALUE.sub("0", statement) if _HARD.search(statement) is None else statement


def text_of(statement: object) -> str:
    """The statement as text: drivers also take bytes, and psycopg objects that compose one."""
    if isinstance(statement, str):
        return str(statement)
    if isinstance(statement, bytes | bytearray):
        return statement.decode("utf-8", "replace")
    compose = getattr(statement, "as_string", None)
    try:
        return str(compose(None)) if compose else repr(statement)
    except Exception:  # whatever an object of the program does; the program itself may use it well
        return repr(statement)
