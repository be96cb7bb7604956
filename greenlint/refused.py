# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rules of other linters that greenlint does not have, because what they ask for saves nothing.

Each was looked into: measured by others to cost as much or more, without effect on the Python of
today, or style.  The reason is what `greenlint rule` says to whoever asks for it, and what
docs/guide/refused.md lists.
"""

from __future__ import annotations

from typing import NamedTuple


class Refused(NamedTuple):
    """What other linters ask for, the names by which they do, and why greenlint does not."""

    what: str
    ids: tuple[str, ...]
    reason: str


REFUSED = (
    Refused(
        "`min()` or `max()` for a conditional expression",
        ("FURB136", "PLR1730", "R1730", "R1731", "consider-using-max-builtin",
         "consider-using-min-builtin"),
        "a call of a function costs more than the comparison that it replaces",
    ),
    Refused(
        "`contextlib.suppress` for `try` and `pass`",
        ("SIM105", "FURB107"),
        "it makes an object and calls two methods, where `try` costs nothing; Django (18322, "
        "18471) and pydantic (5039) took it out again for speed",
    ),
    Refused(
        "`pathlib` for functions of `os.path` and for `open`",
        ("FURB101", "FURB103", "PTH"),
        "a path object is made and taken apart again; about a third slower (osxphotos 1086)",
    ),
    Refused(
        "`any()` or `all()` for a loop that returns",
        ("SIM110",),
        "the loop ends as early, and a generator has a frame of its own to enter on every turn",
    ),
    Refused(
        "no imports within functions",
        ("PLC0415", "C0415", "import-outside-toplevel"),
        "an import that waits saves start-up time and memory; Meta measured 70 % less time and "
        "40 to 90 % less memory with imports that wait",
    ),
    Refused(
        "no global or dotted names in loops",
        ("GCI4", "W8202", "W8205"),
        "since Python 3.11 such a look-up is specialised: 7.24 ns against 7.29 ns (pylint 6078)",
    ),
    Refused(
        "no `try` within a loop",
        ("PERF203", "W8203", "GL031"),
        "entering a `try` costs nothing since Python 3.11",
    ),
    Refused(
        "a tuple in place of a list that does not change",
        ("W8301",),
        "CPython makes constants of such lists by itself, and iterates over both alike",
    ),
    Refused(
        "no getters and setters, no methods without `self`",
        ("GCI7", "PLR6301", "R6301", "no-self-use"),
        "style: how a class is laid out has no effect that anybody could measure",
    ),
    Refused(
        "no long chains of elements, lambdas or messages",
        ("long-element-chain", "long-lambda-expression", "long-message-chain"),
        "style: the work is the same",
    ),
    Refused(
        "`match` or a dict for several `if`",
        ("GCI2",),
        "style: the tests are the same ones, one after the other",
    ),
    Refused(
        "`enumerate` for `range(len())`, as a saving of energy",
        ("GCI114", "enumerate_on_range_len"),
        "its own figures show it slower: 0.204 s against 0.171 s for 100 000 items",
    ),
    Refused(
        "no `try` around opening a file",
        ("GCI35",),
        "looking first asks the file system twice, and the file may be gone in between",
    ),
    Refused(
        "image and file formats by the endings in texts",
        ("GCI10", "GCI203"),
        "a text with `.png` or `.svg` in it says nothing about an image, its size or its use",
    ),
    Refused(
        "columnar files in place of CSV, by the word in a call",
        ("GCI99",),
        "training from either made no significant difference (Antonopoulos 2024); CSV is there for "
        "others to read",
    ),
    Refused(
        "no `import *`",
        ("GCI110", "GL028"),
        "the module runs either way; the figure given for it is that of `exec()`",
    ),
    Refused(
        "multiplication in place of a square",
        ("GCI97",),
        "without effect that could be seen beside the call around it",
    ),
    Refused(
        "`.loc` for `.at`",
        ("PD008",),
        "`.at` is the quicker of the two for one value",
    ),
    Refused(
        "`X | Y` in `isinstance`",
        ("UP038",),
        "a union is made anew on every call, where a tuple is a constant",
    ),
    Refused(
        "a generator for the list in `join()` or `sum()`, as a saving of time",
        ("string_join_without_generator", "R1728"),
        "`join` makes a list of a generator first, and a list is quicker to add up: only memory is "
        "saved",
    ),
)  # fmt: skip

_BY_ID = {name.lower(): one for one in REFUSED for name in one.ids}


def refusal(selector: str) -> str | None:
    """The sentence for a rule that greenlint refuses, or None for a word it does not know."""
    one = _BY_ID.get(selector.lower())
    if one is None:
        return None
    return (
        f"{selector} ({one.what.replace('`', '')}) is a rule that greenlint refuses: "
        f"{one.reason.replace('`', '')}."
    )


def table() -> str:
    """All of them as a table of Markdown."""
    rows = [
        f"| {one.what} | {', '.join(f'`{name}`' for name in one.ids)} | {one.reason} |"
        for one in REFUSED
    ]
    return "\n".join(("| what they ask for | where | why not |", "|---|---|---|", *rows)) + "\n"
