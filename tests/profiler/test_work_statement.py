# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Statements with their values taken out."""

from __future__ import annotations

import pytest
from greenlint_profiler.work.statement import (
    LONGEST,
    cut,
    digest,
    fitted,
    normalised,
    text_of,
    without_columns,
)

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


COLUMNS = ", ".join(f'"shop_order"."column_{number}"' for number in range(40))


def test_a_long_statement_loses_its_columns() -> None:
    """At most 200 characters are shown, among them all of the table and the condition."""
    assert cut(normalised(f'SELECT {COLUMNS} FROM "shop_order" WHERE "shop_order"."id" = 7')) == (
        'SELECT … FROM "shop_order" WHERE "shop_order"."id" = ?'
    )


def test_a_statement_that_is_long_without_them_loses_its_middle() -> None:
    """Its head says what it does, its tail for which rows."""
    shown = cut(normalised(f"SELECT {COLUMNS} FROM t WHERE {'a = 1 AND ' * 40} z = 2"))
    assert len(shown) <= LONGEST
    assert shown.startswith("SELECT … FROM t WHERE a = ? AND")
    assert shown.endswith("AND z = ?")
    update = cut(normalised(f"UPDATE t SET {'a = 1, ' * 40} b = 2 WHERE c = 3"))
    assert update.startswith("UPDATE t SET a = ?,")
    assert update.endswith("b = ? WHERE c = ?")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (f"SELECT DISTINCT {COLUMNS} FROM t", "SELECT DISTINCT … FROM t"),
        (f"INSERT INTO u (a) SELECT {COLUMNS} FROM t", "INSERT INTO u (a) SELECT … FROM t"),
        (
            f"SELECT {COLUMNS}, (SELECT max(b) FROM u WHERE c IN (SELECT d FROM v)) AS e FROM t",
            "SELECT … FROM t",
        ),
        (
            f"WITH x AS (SELECT a, b FROM y) SELECT {COLUMNS} FROM x JOIN z",
            "WITH x AS (SELECT a, b FROM y) SELECT … FROM x JOIN z",
        ),
        (f"SELECT {COLUMNS} FROM (SELECT a FROM t) s", "SELECT … FROM (SELECT a FROM t) s"),
        (f"SELECT EXTRACT(year FROM a), {COLUMNS} FROM t", "SELECT … FROM t"),
        (f"SELECT a IS DISTINCT FROM b, {COLUMNS} FROM t", "SELECT … FROM t"),
        (f'SELECT "a ( FROM", `b FROM )`, {COLUMNS} FROM t', "SELECT … FROM t"),
        (f"SELECT {COLUMNS} FROM t UNION SELECT a FROM u", "SELECT … FROM t UNION SELECT a FROM u"),
        ("SELECT COUNT(*) AS n FROM t", "SELECT COUNT(*) AS n FROM t"),
        ("(SELECT a FROM t) UNION (SELECT b FROM u)", "(SELECT a FROM t) UNION (SELECT b FROM u)"),
        ("DELETE FROM t WHERE a = 1", "DELETE FROM t WHERE a = ?"),
        ("SELECT a", "SELECT a"),
    ],
)
def test_only_the_outermost_list_of_columns_goes(sent: str, shown: str) -> None:
    """Subselects, common table expressions, names and functions with FROM in them do not end it."""
    assert without_columns(normalised(sent)) == shown


def test_a_statement_is_fitted_to_its_room() -> None:
    """One that fits stays whole; then go the columns, and then the end."""
    text = f"SELECT {COLUMNS} FROM t WHERE a = ?"
    assert fitted(text, len(text)) == text
    assert fitted(text, len(text) - 1) == "SELECT … FROM t WHERE a = ?"
    assert fitted(text, 20) == "SELECT … FROM t WHE…"


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
