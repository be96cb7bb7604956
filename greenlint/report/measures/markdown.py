# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Pages as Markdown, for merge requests and wikis: words of others start no markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from greenlint.report.measures.sheet import Block, Facts, Line, Paragraph, Sheet, Span, Table

# What Markdown of any kind takes for markup, an entity or a mention inside a line.
_MARKUP = re.compile(r"[\\`*{}\[\]<>#|~$&@!]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
# What makes an address a link by itself.
_ADDRESS = re.compile(r"(?i)(://|\bwww\.)")


def render(sheets: Sequence[Sheet]) -> str:
    """All pages, one after the other."""
    return "\n---\n\n".join("\n".join(_sheet(one)) for one in sheets)


def _sheet(sheet: Sheet) -> Iterator[str]:
    subject = f" {_span(Span(sheet.subject, quoted=True))}" if sheet.subject else ""
    yield from (f"# {_escaped(sheet.title)}{subject}", "")
    for block in sheet.head:
        yield from (*_block(block), "")
    for section in sheet.sections:
        yield from (f"## {_escaped(section.heading)}", "")
        for block in section.blocks:
            lines = list(_block(block))
            yield from (f"> {one}" for one in lines) if section.kind == "note" else lines
            yield ""


def _block(block: Block) -> Iterator[str]:
    match block:
        case Table():
            yield from (_line(block.caption), "")
            yield _row([_escaped(head) for head in block.heads])
            yield _row(["---:" if n in block.numeric else "---" for n in range(len(block.heads))])
            yield from (_row([_line(cell) for cell in row]) for row in block.rows)
        case Facts():
            yield from (f"- {_escaped(name)}: {_line(told)}" for name, told in block.pairs)
        case Paragraph():
            text = _line(block.line)
            yield f"**{text}**" if block.lead else text


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _line(line: Line) -> str:
    return "".join(map(_span, line))


def _span(span: Span) -> str:
    if span.quoted:
        return f"“{_escaped(span.text)}”"
    if span.code:
        return f"<code>{_escaped(span.text)}</code>"
    return _escaped(span.text)


def _escaped(text: str) -> str:
    """Every sign of markup as itself; an address stays text."""
    safe = _MARKUP.sub(lambda found: f"&#{ord(found[0])};", text)
    return _ADDRESS.sub(lambda found: found[0].replace(":", "&#58;").replace(".", "&#46;"), safe)
