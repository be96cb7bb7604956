# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Statements with their values taken out."""

from __future__ import annotations

import pytest
from greenlint_profiler.work.statement import LONGEST, cut, digest, normalised, text_of

SAME = [
    ("SELECT a FROM t WHERE id = 1", "SELECT a FROM t WHERE id = ?"),
    ("select a from t where id = 1", "SELECT a FROM t WHERE id = ?"),
    ("SELECT  a\n\tFROM t   WHERE id = 1 ;", "SELECT a FROM t WHERE id = ?"),
    ("SELECT a /* of\nall */ FROM t -- the table\nWHERE id = ?", "SELECT a FROM t WHERE id = ?"),
    ("SELECT a FROM t WHERE id = %s", "SELECT a FROM t WHERE id = ?"),
    ("SELECT a FROM t WHERE id = %(id)s", "SELECT a FROM t WHERE id = ?"),
    ("SELECT a FROM t WHERE id = :id", "SELECT a FROM t WHERE id = ?"),
    ("SELECT a FROM t WHERE id = @id", "SELECT a FROM t WHERE id = ?"),
    ("SELECT a FROM t WHERE id = $1", "SELECT a FROM t WHERE id = ?"),
    ("SELECT a FROM t WHERE id = $1::INTEGER", "SELECT a FROM t WHERE id = ?"),
    ("SELECT a FROM t WHERE id = ?1", "SELECT a FROM t WHERE id = ?"),
    ("SELECT a FROM t WHERE id = -1.5e-3", "SELECT a FROM t WHERE id = ?"),
    ("SELECT a FROM t WHERE id = 0xFF", "SELECT a FROM t WHERE id = ?"),
    ("SELECT a FROM t WHERE n = 'it''s 1 -- no comment'", "SELECT a FROM t WHERE n = ?"),
    (r"SELECT a FROM t WHERE n = E'it\'s' AND m = 1", "SELECT a FROM t WHERE n = ? AND m = ?"),
    ("SELECT a FROM t WHERE n = $x$it's$x$ AND m = 1", "SELECT a FROM t WHERE n = ? AND m = ?"),
    ("SELECT a::text, b FROM t1", "SELECT a::text, b FROM t1"),
    ('SELECT "a 1".b2 FROM "t--x"', 'SELECT "a 1".b2 FROM "t--x"'),
    ("SELECT `a 1` FROM [t 1]", "SELECT `a 1` FROM [t 1]"),
    ("SELECT a FROM t WHERE b IS NOT NULL", "SELECT a FROM t WHERE b IS NOT NULL"),
    ("SELECT count(*) FROM t LIMIT 21", "SELECT count(*) FROM t LIMIT ?"),
    ("SELECT a FROM t WHERE id IN (?)", "SELECT a FROM t WHERE id IN (?)"),
    ("SELECT a FROM t WHERE id in (1, 2,3)", "SELECT a FROM t WHERE id IN (?)"),
    ("SELECT a FROM t WHERE id IN ( %s,\n %s )", "SELECT a FROM t WHERE id IN (?)"),
    ("SELECT a FROM t WHERE id IN (-1, 'x', NULL, $3::int)", "SELECT a FROM t WHERE id IN (?)"),
    ("INSERT INTO t (a, b) VALUES (%s, %s)", "INSERT INTO t (a, b) VALUES (?)"),
    ("INSERT INTO t (a, b) VALUES (1, 'x'), (2, NULL)", "INSERT INTO t (a, b) VALUES (?)"),
    ("INSERT INTO t (a, b) VALUES (NULL, 'x'),(DEFAULT, 1)", "INSERT INTO t (a, b) VALUES (?)"),
    ('SAVEPOINT "s140_x2"', "SAVEPOINT ?"),
    ("RELEASE SAVEPOINT sa_savepoint_1", "RELEASE SAVEPOINT ?"),
    ("", ""),
]


@pytest.mark.parametrize(("sent", "expected"), SAME)
def test_values_white_space_comments_and_case_are_settled(sent: str, expected: str) -> None:
    """What differs only in its values is one statement, in whatever way it was written."""
    assert normalised(sent) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM t", "SELECT A FROM t"),
        ("SELECT a FROM t1", "SELECT a FROM t2"),
        ('SELECT "x" FROM t', 'SELECT "y" FROM t'),
        ("SELECT a FROM t WHERE b = 1", "SELECT a FROM t WHERE c = 1"),
        ("SELECT a FROM t WHERE b IS NULL", "SELECT a FROM t WHERE b = 1"),
    ],
)
def test_what_asks_for_something_else_stays_apart(one: str, other: str) -> None:
    """Names, columns and conditions tell statements apart."""
    assert normalised(one) != normalised(other)


def test_a_long_list_is_settled_in_one_go() -> None:
    """A list of any length is one value, and so it takes no time that grows out of hand."""
    numbers = ", ".join(map(str, range(100_000)))
    assert normalised(f"SELECT a FROM t WHERE id IN ({numbers})") == (
        "SELECT a FROM t WHERE id IN (?)"
    )


def test_a_long_statement_keeps_its_head_and_its_tail() -> None:
    """At most 200 characters are shown, among them the table and the condition."""
    columns = ", ".join(f'"shop_order"."column_{number}"' for number in range(40))
    shown = cut(normalised(f'SELECT {columns} FROM "shop_order" WHERE "shop_order"."id" = 7'))
    assert len(shown) <= LONGEST
    assert shown.startswith('SELECT "shop_order"."column_0"')
    assert shown.endswith('FROM "shop_order" WHERE "shop_order"."id" = ?')


def test_statements_that_look_alike_when_cut_are_told_apart() -> None:
    """Two statements that differ only in what is not shown are two."""
    one = f"SELECT {'x' * 100}, a{'y' * 200} FROM t"
    other = f"SELECT {'x' * 100}, b{'y' * 200} FROM t"
    assert digest(one)[0] == digest(other)[0]
    assert digest(one) != digest(other)
    assert digest(one) == digest(one)


@pytest.mark.parametrize(("sent", "expected"), SAME)
def test_a_statement_is_the_same_when_one_like_it_was_seen(sent: str, expected: str) -> None:
    """What is remembered of statements never makes two of one, or one of two."""
    digest(sent.replace("1", "7"))
    assert digest(sent) == (cut(expected), hash(normalised(sent)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM t1 WHERE b = 1", "SELECT a FROM t2 WHERE b = 1"),
        ('SELECT "a 1" FROM t', 'SELECT "a 2" FROM t'),
        ("SELECT a -- it's\nFROM t WHERE b = 'c'", "SELECT a -- it's\nFROM u WHERE b = 'c'"),
        ("SELECT a /*'*/ FROM t WHERE b = 'c'", "SELECT a /*'*/ FROM u WHERE b = 'c'"),
        ("SELECT $a$'$a$, b FROM t WHERE c = 'd'", "SELECT $a$'$a$, e FROM t WHERE c = 'd'"),
        (r"SELECT E'\'', b FROM t WHERE c = 'd'", r"SELECT E'\'', e FROM t WHERE c = 'd'"),
    ],
)
def test_what_is_remembered_keeps_statements_apart(one: str, other: str) -> None:
    """Quotes in comments, names and other strings do not hide what lies between them."""
    assert digest(one) != digest(other)


class Composed:
    """As psycopg's: it makes its text itself."""

    def as_string(self, context: object) -> str:
        return "SELECT 1"


class Broken:
    """An object whose text cannot be had."""

    def as_string(self, context: object) -> str:
        raise TypeError(context)

    def __repr__(self) -> str:
        return "Broken()"


@pytest.mark.parametrize(
    ("statement", "text"),
    [("SELECT 1", "SELECT 1"), (b"SELECT \xff", "SELECT �"), (Composed(), "SELECT 1"),
     (Broken(), "Broken()"), (None, "None")],
)  # fmt: skip
def test_a_statement_may_be_another_object(statement: object, text: str) -> None:
    """Bytes and composed statements have a text, and an odd object does no harm."""
    assert text_of(statement) == text
