# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Requests to one host that a test sent again and again, where no rule on code sees why."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.messages import say
from greenlint.rule import Option, Options, Rule
from greenlint.seen import Seen, Told, how_sure, in_tests

RULE = Rule(
    code="GRN399",
    name="request-repeated-at-run-time",
    confidence="medium",
    since="0.1.0",
    help="ask for all at once where the other side can, or keep the answer",
    options=(Option("least", 5, "So many times in one test at least."),),
    tests=False,
    run_time=True,
    alone=False,
)


@RULE.at_run_time
def repeated(seen: Seen, options: Options) -> Iterator[Told]:
    """The requests that were sent most often from a line."""
    if seen.again[0].times >= int(options["least"]):
        message = say(
            "this line sent `{what}` {times} times in one test ({tests})",
            what=seen.again[0].what,
            times=seen.again[0].times,
            tests=in_tests(seen.again),
        )
        yield Told(message, confidence=how_sure(seen))
