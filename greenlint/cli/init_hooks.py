# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Our hook for pre-commit, put into .pre-commit-config.yaml where that is plain to do.

No YAML is parsed here.  The list below `repos:` is added to only where its lines leave no doubt
where it ends; otherwise the hook is printed, for a person to put in.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from greenlint.cli.init_files import Planned, content, template
from greenlint.messages import say
from greenlint.version import __version__

NAME = ".pre-commit-config.yaml"
_LIST = re.compile(r"^repos:[ \t]*(?:#.*)?\n", re.MULTILINE)
_ITEM = re.compile(r"(?:[ \t]*(?:#.*)?\n)*( *)- ")


def snippet() -> str:
    """A file of pre-commit with our hook alone, of this version."""
    own = f"[greenlint=={__version__}]"
    return template("pre-commit.yaml").replace("[greenlint]", own)


def hook(root: Path) -> Planned | None:
    """What is to become of pre-commit's file; None where our hook has to be put in by hand."""
    path = root / NAME
    before = content(path)
    if before is None:
        return Planned(path, say("the hook greenlint-check"), None, snippet().encode(), whole=False)
    after = merged(before)
    if after is None:
        return None
    return Planned(path, say("the hook greenlint-check"), before, after, whole=False)


def merged(raw: bytes) -> bytes | None:
    """The file with our hook at the end of its list; as it is where it has it; None in doubt."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "greenlint-check" in text:
        return raw
    lists = list(_LIST.finditer(text))
    if len(lists) != 1 or not text.endswith("\n"):
        return None
    start = lists[0].end()
    first = _ITEM.match(text, start)
    if first is None:
        return None
    end = _end(text, start, len(first[1]))
    if end is None:
        return None
    item = textwrap.dedent(snippet().partition("\n")[2])
    return (text[:end] + textwrap.indent(item, first[1]) + text[end:]).encode()


def _end(text: str, start: int, indent: int) -> int | None:
    """Where the last line of the list ends; None where a line is less deep than its items."""
    end = at = start
    for line in text[start:].splitlines(keepends=True):
        bare = line.strip()
        depth = len(line) - len(line.lstrip(" "))
        at += len(line)
        if not bare or bare.startswith("#"):
            continue
        if depth < indent or (depth == indent and not line[indent:].startswith("- ")):
            return end if depth == 0 and re.match(r"[A-Za-z_]+:", line) else None
        end = at
    return end
