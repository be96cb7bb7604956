# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One query that a test sent again and again, where no rule on code sees why."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.messages import say
from greenlint.rule import Option, Options, Rule
from greenlint.seen import Seen, Told, how_sure, in_tests

RULE = Rule(
    code="GRN349",
    name="query-repeated-at-run-time",
    confidence="medium",
    since="0.1.0",
    help="ask for all rows at once where this is called from, or keep the answer",
    options=(Option("least", 10, "So many times in one test at least."),),
    tests=False,
    run_time=True,
    alone=False,
)
# How a transaction is marked belongs to what is written in it.
_MARKS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@RULE.at_run_time
def repeated(seen: Seen, options: Options) -> Iterator[Told]:
    """The statement that was sent most often from a place."""
    asked = [one for one in seen.again if not one.what.upper().startswith(_MARKS)]
    if asked and asked[0].times >= int(options["least"]):
        message = say(
            "{place} sent the same query {times} times in one test ({tests})",
            place=f"`{seen.symbol}`" if seen.symbol else "this line",
            times=asked[0].times,
            tests=in_tests(asked),
        )
        yield Told(message, confidence=how_sure(seen))
