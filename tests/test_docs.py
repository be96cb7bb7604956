# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What people read first: links lead somewhere, and the README names commands that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pages() -> list[Path]:
    """Every Markdown page that we maintain."""
    return [
        *sorted(ROOT.glob("*.md")),
        *sorted((ROOT / "docs").rglob("*.md")),
        *sorted((ROOT / "rules").rglob("*.md")),
    ]


def prose(path: Path) -> str:
    """A page without its code blocks, its inline code and its comments."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"^(`{3,}|~{3,}).*?^\1`*\s*$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`|<!--.*?-->", "", text, flags=re.DOTALL)


def anchors(path: Path) -> set[str]:
    """What a link can name in a page: its headings, as the usual renderers spell them."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_resolve(path: Path) -> None:
    """Every relative link of a page leads to a file that exists, and to a heading in it."""
    broken = []
    for link in re.findall(r"\]\(<?([^)>\s]+)>?(?: \"[^\"]*\")?\)", prose(path)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in anchors(target)
        ):
            broken.append(link)
    assert not broken


def test_a_decision_bears_its_number() -> None:
    """The heading of each page in docs/decisions begins with the number in its file's name."""
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        heading = path.read_text(encoding="utf-8").partition("\n")[0]
        assert heading.startswith(f"# {int(path.name[:4])}. "), path.name


def test_the_two_commands_exist() -> None:
    """The README's first screen names two commands, and the Makefile has both."""
    first_screen = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:40])
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    named = re.findall(r"^(?:\$ )?make ([\w-]+)", first_screen, re.MULTILINE)
    assert named == ["run", "test"]
    assert set(named) <= set(targets)
