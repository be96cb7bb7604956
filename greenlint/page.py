# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A rule's page: Markdown, parsed once, that serves terminal, site, tests and experiments.

The grammar is written down in docs/decisions/0002-page-grammar.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenlint.errors import PluginError
from greenlint.evidence import Measurement, current, measurement, proof
from greenlint.experiment import fingerprint
from greenlint.rule import Proof

_FENCE = re.compile(r"^```(?P<language>\w+)(?: +(?P<info>.*))?$")
_SETTING = re.compile(r'([\w-]+)="([^"]*)"')
_MARK = re.compile(r"[ \t]*# flagged$", re.MULTILINE)
ROLES = ("flagged", "fixed", "clean", "given", "setup", "before", "after", "evidence", "card")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block with a role: its text, settings of its fence line, section and first line."""

    role: str
    text: str
    settings: Mapping[str, str]
    section: str
    line: int

    @property
    def flagged_lines(self) -> list[int]:
        """1-based lines of the block that end in ``# flagged``."""
        lines = self.text.splitlines()
        return [n for n, line in enumerate(lines, 1) if line.endswith("# flagged")]

    @property
    def unmarked(self) -> str:
        """The text without its ``# flagged`` marks."""
        return _MARK.sub("", self.text)


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page.  `summary` is the first sentence; `sections` are the texts by heading."""

    name: str
    summary: str
    sections: Mapping[str, str]
    blocks: tuple[Block, ...]
    evidence: tuple[Mapping[str, Any], ...]
    text: str

    @property
    def card(self) -> Mapping[str, Any]:
        """The fields of the measure card, read when they are asked for, since few commands do;
        ValueError for a card that is no TOML.
        """
        return next((_toml(block) for block in self.of("card")), {})

    @property
    def measurements(self) -> list[Measurement]:
        """Our own measurements, in order, those of an earlier experiment included."""
        return [one for one in map(measurement, self.evidence) if one is not None]

    @property
    def proof(self) -> Proof:
        """What the evidence blocks show, and nothing else: see greenlint.evidence.proof."""
        measured = self.measurements
        if measured:
            measured = current(measured, fingerprint(self.blocks))
        return proof(measured, sourced=any(block.get("source") for block in self.evidence))

    def given(self, block: Block) -> dict[str, str]:
        """The other files of the project that a block stands in: the last ``given`` block before
        it of each name.
        """
        before = (one for one in self.of("given") if one.line < block.line)
        return {one.settings["name"]: one.text for one in before}

    def of(self, *roles: str) -> Iterator[Block]:
        """The blocks in these roles, in order."""
        return (block for block in self.blocks if block.role in roles)


def read(path: Path) -> Page:
    """The page at `path`; PluginError says what is wrong with it."""
    try:
        return parse(path.read_text("utf-8"))
    except OSError as error:
        raise PluginError(
            "Cannot read the page {path}: {why}.", path=path, why=error.strerror
        ) from None
    except ValueError as error:
        raise PluginError(
            "The page {name} is not a rule page: {why}.", name=path.name, why=error
        ) from None


def parse(text: str) -> Page:
    """A page from its Markdown; ValueError says what is missing."""
    name, sections, blocks = "", {"": ""}, []
    heading, fence, held, start = "", None, list[str](), 0
    for number, line in enumerate(text.splitlines(), 1):
        if fence is not None:
            if line == "```":
                blocks.append(_block(fence, held, heading, start))
                fence = None
            else:
                held.append(line)
            continue
        if opened := _FENCE.match(line):
            fence, held, start = opened, [], number + 1
        elif line.startswith("# ") and not name:
            name = line[2:].strip()
        elif line.startswith("## "):
            heading = line[3:].strip()
            sections[heading] = ""
        elif not line.startswith("<!--"):
            sections[heading] += line + "\n"
    if fence is not None:
        raise ValueError(f"the block opened at line {start - 1} is never closed")
    if not name:
        raise ValueError("it has no heading with the rule's name")
    summary = sections[""].strip().split("\n\n")[0].replace("\n", " ")
    kept = tuple(block for block in blocks if block.role)
    return Page(
        name,
        summary,
        {title: body.strip() for title, body in sections.items()},
        kept,
        tuple(_evidence(block) for block in kept if block.role == "evidence"),
        text,
    )


def _block(fence: re.Match[str], held: list[str], section: str, line: int) -> Block:
    info = fence["info"] or ""
    role = info.split(" ")[0]
    if role and role not in ROLES:
        raise ValueError(f"line {line - 1}: unknown block role {role!r}; one of {', '.join(ROLES)}")
    if role == "given" and 'name="' not in info:
        raise ValueError(
            f'line {line - 1}: a given block says which file it is: name="app/models.py"'
        )
    return Block(
        role, "".join(f"{one}\n" for one in held), dict(_SETTING.findall(info)), section, line
    )


def _evidence(block: Block) -> Mapping[str, Any]:
    told = _toml(block)
    try:
        measurement(told)
    except ValueError as error:
        raise ValueError(f"the evidence block at line {block.line}: {error}") from None
    return told


def _toml(block: Block) -> Mapping[str, Any]:
    import tomli

    try:
        return tomli.loads(block.text)
    except tomli.TOMLDecodeError as error:
        raise ValueError(f"the {block.role} block at line {block.line}: {error}") from None
