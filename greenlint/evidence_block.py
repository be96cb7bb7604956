# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A measurement -> its block in the text of a page, in place of an older one of the same kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from greenlint.errors import PluginError
from greenlint.evidence import Measurement, measurement
from greenlint.page import Block, Page, parse

Value = str | int | float | tuple[float, ...]
_HEADING = "## Evidence"


def write(path: Path, code: str, facts: Mapping[str, Value]) -> None:
    """Put a measurement on the page at `path`, whole or not at all.

    Raises PluginError for a page that is damaged, FixError where it cannot be written or was
    changed meanwhile.
    """
    from greenlint.atomic import write as write_atomically

    try:
        before = path.read_bytes()
        text = before.decode("utf-8")
        new = placed(text, code, facts)
    except OSError as error:
        raise PluginError(
            "Cannot read the page {path}: {why}.", path=path, why=error.strerror
        ) from None
    except ValueError as error:
        raise PluginError(
            "The page {name} is not a rule page: {why}.", name=path.name, why=error
        ) from None
    write_atomically(path, new.encode("utf-8"), before=before)


def placed(text: str, code: str, facts: Mapping[str, Value]) -> str:
    """The page with a measurement: in the place of one of the same machine, meter, interpreter and
    size, else after the last one, else at the end of the evidence, with a sentence before it.

    Raises ValueError for a page without a section for it, or facts that are no measurement.
    """
    new = measurement(facts)
    if new is None:
        raise ValueError("the facts are no measurement")
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(end)
    page = parse(text)
    old = [(block, held) for block, held in _ours(page) if _same(held, new)]
    block = ["```toml evidence", *rendered(facts).splitlines(), "```"]
    if old:
        lines[_slice(old[0][0])] = block
        for spare, _ in reversed(old[1:]):
            del lines[_slice(spare)]
    elif ours := _ours(page):
        after = max(_slice(held).stop for held, _ in ours)
        lines[after:after] = ["", *block]
    else:
        at = _end_of_section(lines)
        lines[at:at] = ["", f"Measured by `greenlint evidence {code}`:", "", *block]
    made = end.join(lines)
    if new not in parse(made).measurements:
        raise ValueError("the measurement would not stand in its evidence")
    return made


def rendered(facts: Mapping[str, Value]) -> str:
    """The facts as TOML, a line each."""
    return "".join(f"{name} = {_toml(value)}\n" for name, value in facts.items())


def _toml(value: Value) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _ours(page: Page) -> list[tuple[Block, Measurement]]:
    blocks = page.of("evidence")
    held = [(block, measurement(told)) for block, told in zip(blocks, page.evidence, strict=True)]
    return [(block, one) for block, one in held if one is not None]


def _same(one: Measurement, other: Measurement) -> bool:
    return (one.kind, one.size) == (other.kind, other.size)


def _slice(block: Block) -> slice:
    """The lines of a block with its fences, counted from 0."""
    first = block.line - 2
    return slice(first, block.line + len(block.text.splitlines()))


def _end_of_section(lines: list[str]) -> int:
    """Behind the last line of the section on evidence that is not empty."""
    if _HEADING not in lines:
        raise ValueError(f"it has no heading `{_HEADING}` below which to write")
    start = lines.index(_HEADING)
    following = (at for at in range(start + 1, len(lines)) if lines[at].startswith("## "))
    at = next(following, len(lines))
    while not lines[at - 1].strip():
        at -= 1
    return at
