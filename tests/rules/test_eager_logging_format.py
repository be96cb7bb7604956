# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN801: what its fix writes is what was written before, or there is no fix."""

from __future__ import annotations

import logging

import pytest
from greenlint_rules.logging.eager_logging_format import RULE

from greenlint.check import ActiveRule, Checker
from greenlint.finding import Finding
from greenlint.fix import apply
from greenlint.source import SourceFile

HEAD = """\
import logging
logger = logging.getLogger("test.eager")
def go(x, n, d, t, xs):
"""
VALUES = {"x": "plum", "n": 7, "d": {"a": 1, "b": "%s"}, "t": (1, 2), "xs": ["p", "q"]}

SAME_TEXT = [
    'f"{x} and {n}"',
    'f"{x!r} {n!s} {x!a}"',
    'f"100% of {x} %s {{}} {{{n}}}"',
    "f'{d[\"a\"]}'",
    'f"{t}"',
    'f"{d}"',
    'f"{dict()}"',
    'rf"\\d {x}\\n"',
    'f"""{x}\n"q" {n}"""',
    "f\"{f'{n:>5}'} {x}\"",
    '"5%" f" {x}" \'"\' F\' {n}\'',
    'f"{x}" "\\N{EN DASH} 5%"',
    'f"{(n, x)} { {1: n}[1] }"',
    '"%s" % x',
    '"%d%% of %s" % (n, x)',
    '"%r" % (t,)',
    '"%5.2f|%-4s|" % (n, x)',
    '"{} {}".format(x, n)',
    '"{0!r} {1}%".format(x, n)',
    '"{x} {{}}".format(x=x)',
    '"x " + x + " " + str(n) + "%"',
]
NO_FIX = [
    'f"{n:>5}"',
    'f"{n=}"',
    'f"{(y := n)}"',
    'f"{n, x}"',
    'f"\\N{EN DASH} {x}"',
    '(f"{x}" f"{n}")',
    'f"{x}", n',
    'f"{x}", *xs',
    'msg=f"{x}"',
    '"%s %s" % t',
    '"%(a)s" % d',
    '"%*d" % (n, n)',
    '"%s %s" % (*xs,)',
    '"{1} {0}".format(x, n)',
    '"{:d}".format(n)',
    '"{} {}".format(*xs)',
    '"{a}".format(**d)',
    "\"x \" + x + 'y'",
]
SILENT = ['"plain"', 'f"plain"', '"one " "two"', '"=" * 20', "x", '"%s", x', '"a" + "b"']


def findings(message: str) -> tuple[str, list[Finding]]:
    text = f"{HEAD}    logger.debug({message})\n"
    result = Checker([ActiveRule(RULE.info(), RULE)]).check(SourceFile("a.py", text.encode()))
    assert not result.problems
    return text, list(result.findings)


def written(text: str) -> list[str]:
    """What a handler writes when the function of a text is called."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    space: dict[str, object] = {}
    exec(compile(text, "<text>", "exec"), space)
    logger, handler = logging.getLogger("test.eager"), Keep()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        space["go"](**VALUES)  # type: ignore[operator]
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    return lines


@pytest.mark.parametrize("message", SAME_TEXT)
def test_the_fixed_message_reads_the_same(message: str) -> None:
    """The fix changes the source, and not what a handler writes; nothing is left to fix."""
    text, found = findings(message)
    fixed, _ = apply(text, [one.fix for one in found if one.fix])
    assert fixed != text
    assert written(fixed) == written(text) != []
    again = Checker([ActiveRule(RULE.info(), RULE)]).check(SourceFile("a.py", fixed.encode()))
    assert not again.findings


@pytest.mark.parametrize("message", NO_FIX)
def test_where_the_text_might_change_there_is_no_fix(message: str) -> None:
    """The finding stands without an offer."""
    assert [one.fix for one in findings(message)[1]] == [None]


@pytest.mark.parametrize("message", SILENT)
def test_a_constant_message_is_left_alone(message: str) -> None:
    """Nothing is put together, so nothing is wasted."""
    assert findings(message)[1] == []
