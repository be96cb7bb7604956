# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What an editor shows above a finding, or above a rule's name in a comment to us: its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from greenlint.formats.words import clean, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenlint.rule import RuleInfo
    from greenlint.server.opened import Opened

# What a page holds for machines and measurers.
_NOT_SHOWN = ("Experiment", "Measure card")
_HEADING = re.compile(r"^## ", re.MULTILINE)
_FENCE = re.compile(r"^```(\w+) +.*$", re.MULTILINE)
_BLOCK = re.compile(r"^```toml (?:evidence|card)\n.*?^```\n?", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[([^\]\[]*)\]\((?![a-z]+:)[^)]*\)")
_COMMENT = re.compile(r"#\s*greenlint\s*:")
_WORD = re.compile(r"[A-Za-z][\w-]*")


def hover(opened: Opened, line: int, column: int, page: Callable[[RuleInfo], str]) -> str:
    """Markdown for a place; "" where there is nothing to say."""
    rules = dict.fromkeys(_named(opened, line, column))
    parts = []
    for entry in opened.at(line, line):
        span, rule = entry.finding.span, entry.rule
        if not (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column):
            continue
        said = clean(text_of(entry.finding.message, opened.setup.language))
        parts.append(f"**{rule.code}** {said}")
        rules[rule.code] = None
    parts += [shown(page(opened.setup.rules.by_code[code]), code) for code in rules]
    return "\n\n---\n\n".join(parts)


def _named(opened: Opened, line: int, column: int) -> Iterator[str]:
    """The rules that the word at a place means, if it stands in a comment to us."""
    text = opened.places.lines[line - 1]
    comment = _COMMENT.search(text)
    if comment is None or column <= comment.end():
        return
    for word in _WORD.finditer(text, comment.end()):
        if word.start() < column <= word.end() + 1:
            yield from sorted(opened.setup.rules.known.get(word[0], ()))


def shown(page: str, code: str) -> str:
    """A page as one reads it: its heading with the code, without what is there to be run, and
    without links that lead to files beside it.
    """
    parts = _HEADING.split(page)
    kept = [parts[0], *(f"## {one}" for one in parts[1:] if not one.startswith(_NOT_SHOWN))]
    text = _FENCE.sub(r"```\1", _BLOCK.sub("", "".join(kept)))
    text = re.sub(r"^## Evidence\s*(?=^## |\Z)", "", text, flags=re.MULTILINE)
    return _LINK.sub(r"\1", text.replace("# ", f"# {code} ", 1)).strip()
