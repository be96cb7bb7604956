# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The words that formats share: text made safe to print, and what is said of one finding."""

from __future__ import annotations

import re

from greenlint.messages import ENGLISH, Language, Message
from greenlint.result import BaselineState, Entry
from greenlint.rule import RuleInfo, Safety

SITE = "https://greenlint.readthedocs.io/"

# What can move a cursor, start an escape sequence, reorder a line or break an encoder:
# C0, C1, the line and paragraph separators, bidirectional controls (CVE-2021-42574),
# lone surrogates and the two non-characters that XML forbids.
UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
# GitHub and Azure obey ``##[...]`` and ``##vso[...]`` anywhere in a line of a log.
LOG_COMMAND = re.compile(r"##(?=(?:vso)?\[)", re.IGNORECASE)
SURROGATE = re.compile(r"[\ud800-\udfff]")
REPLACED = "\ufffd"


def clean(text: str, keep: str = "") -> str:
    """The text on one line, without control characters but for those in `keep`, and obeyed by
    no terminal and no reader of logs.
    """

    def replacement(match: re.Match[str]) -> str:
        char = match[0]
        if char in keep:
            return char
        return " " if char in "\t\n\r" else REPLACED

    text = LOG_COMMAND.sub("# #", text)
    return text if text.isprintable() else UNSAFE.sub(replacement, text)


def encodable(text: str) -> str:
    """The text with lone surrogates replaced, so that UTF-8 can hold it."""
    return SURROGATE.sub(REPLACED, text)


def shorten(text: str, limit: int) -> str:
    """The text, cut to `limit` code points with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def plural(count: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def text_of(message: Message, language: Language = ENGLISH) -> str:
    """The message; in English unless the format is for people, who have chosen a language."""
    return language.of(message)


def sentence(entry: Entry, language: Language = ENGLISH) -> str:
    """What the finding says of its line."""
    return language.of(entry.finding.message)


def advice(entry: Entry, language: Language = ENGLISH) -> str:
    """What to do about it: the finding's own help, else the rule's."""
    return language.of(entry.finding.help) or language.of(Message(entry.rule.help))


def mark(safety: Safety | None) -> str:
    """``[*]`` for a safe fix, ``[-]`` for an unsafe one, nothing for none."""
    return {Safety.SAFE: "[*]", Safety.UNSAFE: "[-]", None: ""}[safety]


def standing(entry: Entry, language: Language) -> str:
    """Why a finding is not counted, in brackets; nothing for one that is."""
    if entry.baseline_state is BaselineState.UNCHANGED:
        return language.say("(in baseline)")
    if entry.suppressed is None:
        return ""
    reason = entry.suppressed.reason
    return (
        language.say("(suppressed: {reason})", reason=reason)
        if reason
        else language.say("(suppressed)")
    )


def joined(*parts: str) -> str:
    """The parts that are not empty, with a space between."""
    return " ".join(part for part in parts if part)


def title(rule: RuleInfo) -> str:
    """The rule in one line: its summary, else its name as words."""
    return rule.summary or rule.name.replace("-", " ").capitalize()


def description(rule: RuleInfo) -> str:
    """The rule in a few sentences: summary, advice, and what stands behind it."""
    about = f"Category: {rule.category}. Proof: {rule.proof}."
    return "\n".join(part for part in (title(rule), rule.help, about) if part)
