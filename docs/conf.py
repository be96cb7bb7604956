# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The site of the documentation: `make site`.

The guides are read as they stand.  Rule pages lie beside their rules: a copy of each is made in
docs/rules, under its code and with what its code alone says.  A link that leaves the folder leads
to the copy of a rule's page, or else is shown as the path that it names.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from greenlint.cli.rule import all_rules, listing, markdown
from greenlint.plugins import load_plugins
from greenlint.version import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from greenlint.rule import RuleInfo

DOCS = Path(__file__).parent
PROJECT = DOCS.parent
RULES = DOCS / "rules"

project = "greenlint"
project_copyright = "The greenlint developers, EUPL-1.2"
version = release = __version__
language = "en"
extensions = ["myst_parser"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"greenlint {__version__}"
html_extra_path = ["schemas"]
exclude_patterns = ["news", "schemas/README.md", "_site"]
# A fence says which role a block of a rule's page has, which no lexer knows.
suppress_warnings = ["myst.header", "misc.highlighting_failure"]

_LINK = re.compile(r"(?<!!)\[([^\]\[]*)\]\(([^)#:\s]+)((?:#[^)\s]*)?)\)")
_KNOWN = """\
| code | category | severity | proof | fix | lifecycle | since | aliases |
|---|---|---|---|---|---|---|---|
| {code} | {category} | {severity} | {proof} | {fix} | {lifecycle} | {since} | {aliases} |
"""


def rules() -> dict[Path, RuleInfo]:
    """Each rule of greenlint by its page."""
    found = all_rules(load_plugins(third_party=False))
    return {info.page: info for info in found if isinstance(info.page, Path)}


def copied(info: RuleInfo) -> str:
    """The page of a rule, under its code."""
    known = _KNOWN.format(
        code=info.code,
        category=info.category,
        severity=info.severity,
        proof=info.proof,
        fix=info.fix or "no fix",
        lifecycle=info.lifecycle,
        since=info.since,
        aliases=", ".join(info.aliases) or "–",
    )
    heading, _, rest = markdown(info).partition("\n")
    return f"{heading.replace('# ', f'# {info.code} ', 1)}\n{rest.rstrip()}\n\n## Facts\n\n{known}"


def write_rules(pages: dict[Path, RuleInfo]) -> None:
    """The copies, and a table of them; what has not changed keeps its time."""
    RULES.mkdir(exist_ok=True)
    table = "\n".join(listing(list(pages.values()), markdown=True))
    table = re.sub(r"^\| (GRN\d+) ", r"| [\1](\1.md) ", table, flags=re.M)
    wanted = {info.code: copied(info) for info in pages.values()}
    names = "\n".join(wanted)
    toctree = f"```{{toctree}}\n:hidden:\n\n{names}\n```"
    wanted["index"] = f"# Rules\n\n{table}\n\n{toctree}\n"
    for name, text in wanted.items():
        path = RULES / f"{name}.md"
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
    for path in RULES.glob("*.md"):
        if path.stem not in wanted:
            path.unlink()


def with_links(text: str, folder: Path, pages: dict[Path, RuleInfo], here: Path) -> str:
    """Links as they lead on the site, of a page written in `folder` and shown in `here`."""

    def leads(found: re.Match[str]) -> str:
        said, path, anchor = found.groups()
        target = Path(os.path.normpath(folder / path))
        if target in pages:
            target = RULES / f"{pages[target].code}.md"
        if target.is_relative_to(DOCS) and target.suffix == ".md":
            return f"[{said}]({os.path.relpath(target, here)}{anchor})"
        if target.parent == DOCS / "schemas":
            return f"[{said}](https://greenlint.readthedocs.io/{target.name})"
        return f"{said} (`{os.path.relpath(target, PROJECT)}`)"

    return _LINK.sub(leads, text)


def setup(app: Sphinx) -> None:
    """Make the copies, and turn links while pages are read."""
    pages = rules()
    write_rules(pages)
    by_code = {info.code: page for page, info in pages.items()}

    def turn(app: Sphinx, name: str, source: list[str]) -> None:
        shown = (DOCS / name).parent
        written = by_code[Path(name).name].parent if Path(name).name in by_code else shown
        source[0] = with_links(source[0], written, pages, shown)

    app.connect("source-read", turn)
