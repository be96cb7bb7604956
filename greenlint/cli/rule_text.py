# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A rule's page as a terminal shows it: headings, wrapped text, indented code, figures in rows."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenlint.cli.telling import told
from greenlint.evidence import current
from greenlint.experiment import fingerprint
from greenlint.page import Page
from greenlint.rule import RuleInfo, Severity

# Sections for other readers: the experiment is run by a command, the card is read by reports.
_NOT_HERE = ("Experiment", "Measure card")
_FENCE = re.compile(r"```(\w*) *(\w*)")
_MARK = re.compile(r"# flagged$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_OWN_LINE = re.compile(r"\s*([-*|]|\d+\.) ?")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page below one heading: a paragraph, or a block of code with its role."""

    heading: str
    text: str
    code: bool = False
    role: str = ""


@dataclass(frozen=True, slots=True)
class Ink:
    """Bold headings and coloured marks where they are wanted."""

    on: bool
    width: int = 80

    def head(self, text: str) -> str:
        """A heading."""
        return f"\x1b[1m{text}\x1b[0m" if self.on else text

    def mark(self, text: str) -> str:
        """What points at the waste."""
        return f"\x1b[31m{text}\x1b[0m" if self.on else text

    def wrapped(self, text: str, indent: str = "  ") -> str:
        """Text in lines of the terminal's width."""
        return textwrap.fill(
            text, self.width, initial_indent=indent, subsequent_indent=indent,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip


def explained(
    info: RuleInfo, page: Page | None, here: Mapping[str, Any], severity: Severity, ink: Ink
) -> Iterator[str]:
    """The lines of one rule in full.  `here` are the values of its options in this project."""
    yield from header(info, severity, ink)
    if page is None:
        yield from ("", told("The rule has no page."))
    else:
        yield from _sections(page, info, ink)
    if info.help:
        yield from ("", ink.head(told("What to do")), ink.wrapped(told(info.help)))
    if info.options:
        yield from ("", ink.head(told("Options")), *_options(info, here, ink))
    yield from ("", ink.head(told("Switch it off")), *_switches(info))
    if info.url:
        yield from ("", info.url)


def header(info: RuleInfo, severity: Severity, ink: Ink) -> Iterator[str]:
    """Two lines of facts; `severity` is the one that holds here."""
    noun = told("alias") if len(info.aliases) == 1 else told("aliases")
    other = f"   ({noun}: {', '.join(info.aliases)})" if info.aliases else ""
    yield f"{ink.head(f'{info.code} {info.name}')}{other}"
    itself = told(" (by itself {severity})", severity=told(info.severity))
    own = "" if severity is info.severity else itself
    facts = [
        told("category {name}", name=info.category),
        told("severity {name}{own}", name=told(severity), own=own),
        told("confidence {name}", name=told(info.confidence)),
        told("proof {name}", name=told(info.proof)),
        told("fix: {name}", name=told(info.fix or "none")),
        told("since {version}", version=info.since) if info.since else "",
        told(info.lifecycle),
        told("opt-in") if info.opt_in else "",
        "" if info.tests else told("not in test files"),
    ]
    yield " · ".join(fact for fact in facts if fact)


def _sections(page: Page, info: RuleInfo, ink: Ink) -> Iterator[str]:
    heading = None
    for part in parts(page.text):
        if part.heading in _NOT_HERE or part.heading == "Evidence":
            continue
        if part.heading != heading:
            heading = part.heading
            yield from ("", ink.head(heading or told("What it does")))
        else:
            yield ""
        yield from _code(part, ink) if part.code else _prose(part.text, ink)
    evidence = ink.head(told("Evidence ({proof})", proof=told(info.proof)))
    if page.evidence:
        yield from ("", evidence, *_evidence(page, info, ink))
    elif info.category != "greenlint":
        yield from ("", evidence, told("  None but the mechanism."))


def parts(text: str) -> Iterator[Part]:
    """A page's paragraphs and blocks in order, without its title and its comments."""
    heading, held, fence = "", list[str](), None
    for line in (*text.splitlines(), ""):
        if fence is not None:
            if line == "```":
                yield Part(heading, "\n".join(held), True, fence[2])
                held, fence = [], None
            else:
                held.append(line)
            continue
        opened = _FENCE.match(line)
        if held and (not line.strip() or opened or line.startswith("#")):
            yield Part(heading, "\n".join(held))
            held = []
        if opened:
            fence = opened
        elif line.startswith("## "):
            heading = line[3:].strip()
        elif line.strip() and not line.startswith(("# ", "<!--")):
            held.append(line)


def _prose(text: str, ink: Ink) -> Iterator[str]:
    """A paragraph; lists and tables keep their lines."""
    plain = _STRONG.sub(r"\1", _LINK.sub(_link, text))
    if _OWN_LINE.match(plain):
        yield textwrap.indent(plain, "  ")
    else:
        yield ink.wrapped(" ".join(plain.split()))


def _link(found: re.Match[str]) -> str:
    return f"{found[1]} ({found[2]})" if "://" in found[2] else found[1]


def _code(part: Part, ink: Ink) -> Iterator[str]:
    if part.role == "fixed":
        yield from (told("  Fixed:"), "")
    yield textwrap.indent(_MARK.sub(ink.mark(told("# <- flagged")), part.text), "      ")


def _evidence(page: Page, info: RuleInfo, ink: Ink) -> Iterator[str]:
    if page.measurements:
        yield from _measured(page, ink)
        yield told("  reproduce: greenlint evidence {code}", code=info.code)
    for one in page.evidence:
        if "saving" in one:
            continue
        yield ink.wrapped(str(one.get("claim", "")))
        yield ink.wrapped(f"– {one.get('source', '')}", "    ")
        if one.get("url"):
            yield f"    {one['url']}"


def _measured(page: Page, ink: Ink) -> Iterator[str]:
    """Our own measurements, a row each below where they were taken; what shows no saving is said
    as plainly as what does.
    """
    from greenlint.cli.evidence_table import percents, size_of, table, verdict

    now = current(page.measurements, fingerprint(page.blocks))
    rows: dict[str, list[tuple[str, ...]]] = {}
    for one in page.measurements:
        meter = f"{one.meter} ({one.label})" if one.label else one.meter
        where = "; ".join(filter(None, (one.machine, one.python, meter)))
        said = verdict(one.low, one.high) if one in now else told("of an earlier experiment")
        saving = percents(one.saving, one.low, one.high)
        rows.setdefault(where, []).append((size_of(one.size), saving, str(one.n), said))
    for where, held in rows.items():
        yield ink.wrapped(where)
        heads = (told("size"), told("saving (95 % interval)"), "n", "")
        yield from (f"    {line}" for line in table([heads, *held]))


def _options(info: RuleInfo, here: Mapping[str, Any], ink: Ink) -> Iterator[str]:
    from greenlint.cli.toml_text import value

    for option in info.options:
        set_here = here.get(option.name, option.default)
        now = told("; here {value}", value=value(set_here))
        now = "" if set_here == option.default else now
        default = told("default {value}", value=value(option.default))
        yield f"  {option.name}  ({default}{now})"
        yield ink.wrapped(told(option.help), "      ")
    yield ""
    yield told("  Set in the table [tool.greenlint.rules.{code}].", code=info.code)


def _switches(info: RuleInfo) -> Iterator[str]:
    from greenlint.ruleset import ALWAYS

    if info.code in ALWAYS:
        yield told("  A file that was not checked is always told. Leave such a file out:")
        yield '  extend-exclude = ["PATH"]'
        return
    ways = (
        (told("on a line"), f'# greenlint: ignore[{info.code}] reason="..."'),
        (told("in a file"), f"# greenlint: file-ignore[{info.code}]"),
        (told("in some files"), f'per-file-ignores = {{ "tests/**" = ["{info.code}"] }}'),
        (told("everywhere"), f'ignore = ["{info.code}"]'),
    )
    width = max(len(where) for where, _ in ways)
    yield from (f"  {where:<{width}}  {way}" for where, way in ways)
